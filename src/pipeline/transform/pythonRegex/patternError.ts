/** A pattern that cannot be used, and where. */
export class PatternError extends Error {
  readonly pattern: string;
  /** UTF-16 offset of the fault. */
  readonly offset: number;

  constructor(pattern: string, offset: number, problem: string) {
    super(problem);
    this.name = 'PatternError';
    this.pattern = pattern;
    this.offset = offset;
  }
}

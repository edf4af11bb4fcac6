import { ForwarderError } from '../../../errors.ts';

/** Something wrong with filters or redactions: where, what, and for a query the line with a caret. */
export interface Problem {
  /** `filters.yml:12:5`, or the name of a variable. */
  place: string;
  message: string;
  /** What to write instead. */
  hint: string;
  /** The text with a caret under the fault, indented. */
  frame?: string;
}

/**
 * Filters that cannot be used, with all that is wrong with them. Code ERR_FILTERS. A filter with a fault never matches
 * all or nothing in silence: the function does not start with it.
 */
export class FiltersError extends ForwarderError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('ERR_FILTERS', `Cannot use the filters: ${problems.map(({ place, message }) => `${place}: ${message}`).join('; ')}`, {
      stage: 'transform',
      retry: 'never',
      hint: 'Correct them, run `cloudtrail-forwarder filters check`, and deploy again.',
    });
    this.name = 'FiltersError';
    this.problems = problems;
  }
}

/** A problem for a person to read. */
export function renderProblem({ place, message, hint, frame }: Problem): string {
  return `${place}: ${message}\n${frame === undefined ? '' : `${frame}\n`}  ${hint}`;
}

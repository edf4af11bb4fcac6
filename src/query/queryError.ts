import { ForwarderError } from '../errors.ts';

/**
 * A query that cannot be read: what is wrong, where, and what to write instead. Code ERR_QUERY.
 * `render()` shows the line with a caret; `message` alone fits on one log line.
 */
export class QueryError extends ForwarderError {
  readonly query: string;
  /** UTF-16 offset of the fault. */
  readonly offset: number;
  /** How far the fault reaches; at least 1. */
  readonly length: number;
  readonly problem: string;

  constructor(query: string, at: { start: number; end: number }, problem: string, hint: string) {
    super('ERR_QUERY', `Cannot read the query: ${problem} (character ${at.start + 1})`, { stage: 'query', retry: 'never', hint });
    this.name = 'QueryError';
    this.query = query;
    this.offset = at.start;
    this.length = Math.max(1, at.end - at.start);
    this.problem = problem;
  }

  /** The problem, the line of the query with a caret under the place, and the hint. */
  render(): string {
    return `Cannot read the query: ${this.problem}\n${pointAt(this.query, this.offset, this.length)}\nhint: ${this.hint}`;
  }
}

const WIDTH = 100;

/** The line of `query` that holds `offset`, indented by two, and under it carets for `length` characters. */
export function pointAt(query: string, offset: number, length: number): string {
  const lineStart = query.lastIndexOf('\n', offset - 1) + 1;
  const lineBreak = query.indexOf('\n', Math.max(offset, lineStart));
  const lineEnd = lineBreak < 0 ? query.length : lineBreak;
  // A long line is cut on both sides of the place, so that the caret stays on the screen.
  const from = Math.max(lineStart, Math.min(offset - WIDTH / 2, lineEnd - WIDTH));
  const to = Math.min(lineEnd, from + WIDTH);
  const before = (from > lineStart ? '…' : '') + query.slice(from, offset);
  const line = (from > lineStart ? '…' : '') + query.slice(from, to) + (to < lineEnd ? '…' : '');
  const under = [...query.slice(offset, Math.min(offset + length, to))].length;
  return `  ${line.replace(/[\r\t]/g, ' ')}\n  ${' '.repeat([...before].length)}${'^'.repeat(Math.max(1, under))}`;
}

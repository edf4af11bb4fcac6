import type { Bound, Condition, Field, Operator, Span } from '../ast.ts';
import { plainText, type Lexer } from './lexer.ts';
import { hasUnit, numberOf } from './number.ts';

const OPERATORS: readonly Operator[] = ['>=', '<=', '>', '<'];

/** `>100`, the field and its colon already read. */
export function readComparison(lexer: Lexer, field: Field): Condition {
  const start = lexer.at;
  refuseFullText(lexer, field, 'a comparison');
  const operator = OPERATORS.find((symbol) => lexer.take(symbol)) ?? '>';
  const at = { start, end: lexer.at };
  lexer.skipSpace();
  if (lexer.peek() === '' || lexer.peek() === ')' || lexer.operator()) throw lexer.error(at, `a number is missing after ${operator}`, `write ${operator}100`);
  const from = lexer.at;
  const isQuoted = lexer.peek() === '"';
  const text = isQuoted ? lexer.quoted() : unquoted(lexer);
  const place = { start: from, end: lexer.at };
  if (text === undefined) throw lexer.error(place, 'wildcards are not allowed in a comparison', `write ${operator}100, or use a range with * as an open end`);
  return { type: 'compare', field, operator, bound: boundOf(lexer, text, isQuoted, place), start, end: lexer.at };
}

function unquoted(lexer: Lexer): string | undefined {
  const word = lexer.word(false);
  lexer.endWord(word);
  return plainText(word);
}

/** `[400 TO 499]` or `{400 TO 499}`, the field and its colon already read. */
export function readRange(lexer: Lexer, field: Field): Condition {
  const open = lexer.here(1);
  refuseFullText(lexer, field, 'a range');
  const includesLower = lexer.peek() === '[';
  lexer.at++;
  const lower = rangeEnd(lexer, open);
  lexer.skipSpace();
  const to = lexer.here(2);
  if (!lexer.take('TO') || !(lexer.isAtSpace() || '"'.includes(lexer.peek()))) {
    const isLowerCase = /^to\b/.test(lexer.text.slice(to.start));
    throw lexer.error(to, "a range needs 'TO'", isLowerCase ? 'TO is upper case' : 'write [400 TO 499], or {400 TO 499} to leave both ends out');
  }
  const upper = rangeEnd(lexer, open);
  lexer.skipSpace();
  const close = lexer.peek();
  if (close === '') throw neverClosed(lexer, open);
  if (close !== ']' && close !== '}') throw lexer.error(lexer.here(1), 'a range has two ends', 'quote an end that holds a space');
  lexer.at++;
  return { type: 'range', field, lower, upper, includesLower, includesUpper: close === ']', start: open.start, end: lexer.at };
}

function rangeEnd(lexer: Lexer, open: Span): Bound {
  lexer.skipSpace();
  const start = lexer.at;
  if (lexer.peek() === '"') return boundOf(lexer, lexer.quoted(), true, { start, end: lexer.at });
  const text = lexer.plain(']}');
  if (lexer.peek() === '' && text === '') throw neverClosed(lexer, open);
  if (text === '' || text === 'TO') throw lexer.error({ start, end: start + Math.max(1, text.length) }, 'an end of this range is missing', 'write [400 TO 499]; * is an open end');
  return text === '*' ? { kind: 'open' } : boundOf(lexer, text, false, { start, end: lexer.at });
}

function boundOf(lexer: Lexer, text: string, isQuoted: boolean, at: Span): Exclude<Bound, { kind: 'open' }> {
  const value = isQuoted ? undefined : numberOf(text);
  if (value !== undefined) return { kind: 'number', value, text };
  if (!isQuoted && hasUnit(text)) {
    throw lexer.error(at, `units are not understood: ${text}`, 'write the number in the unit that the log has it in; Datadog reads units on measures only');
  }
  return { kind: 'text', value: text };
}

function neverClosed(lexer: Lexer, open: Span): Error {
  return lexer.error(open, 'this range is never closed', `write ${lexer.text[open.start] === '[' ? '[400 TO 499]' : '{400 TO 499}'}`);
}

function refuseFullText(lexer: Lexer, field: Field, what: string): void {
  if (field.kind === 'everything') throw lexer.error(lexer.here(1), `full-text search takes words, not ${what}`, 'name the attribute: @attribute:>100');
}

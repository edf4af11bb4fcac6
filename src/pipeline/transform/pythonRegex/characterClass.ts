import { PatternError } from './patternError.ts';

/** Python's `\d`, `\s` and `\w` inside brackets: of Unicode, or with the flag `a` of ASCII. */
export function CLASSES(ascii: boolean): Record<'d' | 's' | 'w', string> {
  return ascii
    ? { d: '0-9', s: ' \\t\\n\\r\\f\\v', w: 'a-zA-Z0-9_' }
    : { d: '\\p{Nd}', s: '\\s\\x1c-\\x1f\\x85', w: '\\p{L}\\p{N}_' };
}

/** A character as itself, wherever it stands in a JavaScript pattern. */
export function literal(character: string): string {
  return /^[A-Za-z0-9_]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const CONTROL: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07', b: '\b' };

/** Translates the class that begins at `start` with `[`. */
export function readClass(pattern: string, start: number, ascii: boolean): { source: string; end: number } {
  let at = start + 1;
  const negated = pattern[at] === '^';
  if (negated) at++;
  const items: string[] = [];
  // A class cannot hold another one that is negated (`[\\W_]`), but an alternative can.
  const negatedSets: string[] = [];
  // A bracket right at the start stands for itself.
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const item = readItem(pattern, at, ascii);
    if (!item) throw new PatternError(pattern, start, 'this class [...] is never closed');
    at = item.end;
    const upper = pattern[at] === '-' && pattern[at + 1] !== ']' ? readItem(pattern, at + 1, ascii) : undefined;
    if (!upper) {
      (item.source.startsWith('[^') ? negatedSets : items).push(item.source);
      continue;
    }
    if (item.isSet || upper.isSet) throw new PatternError(pattern, at, 'a range in a class needs two characters');
    items.push(`${item.source}-${upper.source}`);
    at = upper.end;
  }
  if (negatedSets.length === 0) return { source: `[${negated ? '^' : ''}${items.join('')}]`, end: at + 1 };
  const any = [...(items.length > 0 ? [`[${items.join('')}]`] : []), ...negatedSets].join('|');
  return { source: negated ? `(?:(?!${any})[\\s\\S])` : `(?:${any})`, end: at + 1 };
}

/** One character of a class, or a class in it such as `\w`. */
function readItem(pattern: string, at: number, ascii: boolean): { source: string; end: number; isSet: boolean } | undefined {
  const code = pattern.codePointAt(at);
  if (code === undefined) return undefined;
  const character = String.fromCodePoint(code);
  if (character !== '\\') return { source: literal(character), end: at + character.length, isSet: false };
  const rest = pattern.slice(at + 1);
  const set = /^[dswDSW]/.exec(rest)?.[0];
  if (set) {
    const inner = CLASSES(ascii)[set.toLowerCase() as 'd'];
    return { source: set === set.toLowerCase() ? inner : `[^${inner}]`, end: at + 2, isSet: true };
  }
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (hex) return { source: `\\u{${(hex[1] ?? hex[2] ?? hex[3] ?? '').replace(/^0+(?=.)/, '')}}`, end: at + 1 + hex[0].length, isSet: false };
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal) return { source: literal(String.fromCodePoint(parseInt(octal, 8))), end: at + 1 + octal.length, isSet: false };
  const escaped = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (rest === '') throw new PatternError(pattern, at, 'nothing follows this backslash');
  const control = CONTROL[escaped];
  if (control === undefined && /[A-Za-z0-9]/.test(escaped)) throw new PatternError(pattern, at, `\\${escaped} is not understood`);
  return { source: literal(control ?? escaped), end: at + 1 + escaped.length, isSet: false };
}

import { PatternError } from './patternError.ts';

const CONTROL: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07', b: '\b', '\\': '\\' };

/** What a match is replaced by: pieces of text, and groups by number or name. */
type Piece = string | { group: string };

/**
 * Python's replacement template (`\1`, `\g<1>`, `\g<name>`, `\n`) as a function for String.replace.
 *
 * @throws PatternError
 */
export function replacementOf(template: string, regex: RegExp): (...match: unknown[]) => string {
  const pieces = piecesOf(template);
  const { groups, names } = groupsOf(regex);
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    const exists = /^\d+$/.test(piece.group) ? Number(piece.group) <= groups : names.has(piece.group);
    if (!exists) throw new PatternError(template, 0, `the pattern has no group ${piece.group}`);
  }
  return (...match) => {
    const named = (match.at(-1) ?? {}) as Record<string, unknown>;
    // A group that took no part in the match is nothing.
    const of = (group: string): string => {
      const text = /^\d+$/.test(group) ? match[Number(group)] : named[group];
      return typeof text === 'string' ? text : '';
    };
    return pieces.map((piece) => (typeof piece === 'string' ? piece : of(piece.group))).join('');
  };
}

function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < template.length; ) {
    const rest = template.slice(at);
    const group = /^\\(?:g<(\w+)>|([1-9]\d?))/.exec(rest);
    const octal = /^\\(0[0-7]{0,2})/.exec(rest);
    if (group) pieces.push({ group: group[1] ?? group[2] ?? '' });
    else if (octal) pieces.push(String.fromCharCode(parseInt(octal[1] ?? '', 8)));
    else if (rest.startsWith('\\')) {
      const escaped = rest[1] ?? '';
      const control = CONTROL[escaped];
      if (control === undefined && (escaped === '' || /[A-Za-z]/.test(escaped))) throw new PatternError(template, at, `\\${escaped} is not understood in a replacement`);
      pieces.push(control ?? rest.slice(0, 2));
    } else pieces.push(rest[0] ?? '');
    at += group?.[0].length ?? octal?.[0].length ?? (rest.startsWith('\\') ? 2 : 1);
  }
  return pieces;
}

/** How many groups a pattern has, and their names: matched against nothing, with an empty alternative. */
function groupsOf(regex: RegExp): { groups: number; names: Set<string> } {
  const match = new RegExp(`${regex.source}|`, regex.flags.replace('g', '')).exec('');
  return { groups: (match?.length ?? 1) - 1, names: new Set(Object.keys(match?.groups ?? {})) };
}

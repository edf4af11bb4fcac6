import type { GlobPiece } from '../ast.ts';

/** A glob cut at its `*`: what lies between must follow each other in the text, the first and last at its ends. */
interface Segments {
  /** Each a sequence of characters and `undefined` for `?`. */
  segments: (string | undefined)[][];
  anchoredStart: boolean;
  anchoredEnd: boolean;
}

/**
 * A test for texts against a glob: `*` is any run of characters, `?` exactly one. Without `?` it is startsWith, endsWith
 * or includes; in general the leftmost place of each part between two `*`, which needs no backtracking.
 */
export function globTest(pieces: GlobPiece[]): (text: string) => boolean {
  const parts = literalParts(pieces);
  return parts ? literalGlobTest(parts) : generalGlobTest(segmentsOf(pieces));
}

/** The literals between the `*` of a glob, '' where it begins or ends with one; undefined when it holds a `?`. */
export function literalParts(pieces: GlobPiece[]): string[] | undefined {
  const parts = [''];
  for (const piece of pieces) {
    if ('literal' in piece) parts.push((parts.pop() ?? '') + piece.literal);
    else if (piece.wildcard === '*') parts.push('');
    else return undefined;
  }
  return parts;
}

function literalGlobTest(parts: string[]): (text: string) => boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  const inner = rest.filter((part) => part !== '');
  const [only = ''] = inner;
  if (inner.length === 0 && last === '') return (text) => text.startsWith(first);
  if (inner.length === 0 && first === '') return (text) => text.endsWith(last);
  if (inner.length === 1 && first === '' && last === '') return (text) => text.includes(only);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of inner) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

function segmentsOf(pieces: GlobPiece[]): Segments {
  const segments: (string | undefined)[][] = [[]];
  for (const piece of pieces) {
    if ('literal' in piece) segments.at(-1)?.push(...piece.literal);
    else if (piece.wildcard === '?') segments.at(-1)?.push(undefined);
    else segments.push([]);
  }
  const first = pieces[0];
  const last = pieces.at(-1);
  const isStar = (piece: GlobPiece | undefined) => piece !== undefined && 'wildcard' in piece && piece.wildcard === '*';
  return { segments: segments.filter((segment) => segment.length > 0), anchoredStart: !isStar(first), anchoredEnd: !isStar(last) };
}

function generalGlobTest({ segments, anchoredStart, anchoredEnd }: Segments): (text: string) => boolean {
  const least = segments.reduce((sum, segment) => sum + segment.length, 0);
  return (text) => {
    // One `?` is one character, also where UTF-16 needs two units for it.
    const characters = SURROGATE.test(text) ? [...text] : text;
    if (characters.length < least) return false;
    let from = 0;
    let to = segments.length;
    let at = 0;
    let end = characters.length;
    if (anchoredEnd) {
      const segment = segments[to - 1];
      if (to === 1 && anchoredStart) return characters.length === least && matchesAt(characters, 0, segment);
      end -= segment?.length ?? 0;
      if (!matchesAt(characters, end, segment)) return false;
      to--;
    }
    if (anchoredStart) {
      const segment = segments[from++];
      if (!matchesAt(characters, 0, segment)) return false;
      at = segment?.length ?? 0;
    }
    for (const segment of segments.slice(from, to)) {
      while (at + segment.length <= end && !matchesAt(characters, at, segment)) at++;
      if (at + segment.length > end) return false;
      at += segment.length;
    }
    return at <= end;
  };
}

const SURROGATE = /[\ud800-\udfff]/;

function matchesAt(characters: ArrayLike<string>, at: number, segment: (string | undefined)[] | undefined): boolean {
  return segment?.every((character, i) => character === undefined || characters[at + i] === character) ?? true;
}

import type { GlobPiece } from '../ast.ts';
import { globTest } from './glob.ts';

/**
 * Text search, as in the message: case does not matter, and words are runs of letters, digits and underscores, so that
 * `"hello world"` finds `Hello, world` and `hello-world`
 * (https://docs.datadoghq.com/observability_pipelines/search_syntax/logs/).
 */

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** A test for texts that hold these words, one right after the other. */
export function textTest(searched: string): (text: string) => boolean {
  const words = wordsOf(searched);
  const [first] = words;
  const lowered = searched.toLowerCase();
  // Nothing but special characters, which are not searchable as words: then as they stand.
  if (first === undefined) return searched === '' ? (text) => text === '' : (text) => text.toLowerCase().includes(lowered);
  return (text) => {
    const found = wordsOf(text);
    for (let at = found.indexOf(first); at >= 0; at = found.indexOf(first, at + 1)) {
      if (words.every((word, i) => found[at + i] === word)) return true;
    }
    return false;
  };
}

/** A test for texts of which one word, or the whole, matches a glob. */
export function textGlobTest(pieces: GlobPiece[]): (text: string) => boolean {
  const matches = globTest(pieces.map((piece) => ('literal' in piece ? { literal: piece.literal.toLowerCase() } : piece)));
  return (text) => matches(text.toLowerCase()) || wordsOf(text).some(matches);
}

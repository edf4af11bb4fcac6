import type { TrailRecord } from '../../model.ts';

const BACKSLASH = 0x5c;
/** A letter that no number has when it is written out (`1e+21`, `Infinity`, `NaN`): 1e3 in a record is found as 1000. */
const NOT_OF_A_NUMBER = /[^\d.+\-einftya]/;
const ASCII = /^[\x20-\x7e]+$/;

/**
 * A test whether a record certainly lacks the longest of some words (lower case), so that full-text search need not
 * parse it. Case is ignored as in the search; a record with escapes or other letters than ASCII may hold anything.
 */
export function absentWord(words: readonly string[]): (record: TrailRecord) => boolean {
  const [longest] = words.filter((word) => ASCII.test(word) && NOT_OF_A_NUMBER.test(word)).sort((a, b) => b.length - a.length);
  if (longest === undefined) return () => false;
  const lower = Buffer.from(longest.toLowerCase());
  const upper = Buffer.from(longest.toUpperCase());
  const [firstLower, firstUpper] = [lower[0]!, upper[0]!];
  return ({ bytes, start, end }) => {
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80 || byte === BACKSLASH) return false;
      if (byte !== firstLower && byte !== firstUpper) continue;
      let k = 1;
      while (k < lower.length && (bytes[i + k] === lower[k] || bytes[i + k] === upper[k])) k++;
      if (k === lower.length) return false;
    }
    return true;
  };
}

import fc from 'fast-check';
import type { GlobPiece } from '../../../src/query/ast.ts';
import { globTest } from '../../../src/query/match/glob.ts';

function piecesOf(pattern: string): GlobPiece[] {
  return [...pattern.matchAll(/\*+|\?|[^*?]+/g)].map(([piece]) => (piece.startsWith('*') ? { wildcard: '*' } : piece === '?' ? { wildcard: '?' } : { literal: piece }));
}

/** The slow twin: every way to let a star take characters. */
function naive(pattern: string[], text: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && naive(rest, text.slice(1));
}

test('a glob matches what its slow twin matches', () => {
  const letter = fc.constantFrom('a', 'b', '😀');
  const pattern = fc.array(fc.oneof({ arbitrary: fc.constantFrom('*', '?'), weight: 1 }, { arbitrary: letter, weight: 1 }), { minLength: 1, maxLength: 7 });
  const text = fc.array(letter, { maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (characters, letters) => {
      if (globTest(piecesOf(characters.join('')))(letters.join('')) !== naive(characters, letters)) throw new Error(`${characters.join('')} on ${letters.join('')}`);
    }),
    { numRuns: 20_000 },
  );
});

test('? is one character, also one that takes two UTF-16 units, a line break or a space', () => {
  expect(['a😀b', 'a\nb', 'a b', 'aéb'].map(globTest(piecesOf('a?b')))).toEqual([true, true, true, true]);
  expect(['ab', 'a😀😀b', 'a\r\nb'].map(globTest(piecesOf('a?b')))).toEqual([false, false, false]);
});

test('a glob that would make a backtracking matcher exponential is answered at once', () => {
  const text = 'a'.repeat(50_000);
  expect(globTest(piecesOf(`${'*a'.repeat(30)}*b`))(text)).toBe(false);
  expect(globTest(piecesOf(`${'*?a'.repeat(30)}*b?`))(text)).toBe(false);
});

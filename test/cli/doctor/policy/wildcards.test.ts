import fc from 'fast-check';
import { matchesWildcards } from '../../../../src/cli/doctor/policy/wildcards.ts';

/** The obvious twin, for texts short enough to recurse. */
function obvious(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, ...rest] = pattern;
  const others = rest.join('');
  if (first === '*') return obvious(others, text) || (text !== '' && obvious(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text[0]) && obvious(others, text.slice(1));
}

describe('matchesWildcards', () => {
  test('agrees with its obvious twin', () => {
    const short = (letters: string) => fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(fc.property(short('ab*?'), short('ab'), (pattern, text) => matchesWildcards(pattern, text) === obvious(pattern, text)), { numRuns: 5000 });
  });

  test('takes no longer for patterns made to hurt', () => {
    expect(matchesWildcards('*a'.repeat(200), 'a'.repeat(5000) + 'b')).toBe(false);
  });
});

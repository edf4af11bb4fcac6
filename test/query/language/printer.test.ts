import fc from 'fast-check';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { printQuery } from '../../../src/query/language/printer.ts';
import { query, withoutPlaces } from '../support/queries.ts';

test('a printed tree is read back as the same tree, and printed the same', () => {
  fc.assert(
    fc.property(query, (root) => {
      const text = printQuery(root);
      const read = parseQuery(text).root;
      if (JSON.stringify(withoutPlaces(read)) !== JSON.stringify(withoutPlaces(root))) throw new Error(`${text} is read as ${JSON.stringify(withoutPlaces(read))}`);
      if (printQuery(read) !== text) throw new Error(`${text} is printed as ${printQuery(read)}`);
    }),
    { numRuns: 5_000 },
  );
});

test('any text is either refused with a place inside it, or read and printed in a stable form', () => {
  const scraps = ['@a', ':', ' ', '(', ')', '"', '\\', '*', '?', '-', 'AND', ' OR ', 'NOT', '[1 TO 2]', '{', '}', 'TO', '>', '<=', 'CIDR(', ',10.0.0.0/8', '&&', '||', '!', '+', '#', 'x', '_exists_:', '“', '\u3000', '😀', '\n', '*:', '=', '~'];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let printed: string;
      try {
        printed = printQuery(parseQuery(text).root);
      } catch (error) {
        const { code, offset, length, hint, query: shown } = error as { code?: string; offset?: number; length?: number; hint?: string; query?: string };
        if (code !== 'ERR_QUERY' || shown !== text || offset === undefined || offset < 0 || offset > text.length || !length || !hint) throw error;
        return;
      }
      const again = printQuery(parseQuery(printed).root);
      if (again !== printed) throw new Error(`${text} is printed as ${printed}, then as ${again}`);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ['a   AND  b', 'a b'],
  ['(a OR b) AND c', '(a OR b) c'],
  ['(a AND b) OR c', 'a b OR c'],
  ['a (b c)', 'a b c'],
  ['NOT a', '-a'],
  ['!@a:b', '-@a:b'],
  ['NOT (a OR b)', '-(a OR b)'],
  ['@a:x OR @a:y', '@a:(x OR y)'],
  ['-(@a:x OR @a:y)', '-@a:(x OR y)'],
  ['@a:x OR @b:y', '@a:x OR @b:y'],
  ['@a:(x AND (y OR -z))', '@a:(x AND (y OR -z))'],
  ['@a:\\[APN\\/*', '@a:\\[APN/*'],
  ['@a:b:c', '@a:b\\:c'],
  ['@a:[1 TO "2"}', '@a:[1 TO "2"}'],
  ['@a:>= 5', '@a:>=5'],
  ['*:a b', '*:(a AND b)'],
  ['*:a AND b', '*:a AND b'],
  ['_exists_:@a', '@a:*'],
  ['_missing_:a', '-_exists_:a'],
  ['\\_exists_:x', '\\_exists_:x'],
  ['', '*:*'],
  ['CIDR( @a , 10.0.0.0/8,192.0.2.0/24 )', 'CIDR(@a, 10.0.0.0/8, 192.0.2.0/24)'],
  ['@"a.b".c:x', '@\\"a.b\\".c:x'],
])('%s is printed as %s', (text, printed) => {
  expect(printQuery(parseQuery(text).root)).toBe(printed);
});

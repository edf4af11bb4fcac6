import fc from 'fast-check';
import { elementsOf, membersOf } from '../../../src/sandbox/intake/windows.ts';

/** Any JSON value as text, with blanks of every kind wherever JSON allows them. */
const jsonText = fc.tuple(fc.jsonValue(), fc.constantFrom('', ' ', '\n\t ', '\r\n')).map(([value, blank]) =>
  JSON.stringify(value, undefined, blank === '' ? undefined : 1).replaceAll('\n', blank === '' ? '\n' : blank),
);

test('elementsOf finds each element of an array as it was written', () => {
  fc.assert(
    fc.property(fc.array(jsonText), fc.constantFrom('', ' ', '\n'), (texts, blank) => {
      const bytes = Buffer.from(`${blank}[${blank}${texts.join(`${blank},${blank}`)}${blank}]${blank}`);
      const found = elementsOf(bytes).map(({ start, end }) => bytes.toString('utf8', start, end));
      return JSON.stringify(found) === JSON.stringify(texts);
    }),
  );
});

test('membersOf finds each member of an object as it was written, duplicates included', () => {
  const member = fc.tuple(fc.string().map((key) => JSON.stringify(key)), jsonText);
  fc.assert(
    fc.property(fc.array(member), fc.constantFrom('', ' ', '\n'), (members, blank) => {
      const bytes = Buffer.from(`{${blank}${members.map(([key, value]) => `${key}${blank}:${blank}${value}`).join(`,${blank}`)}${blank}}`);
      const found = membersOf(bytes).map(({ key, value }) => [
        `"${bytes.toString('utf8', key.start, key.end)}"`,
        bytes.toString('utf8', value.start, value.end),
      ]);
      return JSON.stringify(found) === JSON.stringify(members);
    }),
  );
});

test('elementsOf keeps what JSON.parse would change: 0.0, 1E400, escapes, duplicate keys', () => {
  const bytes = Buffer.from('[{"a":0.0,"a":1E400},"\\u0041\\"]",1.10,null]');
  expect(elementsOf(bytes).map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(['{"a":0.0,"a":1E400}', '"\\u0041\\"]"', '1.10', 'null']);
});

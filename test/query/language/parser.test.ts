import { conditions } from '../../../src/query/ast.ts';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { printField } from '../../../src/query/language/printer.ts';
import { withoutPlaces } from '../support/queries.ts';

/** A tree in few words: the shape, and each condition with its field. */
function shape(text: string): unknown {
  const brief = (node: ReturnType<typeof parseQuery>['root']): unknown => {
    switch (node.type) {
      case 'all':
        return 'all';
      case 'and':
      case 'or':
        return [node.type, ...node.operands.map(brief)];
      case 'not':
        return ['not', brief(node.operand)];
      case 'term':
      case 'phrase':
        return `${printField(node.field)} ${node.type} ${node.value}`;
      default:
        return `${printField(node.field)} ${node.type}`;
    }
  };
  return brief(parseQuery(text).root);
}

test.each([
  ['a OR b c', ['or', ' term a', ['and', ' term b', ' term c']]],
  ['a b OR c d', ['or', ['and', ' term a', ' term b'], ['and', ' term c', ' term d']]],
  ['a && b || c', ['or', ['and', ' term a', ' term b'], ' term c']],
  ['(a OR b) c', ['and', ['or', ' term a', ' term b'], ' term c']],
  ['NOT a b', ['and', ['not', ' term a'], ' term b']],
  ['NOT a OR b', ['or', ['not', ' term a'], ' term b']],
  ['-(a b) c', ['and', ['not', ['and', ' term a', ' term b']], ' term c']],
  ['- a', ['not', ' term a']],
  ['NOT(a)', ['not', ' term a']],
  ['NOT -a', ['not', ['not', ' term a']]],
  ['+a -b !c', ['and', ' term a', ['not', ' term b'], ['not', ' term c']]],
  ['a and b or c', ['and', ' term a', ' term and', ' term b', ' term or', ' term c']],
  ['NOTHING ANDROID ORDER', ['and', ' term NOTHING', ' term ANDROID', ' term ORDER']],
  ['\\AND \\OR \\NOT', ['and', ' term AND', ' term OR', ' term NOT']],
  ['status:AND', 'status term AND'],
  ['a-b', ' term a-b'],
  ['@x-y:a-b', '@x-y term a-b'],
  ['@n:-10.5', '@n term -10.5'],
  ['@n:(-5 OR 3)', ['or', ['not', '@n term 5'], '@n term 3']],
  ['@a:(x AND -(y OR z))', ['and', '@a term x', ['not', ['or', '@a term y', '@a term z']]]],
  ['env:(prod OR test)', ['or', 'env term prod', 'env term test']],
  ['@a:(* -x)', ['and', '@a exists', ['not', '@a term x']]],
  ['foo:(*:*)', 'all'],
  ['@a:"x y" "z"', ['and', '@a phrase x y', ' phrase z']],
  ['@a:"say \\"hi\\" \\\\"', '@a phrase say "hi" \\'],
  ['@a:va\\&&lue', '@a term va&&lue'],
  ['@a:va\\||lue', '@a term va||lue'],
  ['@a:\\+\\-\\=\\>\\<\\!\\(\\)\\{\\}\\[\\]\\^\\"\\~\\*\\?\\:\\\\\\#\\ x', '@a term +-=><!(){}[]^"~*?:\\# x'],
  ['@a:x=y@z/w,v;u', '@a term x=y@z/w,v;u'],
  ['@userIdentity.arn:arn:aws:iam::1:root', '@userIdentity.arn term arn:aws:iam::1:root'],
  ['*:hello world', ['and', '* term hello', '* term world']],
  ['*:"a b" "c d" e', ['and', '* phrase a b', '* phrase c d', '* term e']],
  ['*:hello AND world', ['and', '* term hello', ' term world']],
  ['*:hello OR world', ['or', '* term hello', ' term world']],
  ['*:hello -world', ['and', '* term hello', ['not', ' term world']]],
  ['“hello world”', ['and', ' term hello', ' term world']],
  ['a\u3000b\u00a0c', ['and', ' term a', ' term b', ' term c']],
  ['a\\ b', ' term a b'],
  ['@a b:c', null],
  ['_exists_:@a.b', '@a.b exists'],
  ['_exists_:foo\\ bar', 'foo\\ bar exists'],
  ['_missing_:"foo"', ['not', 'foo exists']],
  ['service:*', 'service exists'],
  ['@a:**', '@a exists'],
  ['@a:?', '@a glob'],
  ['*', 'all'],
  ['**', 'all'],
  ['-*:*', ['not', 'all']],
  [' \t\n', 'all'],
  ['@a:{1 TO *]', '@a range'],
  ['@a:>=1', '@a compare'],
  ['CIDR(@a,10.0.0.0/8) x', ['and', '@a cidr', ' term x']],
  ['NOT(CIDR(@a, 10.0.0.0/8))', ['not', '@a cidr']],
] as const)('%s', (text, expected) => {
  if (expected === null) expect(() => parseQuery(text)).toThrow('an attribute needs a value');
  else expect(shape(text)).toEqual(expected);
});

test('wildcards and escaped wildcards are kept apart', () => {
  expect(withoutPlaces(parseQuery('@a:x\\*y*z?').root)).toMatchObject({ pieces: [{ literal: 'x*y' }, { wildcard: '*' }, { literal: 'z' }, { wildcard: '?' }] });
});

test('bounds are numbers unless they are quoted', () => {
  expect(withoutPlaces(parseQuery('@a:[1.5 TO "2"]').root)).toMatchObject({ lower: { kind: 'number', value: 1.5, text: '1.5' }, upper: { kind: 'text', value: '2' }, includesLower: true, includesUpper: true });
  expect(withoutPlaces(parseQuery('@t:{2026-01-01T00:00:00Z TO *}').root)).toMatchObject({ lower: { kind: 'text', value: '2026-01-01T00:00:00Z' }, upper: { kind: 'open' }, includesLower: false });
  expect(withoutPlaces(parseQuery('@a:<4.12345E\\-4').root)).toMatchObject({ operator: '<', bound: { kind: 'number', value: 4.12345e-4 } });
});

test('every condition knows its place in the text', () => {
  const text = 'source:cloudtrail -@a:(x OR "y z") CIDR(@ip, 10.0.0.0/8) _exists_:b';
  const places = [...conditions(parseQuery(text).root)].map(({ start, end, field }) => [text.slice(start, end), text.slice(field.start, field.end)]);
  expect(places).toEqual([
    ['source:cloudtrail', 'source'],
    ['x', '@a'],
    ['"y z"', '@a'],
    ['CIDR(@ip, 10.0.0.0/8)', '@ip'],
    ['_exists_:b', 'b'],
  ]);
});

test('a long chain of conditions and prefixes is read without running out of stack', () => {
  expect(parseQuery(Array.from({ length: 20_000 }, (_, i) => `@a:v${i}`).join(' OR ')).root).toMatchObject({ type: 'or' });
  expect(() => parseQuery('('.repeat(100_000))).toThrow('nested more than 250 levels deep');
  expect(() => parseQuery(`${'-'.repeat(100_000)}a`)).toThrow('nested more than 250 levels deep');
});

import fc from 'fast-check';
import { join, type Field, type GlobPiece, type QueryNode } from '../../../src/query/ast.ts';

/** Queries as trees, in the form that the parser gives them, over the fields and values that `records.ts` uses. */

const at = { start: 0, end: 0 };

export const PATHS = [
  'eventName', 'evt.name', 'eventSource', 'errorCode', 'error.kind', 'evt.outcome', 'level', 'readOnly', 'sourceIPAddress', 'network.client.ip',
  'userAgent', 'http.useragent', 'userIdentity.type', 'userIdentity.arn', 'userIdentity.userName', 'userIdentity.session_name', 'userIdentity.assumed_role',
  'userIdentity.sessionContext.attributes.mfaAuthenticated', 'usr.name', 'usr.id', 'requestParameters', 'requestParameters.bucketName', 'requestParameters.a.b',
  'requestParameters.tagSet.items.key', 'requestParameters.n', 'responseElements.ConsoleLogin', 'resources.ARN', 'resource.ARN', 'requestParameters."a.b"', 'a.b.c', 'absent', '',
].filter((path) => path !== '');

export const TEXTS = ['StopLogging', 'Describe', 'Root', 'root', 's3.amazonaws.com', 'AccessDenied', 'true', 'false', 'null', '443', '1.1', '0', '192.0.2.7', '10.1.2.3', 'bucket/é', 'line\nbreak', 'quo"te', 'back\\slash', '😀', 'a b', 'AND', 'or', '-5', 'env:prod', 'cloudtrail', 'error', 'success', '*', '?', 'hello world', 'Hello, world', 'i-0123456789abcdef0', '', 'x', '2001:db8::1', 'e', '/'];

const text = fc.oneof({ arbitrary: fc.constantFrom(...TEXTS), weight: 5 }, { arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), weight: 1 });
const word = text.filter((value) => value !== '');

export const field: fc.Arbitrary<Field> = fc.oneof(
  { arbitrary: fc.constantFrom(...PATHS).map((path): Field => ({ kind: 'attribute', path, ...at })), weight: 8 },
  { arbitrary: fc.constantFrom('host', 'source', 'status', 'service', 'message', 'timestamp', 'tags', 'trace_id' as const).map((name): Field => ({ kind: 'reserved', name: name as 'host', ...at })), weight: 2 },
  { arbitrary: fc.constantFrom('env', 'team', 'a-b', 'with space').map((key): Field => ({ kind: 'tag', key, ...at })), weight: 1 },
  { arbitrary: fc.constant<Field>({ kind: 'free-text', ...at }), weight: 1 },
  { arbitrary: fc.constant<Field>({ kind: 'everything', ...at }), weight: 1 },
);
const exactField = field.filter((one) => one.kind !== 'free-text' && one.kind !== 'everything');

/** Literals and wildcards in turn, as the lexer gives them. */
const pieces: fc.Arbitrary<GlobPiece[]> = fc
  .array(fc.oneof(fc.constantFrom<GlobPiece>({ wildcard: '*' }, { wildcard: '?' }), word.map((literal): GlobPiece => ({ literal: literal.slice(0, 4) }))), { minLength: 1, maxLength: 5 })
  .map((list) =>
    list.reduce<GlobPiece[]>((joined, piece) => {
      const last = joined.at(-1);
      if (last && 'literal' in last && 'literal' in piece) return [...joined.slice(0, -1), { literal: last.literal + piece.literal }];
      return last && 'wildcard' in last && 'wildcard' in piece && last.wildcard === '*' && piece.wildcard === '*' ? joined : [...joined, piece];
    }, []),
  )
  .filter((list) => list.some((piece) => 'wildcard' in piece) && !(list.length === 1 && 'wildcard' in list[0]! && list[0].wildcard === '*'));

const number = fc.constantFrom('0', '1', '443', '-5', '1.10', '1e3', '+2').map((digits) => ({ kind: 'number' as const, value: Number(digits), text: digits }));
const bound = fc.oneof(number, text.map((value) => ({ kind: 'text' as const, value })));
const end = fc.oneof(bound, fc.constant({ kind: 'open' as const }));

const condition: fc.Arbitrary<QueryNode> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('term' as const), field, value: word, start: fc.constant(0), end: fc.constant(0) }), weight: 5 },
  { arbitrary: fc.record({ type: fc.constant('phrase' as const), field, value: text, start: fc.constant(0), end: fc.constant(0) }), weight: 2 },
  { arbitrary: fc.record({ type: fc.constant('glob' as const), field, pieces, start: fc.constant(0), end: fc.constant(0) }), weight: 4 },
  { arbitrary: fc.record({ type: fc.constant('compare' as const), field: exactField, operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const), bound, start: fc.constant(0), end: fc.constant(0) }), weight: 1 },
  { arbitrary: fc.record({ type: fc.constant('range' as const), field: exactField, lower: end, upper: end, includesLower: fc.boolean(), includesUpper: fc.boolean(), start: fc.constant(0), end: fc.constant(0) }), weight: 1 },
  { arbitrary: exactField.map((one): QueryNode => ({ type: 'exists', field: one, ...at })), weight: 2 },
  { arbitrary: fc.constantFrom('x', 'env', 'userIdentity.type').map((name): QueryNode => ({ type: 'exists', field: { kind: 'tag-or-attribute', name, ...at }, ...at })), weight: 1 },
  {
    arbitrary: fc.record({ type: fc.constant('cidr' as const), field: fc.constantFrom('sourceIPAddress', 'network.client.ip', 'userAgent').map((path): Field => ({ kind: 'attribute', path, ...at })), blocks: fc.subarray(['192.0.2.0/24', '10.0.0.0/8', '2001:db8::/32', '192.0.2.7'], { minLength: 1 }), start: fc.constant(0), end: fc.constant(0) }),
    weight: 1,
  },
  { arbitrary: fc.constant<QueryNode>({ type: 'all', ...at }), weight: 1 },
);

export const query: fc.Arbitrary<QueryNode> = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: condition, weight: 4 },
    { arbitrary: tie('node').map((operand): QueryNode => ({ type: 'not', operand, ...at })), weight: 1 },
    { arbitrary: fc.tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('node'), { minLength: 2, maxLength: 4 })).map(([type, operands]) => join(type, operands)), weight: 2 },
  ),
})).node;

/** A tree without its places in a text, for comparing. */
export function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).flatMap(([name, value]) => (name === 'start' || name === 'end' ? [] : [[name, withoutPlaces(value)]])));
}

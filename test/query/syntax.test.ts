import { compileForLogs } from '../../src/query/compile.ts';
import { parseQuery } from '../../src/query/language/parser.ts';
import type { Json } from '../../src/query/view/json.ts';
import { genericLog } from '../../src/query/view/genericLog.ts';

/** What the documented syntax means, condition by condition: a query, logs that it finds, and logs that it does not. */
const ROWS: [query: string, finds: Json[], not: Json[]][] = [
  // Free text: words of the message, whatever their case.
  ['hello', [{ message: 'Hello World' }, { message: 'say hello.' }], [{ message: 'helloworld' }, { a: 'hello' }, {}]],
  ['hello world', [{ message: 'world of hello' }], [{ message: 'hello' }]],
  ['"hello world"', [{ message: 'Hello-World!' }], [{ message: 'hello my world' }, { message: 'world hello' }]],
  ['message:"hello world"', [{ message: 'hello, world' }], [{ message: 'hello' }]],
  ['message:*!*', [{ message: 'stop! it' }], [{ message: 'stop it' }]],
  ['web*', [{ message: 'website is up' }, { message: 'the website' }], [{ message: 'cobweb' }]],
  ['*web', [{ message: 'a cobweb here' }], [{ message: 'website' }]],
  ['*test*', [{ message: 'this is mytested thing' }], [{ message: 'nothing' }]],
  ['user-1', [{ message: 'for user 1 only' }], [{ message: 'user one' }]],
  ['message:*', [{ message: '' }, { message: 'x' }], [{}, { message: null }]],
  ['404', [{ message: 404 }, { message: ['x', 'error 404'] }], [{ message: { code: 404 } }]],
  // Operators.
  ['a:1 OR b:2 c:3', [{ tags: ['a:1'] }, { tags: ['b:2', 'c:3'] }], [{ tags: ['b:2'] }]],
  ['NOT a:1 b:2', [{ tags: ['b:2'] }], [{ tags: ['a:1', 'b:2'] }, {}]],
  ['-@x:1', [{}, { x: 2 }, { x: null }], [{ x: 1 }, { x: [2, 1] }]],
  ['-(@x:1 OR @y:2)', [{ x: 2, y: 1 }], [{ x: 1 }, { y: 2 }]],
  ['*', [{}, { a: 1 }], []],
  ['-*:*', [], [{}, { a: 1 }]],
  ['', [{}], []],
  // Attributes: the whole value, and case matters, in names as in values.
  ['@url:www.datadoghq.com', [{ url: 'www.datadoghq.com' }], [{ url: 'WWW.datadoghq.com' }, { URL: 'www.datadoghq.com' }, { url: 'www.datadoghq.com/' }, { message: 'www.datadoghq.com' }]],
  ['@a.b:x', [{ a: { b: 'x' } }, { 'a.b': 'x' }], [{ a: { c: 'x' } }, { a: 'x' }, { A: { b: 'x' } }]],
  ['@a.b.c:x', [{ a: { b: { c: 'x' } } }, { 'a.b': { c: 'x' } }, { a: { 'b.c': 'x' } }, { 'a.b.c': 'x' }], [{ a: { b: 'x', c: 'x' } }]],
  ['@"a.b":x', [{ 'a.b': 'x' }], [{ a: { b: 'x' } }]],
  ['@\\"a.b\\".c:x', [{ 'a.b': { c: 'x' } }], [{ a: { b: { c: 'x' } } }]],
  ['@tag:x', [{ tag: 'x', Tag: 'y' }], [{ Tag: 'x', tag: 'y' }]],
  ['@a\\ b:x', [{ 'a b': 'x' }], [{ a: 'x' }]],
  ['@constructor:*', [{ constructor: 1 }], [{}]],
  ['@__proto__:x', [JSON.parse('{"__proto__":"x"}') as Json], [{}]],
  ['@a:hello\\:world', [{ a: 'hello:world' }], [{ a: 'hello' }]],
  ['@a:hello:world', [{ a: 'hello:world' }], []],
  ['@a:"hello world"', [{ a: 'hello world' }], [{ a: 'hello  world' }, { a: 'hello-world' }, { a: 'Hello world' }]],
  ['@a:hello\\ world', [{ a: 'hello world' }], [{ a: 'hello' }]],
  ['@a:""', [{ a: '' }, { a: ['x', ''] }], [{}, { a: null }, { a: 'x' }]],
  ['@a:😀é', [{ a: '😀é' }], [{ a: '😀e' }]],
  // Numbers and booleans, as values and as texts.
  ['@n:443', [{ n: 443 }, { n: '443' }, { n: 443.0 }], [{ n: 4430 }, { n: '443.0' }, { n: '0443' }]],
  ['@n:1.10', [{ n: 1.1 }, { n: '1.10' }], [{ n: '1.1' }]],
  ['@n:0443', [{ n: '0443' }], [{ n: 443 }]],
  ['@n:-5', [{ n: -5 }, { n: '-5' }], [{ n: 5 }]],
  ['@b:true', [{ b: true }, { b: 'true' }], [{ b: false }, { b: 'True' }, { b: 1 }]],
  ['@a:null', [{ a: 'null' }], [{ a: null }, {}]],
  // Wildcards.
  ['@a:Describe*', [{ a: 'DescribeX' }, { a: 'Describe' }], [{ a: 'describeX' }, { a: 'xDescribe' }]],
  ['@a:*\\*', [{ a: 'x*' }], [{ a: 'x' }]],
  ['@a:a*b?d', [{ a: 'abcd' }, { a: 'axxbxd' }, { a: 'ab😀d' }], [{ a: 'abd' }]],
  ['@a:"x*"', [{ a: 'x*' }], [{ a: 'xy' }]],
  ['@n:4*', [{ n: 443 }, { n: '4' }], [{ n: 344 }]],
  ['@a:*', [{ a: 0 }, { a: false }, { a: '' }, { a: [null, 1] }, { a: { b: 'x' } }], [{}, { a: null }, { a: [] }, { a: [null] }, { a: {} }, { a: { b: null } }]],
  ['@a:?*', [{ a: 'x' }], [{ a: '' }, {}]],
  // Arrays are transparent; conditions on two fields need not hold of one element.
  ['@a:x', [{ a: ['y', 'x'] }, { a: [['x']] }], [{ a: ['y'] }, { a: [] }]],
  ['@a.b:x', [{ a: [{ b: 'y' }, { b: 'x' }] }, { a: [{ b: ['x'] }] }], [{ a: [{ c: 'x' }] }]],
  ['@a:(x AND y)', [{ a: ['x', 'y'] }], [{ a: ['x'] }, { a: 'x' }]],
  ['@a.b:1 @a.c:2', [{ a: [{ b: 1, c: 3 }, { b: 4, c: 2 }] }], [{ a: [{ b: 1 }] }]],
  // Comparisons and ranges.
  ['@n:>100', [{ n: 101 }, { n: '100.5' }, { n: [1, 200] }], [{ n: 100 }, { n: 'abc' }, { n: true }, {}]],
  ['@n:<=-1.5', [{ n: -1.5 }, { n: -2 }], [{ n: 0 }]],
  ['@n:[400 TO 499]', [{ n: 400 }, { n: 499 }, { n: '450' }], [{ n: 399 }, { n: 500 }]],
  ['@n:{400 TO 499}', [{ n: 401 }], [{ n: 400 }, { n: 499 }]],
  ['@n:[400 TO *}', [{ n: 400 }, { n: 1e9 }], [{ n: 399 }, { n: 'x' }]],
  ['@n:[* TO *]', [{ n: 1 }, { n: 'x' }], [{}, { n: null }]],
  ['@v:["1" TO "100"]', [{ v: '10' }], [{ v: '2' }]],
  ['@t:[2026-01-01 TO 2026-02-01}', [{ t: '2026-01-31T23:59:59Z' }], [{ t: '2026-02-01' }, { t: 20260115 }]],
  ['@t:>2026-01-01T10:00:00Z', [{ t: '2026-01-01T10:00:01Z' }], [{ t: '2026-01-01T10:00:00Z' }]],
  ['@n:(>=400 AND <500)', [{ n: 404 }], [{ n: 500 }]],
  // Reserved fields, each where Datadog's preprocessing finds it.
  ['service:web*', [{ service: 'webstore' }, { syslog: { appname: 'web' } }], [{ service: 'Web' }, { tags: ['service:web'] }]],
  ['source:postgres', [{ source: 'postgres' }, { ddsource: 'postgres' }], [{ tags: ['source:postgres'] }]],
  ['host:foo', [{ host: 'foo' }, { hostname: 'foo' }], [{ host: 'bar', hostname: 'foo' }, { tags: ['host:foo'] }]],
  ['status:info', [{ status: 'INFO' }, { status: 'info' }, { level: 'Info' }], [{ status: 'warn', level: 'info' }]],
  ['status:INFO', [{ status: 'INFO' }], [{ status: 'info' }]],
  ['trace_id:7', [{ trace_id: '7' }, { dd: { trace_id: '7' } }], [{}]],
  ['service:*', [{ service: 'x' }], [{}]],
  // Tags.
  ['env:prod', [{ tags: ['x:y', 'env:prod'] }, { ddtags: 'team:x, env:prod' }, { tags: 'env:prod' }, { ddtags: ['env:prod'] }], [{ env: 'prod' }, { tags: ['env:production'] }, { tags: ['xenv:prod'] }]],
  ['env:*', [{ tags: ['env:prod'] }, { tags: ['env'] }], [{ tags: ['environment:x'] }, { env: 'x' }]],
  ['a-b:x\\:y', [{ tags: ['a-b:x:y'] }], [{ tags: ['a-b:x'] }]],
  ['tags:my_tag', [{ tags: ['my_tag'] }, { ddtags: 'a:b,my_tag' }], [{ tags: ['my_tag:x'] }]],
  ['tags:env*', [{ tags: ['env:prod'] }], [{ tags: ['x:env'] }]],
  ['tags:"env:prod"', [{ ddtags: 'env:prod' }], [{ ddtags: 'env:dev' }]],
  ['n:>5', [{ tags: ['n:6'] }], [{ tags: ['n:5'] }, { n: 6 }]],
  // Existence.
  ['_exists_:service', [{ service: 'x' }], [{ env: 'x' }]],
  ['_exists_:a', [{ tags: ['a:1'] }, { a: 1 }], [{ tags: ['b:1'] }, { a: null }]],
  ['_exists_:@a', [{ a: 1 }], [{ tags: ['a:1'] }]],
  ['_missing_:a', [{}], [{ tags: ['a:1'] }, { a: 1 }]],
  // CIDR.
  ['CIDR(@ip, 10.0.0.0/8, 2001:db8::/32)', [{ ip: '10.1.1.1' }, { ip: ['1.1.1.1', '2001:db8::5'] }], [{ ip: '11.1.1.1' }, { ip: 'cloudformation.amazonaws.com' }, { ip: 10 }, {}, { ip: null }]],
  ['-CIDR(@ip,10.0.0.0/8)', [{ ip: 'x' }, {}], [{ ip: '10.0.0.1' }]],
  // Full text: words of any value, whatever their case.
  ['*:hello', [{ a: { b: ['say HELLO'] } }, { message: 'hello' }], [{ hello: 'x' }, { a: 'hello_world' }]],
  ['*:hello*', [{ a: 'hello_world' }], [{ a: 'say' }]],
  ['*:"hello world"', [{ a: 'hello world' }, { a: 'x/hello-world' }], [{ a: 'hello', b: 'world' }]],
  ['*:hello world', [{ a: 'hello', b: 'world' }], [{ a: 'hello' }]],
  ['*:hello AND world', [{ a: 'hello', message: 'world' }], [{ a: 'hello', b: 'world' }]],
  ['*:443', [{ a: 443 }], [{ a: 4430 }]],
];

test.each(ROWS)('%s', (text, finds, not) => {
  const matches = compileForLogs(parseQuery(text), genericLog);
  expect({ finds: finds.filter((log) => !matches(log)), not: not.filter(matches) }).toEqual({ finds: [], not: [] });
});

test('logs that are no objects have no attributes', () => {
  expect([null, 'x', 5, [], [{ a: 1 }]].map(compileForLogs(parseQuery('-@a:*'), genericLog))).toEqual([true, true, true, true, false]);
});

test('arrays of any length are searched', () => {
  const long = Array.from({ length: 300_000 }, (_, i) => i);
  expect(compileForLogs(parseQuery('@a:299999'), genericLog)({ a: [long] })).toBe(true);
  expect(compileForLogs(parseQuery('*:299999'), genericLog)({ a: [long] })).toBe(true);
});

test('logs nested deeper than the stack are searched', () => {
  const deep = (inner: string) => JSON.parse(`{"a":${'['.repeat(50_000)}${inner}${']'.repeat(50_000)}}`) as Json;
  expect(compileForLogs(parseQuery('@a:x'), genericLog)(deep('"x"'))).toBe(true);
  expect(compileForLogs(parseQuery('*:x'), genericLog)(deep('"x"'))).toBe(true);
  expect(compileForLogs(parseQuery('@a:*'), genericLog)(deep('{"b":{}}'))).toBe(false);
});

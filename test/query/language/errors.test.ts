import { ForwarderError } from '../../../src/errors.ts';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { QueryError } from '../../../src/query/queryError.ts';

function errorOf(text: string): QueryError {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

test.each([
  ['@a:', '^^^', "missing value after '@a:'", 'use @a:* to test that it exists'],
  ['x @a: OR b', '  ^^^', "missing value after '@a:'", 'use @a:*'],
  ['service: @a:b', '^^^^^^^^', "missing value after 'service:'", 'use service:*'],
  ['@a:&& b', '^^^', "missing value after '@a:'", 'use @a:*'],
  ['(a OR b', '^', 'this parenthesis is never closed', 'add a closing )'],
  ['a (b (c', '     ^', 'this parenthesis is never closed', 'add a closing )'],
  ['a)', ' ^', 'this parenthesis was never opened', 'remove it'],
  [')', '^', 'this parenthesis was never opened', 'remove it'],
  ['a ( )', '  ^^^', 'there is nothing between these parentheses', 'put a condition inside'],
  ['@a:[1 2]', '      ^^', "a range needs 'TO'", '[400 TO 499]'],
  ['@a:[1 to 2]', '      ^^', "a range needs 'TO'", 'TO is upper case'],
  ['@a:[1 TO 2', '   ^', 'this range is never closed', '[400 TO 499]'],
  ['@a:{1 TO', '   ^', 'this range is never closed', '{400 TO 499}'],
  ['@a:[ TO 2]', '     ^^', 'an end of this range is missing', '* is an open end'],
  ['@a:[1 TO ]', '         ^', 'an end of this range is missing', '* is an open end'],
  ['@a:[1 TO 2 3]', '           ^', 'a range has two ends', 'quote an end'],
  ['[1 TO 2]', '^', 'a range needs a field', 'write @attribute:[400 TO 499]'],
  ['>5', '^', 'a comparison needs a field', 'write @attribute:>100'],
  ['@a:>', '   ^', 'a number is missing after >', 'write >100'],
  ['@a:>=5*', '     ^^', 'wildcards are not allowed in a comparison', 'use a range'],
  ['@a:>20ms', '    ^^^^', 'units are not understood: 20ms', 'Datadog reads units on measures only'],
  ['@a:[1 TO 5KB]', '         ^^^', 'units are not understood: 5KB', 'Datadog reads units on measures only'],
  ['*:>5', '  ^', 'full-text search takes words, not a comparison', 'name the attribute'],
  ['AND b', '^^^', 'AND needs an expression before it', 'escape it: \\AND'],
  ['a && || b', '  ^^', 'AND needs an expression after it', 'escape it: \\&&'],
  ['a OR', '  ^^', 'OR needs an expression after it', 'escape it: \\OR'],
  ['a (b OR)', '     ^^', 'OR needs an expression after it', 'escape it: \\OR'],
  ['NOT', '^^^', 'NOT needs an expression after it', 'escape it: \\NOT'],
  ['a -', '  ^', '- needs an expression after it', 'escape it: \\-'],
  ['ser*:x', '^^^^', 'wildcards are not allowed in a field name', '*:word'],
  ['@a?:x', '^^^', 'wildcards are not allowed in a field name', '*:word'],
  ['_exists_:a*', '         ^^', 'wildcards are not allowed in a field name', 'name one field exactly'],
  ['@:x', '^', 'the name of an attribute is missing after @', 'write @attribute:value'],
  ['@a', '^^', 'an attribute needs a value', 'use @a:* to test that it exists'],
  ['"abc', '^', 'this quote is never closed', 'add a closing "'],
  ['@a:"x\\"', '   ^', 'this quote is never closed', 'add a closing "'],
  ['"a.b":c', '^^^^^^', 'a field name is not quoted', 'write @"a.b":'],
  ['a\\', ' ^', 'nothing follows this backslash', 'write \\\\ for a backslash'],
  ['@a:[1\\', '     ^', 'nothing follows this backslash', 'write \\\\ for a backslash'],
  ['#duration:>1', '^', 'calculated fields exist only in the Log Explorer', 'on attributes'],
  [':x', '^', 'a field name is missing before this colon', 'write @attribute:value'],
  ['@a:!b', '   ^', 'negation stands before the field', 'write -@attribute:value'],
  ['@a:foo(bar)', '      ^', 'unexpected ( inside a word', 'write \\('],
  ['@a:foo[0]', '      ^', 'unexpected [ inside a word', 'write \\['],
  ['@a:foo"bar"', '      ^', 'unexpected " inside a word', 'write \\"'],
  ['@a:]', '   ^', 'unexpected ] here', 'write \\]'],
  ['@a:(x:y)', '    ^^', "a field cannot stand inside another field's group", 'escape it (x\\:...)'],
  ['CIDR(@a)', '^^^^^^^^', 'CIDR needs at least one block', 'write CIDR(@network.client.ip, 10.0.0.0/8)'],
  ['CIDR(@a,10.0.0.0/33)', '        ^^^^^^^^^^^', "'10.0.0.0/33' is not a CIDR block", '2001:db8::/32'],
  ['CIDR(@a,10.0.0.0/8 192.0.2.0/24)', '                   ^', 'CIDR takes its blocks separated by commas', 'write CIDR('],
  ['CIDR(a,10.0.0.0/8)', '     ^', "CIDR needs an attribute first, not 'a'", 'write CIDR('],
  ['CIDR(@a,10.0.0.0/8', '    ^', 'this parenthesis is never closed', 'add a closing )'],
  ['cidr(@a,10.0.0.0/8)', '^^^^', 'functions are upper case: CIDR, not cidr', 'write CIDR('],
])('%s', (text, carets, problem, hint) => {
  const error = errorOf(text);
  const [first, line, under, last] = error.render().split('\n');
  expect([first, line, under]).toEqual([`Cannot read the query: ${problem}`, `  ${text}`, `  ${carets}`]);
  expect(last).toContain(hint);
});

test('an error is a ForwarderError with its place, and fits on one line', () => {
  const error = errorOf('a (b OR c');
  expect(error).toBeInstanceOf(ForwarderError);
  expect(error).toMatchObject({ code: 'ERR_QUERY', stage: 'query', retry: 'never', query: 'a (b OR c', offset: 2, length: 1 });
  expect(error.message).toBe('Cannot read the query: this parenthesis is never closed (character 3)');
});

test('of a query over several lines the line of the fault is shown', () => {
  expect(errorOf('source:cloudtrail\n  @a:[1 2]\n  @b:c').render()).toBe("Cannot read the query: a range needs 'TO'\n    @a:[1 2]\n          ^^\nhint: write [400 TO 499], or {400 TO 499} to leave both ends out");
});

test('a long line is cut around the fault, and the caret still stands under it', () => {
  const rendered = errorOf(`${'@abc:def '.repeat(50)}@here: ${' @abc:def'.repeat(50)}`).render().split('\n');
  expect(rendered[1]!.length).toBeLessThan(110);
  expect(rendered[1]!.slice(rendered[2]!.indexOf('^'), rendered[2]!.length)).toBe('@here:');
});

test('characters outside the basic plane do not shift the caret', () => {
  expect(errorOf('😀 @a:').render().split('\n').slice(1, 3)).toEqual(['  😀 @a:', '    ^^^']);
});

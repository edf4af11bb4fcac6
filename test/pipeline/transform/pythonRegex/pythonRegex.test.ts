import { PatternError } from '../../../../src/pipeline/transform/pythonRegex/patternError.ts';
import { replacementOf } from '../../../../src/pipeline/transform/pythonRegex/replacement.ts';
import { compilePython } from '../../../../src/pipeline/transform/pythonRegex/translate.ts';

function finds(pattern: string, text: string): boolean {
  return compilePython(pattern).regex.test(text);
}

// What Python 3.11's re.search answers.
test.each([
  ['"eventName":\\s*"Decrypt"', '{"eventName": "Decrypt"}', true],
  ['(?i)decrypt', 'DECRYPT', true],
  ['(?im)^b$', 'A\nB', true],
  ['(?s)a.b', 'a\nb', true],
  ['a.b', 'a\nb', false],
  ['a.b', 'a\rb', true],
  ['^b', 'a\nb', false],
  ['(?m)^b', 'a\nb', true],
  ['a$', 'a\n', true],
  ['a\\Z', 'a\n', false],
  ['\\Ab', 'ab', false],
  ['(?P<year>\\d{4})-(?P=year)', '2026-2026', true],
  ['(?P<year>\\d{4})-(?P=year)', '2026-2027', false],
  ['(a)\\1', 'aa', true],
  ['(?x) a b # a comment\n c', 'abc', true],
  ['(?#note)ab', 'ab', true],
  ['a{,2}b', 'aab', true],
  ['^a{,2}b', 'aaab', false],
  ['{"a"', '{"a"', true],
  ['x{y}', 'x{y}', true],
  ['[]]', ']', true],
  ['[^]]', ']', false],
  ['[\\w.-]+@', 'a.b-c@', true],
  ['[\\W_]', '-', true],
  ['[^\\W_]', '_', false],
  ['\\w', 'é', true],
  ['(?a)\\w', 'é', false],
  ['\\d', '٣', true],
  ['\\bé\\b', 'a é b', true],
  ['\\-\\/\\"\\_\\@', '-/"_@', true],
  ['\\x41\\u00e9\\U0001F600\\101\\0', 'Aé😀A\0', true],
  ['a/b', 'a/b', true],
  ['(?<!x)a(?!b)(?=c)', 'ac', true],
  ['(?i:a)', 'A', null],
])('%j on %j: %s', (pattern, text, expected) => {
  if (expected === null) expect(() => compilePython(pattern)).toThrow('flags for a part of the pattern');
  else expect(finds(pattern, text)).toBe(expected);
});

test.each([
  ['(?>a)', 'atomic groups', 0],
  ['(a)?(?(1)b)', 'conditions', 4],
  ['x*+', 'possessive quantifiers', 2],
  ['a(?i)b', 'flags for the whole pattern stand at its very beginning', 1],
  ['(?L)a', 'the flag L is for bytes', 0],
  ['\\p{L}', '\\p is not understood', 0],
  ['[\\q]', '\\q is not understood', 1],
  ['(a', 'Unterminated group', 0],
  ['a)', 'this parenthesis was never opened', 1],
  ['[a', 'this class [...] is never closed', 0],
  ['*a', 'Nothing to repeat', 0],
  ['a\\', 'nothing follows this backslash', 1],
  ['[\\w-z]', 'a range in a class needs two characters', 3],
  ['(?P<1a>x)', 'a group is named (?P<name>...)', 0],
  ['\\2', 'Invalid escape', 0],
])('%j is refused: %s', (pattern, problem, offset) => {
  let thrown: unknown;
  try {
    compilePython(pattern);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PatternError);
  expect(thrown).toMatchObject({ message: expect.stringContaining(problem), offset });
});

test('a repetition of a repetition is warned about', () => {
  expect(compilePython('(a+)+$').warnings).toEqual([expect.stringContaining('can take very long')]);
  expect(compilePython('(?:(a*)b)*').warnings).toHaveLength(1);
  expect(compilePython('(ab)+c*(d+)').warnings).toEqual([]);
});

test.each([
  ['(\\w+)@(\\w+)', '\\2 at \\1', 'me@home', 'home at me'],
  ['(?P<name>\\w+)@', '<\\g<name>>\\n\\\\', 'me@', '<me>\n\\'],
  ['(a)|(b)', '[\\1\\2]', 'ab', '[a][b]'],
  ['a', '$1 $& \\g<0>', 'a', '$1 $& a'],
])('%j replaced by %j', (pattern, template, text, expected) => {
  const { regex } = compilePython(pattern, 'g');
  expect(text.replace(regex, replacementOf(template, regex))).toBe(expected);
});

test.each([
  ['a', '\\1', 'the pattern has no group 1'],
  ['a', '\\g<x>', 'the pattern has no group x'],
  ['a', '\\q', '\\q is not understood in a replacement'],
])('%j cannot be replaced by %j', (pattern, template, problem) => {
  expect(() => replacementOf(template, compilePython(pattern, 'g').regex)).toThrow(problem);
});

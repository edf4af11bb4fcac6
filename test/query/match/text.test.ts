import { textGlobTest, textTest, wordsOf } from '../../../src/query/match/text.ts';

test('words are runs of letters, digits and underscores, in lower case', () => {
  expect(wordsOf('Hello, wörld_1! 2nd-time (ÉCOLE) 東京')).toEqual(['hello', 'wörld_1', '2nd', 'time', 'école', '東京']);
});

test.each([
  ['hello', 'Hello world', true],
  ['hello', 'helloworld', false],
  ['hello world', 'hello-world', true],
  ['hello world', 'Hello, world', true],
  ['hello world', 'hello beautiful world', false],
  ['hello world', 'world hello', false],
  ['a b', 'a a b', true],
  ['www.datadoghq.com', 'see www.datadoghq.com now', true],
  ['école', 'ÉCOLE', true],
  ['!!!', 'stop!!!', true],
  ['!!!', 'stop!', false],
  ['', '', true],
  ['', 'x', false],
])('%j in %j: %s', (searched, text, expected) => {
  expect(textTest(searched)(text)).toBe(expected);
});

test('a glob matches a word or the whole text', () => {
  const webStar = textGlobTest([{ literal: 'Web' }, { wildcard: '*' }]);
  expect(['my website', 'WEB', 'cobweb', 'web-site is up'].map(webStar)).toEqual([true, true, false, true]);
  const starBang = textGlobTest([{ wildcard: '*' }, { literal: '!' }, { wildcard: '*' }]);
  expect(['stop! now', 'stop now'].map(starBang)).toEqual([true, false]);
});

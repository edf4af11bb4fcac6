/**
 * JSON text with line breaks and two spaces a level, its tokens untouched: `1.10`, `1E400`, escapes and repeated keys
 * stay as CloudTrail wrote them, which JSON.parse and JSON.stringify would not keep.
 *
 * @param json valid JSON
 */
export function indentJson(json: string): string {
  let indented = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  // Strings whole, brackets, commas, colons, and what is left: numbers and literals.
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1];
    const isEmpty = (before === '{' && token === '}') || (before === '[' && token === ']');
    if (token === '}' || token === ']') {
      depth -= 1;
      indented += isEmpty ? token : line() + token;
    } else if (token === ',' || token === ':') {
      indented += token === ':' ? ': ' : token;
    } else {
      indented += before === undefined || before === ':' ? token : line() + token;
      if (token === '{' || token === '[') depth += 1;
    }
  }
  return indented;
}

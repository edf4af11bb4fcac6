/** What the characters of a query mean, for the lexer that reads them and the printer that escapes them. */

/** Curly quotes are ignored by Datadog ("Use straight double quotes"), so they separate words as white space does. */
const CURLY = '\u201c\u201d';

export function isCurly(character: string): boolean {
  return character !== '' && CURLY.includes(character);
}

export function isSpace(character: string): boolean {
  return character !== '' && (/\s/.test(character) || isCurly(character));
}

/** Characters that end a word, or are wildcards, wherever they stand. `:` ends a field name only. */
const SPECIAL = new Set('\\"()[]{}*?:');
/** Characters that mean something only where a word begins. */
const SPECIAL_FIRST = new Set('-+!<>=#@~^');

const OPERATORS = new Set(['AND', 'OR', 'NOT']);

/** A text as a word of a query: escaped where a character would mean something. */
export function escapeWord(text: string): string {
  if (OPERATORS.has(text)) return `\\${text}`;
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    const doubled = (character === '&' || character === '|') && text[i + 1] === character;
    if (SPECIAL.has(character) || isSpace(character) || doubled || (i === 0 && SPECIAL_FIRST.has(character))) escaped += '\\';
    escaped += character;
  }
  return escaped;
}

/** A text in straight quotes. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

import { RESERVED, type Field, type Reserved, type Span } from '../ast.ts';
import { plainText, type Lexer, type Word } from './lexer.ts';

/** The field that a word before a colon names, or which question about existence it asks. */
export function fieldOf(word: Word, lexer: Lexer): Field | 'exists' | 'missing' {
  const span = { start: word.start, end: word.end };
  if (word.raw === '*') return { kind: 'everything', ...span };
  if (word.raw === '_exists_') return 'exists';
  if (word.raw === '_missing_') return 'missing';
  const name = plainText(word);
  if (name === undefined) throw lexer.error(span, 'wildcards are not allowed in a field name', 'name the field exactly, or use *:word to search all attributes');
  const field = fieldNamed(name, span, false);
  if (!field) throw lexer.error(span, 'the name of an attribute is missing after @', 'write @attribute:value');
  return field;
}

/**
 * The field of that name: an attribute after `@`, a reserved one, else a tag, which after `_exists_:` may be an attribute
 * too (Observability Pipelines). Undefined for an attribute without a name.
 */
export function fieldNamed(name: string, span: Span, afterExists: boolean): Field | undefined {
  const at = { start: span.start, end: span.end };
  if (name.startsWith('@')) return name.length > 1 ? { kind: 'attribute', path: name.slice(1), ...at } : undefined;
  if ((RESERVED as readonly string[]).includes(name)) return { kind: 'reserved', name: name as Reserved, ...at };
  return afterExists ? { kind: 'tag-or-attribute', name, ...at } : { kind: 'tag', key: name, ...at };
}

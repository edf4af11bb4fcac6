import type { Condition, Span } from '../ast.ts';
import { parseBlock } from '../match/cidr.ts';
import { fieldNamed } from './field.ts';
import type { Lexer } from './lexer.ts';

/** `CIDR(@attribute, block, ...)`, the word CIDR already read; it began at `start`. */
export function readCidr(lexer: Lexer, start: number): Condition {
  const open = lexer.here(1);
  lexer.at++;
  const name = argument(lexer, open);
  const field = fieldNamed(name.text, name, false);
  if (!field || field.kind === 'tag') {
    throw lexer.error(name, `CIDR needs an attribute first, not ${name.text === '' ? 'nothing' : `'${name.text}'`}`, 'write CIDR(@network.client.ip, 10.0.0.0/8)');
  }
  const blocks: string[] = [];
  while (lexer.take(',')) {
    const block = argument(lexer, open);
    if (!parseBlock(block.text)) throw lexer.error(block, `'${block.text}' is not a CIDR block`, 'write 10.0.0.0/8 or 2001:db8::/32');
    blocks.push(block.text);
  }
  if (!lexer.take(')')) throw lexer.error(lexer.here(1), 'CIDR takes its blocks separated by commas', 'write CIDR(@network.client.ip, 10.0.0.0/8, 192.0.2.0/24)');
  if (blocks.length === 0) throw lexer.error({ start, end: lexer.at }, 'CIDR needs at least one block', 'write CIDR(@network.client.ip, 10.0.0.0/8)');
  return { type: 'cidr', field, blocks, start, end: lexer.at };
}

function argument(lexer: Lexer, open: Span): Span & { text: string } {
  lexer.skipSpace();
  const start = lexer.at;
  const text = lexer.peek() === '"' ? lexer.quoted() : lexer.plain(',)');
  const end = lexer.at;
  lexer.skipSpace();
  if (lexer.peek() === '') throw lexer.neverClosed(open);
  return { text, start, end };
}

import { parseQuery } from '../../query/language/parser.ts';
import { printQuery } from '../../query/language/printer.ts';
import { renderLint } from '../../query/lint/lint.ts';
import type { Context } from '../context.ts';
import { inWords } from './inWords.ts';
import { lintsOf } from './lints.ts';

/** Prints a query in its canonical spelling and in words. Exit code 1 when it is probably not what was meant. */
export async function runExplain(ctx: Context, text: string): Promise<void> {
  const query = parseQuery(text);
  ctx.out.write(`${printQuery(query.root)}\n\n${inWords(query.root)}`);
  const lints = lintsOf(query, { purpose: 'search' });
  for (const lint of lints) ctx.out.write(`\nwarning: ${renderLint(text, lint)}\n`);
  ctx.exitCode = lints.length > 0 ? 1 : 0;
}

import type { Query } from '../../query/language/parser.ts';
import { lintQuery, renderLint, type Lint, type LintOptions } from '../../query/lint/lint.ts';
import type { Context } from '../context.ts';

/** What is probably not meant in a query. `*` alone is meant: it asks for everything. */
export function lintsOf(query: Query, options: LintOptions): Lint[] {
  const asksForAll = ['', '*', '*:*'].includes(query.text.trim());
  return lintQuery(query, options).filter(({ code }) => !(asksForAll && code === 'matches-all'));
}

/** Says on standard error what is probably not meant. */
export function warnOf({ err }: Context, query: Query, options: LintOptions): void {
  for (const lint of lintsOf(query, options)) err.write(`warning: ${renderLint(query.text, lint)}\n`);
}

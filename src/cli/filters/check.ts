import { FiltersError, renderProblem, type Problem } from '../../pipeline/transform/filters/filtersError.ts';
import { printQuery } from '../../query/language/printer.ts';
import type { Context } from '../context.ts';
import { loadFilters, type Loaded } from './load.ts';

export interface CheckOptions {
  json?: boolean;
}

/** Tells what is wrong with the filters, and how they are read. Exit code 1: only warnings; 2: they cannot be used. */
export async function runCheck(ctx: Context, file: string | undefined, { json = false }: CheckOptions): Promise<void> {
  const result = await loadFilters(ctx, file, 'refuse').catch((thrown: unknown) => {
    if (thrown instanceof FiltersError) return thrown;
    throw thrown;
  });
  const problems: readonly Problem[] = result instanceof FiltersError ? result.problems : [];
  const loaded: Loaded | undefined = result instanceof FiltersError ? undefined : result;
  ctx.exitCode = problems.length > 0 ? 2 : loaded && loaded.warnings.length > 0 ? 1 : 0;
  if (json) {
    ctx.out.write(`${JSON.stringify({ filters: loaded && rows(loaded), redactions: loaded?.file?.redactions, problems, warnings: loaded?.warnings ?? [] }, undefined, 2)}\n`);
    return;
  }
  for (const problem of problems) ctx.err.write(`${renderProblem(problem)}\n`);
  if (problems.length > 0) ctx.err.write(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}: these filters cannot be used.\n`);
  if (!loaded) return;
  for (const warning of loaded.warnings) ctx.err.write(`warning: ${warning}\n`);
  const listed = rows(loaded);
  const width = Math.max(0, ...listed.map(({ name }) => name.length));
  for (const { name, action, rate, query } of listed) ctx.out.write(`${action.padEnd(7)}  ${name.padEnd(width)}  ${rate === 1 ? '' : `(${+(rate * 100).toFixed(4)} %) `}${query}\n`);
  for (const { path, by } of loaded.file?.redactions ?? []) ctx.out.write(`${by.padEnd(7)}  ${path}\n`);
  const { warnings } = loaded;
  ctx.err.write(listed.length === 0 ? 'There are no filters: everything is sent.\n' : `${listed.length} ${listed.length === 1 ? 'filter' : 'filters'}, in the order they are asked; ${warnings.length === 0 ? 'nothing is wrong with them' : `${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}`}.\n`);
}

function rows({ file, filters, variables }: Loaded): { name: string; action: string; rate: number; query: string; owner?: string; comment?: string }[] {
  const rules = new Map(file?.rules.map((rule) => [rule.name, rule]));
  return (filters?.names ?? []).map((name) => {
    const rule = rules.get(name);
    if (!rule) return { name, action: /INCLUDE/.test(name) ? 'include' : 'exclude', rate: 1, query: variables[name] ?? '' };
    const { action, rate, query, owner, comment } = rule;
    return { name, action, rate, query: printQuery(query.root), ...(owner !== undefined && { owner }), ...(comment !== undefined && { comment }) };
  });
}

import { GROUPS, type Finding } from './check.ts';
import type { Row } from './examine.ts';

/** How many rows ended how. */
export interface Summary {
  ok: number;
  notOk: number;
  skipped: number;
}

export function summarise(rows: readonly Row[]): Summary {
  const count = (state: Finding['state']) => rows.filter(({ finding }) => finding.state === state).length;
  return { ok: count('ok'), notOk: count('not ok'), skipped: count('skipped') };
}

/** 0: nothing is wrong. 1: something is. 2: AWS does not know us, or not one check could be answered. */
export function exitCodeOf(rows: readonly Row[]): 0 | 1 | 2 {
  const { ok, notOk } = summarise(rows);
  const noCredentials = rows.some(({ check, finding }) => check.id === 'credentials' && finding.state !== 'ok');
  if (noCredentials || ok + notOk === 0) return 2;
  return notOk > 0 ? 1 : 0;
}

const WIDTH_OF_STATE = 'skipped'.length;

/**
 * A row for a terminal: state, id and why, and below them what comes next. The first row of a group has the group's name
 * above it; a reason that a row before gave already is not told again.
 */
export function printRow({ check, finding }: Row, before: readonly Row[], { widthOfId, colour }: { widthOfId: number; colour: boolean }): string {
  const { state, why, next } = finding;
  const lines = before.some((row) => row.check.group === check.group) ? [] : ['', GROUPS[check.group]];
  const told = before.find((row) => state === 'skipped' && next !== undefined && row.finding.why === why);
  lines.push(`  ${paint(state, colour)}  ${check.id.padEnd(widthOfId)}  ${told === undefined ? why : `for the reason of "${told.check.id}"`}`);
  if (next !== undefined && told === undefined) lines.push(`  ${' '.repeat(WIDTH_OF_STATE)}  ${' '.repeat(widthOfId)}  next: ${next}`);
  return `${lines.join('\n')}\n`;
}

export function printSummary({ ok, notOk, skipped }: Summary): string {
  return `\n${ok} ok, ${notOk} not ok, ${skipped} skipped\n`;
}

export function printJson(rows: readonly Row[]): string {
  const checks = rows.map(({ check: { id, group, title }, finding }) => ({ id, group, title, ...finding }));
  return `${JSON.stringify({ ...summarise(rows), checks }, null, 2)}\n`;
}

const COLOURS = { ok: 32, 'not ok': 31, skipped: 33 } as const;

function paint(state: Finding['state'], colour: boolean): string {
  const text = state.padEnd(WIDTH_OF_STATE);
  return colour ? `\u001b[${COLOURS[state]}m${text}\u001b[39m` : text;
}

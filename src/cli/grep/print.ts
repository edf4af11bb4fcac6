import type { Found } from './found.ts';
import type { Groups } from './groups.ts';
import { printable, row } from './table.ts';

/** How what is found is printed. */
export type Form = 'table' | 'raw' | 'json' | 'count';

/** A found record as one line. */
export function rendererOf(form: Form): (found: Found) => string {
  switch (form) {
    case 'table':
      return row;
    case 'json':
      return ({ pointer, text }) => `{"pointer":${JSON.stringify(pointer)},"record":${text}}`;
    case 'raw':
    case 'count':
      return ({ text }) => text;
  }
}

/** The largest groups, as a table or as lines of JSON. */
export function printGroups(groups: Groups, form: Form, limit: number): string {
  const { names } = groups;
  const { groups: top, all } = groups.top(limit);
  if (form === 'json') return top.map(({ values, count }) => `${JSON.stringify({ count, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) })}\n`).join('');
  if (all === 0) return '';
  const rows = [['COUNT', ...names], ...top.map(({ values, count }) => [String(count), ...values.map((value) => (value === null ? '(none)' : printable(String(value))))])];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padStart(widths[0]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd());
  return `${lines.join('\n')}\n${all > top.length ? `(${all - top.length} more groups; --limit)\n` : ''}`;
}

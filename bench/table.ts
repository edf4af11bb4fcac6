import type { Row } from './compare.ts';

/** The rows as Markdown, a table for each case. */
export function tables(rows: Row[]): string {
  const cases = [...new Set(rows.map((row) => row.case))];
  return cases.map((name) => table(name, rows.filter((row) => row.case === name))).join('\n');
}

function table(name: string, rows: Row[]): string {
  const { objects, bytesIn, records, rounds } = rows[0]!;
  const small = objects > 1 && bytesIn / objects < 50_000;
  const per = small ? 'per object' : '';
  const lines = [
    `**${name}**: ${objects === 1 ? 'one object' : `${objects} objects`}, ${count(records)} records, ${megabytes(bytesIn)} MB; median of ${rounds} rounds`,
    '',
    `| | CPU ${per} | ns per byte | wall ${per} | peak RSS | posts | MB sent | bytes ingested per byte | CPU over the floor | less CPU than | less wall than |`,
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => {
      const share = small ? objects : 1;
      const cells = [
        row.contestant,
        seconds(row.cpuS / share),
        ((row.cpuS * 1e9) / row.bytesIn).toFixed(2),
        seconds(row.wallS / share),
        `${(row.peakRssBytes / 1e6).toFixed(0)} MB`,
        String(row.posts),
        megabytes(row.bytesOut),
        (row.bytesIngested / row.bytesIn).toFixed(3),
        row.cpuOverFloor === undefined ? '' : `${row.cpuOverFloor.toFixed(2)}x`,
        row.times.map(({ than, cpu }) => `${than}: ${cpu.toFixed(1)}x`).join(', '),
        row.times.map(({ than, wall }) => `${than}: ${wall.toFixed(1)}x`).join(', '),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
  ];
  return lines.join('\n');
}

function seconds(value: number): string {
  return value >= 1 ? `${value.toFixed(2)} s` : value >= 0.01 ? `${(value * 1000).toFixed(0)} ms` : `${(value * 1000).toFixed(2)} ms`;
}

function megabytes(bytes: number): string {
  return bytes >= 1e7 ? (bytes / 1e6).toFixed(0) : (bytes / 1e6).toFixed(2);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

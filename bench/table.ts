import type { ColdStart } from './coldStart.ts';
import type { Row } from './compare.ts';

/** The rows as Markdown, a table for each case. */
export function tables(rows: Row[]): string {
  const cases = [...new Set(rows.map((row) => row.case))];
  return cases.map((name) => table(name, rows.filter((row) => row.case === name))).join('\n');
}

/** What the cases of README measure, in few words; other cases are left out. */
const TOLD = /^(small objects, (1|10) per invocation|small objects, 100 per invocation, with latency|object of (0\.3|10|100|500) MB|object of 100 MB, with latency)$/;
const OFFICIAL = /^official/;

/** README's table: a line for each contestant of the cases that tell most, and what the goals are about. */
export function summary(rows: Row[], coldStarts: ColdStart[]): string {
  const cases = [...new Set(rows.map((row) => row.case))].filter((name) => TOLD.test(name));
  const lines = cases.flatMap((name) =>
    rows
      .filter((row) => row.case === name)
      .map((row, k) => {
        const official = row.times.find(({ than }) => OFFICIAL.test(than));
        const naive = row.times.find(({ than }) => than === 'naive, JSON and fetch');
        const cells = [
          k === 0 ? `${name}${row.objects > 1 ? ' (each)' : ''}` : '',
          row.contestant,
          seconds(row.cpuS / row.objects),
          seconds(row.wallS / row.objects),
          `${(row.peakRssBytes / 1e6).toFixed(0)} MB`,
          count(row.posts),
          times(row.cpuOverFloor, 2),
          times(official?.cpu),
          times(official?.wall),
          times(naive?.cpu),
        ];
        return `| ${cells.join(' | ')} |`;
      }),
  );
  return [
    '| | | CPU | wall | peak memory | posts | CPU over the floor | CPU less than official | wall less than official | CPU less than naive |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
    `Bytes ingested per byte of record: ${ingested(rows)}.`,
    ...coldStarts.map(({ bundleBytes, initMs, toAnswerMs }) => `A cold start takes ${initMs.toFixed(0)} ms until the runtime asks for work, and ${toAnswerMs.toFixed(0)} ms until the first small object is delivered; the bundle has ${(bundleBytes / 1000).toFixed(0)} KB.`),
    '',
  ].join('\n');
}

/** Of the largest case in which all take part. */
function ingested(rows: Row[]): string {
  const told = rows.filter((row) => row.case === 'object of 100 MB' && (OFFICIAL.test(row.contestant) || /^ours(, lean)?$/.test(row.contestant)));
  return told.map((row) => `${row.contestant} ${(row.bytesIngested / row.bytesIn).toFixed(2)}`).join('; ');
}

function times(value: number | undefined, digits = 1): string {
  return value === undefined ? '' : `${value.toFixed(digits)}x`;
}

function table(name: string, rows: Row[]): string {
  const { objects, bytesIn, records, rounds } = rows[0]!;
  const per = objects > 1 ? 'per object' : '';
  const lines = [
    `**${name}**: ${objects === 1 ? 'one object' : `${objects} objects`}, ${count(records)} records, ${megabytes(bytesIn)} MB; median of ${rounds} rounds`,
    '',
    `| | CPU ${per} | ns per byte | wall ${per} | peak RSS | posts | MB sent | bytes ingested per byte | CPU over the floor | less CPU than | less wall than |`,
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => {
      const cells = [
        row.contestant,
        seconds(row.cpuS / objects),
        ((row.cpuS * 1e9) / row.bytesIn).toFixed(2),
        seconds(row.wallS / objects),
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

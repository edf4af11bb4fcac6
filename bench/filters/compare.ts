import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CorpusObject } from '../corpus/objects.ts';
import type { Task } from '../implementations/task.ts';
import { run } from '../run.ts';
import { median, ratio } from '../statistics.ts';
import { passOf, WAYS, type Way } from './ways.ts';

/** What one way of filtering took. */
export interface FilterRow {
  way: Way;
  records: number;
  bytes: number;
  /** Records that were filtered. */
  filtered: number;
  /** For one pass over the object. */
  cpuS: number;
  rounds: number;
}

export interface FilterCosts {
  rows: FilterRow[];
  /** CPU of filtering by exact event names beyond the split, as a share of the split alone. */
  exactNamesShare: number;
  /** How many times as fast the 20 filters are as with every record parsed, the split included on both sides. */
  timesParsing: number;
}

export const GOALS = { exactNamesShare: 0.25, timesParsing: 2 };

export interface FilterStage {
  /** The built bench/implementations/filters.ts. */
  program: string;
  /** The filter file. */
  rules: string;
  object: CorpusObject;
  /** Where the object lies. */
  file: string;
  rounds: number;
  onProgress: (text: string) => void;
}

/** Before and in what is measured: passes over the object in one process. */
const [WARM_UP, MEASURED] = [5, 40];

/** Measures the ways in turn, round after round, each time in a fresh process. */
export async function compareFilters({ program, rules, object, file, rounds, onProgress }: FilterStage): Promise<FilterCosts> {
  onProgress('checking that all ways agree');
  const inflated = gunzipSync(readFileSync(file));
  const filtered = new Map(WAYS.map((way) => [way, passOf(way, readFileSync(rules, 'utf8'))(inflated)]));
  const [fast, slow] = [filtered.get('20 filters')!, filtered.get('20 filters, every record parsed')!];
  if (fast !== slow) throw new Error(`The 20 filters took ${fast} of ${object.records} records, and ${slow} when each was parsed`);
  const passes = (count: number) => Array.from({ length: count }, () => []);
  const task: Task = { s3Port: 0, intakePort: 0, warmUp: passes(WARM_UP), measured: passes(MEASURED), files: [file] };
  const times = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const way of WAYS) {
      onProgress(`round ${round} of ${rounds}, ${way}`);
      const { cpuS } = await run({ name: way, command: [process.execPath, program], env: { BENCH_WAY: way, BENCH_RULES: rules } }, task);
      times.get(way)!.push(cpuS / MEASURED);
    }
  }
  const of = (way: Way) => times.get(way)!;
  return {
    rows: WAYS.map((way) => ({ way, records: object.records, bytes: object.bytes, filtered: filtered.get(way)!, cpuS: median(of(way)), rounds })),
    exactNamesShare: ratio(of('exact event names'), of('split only')) - 1,
    timesParsing: ratio(of('20 filters, every record parsed'), of('20 filters')),
  };
}

/** Both goals and what was measured, in Markdown. */
export function filterTable({ rows, exactNamesShare, timesParsing }: FilterCosts): string {
  const { records, bytes, rounds } = rows[0]!;
  const against = (isMet: boolean) => (isMet ? 'met' : 'missed');
  return [
    `One object of ${(bytes / 1e6).toFixed(0)} MB, ${records.toLocaleString('en-US')} records, inflated; median of ${rounds} rounds`,
    '',
    '| | CPU | ns per byte | MB/s | filtered |',
    '|---|---|---|---|---|',
    ...rows.map(({ way, cpuS, filtered }) => `| ${way} | ${(cpuS * 1000).toFixed(1)} ms | ${((cpuS * 1e9) / bytes).toFixed(2)} | ${(bytes / 1e6 / cpuS).toFixed(0)} | ${((100 * filtered) / records).toFixed(0)} % |`),
    '',
    '| | measured | goal | |',
    '|---|---|---|---|',
    `| exact event names, beyond the split | ${(100 * exactNamesShare).toFixed(0)} % | < ${100 * GOALS.exactNamesShare} % | ${against(exactNamesShare < GOALS.exactNamesShare)} |`,
    `| 20 filters, times as fast as with every record parsed | ${timesParsing.toFixed(1)}x | > ${GOALS.timesParsing}x | ${against(timesParsing > GOALS.timesParsing)} |`,
    '',
  ].join('\n');
}

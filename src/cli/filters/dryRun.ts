import { ForwarderError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { progress } from '../progress.ts';
import { openPlace } from '../trailObjects/place.ts';
import { write } from '../write.ts';
import { needFilters } from './load.ts';
import { monthOf, type Prices } from './money.ts';
import { readRecords, type RecordsRead } from './readRecords.ts';
import { printReport } from './report.ts';
import { Tally } from './tally.ts';

export interface DryRunOptions extends Prices {
  filters?: string;
  from?: number;
  to?: number;
  top: number;
  sample: number;
  parallel: number;
  awsRegion?: string;
  json?: boolean;
}

const DAY_MS = 86_400_000;
/** Less time than this says nothing about a month. */
const MIN_SPAN_MS = 60_000;

/** Says what the filters would do to the records of places. Exit code 1: some objects could not be read whole. */
export async function runDryRun(ctx: Context, addresses: readonly string[], options: DryRunOptions): Promise<void> {
  const { from = -Infinity, to = Infinity, parallel, sample } = options;
  if (from >= to) throw usage('Cannot run: --from is not before --to', 'Times are UTC: --from 2026-11-19 --to 2026-11-20');
  if (parallel < 1) throw usage('Cannot run: --parallel is 0', 'Give a number from 1 on.');
  const filters = await needFilters(ctx, options.filters);
  const places = await Promise.all(addresses.map((address) => openPlace(ctx, address, options.awsRegion)));
  const tally = new Tally(filters, sample);
  const bar = progress(ctx, 'objects read:');
  let objects = 0;
  let faults = 0;
  const read = await readRecords(places, {
    wanted: { fromMs: from, toMs: to },
    parallel,
    signal: ctx.interrupted ?? new AbortController().signal,
    onRecord: (record, object) => tally.add(record, object),
    onObject: () => bar.at(++objects),
    onFault: (object, error) => {
      faults += 1;
      bar.end();
      ctx.err.write(`${error.code}: ${error.message.includes(object) ? error.message : `${object}: ${error.message}`}\n`);
    },
  }).finally(() => bar.end());
  ctx.interrupted?.throwIfAborted();
  const report = reportOf(tally, read, faults, options);
  await write(ctx.out, options.json ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(report));
  ctx.exitCode = faults > 0 ? 1 : 0;
}

/** The result, as `--json` prints it. */
export type DryRunReport = ReturnType<typeof reportOf>;

function reportOf(tally: Tally, { objects, storedBytes, passed }: RecordsRead, faults: number, options: DryRunOptions) {
  const { all, kept, filtered, oldestMs, newestMs } = tally;
  const { ingestPrice, indexPrice, siemPrice, metadataBytes } = options;
  const spanMs = newestMs - oldestMs;
  const days = Math.max(spanMs, MIN_SPAN_MS) / DAY_MS;
  const hasTime = !Number.isNaN(spanMs);
  return {
    objects,
    storedBytes,
    faults,
    passedOver: { outside: passed.outside, digests: passed.digests, others: passed.others },
    all,
    kept,
    filtered,
    filters: tally.perFilter,
    from: hasTime ? new Date(oldestMs).toISOString() : null,
    to: hasTime ? new Date(newestMs).toISOString() : null,
    days: hasTime ? days : null,
    month: hasTime ? { all: monthOf(all, days, options), kept: monthOf(kept, days, options), filtered: monthOf(filtered, days, options) } : null,
    prices: { ingestPrice, indexPrice, siemPrice, metadataBytes },
    loudest: tally.loudest(options.top),
  };
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

import { ForwarderError } from '../../errors.ts';
import { parseQuery } from '../../query/language/parser.ts';
import type { Context } from '../context.ts';
import { progress } from '../progress.ts';
import { warnOf } from '../query/lints.ts';
import { openPlace } from '../trailObjects/place.ts';
import { write } from '../write.ts';
import { Groups } from './groups.ts';
import { printGroups, rendererOf, type Form } from './print.ts';
import { HEADER } from './table.ts';
import type { ScopeOptions } from './scope.ts';
import { search, type Searched } from './search.ts';

export interface GrepOptions extends ScopeOptions {
  table?: boolean;
  raw?: boolean;
  json?: boolean;
  count?: boolean;
  groupBy?: string;
  limit?: number;
  parallel: number;
  awsRegion?: string;
}

/** Groups that are printed when nobody says how many. */
const TOP = 20;
/** Faults that are named one by one. */
const NAMED_FAULTS = 20;

/** Searches the trail's objects. Exit code 1: nothing found, and nothing was left unread. */
export async function runGrep(ctx: Context, text: string, addresses: readonly string[], options: GrepOptions): Promise<void> {
  const form = formOf(ctx, options);
  const query = parseQuery(text);
  const groups = options.groupBy === undefined ? undefined : new Groups(options.groupBy);
  const { from = -Infinity, to = Infinity } = options;
  if (from >= to) throw usage('Cannot search: --from is not before --to', 'Times are UTC: --from 2026-11-20T10:00Z --to 2026-11-20T12:00Z');
  const places = await Promise.all(addresses.map((address) => openPlace(ctx, address, options.awsRegion)));
  warnOf(ctx, query, {});

  const enough = new AbortController();
  const signal = ctx.interrupted ? AbortSignal.any([ctx.interrupted, enough.signal]) : enough.signal;
  const bar = progress(ctx, 'objects searched:');
  const render = rendererOf(form);
  let left = groups ? Infinity : (options.limit ?? Infinity);
  let header = form === 'table' && !groups ? `${HEADER}\n` : '';
  let named = 0;

  const searched = await search(places, query, {
    ...options,
    signal,
    take: (found) => {
      if (groups && !groups.add(found())) enough.abort();
      return groups || form === 'count' ? undefined : render(found());
    },
    print: async (lines) => {
      const wanted = lines.slice(0, left);
      if (wanted.length === 0) return;
      left -= wanted.length;
      bar.end();
      await write(ctx.out, `${header}${wanted.join('\n')}\n`);
      header = '';
      if (left === 0) enough.abort();
    },
    onFault: (what, error) => {
      bar.end();
      if (++named <= NAMED_FAULTS) ctx.err.write(`${error.code}: ${error.message.includes(what) ? error.message : `${what}: ${error.message}`}\n`);
      if (named === NAMED_FAULTS) ctx.err.write('More of these are only counted.\n');
    },
    onProgress: ({ objects }) => bar.at(objects),
  }).finally(() => bar.end());

  if (groups?.isFull) throw usage(`Cannot group by ${groups.names.join(',')}: there are more than ${groups.max} groups`, 'Group by something that fewer records have of their own, or narrow the query.');
  if (groups) await write(ctx.out, printGroups(groups, form, options.limit ?? TOP));
  else if (form === 'count') await write(ctx.out, `${searched.found}\n`);
  summarise(ctx, searched, left === 0 ? `Stopped at --limit ${options.limit}: ` : ctx.interrupted?.aborted ? 'Stopped early: ' : '');
  // With something left unread nobody knows that there is nothing.
  ctx.exitCode = searched.found > 0 ? 0 : searched.faults > 0 ? 2 : 1;
}

function formOf({ out }: Context, { table, raw, json, count, groupBy, limit }: GrepOptions): Form {
  const asked = (['table', 'raw', 'json', 'count'] as const).filter((form) => ({ table, raw, json, count })[form] === true);
  if (asked.length > 1) throw usage(`Cannot print --${asked[0]} and --${asked[1]} at once`, 'Give one of --table, --raw, --json and --count.');
  const [form] = asked;
  if (count && limit !== undefined) throw usage('Cannot limit a count', 'Leave out --limit.');
  if (groupBy !== undefined && form !== undefined && form !== 'json') throw usage(`Cannot print groups as --${form}`, 'Groups are a table, or lines of JSON with --json.');
  return form ?? (groupBy !== undefined || out.isTTY === true ? 'table' : 'raw');
}

function summarise({ err }: Context, { objects, bytes, records, found, faults, passed }: Searched, stopped: string): void {
  const passedOver = [
    passed.outside > 0 && `${passed.outside} of other times, accounts or regions`,
    passed.digests > 0 && many(passed.digests, 'digest'),
    passed.others > 0 && many(passed.others, 'other file or folder', 'other files or folders'),
  ].filter((part) => part !== false);
  err.write(`${stopped}${found} found in ${many(records, 'record')} of ${many(objects, 'object')} (${(bytes / 1e6).toFixed(1)} MB as stored).${passedOver.length > 0 ? ` Passed over: ${passedOver.join(', ')}.` : ''}\n`);
  if (faults > 0) err.write(`${many(faults, 'object')} could not be searched whole.\n`);
}

function many(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

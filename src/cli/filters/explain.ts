import { text as wholeText } from 'node:stream/consumers';
import { ForwarderError } from '../../errors.ts';
import { parseUri } from '../../object/uri.ts';
import { Splitter } from '../../pipeline/split/splitter.ts';
import type { Step } from '../../pipeline/transform/filters/filters.ts';
import type { TrailRecord } from '../../model.ts';
import type { Context } from '../context.ts';
import { openPlace } from '../trailObjects/place.ts';
import { needFilters } from './load.ts';

export interface ExplainOptions {
  filters?: string;
  awsRegion?: string;
  json?: boolean;
}

/** Says which filter decides about a record. Exit code 1: it would be filtered. */
export async function runExplain(ctx: Context, address: string, { filters: file, awsRegion, json = false }: ExplainOptions): Promise<void> {
  const filters = await needFilters(ctx, file);
  const { record, left } = await recordAt(ctx, address, awsRegion);
  const steps = filters.explain(record);
  const decision = steps.at(-1)?.decision ?? { fate: 'keep' as const };
  ctx.exitCode = decision.fate === 'filtered' ? 1 : 0;
  if (json) ctx.out.write(`${JSON.stringify({ ...decision, steps, notAsked: filters.names.slice(steps.length) })}\n`);
  else {
    const verdict = decision.fate === 'filtered' ? `filtered by ${decision.rule}` : decision.rule === undefined ? 'sent: no filter matches' : `sent: ${decision.rule} decides`;
    const width = Math.max(...filters.names.map((name) => name.length));
    ctx.out.write(`${verdict}\n${steps.map((step) => `  ${step.kind.padEnd(7)}  ${step.name.padEnd(width)}  ${inWords(step)}\n`).join('')}`);
    const notAsked = filters.names.length - steps.length;
    if (notAsked > 0) ctx.out.write(`  ${notAsked} more ${notAsked === 1 ? 'was' : 'were'} not asked\n`);
  }
  if (left > 0) ctx.err.write(`The first of ${left + 1} records is explained; ADDRESS#INDEX names another.\n`);
}

function inWords({ matched, decision, spared }: Step): string {
  if (spared) return 'matches, but this event is in the share that the rate leaves';
  return `${matched ? 'matches' : 'does not match'}${decision === undefined ? '' : `: ${decision.fate === 'filtered' ? 'filtered' : 'sent'}`}`;
}

/** The record that is meant, cut from its object; `left`: how many more there are when none was named. */
async function recordAt(ctx: Context, address: string, region: string | undefined): Promise<{ record: TrailRecord; left: number }> {
  if (address === '-' || /^\s*\{/.test(address)) {
    const json = address === '-' ? await wholeText(ctx.in) : address;
    const records = cut(json.includes('"Records"') ? json : `{"Records":[${json}]}`);
    if (!records[0]) throw usage('Cannot explain: there is no record in the text', 'Give one record as JSON.');
    return { record: records[0], left: records.length - 1 };
  }
  const [, path = address, number] = /^(.*)#(\d{1,9})$/s.exec(address) ?? [];
  const index = number === undefined ? undefined : Number(number);
  const isInS3 = address.startsWith('s3://');
  const place = await openPlace(ctx, path, region);
  const key = isInS3 ? parseUri(path).key : place.file;
  if (key === undefined) throw usage(`Cannot explain "${path}": it is a folder`, 'Give an object and an index: FILE#17.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of place.content(key, ctx.interrupted ?? new AbortController().signal, () => undefined)) chunks.push(Buffer.from(chunk));
  const records = cut(Buffer.concat(chunks));
  const record = records[index ?? 0];
  if (!record) throw usage(`Cannot explain record ${index ?? 0} of "${path}": it has ${records.length}`, 'Records are counted from 0.');
  return { record, left: index === undefined ? records.length - 1 : 0 };
}

function cut(json: string | Uint8Array): TrailRecord[] {
  const splitter = new Splitter();
  const records = splitter.push(typeof json === 'string' ? Buffer.from(json) : json);
  splitter.end();
  return records;
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

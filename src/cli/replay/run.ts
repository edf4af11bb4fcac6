import { systemClock } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import { bucketListing } from '../../edge/aws/bucketListing.ts';
import { heldQueue } from '../../edge/aws/heldQueue.ts';
import { ForwarderError } from '../../errors.ts';
import type { HeldPointer } from '../../model.ts';
import { isBucketName } from '../../object/name.ts';
import { printUri } from '../../object/uri.ts';
import type { HeldStore } from '../../pipeline/held/heldStore.ts';
import { awsAddress } from '../awsAddress.ts';
import type { Context } from '../context.ts';
import { openQueues } from '../held/open.ts';
import { progress } from '../progress.ts';
import { trailObjects } from './walk.ts';
import type { Passed, TrailObject } from './walk.ts';

export interface ReplayOptions {
  from: number;
  to?: number;
  rate: number;
  dryRun?: boolean;
  json?: boolean;
  queue?: string;
  dlq?: string;
  function?: string;
  region?: string;
}

/** The intake answers 202 to a log older than this, and drops it (CONTRACT A7). */
const TOO_OLD_MS = 18 * 3_600_000;
/** Pointers a request of SendMessageBatch. */
const BATCH = 10;

/** Puts a pointer to every object of a prefix and a time into the held queue, so that the function sends them. */
export async function runReplay(ctx: Context, address: string, options: ReplayOptions, clock: Clock = systemClock): Promise<void> {
  const { bucket, prefix } = parsePrefix(address);
  const nowMs = ctx.now();
  const { from: fromMs, to: toMs = nowMs, dryRun = false, rate } = options;
  if (fromMs >= toMs) throw usage('Cannot replay: --from is not before --to', 'Times are UTC: --from 2026-11-20T10:00Z --to 2026-11-20T12:00Z');
  const store = dryRun ? undefined : await openStore(ctx, options);

  const passed: Passed = { digests: 0, otherTimes: 0, folderMarkers: 0 };
  const total = { objects: 0, bytes: 0, tooOld: 0 };
  const bar = progress(ctx, dryRun ? 'found' : 'enqueued');
  const startMs = clock.now();
  let batch: TrailObject[] = [];

  const enqueue = async (): Promise<void> => {
    await store?.hold(batch.map(({ key }) => pointerTo(bucket, key, nowMs)));
    for (const { key, sizeBytes, deliveredMs } of batch) {
      total.objects += 1;
      total.bytes += sizeBytes;
      if (deliveredMs < nowMs - TOO_OLD_MS) total.tooOld += 1;
      if (options.json) ctx.out.write(`${JSON.stringify({ bucket, key, sizeBytes, delivered: new Date(deliveredMs).toISOString() })}\n`);
      else if (dryRun) ctx.out.write(`${printUri({ bucket, key })}\n`);
    }
    batch = [];
    bar.at(total.objects);
    // Objects so far take this long at the rate asked for.
    const dueMs = startMs + (total.objects / rate) * 1000;
    if (store && dueMs > clock.now()) await clock.sleep(dueMs - clock.now(), ctx.interrupted);
  };

  try {
    for await (const object of trailObjects(bucketListing(bucket, awsAddress(ctx, 'S3', options.region)), prefix, { fromMs, toMs }, passed)) {
      if (ctx.interrupted?.aborted) break;
      batch.push(object);
      if (batch.length === BATCH) await enqueue();
    }
    if (batch.length > 0 && !ctx.interrupted?.aborted) await enqueue();
  } finally {
    bar.end();
    summarise(ctx, dryRun, total, passed);
  }
}

function summarise({ err }: Context, dryRun: boolean, { objects, bytes, tooOld }: { objects: number; bytes: number; tooOld: number }, { digests, otherTimes }: Passed): void {
  err.write(`${dryRun ? 'Would enqueue' : 'Enqueued'} ${objects} objects, ${(bytes / 1e6).toFixed(1)} MB as stored. Passed over: ${digests} digests or folders of them, ${otherTimes} objects of other times.\n`);
  if (tooOld > 0) err.write(`${tooOld} of them are older than 18 hours: Datadog accepts such logs and drops them, unless the function holds them (DD_TOO_OLD=hold).\n`);
}

async function openStore(ctx: Context, options: ReplayOptions): Promise<HeldStore> {
  const { retry, deadLetter } = await openQueues(ctx, options);
  return heldQueue({ ...awsAddress(ctx, 'SQS', options.region), queueUrl: retry.url, deadLetterQueueUrl: deadLetter.url });
}

function pointerTo(bucket: string, key: string, nowMs: number): HeldPointer {
  return {
    bucket,
    key,
    ranges: [{ first: 0 }],
    records: null,
    reason: { code: 'REPLAY', message: 'asked for by replay', hint: 'Nothing to do: it is sent by itself.' },
    permanent: false,
    attempts: 0,
    firstHeldMs: nowMs,
    lastTriedMs: nowMs,
  };
}

function parsePrefix(address: string): { bucket: string; prefix: string } {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(address) ?? [];
  if (!isBucketName(bucket)) throw usage(`Cannot read ${JSON.stringify(address.slice(0, 1100))} as a place in S3: expected s3://BUCKET or s3://BUCKET/PREFIX`, 'Example: s3://cloudtrail-logs-123456789012/AWSLogs/123456789012/');
  return { bucket, prefix };
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

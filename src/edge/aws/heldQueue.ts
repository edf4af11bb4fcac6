import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { ForwarderError } from '../../errors.ts';
import { printUri } from '../../object/uri.ts';
import type { HeldStore } from '../../pipeline/held/heldStore.ts';
import { pointerMessages } from '../../pipeline/held/messages.ts';
import type { PointerMessage } from '../../pipeline/held/messages.ts';
import { DEFAULT_MAX_ATTEMPTS, nextStop } from '../../pipeline/held/policy.ts';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';

/** SendMessageBatch: at most ten messages, and together no more than this in every region and on every queue. */
const MAX_BATCH_MESSAGES = 10;
const MAX_BATCH_BYTES = 262_144;
/** Batches under way at once: ten thousand pointers take seconds near a deadline, not a minute. */
const BATCHES_AT_ONCE = 8;
/** How often a batch, or what is left of it, is sent at most. */
const MAX_SENDS = 4;
const MAX_NAMED = 10;

export interface HeldQueueOptions extends AwsAddress {
  queueUrl: string;
  /** Absent: what would go there cannot be held, and the trigger must keep it. */
  deadLetterQueueUrl?: string;
  /** Tries until the dead-letter queue. Default {@link DEFAULT_MAX_ATTEMPTS}. */
  maxAttempts?: number;
  /** A number in [0, 1); default Math.random. */
  random?: () => number;
  /** Between two sends of what SQS did not take, ms times a random number. Default 200. */
  waitMs?: number;
}

interface Outgoing extends PointerMessage {
  queueUrl: string;
  delaySeconds: number;
}

/** Pointers in an SQS queue that triggers the function again, and in a dead-letter queue that an alarm watches. */
export function heldQueue(options: HeldQueueOptions): HeldStore {
  const { queueUrl, deadLetterQueueUrl, maxAttempts = DEFAULT_MAX_ATTEMPTS, random = Math.random, waitMs = 200 } = options;
  let client: Promise<SQSClient> | undefined;

  return {
    async hold(pointers) {
      const outgoing: Outgoing[] = [];
      const lost: Lost[] = [];
      for (const pointer of pointers) {
        const stop = nextStop(pointer, maxAttempts, random);
        const to = stop.queue === 'retry' ? queueUrl : deadLetterQueueUrl;
        if (to === undefined) lost.push({ message: { pointer, body: '' }, why: 'no dead-letter queue is set (DD_DLQ_URL)' });
        else for (const message of pointerMessages(pointer)) outgoing.push({ ...message, queueUrl: to, delaySeconds: stop.queue === 'retry' ? stop.delaySeconds : 0 });
      }
      if (outgoing.length > 0) {
        client ??= connect(options);
        const sqs = await client;
        const batches = batchesOf(outgoing).values();
        await Promise.all(
          Array.from({ length: BATCHES_AT_ONCE }, async () => {
            for (const batch of batches) lost.push(...(await sendAll(sqs, batch, () => random() * waitMs)));
          }),
        );
      }
      if (lost.length > 0) throw notStored(lost);
    },
  };
}

/** Loaded when something must be held, not at cold start (about 30 ms). */
async function connect(options: HeldQueueOptions): Promise<SQSClient> {
  const { SQSClient } = await import('@aws-sdk/client-sqs');
  const region = options.region ?? regionOf(options.queueUrl);
  return new SQSClient({
    ...addressOf({ ...options, ...(region !== undefined && { region }) }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

function regionOf(queueUrl: string): string | undefined {
  return /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(queueUrl)?.[1];
}

/** What goes to one queue, in batches that SQS takes. */
function batchesOf(outgoing: readonly Outgoing[]): Outgoing[][] {
  const batches: Outgoing[][] = [];
  const open = new Map<string, { batch: Outgoing[]; bytes: number }>();
  for (const message of outgoing) {
    const bytes = Buffer.byteLength(message.body);
    let last = open.get(message.queueUrl);
    if (!last || last.batch.length === MAX_BATCH_MESSAGES || last.bytes + bytes > MAX_BATCH_BYTES) {
      last = { batch: [], bytes: 0 };
      open.set(message.queueUrl, last);
      batches.push(last.batch);
    }
    last.batch.push(message);
    last.bytes += bytes;
  }
  return batches;
}

interface Lost {
  message: PointerMessage;
  why: string;
}

/** Sends a batch, and again what SQS did not take of it; gives what it never took. */
async function sendAll(sqs: SQSClient, batch: readonly Outgoing[], wait: () => number): Promise<Lost[]> {
  const { SendMessageBatchCommand } = await import('@aws-sdk/client-sqs');
  let left = [...batch];
  let why = new Map<Outgoing, string>();
  for (let sends = 0; left.length > 0 && sends < MAX_SENDS; sends += 1) {
    if (sends > 0) await new Promise((waited) => setTimeout(waited, wait() * 2 ** sends));
    const Entries = left.map(({ body, delaySeconds }, at): SendMessageBatchRequestEntry => ({ Id: String(at), MessageBody: body, DelaySeconds: delaySeconds }));
    try {
      const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: left[0]!.queueUrl, Entries }));
      why = new Map(Failed.map(({ Id, Code, Message }) => [left[Number(Id)]!, Message ?? Code ?? 'SQS did not take it']));
      // Only what SQS says it has is stored; an answer that says nothing about a message is no receipt for it.
      const stored = new Set(Successful.map(({ Id }) => Id));
      left = left.filter((_, at) => !stored.has(String(at)));
    } catch (thrown) {
      const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
      why = new Map(left.map((entry) => [entry, message]));
      if (isRefusal(thrown)) break;
    }
  }
  return left.map((message) => ({ message, why: why.get(message) ?? 'SQS did not confirm it' }));
}

/** A refusal that the same request meets again: no such queue, no permission. */
function isRefusal(thrown: unknown): boolean {
  const { $metadata, $retryable } = thrown as { $metadata?: { httpStatusCode?: number }; $retryable?: object };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && $retryable === undefined && !/Throttl|TooManyRequests/.test((thrown as Error).name);
}

function notStored(lost: readonly Lost[]): ForwarderError {
  const named = [...new Set(lost.map(({ message }) => printUri(message.pointer)))];
  const more = named.length > MAX_NAMED ? ` and ${named.length - MAX_NAMED} more objects` : '';
  const reasons = [...new Set(lost.map(({ why }) => why))].slice(0, 3).join('; ');
  return new ForwarderError('ERR_HOLD', `Cannot hold what was not delivered of ${named.slice(0, MAX_NAMED).join(', ')}${more}: ${reasons}`, {
    stage: 'held',
    retry: 'later',
    hint: "Allow the function's role sqs:SendMessage on the held queue and its dead-letter queue (and kms:GenerateDataKey and kms:Decrypt on their key), and see that both exist. Until then the trigger keeps and repeats the event.",
  });
}

import { SendMessageBatchCommand } from './sdk/sqs.ts';
import type { SQSClient, SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';

/** SendMessageBatch: at most ten messages, and together no more than this in every region and on every queue. */
const MAX_BATCH_MESSAGES = 10;
const MAX_BATCH_BYTES = 262_144;
/** Batches under way at once: ten thousand pointers take seconds near a deadline, not a minute. */
const BATCHES_AT_ONCE = 8;
/** How often a batch, or what is left of it, is sent at most. */
const MAX_SENDS = 4;

export interface Outgoing {
  queueUrl: string;
  body: string;
  delaySeconds: number;
}

/** A message that SQS did not confirm, and why. */
export interface Unsent<T extends Outgoing> {
  message: T;
  why: string;
}

/**
 * Sends messages in batches, and again what SQS did not take of them. Only what SQS says it has counts as sent; a
 * message may arrive twice, never not at all without being named here.
 *
 * @param waitMs before each next send of a batch
 */
export async function sendMessages<T extends Outgoing>(sqs: SQSClient, messages: readonly T[], waitMs: () => number): Promise<Unsent<T>[]> {
  const unsent: Unsent<T>[] = [];
  const batches = batchesOf(messages).values();
  await Promise.all(
    Array.from({ length: BATCHES_AT_ONCE }, async () => {
      for (const batch of batches) unsent.push(...(await sendBatch(sqs, batch, waitMs)));
    }),
  );
  return unsent;
}

/** What goes to one queue, in batches that SQS takes. */
function batchesOf<T extends Outgoing>(messages: readonly T[]): T[][] {
  const batches: T[][] = [];
  const open = new Map<string, { batch: T[]; bytes: number }>();
  for (const message of messages) {
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

async function sendBatch<T extends Outgoing>(sqs: SQSClient, batch: readonly T[], waitMs: () => number): Promise<Unsent<T>[]> {
  let left = [...batch];
  let why = new Map<T, string>();
  for (let sends = 0; left.length > 0 && sends < MAX_SENDS; sends += 1) {
    if (sends > 0) await new Promise((waited) => setTimeout(waited, waitMs() * 2 ** sends));
    const Entries = left.map(({ body, delaySeconds }, at): SendMessageBatchRequestEntry => ({ Id: String(at), MessageBody: body, DelaySeconds: delaySeconds }));
    try {
      const { Successful = [], Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: left[0]!.queueUrl, Entries }));
      why = new Map(Failed.map(({ Id, Code, Message }) => [left[Number(Id)]!, Message ?? Code ?? 'SQS did not take it']));
      // An answer that says nothing about a message is no receipt for it.
      const sent = new Set(Successful.map(({ Id }) => Id));
      left = left.filter((_, at) => !sent.has(String(at)));
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

import type { Report } from '../metrics/report.ts';
import type { Summary } from '../metrics/summary.ts';
import type { Decoded } from '../model.ts';
import { answer } from './answer.ts';
import { readSqsMessage } from './decode/sqs.ts';
import { forward, type Outside } from './forward.ts';
import type { Invocation } from './handle.ts';
import type { HeldMessage, HeldSource } from './held/heldSource.ts';

/** A round is begun only with this much of the invocation left. */
const MIN_ROUND_MS = 5_000;

/** What a retry did: messages taken, and the records that were in them. */
export type RetrySummary = Pick<Summary, 'recordsIn' | 'delivered' | 'filtered' | 'held'> & {
  messages: number;
  /** Not understood, or not held again: they are still in their queue. */
  messagesKept: number;
};

/**
 * `{"retry": true}`, as the official forwarder understands it: send now what is held. Takes the messages that are in
 * the dead-letter queue and the held queue at this moment, ten at a time; each leaves its queue only after all of it
 * was delivered or is held anew. Ends when the queues are empty, the time is nearly over, or the intake is down.
 */
export async function retryHeld({ requestId, remainingMs }: Invocation, sources: HeldSource[], outside: Outside, report: Report): Promise<RetrySummary> {
  const startMs = outside.clock.now();
  const total: RetrySummary = { messages: 0, messagesKept: 0, recordsIn: 0, delivered: 0, filtered: 0, held: 0 };
  for (const source of sources) {
    // What stays in the queue is let go at the end, else it would come again at once.
    const kept: HeldMessage[] = [];
    try {
      if (!(await emptyOne(source, kept))) break;
    } finally {
      await source.release(kept);
    }
  }
  return total;

  /** False when it makes no sense to go on with the next queue. */
  async function emptyOne(source: HeldSource, kept: HeldMessage[]): Promise<boolean> {
    for (;;) {
      const leftMs = remainingMs - (outside.clock.now() - startMs);
      if (leftMs < MIN_ROUND_MS) return false;
      const received = await source.receive(Math.ceil(leftMs / 1000) + 5, 1);
      // What came after the start was held by this very retry.
      const messages = received.filter(({ sentMs }) => !(sentMs >= startMs));
      kept.push(...received.filter((message) => !messages.includes(message)));
      if (messages.length === 0) return true;

      const decoded: Decoded = { answer: 'sqs', trigger: 'retry', envelopes: messages.map(({ id, body }, at) => readSqsMessage({ messageId: id, body }, at)) };
      const forwarded = await forward(decoded, leftMs, outside);
      report.invocation(forwarded, requestId);
      const { batchItemFailures } = answer(decoded, forwarded) as { batchItemFailures: { itemIdentifier: string }[] };
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      kept.push(...messages.filter(({ id }) => failed.has(id)));
      await source.remove(messages.filter(({ id }) => !failed.has(id)));

      total.messages += messages.length;
      total.messagesKept += failed.size;
      for (const count of ['recordsIn', 'delivered', 'filtered', 'held'] as const) total[count] += forwarded.summary[count];
      // An object that S3 does not give now keeps nobody else waiting.
      const mustWait = [...forwarded.ledgers.values()].some((ledger) => ledger.reasons.some(({ retry, stage }) => retry !== 'never' && stage !== 'read'));
      if (mustWait || forwarded.nearTimeout) return false;
    }
  }
}

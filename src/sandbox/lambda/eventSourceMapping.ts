import type { Message, Queue } from '../aws/queue.ts';
import type { Outcome } from './outcome.ts';

export interface PollOptions {
  /** Messages of one invocation, at most 10. Default 10. */
  batchSize?: number;
  /**
   * After how many seconds a message that was not done is visible again. Default: the queue's own visibility timeout, as
   * with Lambda; 0 lets a test go on at once.
   */
  retryAfterS?: number;
}

/** What one poll did. */
export interface Polled {
  received: number;
  done: number;
  returned: number;
  /** Undefined when the queue had no message to give. */
  outcome?: Outcome;
}

/**
 * One step of Lambda's event source mapping for SQS with ReportBatchItemFailures: receives a batch, invokes the
 * function, deletes what was done (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export async function pollOnce(queue: Queue, invoke: (event: unknown) => Promise<Outcome>, options: PollOptions = {}): Promise<Polled> {
  const { batchSize = 10, retryAfterS } = options;
  const messages = await queue.receive(batchSize);
  if (messages.length === 0) return { received: 0, done: 0, returned: 0 };
  const outcome = await invoke({ Records: messages.map((message) => sqsRecord(message, queue)) });
  const failed = failedIds(outcome, new Set(messages.map(({ MessageId }) => MessageId)));
  let done = 0;
  for (const message of messages) {
    if (failed === 'all' || failed.has(message.MessageId)) {
      if (retryAfterS !== undefined) await queue.giveBack(message, retryAfterS);
    } else {
      await queue.delete(message);
      done++;
    }
  }
  return { received: messages.length, done, returned: messages.length - done, outcome };
}

/** Which messages stay, by the rules of the partial batch response: anything odd about the answer means all of them. */
function failedIds(outcome: Outcome, ids: Set<string>): Set<string> | 'all' {
  if (!outcome.ok) return 'all';
  if (outcome.result === null || outcome.result === '') return new Set();
  if (typeof outcome.result !== 'object') return 'all';
  const { batchItemFailures = Object.keys(outcome.result).length === 0 ? null : undefined } = outcome.result as { batchItemFailures?: unknown };
  if (batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return 'all';
  const failed = new Set(batchItemFailures.map((item: unknown) => (item as { itemIdentifier?: string } | null)?.itemIdentifier ?? ''));
  return [...failed].every((id) => ids.has(id)) ? failed : 'all';
}

function sqsRecord(message: Message, queue: Queue): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: 'us-east-1',
  };
}

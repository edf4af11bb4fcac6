/**
 * A queue as a person looks into it. SQS has no look without a receive: a received message is hidden from everybody
 * else until it is released, removed, or its time is over, and each receive counts towards the queue's redrive policy.
 */
import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from './sdk/sqs.ts';
import type { AwsAddress } from './address.ts';
import { asking } from './control/asking.ts';
import { queueClient } from './queueClient.ts';
import { sendMessages } from './sendMessages.ts';

export interface QueueMessage {
  id: string;
  receipt: string;
  body: string;
  /** Ms since the epoch. */
  sentMs: number;
  /** How often it was received, this time included. */
  receives: number;
}

/** Approximate, as SQS counts. */
export interface QueueCounts {
  waiting: number;
  inFlight: number;
  delayed: number;
  /** Receives after which SQS moves a message to the dead-letter queue; absent when it has none. */
  maxReceives?: number;
}

export interface MessageQueue {
  url: string;
  name: string;
  counts(): Promise<QueueCounts>;
  /**
   * Up to ten messages, hidden for so long. None means none only after a second's wait: then SQS has asked all its
   * servers, otherwise a few of them.
   */
  receive(hiddenSeconds: number, waitSeconds: 0 | 1): Promise<QueueMessage[]>;
  /** Lets everybody see the messages again, at once. */
  release(messages: readonly QueueMessage[]): Promise<void>;
  /** Removes the messages; gives those that are still there. */
  remove(messages: readonly QueueMessage[]): Promise<QueueMessage[]>;
  /** Sends texts; gives those that SQS did not take. */
  send(bodies: readonly string[]): Promise<{ body: string; why: string }[]>;
}

const BATCH = 10;
const RETRY_WAIT_MS = 200;

/** @throws (from each) as `asking` says */
export function messageQueue(url: string, address: AwsAddress = {}): MessageQueue {
  const sqs = queueClient(url, address);
  const about = (what: string, permission: string) => ({ what: `${what} queue "${url}"`, permission });
  return {
    url,
    name: url.slice(url.lastIndexOf('/') + 1),

    counts: () =>
      asking(about('read', 'sqs:GetQueueAttributes'), async () => {
        const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
        const { maxReceiveCount } = JSON.parse(Attributes.RedrivePolicy || '{}') as { maxReceiveCount?: number | string };
        return {
          waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
          inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
          delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
          ...(maxReceiveCount !== undefined && { maxReceives: Number(maxReceiveCount) }),
        };
      }),

    receive: (hiddenSeconds, waitSeconds) =>
      asking(about('receive from', 'sqs:ReceiveMessage'), async () => {
        const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: BATCH, VisibilityTimeout: hiddenSeconds, WaitTimeSeconds: waitSeconds, MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'] });
        const { Messages = [] } = await sqs.send(command);
        return Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
          id: MessageId ?? '',
          receipt: ReceiptHandle ?? '',
          body: Body ?? '',
          sentMs: Number(Attributes?.SentTimestamp ?? NaN),
          receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
        }));
      }),

    release: (messages) =>
      asking(about('release messages of', 'sqs:ChangeMessageVisibility'), async () => {
        for (const batch of inTens(messages)) {
          // One that cannot be released comes back by itself when its time is over.
          await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: batch.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt, VisibilityTimeout: 0 })) }));
        }
      }),

    remove: (messages) =>
      asking(about('remove messages of', 'sqs:DeleteMessage'), async () => {
        const kept: QueueMessage[] = [];
        for (const batch of inTens(messages)) {
          const { Successful = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: batch.map(({ receipt }, at) => ({ Id: String(at), ReceiptHandle: receipt })) }));
          const gone = new Set(Successful.map(({ Id }) => Id));
          kept.push(...batch.filter((_, at) => !gone.has(String(at))));
        }
        return kept;
      }),

    send: async (bodies) => {
      const unsent = await sendMessages(sqs, bodies.map((body) => ({ queueUrl: url, body, delaySeconds: 0 })), () => Math.random() * RETRY_WAIT_MS);
      return unsent.map(({ message, why }) => ({ body: message.body, why }));
    },
  };
}

function inTens<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) => all.slice(at * BATCH, (at + 1) * BATCH));
}

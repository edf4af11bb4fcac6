import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

/** The S3 and SQS of the whole test run (globalSetup.mjs), for the real AWS clients. */
export const LOCAL_AWS = {
  endpoint: process.env.FAUXQS_URL!,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
};

const s3 = new S3Client({ ...LOCAL_AWS, forcePathStyle: true });
const sqs = new SQSClient(LOCAL_AWS);

let made = 0;
/** A name that no other test of the run uses. */
export function freshName(what: string): string {
  return `${what}-${process.pid}-${Date.now().toString(36)}-${(made += 1)}`;
}

/** A bucket of one's own with these objects in it. */
export async function makeBucket(objects: Record<string, string | Uint8Array> = {}): Promise<string> {
  const Bucket = freshName('bucket');
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const [Key, Body] of Object.entries(objects)) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(Body) }));
  return Bucket;
}

/** A queue of one's own, with a dead-letter queue behind it that takes messages received more than `maxReceiveCount` times. */
export async function makeQueues(maxReceiveCount = 5, attributes: Record<string, string> = {}): Promise<{ queueUrl: string; deadLetterQueueUrl: string }> {
  const name = freshName('queue');
  const { QueueUrl: deadLetterQueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: ['QueueArn'] }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy, ...attributes } }));
  return { queueUrl: QueueUrl!, deadLetterQueueUrl: deadLetterQueueUrl! };
}

/** The bodies of a queue's messages, looked at from outside: nothing is received. */
export async function messagesIn(queueUrl: string): Promise<{ ready: string[]; delayed: string[]; inflight: string[] }> {
  const name = queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
  const inspected = await fetch(`${LOCAL_AWS.endpoint}/_fauxqs/queues/${name}`);
  interface Message {
    body?: string;
    message?: { body: string };
  }
  const { messages } = (await inspected.json()) as { messages: Record<'ready' | 'delayed' | 'inflight', Message[]> };
  const bodies = (list: Message[]) => list.map(({ body, message }) => (body ?? message?.body)!);
  return { ready: bodies(messages.ready), delayed: bodies(messages.delayed), inflight: bodies(messages.inflight) };
}

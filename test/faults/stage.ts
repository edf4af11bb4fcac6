import { resolve } from 'node:path';
import { createBucket } from '../../src/sandbox/aws/bucket.ts';
import { createQueue, type Queue } from '../../src/sandbox/aws/queue.ts';
import { type Intake, SANDBOX_API_KEY, startIntake } from '../../src/sandbox/intake/server.ts';
import { invokeAsync } from '../../src/sandbox/lambda/asyncInvoke.ts';
import { type Lambda, startLambda } from '../../src/sandbox/lambda/emulator.ts';
import { type Polled, pollOnce } from '../../src/sandbox/lambda/eventSourceMapping.ts';
import type { Outcome } from '../../src/sandbox/lambda/outcome.ts';
import { type AwsProxy, startAwsProxy } from '../support/awsProxy.ts';
import { freshName, LOCAL_AWS } from '../support/fauxqs.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcpProxy.ts';
import { Ear, type Snapshot } from './ear.ts';
import { placeOf, printIndexes } from './reckoning.ts';
import { keyOf, objectOf } from './trail.ts';

export interface StageOptions {
  /** The function's variables, besides those that lead it to this stage. */
  env?: Record<string, string>;
  /** False: the function has no queue to hold in. */
  holds?: boolean;
  timeoutMs?: number;
  /** Where the API key comes from; a plain variable by default. */
  apiKey?: () => Record<string, string>;
  /** Receives of a message after which a queue gives it to the dead-letter queue. */
  maxReceiveCount?: number;
}

/**
 * The deployed function with all that is around it: the bundle in a process under the emulated Lambda, S3 and SQS behind
 * a proxy that breaks requests, the intake behind one that breaks connections, the queue of notifications, the held queue
 * and the dead-letter queue.
 */
export interface Stage {
  bucket: string;
  lambda: Lambda;
  /** S3 and SQS as the function meets them. */
  aws: AwsProxy;
  /** The way to the intake. */
  network: TcpProxy;
  intake: Intake;
  /** Notifications of new objects, when the trigger is a queue. */
  trail: Queue;
  held: Queue;
  deadLetter: Queue;
  ear: Ear;
  /** The records of each object that was put, by its key. */
  originals: Map<string, readonly string[]>;
  /** Stores an object with these records, as CloudTrail would, or as `bytes` say; gives its key. */
  put: (texts: readonly string[], about?: { key?: string; bytes?: Uint8Array }) => Promise<string>;
  invoke: (event: unknown, timeoutMs?: number) => Promise<Outcome>;
  /** As S3 invokes: three attempts, then the held queue. */
  invokeAsync: (event: unknown) => Promise<Outcome[]>;
  /** One step of the event source mapping of a queue; what the function did not do is visible again at once. */
  poll: (queue: Queue) => Promise<Polled>;
  /** Polls until nothing is left in the notifications and in the held queue. */
  drain: () => Promise<void>;
  /** Which records of an object arrived at the intake: `0-616, 618-999`. */
  arrived: (key: string) => string;
  /** How often each record of an object arrived, by its index. */
  times: (key: string) => number[];
  /** What the function says it did since the test began, summed up. */
  counts: () => Promise<Snapshot>;
  /** Messages of a queue, whatever their state, as JSON. */
  messages: (queue: Queue) => Promise<Pointer[]>;
  /** What a process had taken from a queue when it ended is visible again: as after its time, but at once. */
  comeBack: (queue: Queue) => Promise<void>;
  /** Makes everything as new, except the process. */
  reset: () => Promise<void>;
  stop: () => Promise<void>;
}

/** What a test reads of a held pointer. */
export interface Pointer {
  bucket: string;
  key: string;
  ranges: { first: number; last?: number }[];
  records: number | null;
  reason: { code: string; message: string; hint: string };
  permanent: boolean;
  attempts: number;
}

/** Waits that are short, so that a test of waiting is. */
const QUICK = { DD_RETRY_FOR_MS: '2000', DD_POST_TIMEOUT_MS: '2000' };
/** Polls after which a queue that never gets empty is a failure. */
const MAX_POLLS = 200;

export async function startStage({ env = {}, holds = true, timeoutMs = 20_000, apiKey = () => ({ DD_API_KEY: SANDBOX_API_KEY }), maxReceiveCount = 1_000 }: StageOptions = {}): Promise<Stage> {
  const name = freshName('faults');
  const bucket = await createBucket(LOCAL_AWS.endpoint, name);
  const deadLetter = await createQueue(LOCAL_AWS.endpoint, `${name}-dead-letter`);
  const redrive = { deadLetter: { queue: deadLetter, maxReceiveCount } };
  const held = await createQueue(LOCAL_AWS.endpoint, `${name}-held`, redrive);
  const trail = await createQueue(LOCAL_AWS.endpoint, `${name}-trail`, redrive);
  const aws = await startAwsProxy(LOCAL_AWS.endpoint, { hasty: true });
  const intake = await startIntake();
  const network = await startTcpProxy(intake);
  const ear = new Ear();
  const lambda = startLambda({
    bundle: resolve('dist/forwarder.cjs'),
    bootstrap: resolve('dist/lambda-bootstrap.cjs'),
    timeoutMs,
    onLog: ({ line }) => ear.hear(line),
    env: {
      AWS_ENDPOINT_URL: aws.url,
      DD_URL: network.host,
      DD_PORT: String(network.port),
      DD_NO_SSL: 'true',
      ...QUICK,
      ...apiKey(),
      ...(holds && { DD_SQS_QUEUE_URL: held.url, DD_DLQ_URL: deadLetter.url }),
      ...env,
    },
  });
  const originals = new Map<string, readonly string[]>();
  const invoke = (event: unknown, ms?: number) => lambda.invoke(event, ms);

  const indexesOf = (key: string) => intake.logs.map(({ json }) => placeOf(json)).filter((place) => place.key === key).map(({ record }) => record);

  const stage: Stage = {
    bucket: name,
    lambda,
    aws,
    network,
    intake,
    trail,
    held,
    deadLetter,
    ear,
    originals,
    async put(texts, { key = keyOf(`${originals.size}`.padStart(16, '0')), bytes = objectOf(texts) } = {}) {
      originals.set(key, texts);
      await bucket.put(key, bytes);
      return key;
    },
    invoke,
    invokeAsync: (event) => invokeAsync(lambda, event, { onFailure: held }),
    poll: (queue) => pollOnce(queue, invoke, { retryAfterS: 0 }),
    async drain() {
      for (let polls = 0, idle = 0; idle < 2; polls++) {
        if (polls > MAX_POLLS) throw new Error('The queues do not get empty');
        const { received } = await stage.poll(polls % 2 === 0 ? trail : held);
        idle = received === 0 ? idle + 1 : 0;
      }
    },
    arrived: (key) => printIndexes(indexesOf(key)),
    times(key) {
      const times = originals.get(key)!.map(() => 0);
      for (const index of indexesOf(key)) times[index]!++;
      return times;
    },
    async counts() {
      await ear.catchUp(lambda);
      return ear.total;
    },
    messages: async (queue) => (await queue.peek()).map((body) => JSON.parse(body) as Pointer),
    async comeBack({ name: queue, url: QueueUrl }) {
      const { messages } = (await (await fetch(`${LOCAL_AWS.endpoint}/_fauxqs/queues/${queue}`)).json()) as { messages: { inflight: { receiptHandle: string }[] } };
      for (const { receiptHandle: ReceiptHandle } of messages.inflight) await askSqs('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    },
    async reset() {
      await network.up();
      network.always(undefined);
      aws.faults.length = aws.requests.length = 0;
      intake.faults.clear();
      intake.clear();
      for (const key of intake.apiKeys) intake.apiKeys.delete(key);
      intake.apiKeys.add(SANDBOX_API_KEY);
      for (const { url: QueueUrl } of [trail, held, deadLetter]) await askSqs('PurgeQueue', { QueueUrl });
      originals.clear();
      ear.forget();
    },
    async stop() {
      await lambda.stop();
      await Promise.all([aws.close(), network.close(), intake.close()]);
    },
  };
  return stage;
}

/** S3's notification of new objects. */
export function s3Event(bucket: string, ...keys: string[]): { Records: object[] } {
  return { Records: keys.map((key) => ({ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventName: 'ObjectCreated:Put', s3: { bucket: { name: bucket }, object: { key: formEncoded(key), size: 1 } } })) };
}

/** A key as S3 writes it into notifications. */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

async function askSqs(action: string, input: object): Promise<void> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
  const { ok, status } = await fetch(LOCAL_AWS.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  if (!ok) throw new Error(`Cannot ${action}: ${status}`);
}

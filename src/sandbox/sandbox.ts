import { join } from 'node:path';
import { type Bucket, createBucket } from './aws/bucket.ts';
import { createQueue, type Queue } from './aws/queue.ts';
import { type Aws, startAws } from './aws/server.ts';
import { type Intake, type IntakeOptions, SANDBOX_API_KEY, startIntake } from './intake/server.ts';
import { type Lambda, type LambdaOptions, startLambda } from './lambda/emulator.ts';

/** The bucket that the payloads in events/trigger/ name. */
export const BUCKET = 'cloudtrail-logs-123456789012';

/** Everything outside the forwarder, on this machine: a trail's bucket, a held queue with its dead-letter queue, an intake. */
export interface Sandbox {
  aws: Aws;
  intake: Intake;
  bucket: Bucket;
  held: Queue;
  deadLetter: Queue;
  /** What a function needs in its environment to work in here. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts the sandbox on free ports of this machine's loopback address. */
export async function startSandbox(options: { intake?: IntakeOptions } = {}): Promise<Sandbox> {
  const aws = await startAws();
  const intake = await startIntake(options.intake);
  const bucket = await createBucket(aws.url, BUCKET);
  const deadLetter = await createQueue(aws.url, 'cloudtrail-forwarder-dead-letter');
  const held = await createQueue(aws.url, 'cloudtrail-forwarder-held', { deadLetter: { queue: deadLetter, maxReceiveCount: 10 } });
  return {
    aws,
    intake,
    bucket,
    held,
    deadLetter,
    env: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      DD_API_KEY: SANDBOX_API_KEY,
      DD_URL: intake.host,
      DD_PORT: String(intake.port),
      DD_NO_SSL: 'true',
      DD_SQS_QUEUE_URL: reachable(held, aws),
      DD_DLQ_URL: reachable(deadLetter, aws),
    },
    async close() {
      await Promise.all([aws.stop(), intake.close()]);
    },
  };
}

/** Deploys the built function into the sandbox. `dist` is the folder of the bundles. */
export function deploy(sandbox: Sandbox, dist: string, options: Partial<LambdaOptions> = {}): Lambda {
  return startLambda({
    bundle: join(dist, 'forwarder.cjs'),
    bootstrap: join(dist, 'lambda-bootstrap.cjs'),
    memoryMb: 512,
    timeoutMs: 300_000,
    ...options,
    env: { ...sandbox.env, ...options.env },
  });
}

/** The queue under an address that every resolver knows. */
function reachable({ url }: Queue, aws: Aws): string {
  return aws.url + new URL(url).pathname;
}

import { readFileSync } from 'node:fs';

/** What a measured process is asked to do. It comes as JSON in its first argument; the result goes to standard output. */
export interface Task {
  s3Port: number;
  intakePort: number;
  /** Objects of each invocation, in order. Those of `warmUp` are not measured. */
  warmUp: string[][];
  measured: string[][];
  /** For the floor: the objects' files, the payloads that were emitted for them, and the codec. */
  files?: string[];
  payloads?: string[];
  codec?: { name: 'gzip' | 'zstd'; level: number };
}

export interface Measured {
  cpuS: number;
  wallS: number;
  /** The most memory ever held, warm-up included; VmHWM. */
  peakRssBytes: number;
}

export const BUCKET = 'trail';

/** One S3 notification for a single object, and SQS messages of one notification each for several, as Lambda brings them. */
export function eventOf(keys: string[]): object {
  const notification = (key: string) => ({
    Records: [{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventTime: '2026-11-20T12:05:00.000Z', eventName: 'ObjectCreated:Put', s3: { s3SchemaVersion: '1.0', bucket: { name: BUCKET, arn: `arn:aws:s3:::${BUCKET}` }, object: { key, size: 1024 } } }],
  });
  if (keys.length === 1) return notification(keys[0]!);
  return {
    Records: keys.map((key, k) => ({
      messageId: `00000000-0000-4000-8000-${String(k).padStart(12, '0')}`,
      receiptHandle: 'x',
      body: JSON.stringify(notification(key)),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1', SenderId: 'x', ApproximateFirstReceiveTimestamp: '1' },
      messageAttributes: {},
      md5OfBody: 'x',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:trail',
      awsRegion: 'us-east-1',
    })),
  };
}

/** Runs the invocations of a task and tells what the measured ones took. */
export async function measure(task: Task, invoke: (keys: string[]) => Promise<unknown>): Promise<void> {
  for (const keys of task.warmUp) await invoke(keys);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  for (const keys of task.measured) await invoke(keys);
  const wallS = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  tell({ cpuS: (user + system) / 1e6, wallS, peakRssBytes: peakRssBytes() });
}

export function tell(measured: Measured): void {
  // The function writes its own logs to standard output: the result is the last line, and marked.
  process.stdout.write(`\nBENCH ${JSON.stringify(measured)}\n`, () => process.exit(0));
}

export function readTask(): Task {
  return JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Task;
}

function peakRssBytes(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

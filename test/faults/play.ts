import { gzipSync } from 'node:zlib';
import type { Queue } from '../../src/sandbox/aws/queue.ts';
import { invokeAsync } from '../../src/sandbox/lambda/asyncInvoke.ts';
import { pollOnce } from '../../src/sandbox/lambda/eventSourceMapping.ts';
import type { AwsFault } from '../support/awsProxy.ts';
import type { Invoked, Played } from './judgement.ts';
import type { Kill, PlannedObject, Schedule, Step, Trouble } from './schedule.ts';
import { s3Event, type Stage } from './stage.ts';
import { contentOf, keyOf, objectOf, recordText, records } from './trail.ts';

/** `{"retry": true}` does nothing with less time. */
const RETRY_TIMEOUT_MS = 8_000;
const CALM_TIMEOUT_MS = 20_000;

/**
 * Lets a schedule happen to the function on the stage; then the faults stop and the queues drain, somebody sends what is
 * in the dead-letter queue again, and they drain once more.
 */
export async function play(schedule: Schedule, stage: Stage): Promise<Played> {
  const { intake, aws, network, trail, held, deadLetter, bucket, lambda } = stage;
  const keys: string[] = [];
  const poisons: string[] = [];
  for (const [k, planned] of schedule.objects.entries()) keys.push(await putObject(stage, planned, k, poisons));
  intake.faults.poison(...poisons);
  const invoked: Invoked[] = [];
  const twice: string[] = [];

  /** Invokes, and remembers what belonged to it. */
  const invoke = async (event: unknown, timeoutMs: number, losesDeletes = false) => {
    const mark: Invoked = { firstCall: intake.calls.length, firstRequest: aws.requests.length, failed: true, timeoutMs };
    invoked.push(mark);
    const outcome = await lambda.invoke(event, timeoutMs);
    const { batchItemFailures = [], messagesKept = 0 } = (outcome.ok ? (outcome.result ?? {}) : {}) as { batchItemFailures?: unknown[]; messagesKept?: number };
    if (!outcome.ok) mark.failure = `${outcome.errorType}: ${outcome.errorMessage}`;
    mark.failed = !outcome.ok || losesDeletes || batchItemFailures.length > 0 || messagesKept > 0;
    return outcome;
  };
  const poll = (queue: Queue, { timeoutMs, batchSize, losesDeletes }: Pick<Step, 'timeoutMs' | 'batchSize' | 'losesDeletes'>) =>
    pollOnce(losesDeletes ? { ...queue, delete: (message) => queue.giveBack(message, 0) } : queue, (event) => invoke(event, timeoutMs, losesDeletes), { batchSize, retryAfterS: 0 });

  for (const step of schedule.steps) {
    const disarm = await arrange(step, stage);
    for (const { objects, by, twice: again } of step.arrivals) {
      const named = objects.map((k) => keys[k]!);
      if (again) twice.push(...named);
      for (const event of again ? [s3Event(bucket, ...named), s3Event(bucket, ...named)] : [s3Event(bucket, ...named)]) {
        if (by === 'queue') await trail.send(JSON.stringify(event));
        else await invokeAsync({ functionArn: lambda.functionArn, invoke: (payload) => invoke(payload, step.timeoutMs) }, event, { onFailure: held });
      }
    }
    await poll(trail, step);
    await poll(held, step);
    if (step.retries) await invoke({ retry: true }, RETRY_TIMEOUT_MS);
    disarm();
    for (const queue of [trail, held, deadLetter]) await stage.comeBack(queue);
  }

  const calm = { timeoutMs: CALM_TIMEOUT_MS, batchSize: 10, losesDeletes: false };
  await network.up();
  aws.faults.length = 0;
  intake.faults.clear();
  intake.faults.poison(...poisons);
  await drain();
  const named = await stage.messages(deadLetter);
  intake.faults.clear();
  await invoke({ retry: true }, CALM_TIMEOUT_MS);
  await drain();
  const hopeless = await stage.messages(deadLetter);
  await stage.ear.catchUp(lambda);
  return { keys, twice, invoked, named, hopeless };

  async function drain(): Promise<void> {
    for (let idle = 0, polls = 0; idle < 2; polls++) {
      if (polls > 300) throw new Error('The queues do not get empty although nothing fails any more');
      const { received } = await poll(polls % 2 === 0 ? trail : held, calm);
      idle = received === 0 ? idle + 1 : 0;
    }
  }
}

async function putObject(stage: Stage, { kind, records: count }: PlannedObject, k: number, poisons: string[]): Promise<string> {
  const key = keyOf(`${kind}-${k}`, kind === 'digest' ? 'CloudTrail-Digest' : 'CloudTrail');
  const texts = records(count);
  switch (kind) {
    case 'sound':
      return stage.put(texts, { key });
    case 'poisoned-record': {
      const poisoned = texts[Math.floor(count / 2)]!;
      poisons.push(/"eventID":"[^"]+"/.exec(poisoned)![0]);
      return stage.put(texts, { key });
    }
    case 'deep-record':
      texts[Math.floor(count / 2)] = recordText(`,"deep":${'['.repeat(200)}${']'.repeat(200)}`);
      return stage.put(texts, { key });
    case 'truncated': {
      const whole = objectOf(texts);
      return stage.put(texts, { key, bytes: whole.subarray(0, Math.floor(whole.length * 0.7)) });
    }
    case 'corrupt': {
      const whole = gzipSync(contentOf(texts));
      whole[whole.length - 6]! ^= 0x55;
      return stage.put(texts, { key, bytes: whole });
    }
    case 'not-a-log':
      return stage.put([], { key, bytes: Buffer.from('GET /index.html 200') });
    case 'digest':
      return stage.put([], { key, bytes: gzipSync('{"digestS3Bucket":"b","digestS3Object":"o","digestEndTime":"2026-11-20T12:00:00Z"}') });
    case 'missing':
      stage.originals.set(`${key}.gone`, []);
      return `${key}.gone`;
  }
}

/** Makes a step's faults stand; gives what ends them. */
async function arrange({ intake: faults, isDown, aws: troubles, kill }: Step, stage: Stage): Promise<() => void> {
  const { intake, aws, network } = stage;
  intake.faults.add(...faults);
  aws.faults.push(...troubles.map(awsFault));
  if (isDown) await network.down();
  else await network.up();
  const disarm = kill === undefined ? () => undefined : arm(kill, stage);
  return () => {
    disarm();
    aws.faults.length = 0;
  };
}

function awsFault(trouble: Trouble): AwsFault {
  const got: AwsFault['matches'] = ({ action }) => action === 'GetObject';
  switch (trouble.what) {
    case 'error':
      return { matches: ({ action }) => action === trouble.action, times: trouble.times, error: { status: trouble.status, code: trouble.code } };
    case 'cut':
      return { matches: got, times: trouble.times, cutAfterBytes: trouble.afterBytes };
    case 'silent':
      return { matches: got, times: trouble.times, silent: true };
    case 'slow':
      return { matches: () => true, times: trouble.times, delayMs: trouble.delayMs };
    case 'answer-lost':
      return { matches: ({ action }) => action === 'SendMessageBatch', times: trouble.times, cutAfterBytes: 0 };
  }
}

/** Kills the process when its time has come; gives what calls that off. */
function arm({ when, at }: Kill, { intake, aws, lambda }: Stage): () => void {
  let armed = true;
  const kill = () => void (armed && lambda.kill());
  const atRequest = (action: string, moment: 'before' | 'after') => {
    let seen = 0;
    aws.faults.unshift({ matches: (request) => request.action === action && ++seen === at, [moment]: kill });
  };
  const calls = intake.calls.length;
  const payloads = intake.totals.payloads;
  switch (when) {
    case 'get':
      atRequest('GetObject', 'before');
      break;
    case 'got':
      atRequest('GetObject', 'after');
      break;
    case 'hold':
      atRequest('SendMessageBatch', 'before');
      break;
    case 'held':
      atRequest('SendMessageBatch', 'after');
      break;
    case 'remove':
      atRequest('DeleteMessageBatch', 'before');
      break;
    case 'post':
      void intake.until(() => intake.calls.length >= calls + at).then(kill);
      break;
    case 'accepted':
      intake.faults.add({ kind: 'silence', when: 'after' });
      void intake.until(() => intake.totals.payloads >= payloads + at).then(kill);
      break;
    case 'ms':
      setTimeout(kill, at).unref();
  }
  return () => {
    armed = false;
  };
}

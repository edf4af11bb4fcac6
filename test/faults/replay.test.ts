import type { AwsFault } from '../support/awsProxy.ts';
import { s3Event } from './stage.ts';
import { records } from './trail.ts';
import { useStage } from './useStage.ts';

/** The official forwarder's own request to send what it stored. */
const RETRY = { retry: true };

const sending = (about: Partial<AwsFault>): AwsFault => ({ matches: ({ action }) => action === 'SendMessageBatch', ...about });

describe('22. what is held leaves only after all of it was accepted', () => {
  const stage = useStage({ env: { DD_RETRY_FOR_MS: '300' } });

  /** Objects whose pointers are in the held queue, since the intake was down. */
  async function holdObjects(...counts: number[]): Promise<string[]> {
    const { put, bucket, network, invoke } = stage();
    const keys = [];
    for (const count of counts) keys.push(await put(records(count)));
    await network.down();
    expect(await invoke(s3Event(bucket, ...keys))).toMatchObject({ ok: true, result: { delivered: 0 } });
    await network.up();
    return keys;
  }

  test('by itself: a pointer of three batches of which the second fails stays, and only the rest is sent again', async () => {
    const { intake, held, poll, messages, arrived, drain } = stage();
    const [key] = await holdObjects(3_000);
    // Two batches and, when it is tried again, the one that failed.
    intake.faults.add({ kind: 'none' }, { kind: 'answer', status: 503, headers: { 'retry-after': '60' } });
    expect(await poll(held)).toMatchObject({ done: 1 });
    const pointers = await messages(held);
    expect(pointers).toMatchObject([{ key, reason: { code: 'ERR_INTAKE_BUSY' }, attempts: 2 }]);
    expect(arrived(key!)).not.toBe('0-2999');
    await drain();
    expect(arrived(key!)).toBe('0-2999');
  });

  test('by hand ({"retry": true}): everything in the dead-letter queue and in the held queue is sent, however many messages there are', async () => {
    const { put, bucket, invoke, deadLetter, held, arrived, aws } = stage();
    const denied = [await put(records(3)), await put(records(3))];
    aws.faults.push({ matches: ({ key }) => denied.includes(key), times: Infinity, error: { status: 403, code: 'AccessDenied' } });
    await invoke(s3Event(bucket, ...denied));
    aws.faults.length = 0;
    const keys = await holdObjects(...Array.from({ length: 33 }, () => 2));
    expect([(await deadLetter.peek()).length, (await held.peek()).length]).toEqual([2, 33]);

    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 35, messagesKept: 0, recordsIn: 72, delivered: 72, held: 0 } });
    expect([...denied, ...keys].map(arrived)).toEqual([...denied.map(() => '0-2'), ...keys.map(() => '0-1')]);
    for (const queue of [deadLetter, held]) expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0 });
  });

  test('by hand, while the intake fails half of it: what was not accepted is held anew before its message leaves', async () => {
    const { invoke, intake, held, deadLetter, messages, arrived } = stage();
    const [key] = await holdObjects(3_000);
    intake.faults.add({ kind: 'none' }, { kind: 'answer', status: 503, headers: { 'retry-after': '60' } });
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 1, messagesKept: 0 } });
    expect(await messages(held)).toMatchObject([{ key, attempts: 2 }]);
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 1, held: 0 } });
    expect(arrived(key!)).toBe('0-2999');
    for (const queue of [deadLetter, held]) expect(await queue.peek()).toEqual([]);
  });

  test('by hand, while the intake is still down: it stops after the first round, and every pointer is still there', async () => {
    const { invoke, network, held, messages, drain, arrived } = stage();
    const keys = await holdObjects(...Array.from({ length: 25 }, () => 2));
    await network.down();
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 10, delivered: 0 } });
    expect((await messages(held)).map(({ key }) => key).sort()).toEqual([...keys].sort());
    await network.up();
    await drain();
    expect(keys.map(arrived)).toEqual(keys.map(() => '0-1'));
  });

  test('by hand, while S3 is busy with one of the objects: all the others are sent', async () => {
    const { invoke, aws, held, messages, drain, arrived } = stage();
    const keys = await holdObjects(...Array.from({ length: 25 }, () => 2));
    aws.faults.push({ matches: ({ action, key }) => action === 'GetObject' && key === keys[0], times: Infinity, error: { status: 503, code: 'SlowDown' } });
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 25, messagesKept: 0, delivered: 48 } });
    expect(await messages(held)).toMatchObject([{ key: keys[0], reason: { code: 'ERR_OBJECT_UNREADABLE' }, attempts: 2 }]);
    aws.faults.length = 0;
    await drain();
    expect(keys.map(arrived)).toEqual(keys.map(() => '0-1'));
  });

  test('by hand, what nobody can mend goes back where the alarm watches', async () => {
    const { put, bucket, invoke, deadLetter, held, messages } = stage();
    const key = await put([], { bytes: Buffer.from('not a log') });
    await invoke(s3Event(bucket, key));
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 1, messagesKept: 0 } });
    expect(await messages(deadLetter)).toMatchObject([{ key, attempts: 2, permanent: true }]);
    expect(await held.peek()).toEqual([]);
  });

  test('by hand, a message that is not understood stays in its queue', async () => {
    const { invoke, deadLetter } = stage();
    await deadLetter.send('{"hello":"world"}');
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 1, messagesKept: 1 } });
    expect(await deadLetter.peek()).toEqual(['{"hello":"world"}']);
  });

  test('by hand, killed in the middle: the messages it had taken come back, and nothing is lost', async () => {
    const { invoke, intake, lambda, held, drain, times } = stage();
    const keys = await holdObjects(700, 700, 700);
    void intake.until(() => intake.totals.payloads >= 1).then(() => lambda.kill());
    intake.faults.add({ kind: 'none' }, { kind: 'silence', when: 'after' });
    expect(await invoke(RETRY)).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    await stage().comeBack(held);
    expect((await held.depth()).ready).toBe(3);
    await drain();
    for (const key of keys) expect(times(key).filter((often) => often < 1 || often > 2)).toEqual([]);
  });

  test('holding fails: the invocation by S3 fails, so that Lambda repeats it, and nothing is lost', async () => {
    const { put, bucket, invoke, network, aws, held, arrived } = stage();
    const key = await put(records(5));
    await network.down();
    aws.faults.push(sending({ times: Infinity, error: { status: 403, code: 'AccessDenied' } }));
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: false, errorType: 'ForwarderError', errorMessage: expect.stringMatching(/^Cannot hold what was not delivered of s3:\/\/faults-.*AccessDenied/) });
    expect(await held.peek()).toEqual([]);
    await network.up();
    aws.faults.length = 0;
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true });
    expect(arrived(key)).toBe('0-4');
  });

  test('holding fails: of a batch of messages just those come back whose records have no place', async () => {
    const { put, bucket, trail, poll, intake, aws, arrived, originals, drain } = stage();
    const keys = [await put(records(5)), await put(records(5))];
    for (const key of keys) await trail.send(JSON.stringify(s3Event(bucket, key)));
    intake.faults.poison(/"eventID":"[^"]+"/.exec(originals.get(keys[1]!)![2]!)![0]);
    aws.faults.push(sending({ times: Infinity, error: { status: 403, code: 'AccessDenied' } }));
    expect(await poll(trail)).toMatchObject({ received: 2, done: 1, returned: 1 });
    expect(await trail.peek()).toEqual([expect.stringContaining(keys[1]!)]);
    aws.faults.length = 0;
    intake.faults.clear();
    await drain();
    expect(keys.map(arrived)).toEqual(['0-4', '0-1 twice, 2, 3-4 twice']);
  });

  test('holding fails while a held pointer is sent: its message stays', async () => {
    const { network, aws, held, poll, drain, arrived } = stage();
    const [key] = await holdObjects(5);
    await network.down();
    aws.faults.push(sending({ times: Infinity, error: { status: 403, code: 'AccessDenied' } }));
    expect(await poll(held)).toMatchObject({ received: 1, done: 0, returned: 1 });
    aws.faults.length = 0;
    await network.up();
    await drain();
    expect(arrived(key!)).toBe('0-4');
  });

  test('holding fails while a retry by hand is under way: the message stays in its queue', async () => {
    const { network, aws, held, invoke, drain, arrived } = stage();
    const [key] = await holdObjects(5);
    await network.down();
    aws.faults.push(sending({ times: Infinity, error: { status: 403, code: 'AccessDenied' } }));
    expect(await invoke(RETRY)).toMatchObject({ ok: true, result: { messages: 1, messagesKept: 1, held: 5 } });
    expect(await held.peek()).toHaveLength(1);
    aws.faults.length = 0;
    await network.up();
    await stage().comeBack(held);
    await drain();
    expect(arrived(key!)).toBe('0-4');
  });

  test.each<[string, AwsFault]>([
    ['SQS is busy for a moment', sending({ times: 2, error: { status: 503, code: 'ServiceUnavailable' } })],
    ['SQS has taken the pointer and its answer was lost', sending({ cutAfterBytes: 0 })],
  ])('%s: the pointer is stored, at most twice', async (_name, fault) => {
    const { put, bucket, invoke, network, aws, held, messages, drain, times } = stage();
    const key = await put(records(5));
    await network.down();
    aws.faults.push(fault);
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { held: 5 } });
    const pointers = await messages(held);
    expect([1, 2]).toContain(pointers.length);
    await network.up();
    await drain();
    expect(times(key)).toEqual(times(key).map(() => pointers.length));
  });

  test('thousands of objects in one outage: each has its pointer', async () => {
    const { put, bucket, network, invoke, held, messages } = stage();
    // More than a batch, so that the outage is known before all are read.
    const key = await put(records(1_001));
    const objects = Array.from({ length: 1_200 }, (_, k) => `${key}?${k}`);
    await network.down();
    expect(await invoke(s3Event(bucket, key, ...objects))).toMatchObject({ ok: true, result: { objects: 1_201 } });
    const named = [...(await messages(held)), ...(await messages(stage().deadLetter))].map((pointer) => pointer.key);
    expect(new Set(named)).toEqual(new Set([...objects, key]));
  });
});

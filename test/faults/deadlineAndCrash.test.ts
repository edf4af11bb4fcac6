import type { AwsFault } from '../support/awsProxy.ts';
import { s3Event, type Stage } from './stage.ts';
import { records } from './trail.ts';
import { useStage } from './useStage.ts';

describe('10. the time is nearly over', () => {
  const stage = useStage({ env: { DD_MAX_WORKERS: '2', DD_MAX_READS: '2' } });
  /** Stops reading after 1.2 s, gives up after 1.6 s. */
  const TIMEOUT_MS = 2_000;
  // A cold start may take longer than that on a busy machine.
  beforeEach(async () => {
    const { put, invoke, bucket, reset, counts } = stage();
    await invoke(s3Event(bucket, await put(records(1))));
    await counts();
    await reset();
  });

  test('a large object: it stops in time, finishes what is in flight, holds the rest by record index, and goes on there', async () => {
    const { put, bucket, invoke, intake, held, messages, drain, arrived, counts } = stage();
    const key = await put(records(12_000));
    intake.faults.add({ kind: 'slow', delayMs: 300, times: -1 });
    const outcome = await invoke(s3Event(bucket, key), TIMEOUT_MS);
    expect(outcome).toMatchObject({ ok: true, result: { objectsHeld: 1 } });
    const [pointer] = await messages(held);
    const reached = pointer!.ranges[0]!.first;
    expect(pointer).toMatchObject({ key, ranges: [{ first: reached }], records: null, reason: { code: 'ERR_DEADLINE' }, permanent: false });
    expect(reached).toBeGreaterThan(0);
    // On a busy machine the last batch may be given up before its answer, and arrive all the same.
    expect(arrived(key)).toMatch(new RegExp(`^0-(${reached - 1}|[0-9]+)$`));
    expect(await counts()).toMatchObject({ RecordsDelivered: reached, NearTimeout: 1 });

    intake.faults.clear();
    await drain();
    expect(arrived(key)).toMatch(/^0-11999$|^0-\d+, \d+-\d+ twice, \d+-11999$/);
  });

  test('an intake that never answers: the batches in flight are given up and held, they alone may arrive twice', async () => {
    const { put, bucket, invoke, intake, held, messages, drain, arrived } = stage();
    const key = await put(records(3_500));
    // The first batch is accepted and answered, two are accepted and never answered.
    intake.faults.add({ kind: 'none' }, { kind: 'silence', when: 'after', times: 2 }, { kind: 'silence', when: 'before', times: -1 });
    expect(await invoke(s3Event(bucket, key), TIMEOUT_MS)).toMatchObject({ ok: true, result: { delivered: 1000 } });
    expect(await messages(held)).toMatchObject([{ key, ranges: [{ first: 1000 }], reason: { code: 'ERR_DEADLINE' } }]);
    intake.faults.clear();
    await drain();
    expect(arrived(key)).toBe('0-999, 1000-2999 twice, 3000-3499');
  });

  test('S3 that never answers: the object is held whole, the others are delivered', async () => {
    const { put, bucket, invoke, aws, held, messages, drain, arrived } = stage();
    const [silent, good] = [await put(records(5)), await put(records(5))];
    aws.faults.push({ matches: ({ key }) => key === silent, times: Infinity, silent: true });
    expect(await invoke(s3Event(bucket, silent, good), TIMEOUT_MS)).toMatchObject({ ok: true, result: { delivered: 5, objectsHeld: 1 } });
    expect(await messages(held)).toMatchObject([{ key: silent, ranges: [{ first: 0 }], reason: { code: 'ERR_DEADLINE' } }]);
    aws.faults.length = 0;
    await drain();
    expect([silent, good].map(arrived)).toEqual(['0-4', '0-4']);
  });

  test('more objects than there is time for: those not begun are held whole, a pointer each', async () => {
    const { put, bucket, invoke, aws, drain, arrived, held, messages } = stage();
    const keys = [];
    for (let k = 0; k < 40; k++) keys.push(await put(records(2)));
    aws.faults.push({ matches: ({ action }) => action === 'GetObject', times: Infinity, delayMs: 100 });
    expect(await invoke(s3Event(bucket, ...keys), TIMEOUT_MS)).toMatchObject({ ok: true });
    const whole = (await messages(held)).filter(({ ranges }) => ranges[0]!.first === 0);
    expect(whole.length).toBeGreaterThan(5);
    expect(keys.filter((key) => arrived(key) === '').sort()).toEqual(whole.map(({ key }) => key).sort());
    aws.faults.length = 0;
    await drain();
    expect(keys.map(arrived)).toEqual(keys.map(() => '0-1'));
  });
});

describe('28. the process is killed', () => {
  const stage = useStage({ maxReceiveCount: 4 });

  const killWhen = (on: Stage, about: Partial<AwsFault> & Pick<AwsFault, 'matches'>): void => {
    on.aws.faults.push({ ...about, before: () => void on.lambda.kill() });
  };
  const killAtPost = (on: Stage, posts: number): void => {
    void on.intake.until(() => on.intake.calls.length >= posts).then(() => on.lambda.kill());
  };

  // The first kill of each ends the invocation of a batch of two messages; the second time nothing happens to it.
  test.each<[string, (on: Stage) => void]>([
    ['when it asks for the first object', (on) => killWhen(on, { matches: ({ action }) => action === 'GetObject' })],
    [
      'in the middle of reading',
      (on) => {
        on.aws.faults.push({ matches: ({ action }) => action === 'GetObject', delayMs: 20, after: () => void on.lambda.kill() });
      },
    ],
    ['when its first post arrives', (on) => killAtPost(on, 1)],
    [
      'after the intake has accepted a batch and before it says so',
      (on) => {
        on.intake.faults.add({ kind: 'silence', when: 'after' });
        void on.intake.until(() => on.intake.totals.payloads > 0).then(() => on.lambda.kill());
      },
    ],
    [
      'before what could not be delivered is held',
      (on) => {
        on.intake.faults.add({ kind: 'answer', status: 503, headers: { 'retry-after': '60' }, times: 2 });
        killWhen(on, { matches: ({ action }) => action === 'SendMessageBatch' });
      },
    ],
    [
      'after what could not be delivered was held',
      (on) => {
        on.intake.faults.add({ kind: 'answer', status: 503, headers: { 'retry-after': '60' }, times: 2 });
        on.aws.faults.push({ matches: ({ action }) => action === 'SendMessageBatch', after: () => void on.lambda.kill() });
      },
    ],
  ])('%s: nothing is lost, and at most what was in that invocation arrives twice', async (_name, arrange) => {
    const { put, bucket, trail, poll, drain, times, lambda } = stage();
    const keys = [await put(records(1_500)), await put(records(700))];
    for (const key of keys) await trail.send(JSON.stringify(s3Event(bucket, key)));
    const starts = lambda.starts();
    arrange(stage());
    expect(await poll(trail)).toMatchObject({ received: 2, done: 0, outcome: { ok: false, errorType: 'Runtime.ExitError' } });
    await drain();
    expect(lambda.starts()).toBeGreaterThanOrEqual(starts + 1);
    for (const key of keys) expect(times(key).filter((often) => often < 1 || often > 2)).toEqual([]);
  });

  test('three times in a row when S3 invoked it: Lambda hands the event to the held queue, and it is delivered from there', async () => {
    const { put, bucket, invokeAsync, held, poll, arrived, aws, lambda } = stage();
    const key = await put(records(50));
    aws.faults.push({ matches: ({ action }) => action === 'GetObject', times: 3, before: () => void lambda.kill() });
    expect((await invokeAsync(s3Event(bucket, key))).map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(await poll(held)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-49');
  });

  test('every time by the same message: after so many receives the queue hands it to the dead-letter queue, where its object is named', async () => {
    const { put, bucket, trail, poll, deadLetter, drain, arrived, aws, lambda } = stage();
    const [deadly, good] = [await put(records(5)), await put(records(5))];
    aws.faults.push({ matches: ({ key }) => key === deadly, times: Infinity, before: () => void lambda.kill() });
    await trail.send(JSON.stringify(s3Event(bucket, deadly)));
    for (let receives = 1; receives <= 4; receives++) expect(await poll(trail)).toMatchObject({ received: 1, done: 0 });
    await trail.send(JSON.stringify(s3Event(bucket, good)));
    await drain();
    expect(arrived(good)).toBe('0-4');
    expect(await deadLetter.peek()).toEqual([expect.stringContaining(deadly)]);
  });
});

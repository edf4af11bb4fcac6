import { readFileSync } from 'node:fs';
import type { Fault } from '../../src/sandbox/intake/faults.ts';
import { SANDBOX_API_KEY } from '../../src/sandbox/intake/server.ts';
import { ControlPlane, jsonError } from '../support/controlPlane.ts';
import { s3Event } from './stage.ts';
import { NEVER_LOGGED, records, recordText } from './trail.ts';
import { useStage } from './useStage.ts';

describe('the intake fails', () => {
  const stage = useStage({ env: { DD_RETRY_FOR_MS: '2600', DD_POST_TIMEOUT_MS: '1500' } });

  /** Puts an object with `count` records and brings its notification by the queue of notifications. */
  async function bring(count: number): Promise<string> {
    const { bucket, trail } = stage();
    const key = await stage().put(records(count));
    await trail.send(JSON.stringify(s3Event(bucket, key)));
    return key;
  }

  test.each<[string, Fault]>([
    ...[429, 500, 502, 503, 504, 408].map((status): [string, Fault] => [`status ${status}`, { kind: 'answer', status }]),
    ['a status that the intake never documented', { kind: 'answer', status: 418 }],
    ['a connection reset before anything was read', { kind: 'reset', when: 'before' }],
    ['a connection reset in the middle of the body', { kind: 'reset', when: 'half-body' }],
    ['no answer', { kind: 'silence', when: 'before' }],
  ])('1. one failure that passes is tried again, and all is delivered once: %s', async (_name, fault) => {
    const { intake, trail, poll, arrived, counts } = stage();
    const key = await bring(50);
    intake.faults.add(fault);
    expect(await poll(trail)).toMatchObject({ done: 1, returned: 0 });
    expect(arrived(key)).toBe('0-49');
    expect(intake.calls).toHaveLength(2);
    expect(await counts()).toMatchObject({ RecordsIn: 50, RecordsDelivered: 50, RecordsHeld: 0, Retries: 1 });
  });

  test('1. a connection that breaks is tried again over a new one', async () => {
    const { network, trail, poll, arrived } = stage();
    const key = await bring(50);
    await network.down();
    await network.up();
    network.next({ reset: true });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-49');
  });

  test('1. an answer that was lost means that one batch twice, and no other', async () => {
    const { intake, trail, poll, arrived } = stage();
    const key = await bring(50);
    intake.faults.add({ kind: 'reset', when: 'after' });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-49 twice');
  });

  test.each([['Retry-After'], ['X-RateLimit-Reset']])('1. the intake\'s own %s is waited for', async (header) => {
    const { intake, trail, poll, arrived } = stage();
    const key = await bring(50);
    intake.faults.add({ kind: 'answer', status: 429, headers: { [header]: '0.7' } });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-49');
    const [refused, accepted] = intake.calls;
    expect(accepted!.startedMs - refused!.startedMs).toBeGreaterThanOrEqual(690);
  });

  test('1. a Retry-After that is longer than a batch is tried is not waited for: the records are held', async () => {
    const { intake, trail, held, poll, messages } = stage();
    const key = await bring(50);
    intake.faults.add({ kind: 'answer', status: 429, headers: { 'Retry-After': '3600' } });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(intake.calls).toHaveLength(1);
    expect(await messages(held)).toMatchObject([{ key, ranges: [{ first: 0, last: 49 }], records: 50, reason: { code: 'ERR_INTAKE_BUSY' }, permanent: false, attempts: 1 }]);
  });

  test('2. the intake stays down: pointers are held, the message is done, an alarm knows, and all is delivered once it is back', async () => {
    const { network, trail, held, poll, messages, drain, arrived, counts } = stage();
    const key = await bring(50);
    await network.down();
    expect(await poll(trail)).toMatchObject({ done: 1, returned: 0 });
    expect(await messages(held)).toMatchObject([{ key, records: 50, reason: { code: 'ERR_INTAKE_UNREACHABLE', hint: expect.stringContaining('sent again by themselves') }, attempts: 1 }]);
    expect(await counts()).toMatchObject({ RecordsIn: 50, RecordsHeld: 50, ObjectsHeld: 1 });
    expect(alarmed()).toEqual(expect.arrayContaining(['RecordsHeld', 'ObjectsHeld']));

    expect(await poll(held)).toMatchObject({ done: 1, returned: 0 });
    expect(await messages(held)).toMatchObject([{ attempts: 2 }]);
    await network.up();
    await drain();
    expect(arrived(key)).toBe('0-49');
    expect(await counts()).toMatchObject({ RecordsIn: 150, RecordsDelivered: 50, RecordsHeld: 100 });
  });

  test('2. the intake stays down: an invocation by S3 itself succeeds with the pointers held', async () => {
    const { network, put, bucket, invoke, held, messages, drain, arrived } = stage();
    const keys = [await put(records(5)), await put(records(7))];
    await network.down();
    expect(await invoke(s3Event(bucket, ...keys))).toMatchObject({ ok: true, result: { recordsIn: 12, delivered: 0, held: 12 } });
    expect((await messages(held)).map(({ key, records }) => [key, records])).toEqual([[keys[0], 5], [keys[1], 7]]);
    await network.up();
    await drain();
    expect(keys.map(arrived)).toEqual(['0-4', '0-6']);
  });

  test('2. while the intake is down the function does not read on: one batch finds out, the rest is held by index', async () => {
    const { network, trail, held, poll, messages, drain, arrived, counts } = stage();
    const key = await bring(12_000);
    await network.down();
    expect(await poll(trail)).toMatchObject({ done: 1 });
    const pointers = await messages(held);
    expect(pointers).toMatchObject([{ key, ranges: [{ first: 0 }], records: null }]);
    expect((await counts()).RecordsIn).toBeLessThan(12_000);
    await network.up();
    await drain();
    expect(arrived(key)).toBe('0-11999');
  });

  test('4. a payload that is too large is split until it passes, and all is delivered once', async () => {
    const { intake, trail, poll, arrived, counts } = stage();
    const key = await bring(100);
    // The whole, its first half, and that one's first half are refused.
    intake.faults.add({ kind: 'answer', status: 413, times: 3 });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-99');
    expect(intake.calls.map(({ status }) => status)).toEqual([413, 413, 413, 202, 202, 202, 202]);
    expect(await counts()).toMatchObject({ RecordsIn: 100, RecordsDelivered: 100, RecordsHeld: 0 });
  });

  test('4. a single record that the intake finds too large is cut; what it will not take at all is held where an alarm watches', async () => {
    const { intake, put, bucket, invoke, deadLetter, messages, arrived } = stage();
    const key = await put([recordText(`,"large":"${'x'.repeat(100_000)}"`)]);
    intake.faults.add({ kind: 'answer', status: 413 });
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { delivered: 1, truncated: 1 } });
    expect(intake.logs[0]!.json).toMatchObject({ eventName: 'GetObject', _truncated: { cut: ['large'] } });
    intake.clear();
    stage().originals.clear();

    const refused = await put(records(2));
    intake.faults.add({ kind: 'answer', status: 413, times: -1 });
    expect(await invoke(s3Event(bucket, refused))).toMatchObject({ ok: true, result: { delivered: 0, held: 2 } });
    expect(await messages(deadLetter)).toMatchObject([{ key: refused, ranges: [{ first: 0, last: 1 }], reason: { code: 'ERR_INTAKE_TOO_LARGE' }, permanent: true }]);
    expect(arrived(refused)).toBe('');
  });

  test('5. one poisoned record among 1,000: 999 are delivered once, the one is held with its index and the reason', async () => {
    const { intake, trail, poll, put, bucket, deadLetter, messages, originals, arrived, counts } = stage();
    const key = await put(records(1000));
    await trail.send(JSON.stringify(s3Event(bucket, key)));
    intake.faults.poison(idOf(originals.get(key)![617]!));
    expect(await poll(trail)).toMatchObject({ done: 1, returned: 0 });
    expect(arrived(key)).toBe('0-616, 618-999');
    expect(await messages(deadLetter)).toMatchObject([{ key, ranges: [{ first: 617, last: 617 }], records: 1, reason: { code: 'ERR_INTAKE_REFUSED', message: expect.stringContaining('status 400'), hint: expect.stringContaining('show') }, permanent: true }]);
    expect(await counts()).toMatchObject({ RecordsIn: 1000, RecordsDelivered: 999, RecordsHeld: 1 });
  });

  test('5. an intake that refuses everything is not asked for each record', async () => {
    const { intake, put, bucket, invoke, deadLetter, messages } = stage();
    const key = await put(records(1000));
    intake.faults.add({ kind: 'answer', status: 400, times: -1 });
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { held: 1000 } });
    expect(intake.calls.length).toBeLessThan(40);
    expect(await messages(deadLetter)).toMatchObject([{ ranges: [{ first: 0, last: 999 }], records: 1000, permanent: true }]);
  });

  test('21. a slow intake is sent several batches at once: ten of 200 ms do not take two seconds', async () => {
    const { intake, trail, poll, arrived } = stage();
    const key = await bring(10_000);
    intake.faults.add({ kind: 'slow', delayMs: 200, times: 10 });
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-9999');
    expect(intake.calls).toHaveLength(10);
    expect(intake.mostAtOnce).toBeGreaterThanOrEqual(3);
    expect(intake.mostAtOnce).toBeLessThanOrEqual(8);
    const [first, last] = [intake.calls[0]!, intake.calls[9]!];
    expect(last.startedMs + last.tookMs! - first.startedMs).toBeLessThan(2000);
  });

  test('24. about a batch that fails the log says what, where and what to do, and shows no record and no key', async () => {
    const { intake, put, bucket, invoke, ear, lambda } = stage();
    const key = await put(records(3));
    intake.faults.add({ kind: 'answer', status: 400, times: -1 });
    await invoke(s3Event(bucket, key));
    await ear.catchUp(lambda);
    expect(ear.told).toContainEqual(expect.objectContaining({ level: 'ERROR', object: `s3://${bucket}/${key}`, code: 'ERR_INTAKE_REFUSED', stage: 'deliver', held: 3, hint: expect.any(String) }));
    expect(ear.lines.filter((line) => line.includes(NEVER_LOGGED) || line.includes(SANDBOX_API_KEY) || line.includes('192.0.2.17'))).toEqual([]);
  });
});

describe('the API key is in Secrets Manager', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:datadog-api-key-AbCdEf';
  const rotated = '0123456789abcdef0123456789abcdef';
  const secrets = { url: '' };
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await ControlPlane.start();
    secrets.url = plane.url;
  });
  const stage = useStage({
    apiKey: () => ({ DD_API_KEY_SECRET_ARN: arn, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url }),
    env: { DD_API_URL: 'http://192.0.2.1', DD_RETRY_FOR_MS: '300' },
  });
  afterAll(() => plane.stop());
  const secretIs = (key: string) => plane.reset({ 'secretsmanager:GetSecretValue': { json: { Name: 'datadog-api-key', SecretString: key } } });

  test('23. a cold start asks for nothing but the secret, and does not wait for it', async () => {
    const { invoke, aws, intake, network } = stage();
    plane.reset({ 'secretsmanager:GetSecretValue': { reset: true } });
    expect(await invoke({ Service: 'Amazon S3', Event: 's3:TestEvent' })).toMatchObject({ ok: true, initMs: expect.any(Number) });
    expect(plane.unexpected).toEqual([]);
    expect([aws.requests.length, intake.calls.length, network.connections]).toEqual([0, 0, 0]);
  });

  test('23. without the secret the records are held, and delivered once it can be read', async () => {
    const { put, bucket, invoke, held, messages, drain, arrived } = stage();
    plane.reset({ 'secretsmanager:GetSecretValue': jsonError(400, 'AccessDeniedException') });
    const key = await put(records(5));
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { held: 5 } });
    expect(await messages(held)).toMatchObject([{ key, reason: { code: 'ERR_SECRET', message: expect.stringContaining(arn), hint: expect.stringContaining('secretsmanager:GetSecretValue') }, permanent: false }]);
    secretIs(SANDBOX_API_KEY);
    await drain();
    expect(arrived(key)).toBe('0-4');
  });

  test('3. the key was rotated: it is read again once, and the same batch is sent with the new one', async () => {
    const { put, bucket, invoke, intake, arrived } = stage();
    intake.apiKeys.clear();
    intake.apiKeys.add(rotated);
    secretIs(rotated);
    const key = await put(records(50));
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { delivered: 50, held: 0 } });
    expect(intake.calls.map(({ status }) => status)).toEqual([403, 202]);
    expect(plane.calls('secretsmanager:GetSecretValue')).toHaveLength(1);
    expect(arrived(key)).toBe('0-49');
  });

  test('3. a key that stays refused: everything is held with that reason, and goes out by itself when the key is put right', async () => {
    const { put, bucket, invoke, intake, held, messages, drain, arrived, ear, lambda } = stage();
    intake.apiKeys.clear();
    intake.apiKeys.add('11111111111111111111111111111111');
    secretIs(rotated);
    const key = await put(records(3000));
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { delivered: 0, held: expect.any(Number) } });
    expect(intake.calls.length).toBeLessThanOrEqual(2 * 3);
    expect(plane.calls('secretsmanager:GetSecretValue')).toHaveLength(1);
    expect(await messages(held)).toMatchObject([{ key, ranges: [{ first: 0 }], reason: { code: 'ERR_INTAKE_AUTH', message: expect.stringContaining('status 403') }, permanent: false }]);
    await ear.catchUp(lambda);
    expect(ear.lines.filter((line) => line.includes(rotated))).toEqual([]);

    secretIs('11111111111111111111111111111111');
    await drain();
    expect(arrived(key)).toBe('0-2999');
  });
});

/** The metrics of the function that an alarm of the stack watches. */
function alarmed(): string[] {
  const text = readFileSync('serverless/monitoring/alarms.yml', 'utf8');
  return [...text.matchAll(/Namespace: CloudTrailForwarder\s+MetricName: (\w+)/g)].map(([, name]) => name!);
}

function idOf(record: string): string {
  return /"eventID":"([^"]+)"/.exec(record)![1]!;
}

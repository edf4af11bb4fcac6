import { readdirSync, readFileSync } from 'node:fs';
import { s3Event } from './stage.ts';
import { keyOf, records } from './trail.ts';
import { useStage } from './useStage.ts';

describe('with a queue to hold in', () => {
  const stage = useStage();

  test('6. a notification with several records, and a message with several: every object is forwarded', async () => {
    const { put, invoke, bucket, trail, poll, arrived } = stage();
    const keys = await Promise.all([1, 2, 3, 4].map((count) => put(records(count), { key: keyOf(`several-${count}`) })));
    expect(await invoke(s3Event(bucket, ...keys.slice(0, 2)))).toMatchObject({ ok: true, result: { objects: 2, recordsIn: 3, delivered: 3 } });
    await trail.send(JSON.stringify(s3Event(bucket, ...keys.slice(2))));
    expect(await poll(trail)).toMatchObject({ done: 1 });
    expect(keys.map(arrived)).toEqual(['0', '0-1', '0-2', '0-3']);
  });

  test('6. several messages in one invocation share their batches', async () => {
    const { put, bucket, trail, poll, intake, counts } = stage();
    for (let k = 0; k < 10; k++) await trail.send(JSON.stringify(s3Event(bucket, await put(records(5)))));
    expect(await poll(trail)).toMatchObject({ received: 10, done: 10 });
    expect(intake.calls).toHaveLength(1);
    expect(await counts()).toMatchObject({ RecordsIn: 50, RecordsDelivered: 50, Batches: 1 });
  });

  test('7. one bad object among ten messages: nine are delivered once, its pointer is held, no message comes back', async () => {
    const { put, bucket, trail, poll, deadLetter, messages, arrived } = stage();
    const keys = [];
    for (let k = 0; k < 10; k++) keys.push(await put(records(5), k === 4 ? { bytes: Buffer.from('not a log') } : {}));
    for (const key of keys) await trail.send(JSON.stringify(s3Event(bucket, key)));
    expect(await poll(trail)).toMatchObject({ received: 10, done: 10, returned: 0 });
    expect(keys.map(arrived)).toEqual(keys.map((_, k) => (k === 4 ? '' : '0-4')));
    expect(await messages(deadLetter)).toMatchObject([{ key: keys[4] }]);
  });

  test('7. a message that nobody understands comes back alone, and lands in the dead-letter queue as it is', async () => {
    const { put, bucket, trail, poll, arrived } = stage();
    const key = await put(records(5));
    await trail.send('{"hello":"world"}');
    await trail.send(JSON.stringify(s3Event(bucket, key)));
    expect(await poll(trail)).toMatchObject({ received: 2, done: 1, returned: 1 });
    expect(await trail.peek()).toEqual(['{"hello":"world"}']);
    expect(arrived(key)).toBe('0-4');
  });

  describe('14. every payload of events/trigger/ is understood by the deployed function', () => {
    const text = (name: string) => readFileSync(`events/trigger/${name}.json`, 'utf8').replaceAll('cloudtrail-logs-123456789012', stage().bucket);
    const one = '123456789012_CloudTrail_us-east-1_20261120T1205Z_Ab3dEf6hIj9kLm2n.json.gz';
    const two = '123456789012_CloudTrail_eu-west-1_20261120T1205Z_Zx9yWv8uTs7rQp6o.json.gz';
    const ENCODED = 'audit logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_überEf6hIj9kLm.json.gz';
    const KEYS = [`AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/${one}`, `AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/20/${two}`, ENCODED];
    /** What arrives of the three objects (60, 5 and 5 records), or that the payload names nothing for us. */
    const MEANING: Record<string, 'ignored' | [string, string, string]> = {
      's3-put': ['0-59', '', ''],
      's3-put-several': ['0-59', '0-4', ''],
      's3-put-encoded-key': ['', '', '0-4'],
      's3-put-digest': 'ignored',
      's3-put-folder': 'ignored',
      's3-removed': 'ignored',
      's3-test-event': 'ignored',
      'sns-s3': ['0-59', '', ''],
      'sns-cloudtrail': ['0-59', '0-4', ''],
      'sns-cloudtrail-validation': 'ignored',
      'sqs-s3': ['0-59', '0-4', ''],
      'sqs-s3-test-event': 'ignored',
      'sqs-sns-s3': ['0-59', '', ''],
      'sqs-sns-raw-s3': ['0-59', '', ''],
      'sqs-sns-cloudtrail': ['0-59', '0-4', ''],
      'sqs-cloudtrail': ['0-59', '0-4', ''],
      'sqs-eventbridge': ['0-59', '', ''],
      'sqs-held': ['0-41, 57-59', '', ''],
      'sqs-on-failure': ['0-59', '', ''],
      'sqs-one-unknown': ['0-59', '0-4', ''],
      'eventbridge-object-created': ['0-59', '', ''],
      'eventbridge-object-deleted': 'ignored',
      held: ['0-41, 57-59', '', ''],
      'lambda-on-failure': ['0-59', '', ''],
      's3-batch-1.0': ['0-59', '', ''],
      's3-batch-2.0': ['0-59', '', ''],
      'manual-bucket-key': ['0-59', '', ''],
      'manual-s3-uri': ['0-59', '', ''],
      retry: ['', '', ''],
      unknown: ['', '', ''],
    };

    test('each has a meaning here', () => {
      const names = readdirSync('events/trigger').filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
      expect(names.sort()).toEqual(Object.keys(MEANING).sort());
    });

    test.each(Object.entries(MEANING).filter(([name]) => name !== 'unknown'))('%s', async (name, meaning) => {
      const { put, invoke, arrived, counts } = stage();
      for (const [k, key] of KEYS.entries()) await put(records(k === 0 ? 60 : 5), { key });
      const outcome = await invoke(JSON.parse(text(name)));
      expect(outcome).toMatchObject({ ok: true });
      expect(KEYS.map(arrived)).toEqual(meaning === 'ignored' ? ['', '', ''] : meaning);
      const { ObjectsIgnored, RecordsHeld } = await counts();
      // The ear's own question is one that is ignored.
      expect([ObjectsIgnored, RecordsHeld]).toEqual([meaning === 'ignored' ? 2 : 1, 0]);
      const returned = name === 'sqs-one-unknown' ? ['2e1424d4-f796-459a-8184-9c92662be6da', 'a1b2c3d4-e5f6-4890-abcd-ef1234567890'] : [];
      if (outcome.ok && name.startsWith('sqs-')) expect(outcome.result).toEqual({ batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) });
      if (outcome.ok && name.startsWith('s3-batch')) expect(outcome.result).toMatchObject({ results: [{ taskId: 'RVhBTVBMRXRhc2s', resultCode: 'Succeeded' }] });
    });

    test('what is unknown fails loudly, and says what was expected', async () => {
      expect(await stage().invoke(JSON.parse(text('unknown')))).toMatchObject({ ok: false, errorType: 'ForwarderError', errorMessage: expect.stringMatching(/Cannot understand the payload: expected an S3, SNS, SQS or EventBridge notification/) });
    });
  });

  describe('15. odd keys', () => {
    const ODD = ['a b.json.gz', 'a+b.json.gz', 'a%20b.json.gz', '100%.json.gz', 'ü/\u{1f98a} \u2028.json.gz', 'a=b&c;d,e\'f(g)!.json.gz', 'a%2Fb.json.gz'];

    test.each(ODD)('%j is decoded where S3 encodes it', async (key) => {
      const { put, invoke, bucket, arrived } = stage();
      await put(records(2), { key });
      expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { delivered: 2 } });
      expect(arrived(key)).toBe('0-1');
    });

    test.each(ODD)('%j is taken as it is from EventBridge and from CloudTrail\'s own notification', async (key) => {
      const { put, invoke, bucket, arrived } = stage();
      await put(records(2), { key });
      const eventBridge = { 'detail-type': 'Object Created', source: 'aws.s3', region: 'us-east-1', detail: { bucket: { name: bucket }, object: { key, size: 1 } } };
      const cloudTrail = { Records: [{ EventSource: 'aws:sns', Sns: { Type: 'Notification', Message: JSON.stringify({ s3Bucket: bucket, s3ObjectKey: [key] }) } }] };
      for (const event of [eventBridge, cloudTrail]) expect(await invoke(event)).toMatchObject({ ok: true, result: { delivered: 2 } });
      expect(arrived(key)).toBe('0-1 twice');
    });

    test('a key that came encoded from EventBridge after all is found by its decoded form', async () => {
      const { put, invoke, bucket, arrived } = stage();
      await put(records(2), { key: 'only decoded.json.gz' });
      const event = { 'detail-type': 'Object Created', source: 'aws.s3', region: 'us-east-1', detail: { bucket: { name: bucket }, object: { key: 'only+decoded.json.gz', size: 1 } } };
      expect(await invoke(event)).toMatchObject({ ok: true, result: { delivered: 2 } });
      expect(arrived('only decoded.json.gz')).toBe('0-1');
    });

    test('a pointer to an odd key finds its object again', async () => {
      const { put, invoke, bucket, network, drain, arrived } = stage();
      for (const key of ODD) await put(records(2), { key });
      await network.down();
      await invoke(s3Event(bucket, ...ODD));
      await network.up();
      await drain();
      expect(ODD.map(arrived)).toEqual(ODD.map(() => '0-1'));
    });
  });

  test('26. the function writes nothing to S3, and to no queue but the held queue and its dead-letter queue: it does not feed itself', async () => {
    const { put, invoke, bucket, network, aws, held, deadLetter, trail } = stage();
    const [good, bad] = [await put(records(5)), await put([], { bytes: Buffer.from('not a log') })];
    await network.down();
    await invoke(s3Event(bucket, good, bad));
    expect(new Set(aws.requests.map(({ service, action }) => `${service}:${action}`))).toEqual(new Set(['s3:GetObject', 'sqs:SendMessageBatch']));
    expect(new Set(aws.requests.map(({ input }) => input?.QueueUrl).filter((url) => url !== undefined))).toEqual(new Set([held.url, deadLetter.url]));
    expect(await trail.peek()).toEqual([]);
  });
});

describe('26. a chain of invocations through the held queue', () => {
  const stage = useStage({ env: { DD_HELD_MAX_ATTEMPTS: '3', DD_RETRY_FOR_MS: '0' } });

  test('ends after the last attempt in the dead-letter queue, with the last reason', async () => {
    const { put, invoke, bucket, network, held, deadLetter, poll, messages } = stage();
    const key = await put(records(5));
    await network.down();
    await invoke(s3Event(bucket, key));
    for (const attempts of [1, 2]) {
      expect(await messages(held)).toMatchObject([{ key, attempts }]);
      expect(await poll(held)).toMatchObject({ done: 1 });
    }
    expect(await messages(held)).toEqual([]);
    expect(await messages(deadLetter)).toMatchObject([{ key, records: 5, attempts: 3, permanent: false, reason: { code: 'ERR_INTAKE_UNREACHABLE' } }]);
  });
});

describe('without a queue to hold in', () => {
  const stage = useStage({ holds: false, maxReceiveCount: 2, env: { DD_RETRY_FOR_MS: '200' } });

  test('7. exactly the message of the bad object comes back, by its id; the others are delivered once', async () => {
    const { put, bucket, trail, poll, deadLetter, arrived } = stage();
    const keys = [];
    for (let k = 0; k < 10; k++) keys.push(await put(records(5), k === 4 ? { bytes: Buffer.from('not a log') } : {}));
    for (const key of keys) await trail.send(JSON.stringify(s3Event(bucket, key)));
    expect(await poll(trail)).toMatchObject({ received: 10, done: 9, returned: 1 });
    expect(await poll(trail)).toMatchObject({ received: 1, done: 0, returned: 1 });
    expect(await poll(trail)).toMatchObject({ received: 0 });
    expect(keys.map(arrived)).toEqual(keys.map((_, k) => (k === 4 ? '' : '0-4')));
    const [bad] = await deadLetter.peek();
    expect(bad).toContain(keys[4]);
  });

  test('2. an invocation by S3 fails and says what was not forwarded; after three attempts its event is in the queue of failures, and is delivered from there', async () => {
    const { put, bucket, network, invokeAsync, held, poll, arrived } = stage();
    const key = await put(records(5));
    await network.down();
    const outcomes = await invokeAsync(s3Event(bucket, key));
    expect(outcomes).toHaveLength(3);
    expect(outcomes[0]).toMatchObject({ ok: false, errorType: 'ForwarderError', errorMessage: expect.stringMatching(/Not all records were forwarded: s3:\/\/.* records 0-4: ERR_INTAKE_UNREACHABLE/) });
    await network.up();
    expect(await poll(held)).toMatchObject({ done: 1 });
    expect(arrived(key)).toBe('0-4');
  });
});

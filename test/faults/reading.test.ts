import { gzipSync } from 'node:zlib';
import type { AwsFault } from '../support/awsProxy.ts';
import { s3Event } from './stage.ts';
import { contentOf, keyOf, noise, objectOf, recordText, records } from './trail.ts';
import { useStage } from './useStage.ts';

const stage = useStage();

/** Puts an object, invokes as S3 does, and tells the summary. */
async function forward(texts: readonly string[], { timeoutMs, ...about }: { key?: string; bytes?: Uint8Array; timeoutMs?: number } = {}) {
  const { put, invoke, bucket } = stage();
  const key = await put(texts, about);
  const outcome = await invoke(s3Event(bucket, key), timeoutMs);
  return { key, outcome };
}

describe('8. an object that is not whole is never taken for a whole one: what is whole is sent, the rest is held by index', () => {
  const texts = records(50);
  const content = contentOf(texts);
  const whole = objectOf(texts);
  /** One byte of the check sum is another. */
  const corrupt = Buffer.from(whole);
  corrupt[corrupt.length - 8]! ^= 0xff;
  const until = (index: number) => content.indexOf(texts[index]!) + texts[index]!.length;

  test.each<[string, Uint8Array, string, RegExp, number | 'any']>([
    ['truncated gzip', whole.subarray(0, Math.floor(whole.length * 0.6)), 'ERR_GZIP_BROKEN', /it ends before its gzip stream does/, 'any'],
    // zlib keeps what it inflated together with the byte that is wrong.
    ['a corrupt check sum', corrupt, 'ERR_GZIP_BROKEN', /its gzip stream is damaged \(incorrect data check\)/, 'any'],
    ['a missing trailer', whole.subarray(0, -8), 'ERR_GZIP_BROKEN', /it ends before its gzip stream does/, 50],
    ['the last byte missing', whole.subarray(0, -1), 'ERR_GZIP_BROKEN', /it ends before its gzip stream does/, 50],
    ['JSON cut after a record', gzipSync(content.slice(0, until(29))), 'ERR_JSON_BROKEN', /the object ends before its JSON does/, 30],
    ['JSON cut in a record', gzipSync(content.slice(0, until(29) - 20)), 'ERR_JSON_BROKEN', /the object ends before its JSON does/, 29],
    ['JSON broken in a record', gzipSync(content.replace(texts[29]!, '{"eventID":}')), 'ERR_JSON_BROKEN', /in record 29: unexpected/, 29],
    ['something behind the end', gzipSync(`${content}x`), 'ERR_JSON_BROKEN', /unexpected/, 50],
  ])('%s', async (_name, bytes, code, message, reached) => {
    const { key, outcome } = await forward(texts, { bytes });
    expect(outcome).toMatchObject({ ok: true });
    const [pointer] = await stage().messages(stage().deadLetter);
    expect(pointer).toMatchObject({ key, ranges: [{ first: reached === 'any' ? expect.any(Number) : reached }], records: null, reason: { code, message: expect.stringMatching(message) }, permanent: true });
    const { first } = pointer!.ranges[0]!;
    expect(stage().arrived(key)).toBe(first === 0 ? '' : `0-${first - 1}`);
    expect(await stage().counts()).toMatchObject({ RecordsIn: first, RecordsDelivered: first, RecordsHeld: 0, ObjectsHeld: 1 });
  });
});

describe('12. a digest file is no log', () => {
  const digest = { awsAccountId: '123456789012', digestStartTime: '2026-11-20T11:00:00Z', digestEndTime: '2026-11-20T12:00:00Z', digestS3Bucket: 'b', digestS3Object: 'o', logFiles: [] };

  test.each([
    ['by its key', keyOf('trail_us-east-1_20261120T120000Z', 'CloudTrail-Digest')],
    ['by its content, whatever its key', 'copied/digest.json.gz'],
  ])('it is known %s, not shipped, and counted', async (_name, key) => {
    const { outcome } = await forward([], { key, bytes: gzipSync(JSON.stringify(digest)) });
    expect(outcome).toMatchObject({ ok: true, result: { objects: 0, ignored: 1, recordsIn: 0 } });
    expect(stage().intake.calls).toEqual([]);
    expect(await stage().messages(stage().deadLetter)).toEqual([]);
  });
});

describe('13. what CloudTrail writes besides ordinary logs is delivered, record by record', () => {
  const insight = '{"eventVersion":"1.09","eventTime":"2026-11-20T12:00:00Z","awsRegion":"us-east-1","eventID":"i-1","eventType":"AwsCloudTrailInsight","insightDetails":{"state":"Start"},"eventCategory":"Insight"}';
  const aggregated = '{"eventVersion":"1.11","eventId":"a-1","accountId":"123456789012","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","timeWindow":{"windowStart":"2026-11-20T12:00:00Z","windowEnd":"2026-11-20T12:05:00Z"},"summary":{"count":7}}';

  test.each<[string, string, string[]]>([
    ['an Insight file', keyOf('a', 'CloudTrail-Insight'), [insight.replace('2026-11-20T12:00:00Z', new Date().toISOString())]],
    ['aggregated events, without eventTime', keyOf('b', 'CloudTrail-Aggregated'), [aggregated, aggregated]],
    ['a folder nobody knows yet', keyOf('c', 'CloudTrail-Tomorrow'), records(3)],
    ...['us-isob-east-1', 'eu-isoe-west-1', 'eusc-de-east-1', 'mars-north-1'].map((region): [string, string, string[]] => [`the region ${region}`, keyOf('d').replaceAll('us-east-1', region), records(3)]),
    ['an organisation trail under a prefix', `a prefix/AWSLogs/o-abcde12345/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_x.json.gz`, records(3)],
  ])('%s', async (_name, key, texts) => {
    const { outcome } = await forward(texts, { key });
    expect(outcome).toMatchObject({ ok: true, result: { objects: 1, recordsIn: texts.length, delivered: texts.length, ignored: 0 } });
    expect(stage().intake.logs).toHaveLength(texts.length);
    expect(stage().intake.logs.map(({ json }) => json.message)).toEqual(texts.map(() => undefined));
  });
});

describe('18. an object in an unusual form is read correctly, or held with the reason', () => {
  const texts = records(20);
  const content = contentOf(texts);
  const [head, tail] = [content.slice(0, 3_001), content.slice(3_001)];

  test.each<[string, Uint8Array]>([
    ['not compressed', Buffer.from(content)],
    ['several gzip members, cut in the middle of a character', Buffer.concat([Buffer.from(content).subarray(0, 777), Buffer.from(content).subarray(777)].map((part) => gzipSync(part)))],
    ['an empty gzip member between others', Buffer.concat([gzipSync(head), gzipSync(''), gzipSync(tail)])],
    ['zeros behind the gzip stream', Buffer.concat([objectOf(texts), Buffer.alloc(100)])],
    ['other keys before and after Records', gzipSync(`{"version":1,"nested":{"Records":[{"no":1}]},"Records":[${texts.join(',')}],"more":[{}]}`)],
    ['pretty-printed', gzipSync(`{\n  "Records": [\n    ${texts.join(',\n    ')}\n  ]\n}\n`)],
    ['with CRLF', gzipSync(`{\r\n"Records" :\r\n[${texts.join('\r\n,\r\n')}]\r\n}\r\n`)],
    ['with a byte order mark', gzipSync(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(content)]))],
    ['with an escape in the name of Records', gzipSync(`{"R\\u0065cords":[${texts.join(',')}]}`)],
  ])('%s: read correctly', async (_name, bytes) => {
    const { key, outcome } = await forward(texts, { bytes });
    expect(outcome).toMatchObject({ ok: true, result: { recordsIn: 20, delivered: 20 } });
    expect(stage().arrived(key)).toBe('0-19');
    expect(await stage().messages(stage().deadLetter)).toEqual([]);
  });

  test.each([['{"Records":[]}'], ['{"Records":[],"more":1}']])('no records (%s): nothing to send, nothing to hold', async (text) => {
    const { outcome } = await forward([], { bytes: gzipSync(text) });
    expect(outcome).toMatchObject({ ok: true, result: { objects: 1, recordsIn: 0, objectsHeld: 0 } });
  });

  test.each<[string, Uint8Array, string, RegExp, string]>([
    ['garbage behind the gzip stream', Buffer.concat([objectOf(texts), Buffer.from('garbage')]), 'ERR_GZIP_BROKEN', /damaged/, ''],
    ['an empty object', Buffer.alloc(0), 'ERR_NOT_CLOUDTRAIL', /it is empty/, ''],
    ['an empty gzip stream', gzipSync(''), 'ERR_NOT_CLOUDTRAIL', /it is empty/, ''],
    ['one byte', Buffer.from('{'), 'ERR_JSON_BROKEN', /ends before its JSON does/, ''],
    ['a JSON object without Records', gzipSync('{"hello":"world"}'), 'ERR_NOT_CLOUDTRAIL', /no array "Records", it is a JSON object with "hello"/, ''],
    ['Records that are no array', gzipSync('{"Records":{"a":1}}'), 'ERR_NOT_CLOUDTRAIL', /Records/, ''],
    ['an array', gzipSync('[1,2,3]'), 'ERR_NOT_CLOUDTRAIL', /./, ''],
    ['lines of JSON', gzipSync(texts.join('\n')), 'ERR_NOT_CLOUDTRAIL|ERR_JSON_BROKEN', /./, ''],
    ['no JSON at all', gzipSync('2026-11-20 GET /index.html 200'), 'ERR_NOT_CLOUDTRAIL|ERR_JSON_BROKEN', /./, ''],
  ])('%s: held with the reason', async (_name, bytes, code, message, arrived) => {
    const { key, outcome } = await forward(texts, { bytes });
    expect(outcome).toMatchObject({ ok: true, result: { objectsHeld: 1 } });
    expect(await stage().messages(stage().deadLetter)).toMatchObject([{ key, reason: { code: expect.stringMatching(`^(${code})$`), message: expect.stringMatching(message) }, permanent: true }]);
    expect(stage().arrived(key)).toBe(arrived);
  });
});

describe('19. hostile input costs bounded memory and is held with the reason', () => {
  const MEMORY_BYTES = 160 * 1024 * 1024;
  /** Half a gigabyte is inflated and looked through before it counts as a bomb; a busy machine takes its time for that. */
  const PATIENCE_MS = 100_000;
  const good = () => recordText();

  test('a decompression bomb', async () => {
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024, ' '), { level: 9 });
    const { key } = await forward([], { bytes: Buffer.concat([gzipSync('{"Records":['), ...Array.from({ length: 48 }, () => member)]), timeoutMs: PATIENCE_MS });
    expect(await stage().messages(stage().deadLetter)).toMatchObject([{ key, reason: { code: 'ERR_OBJECT_BOMB' }, permanent: true }]);
    expect(stage().lambda.peakRssBytes()).toBeLessThan(MEMORY_BYTES);
  }, PATIENCE_MS);

  test('one record of a hundred megabytes between two good ones: those are delivered', async () => {
    const member = gzipSync(noise(64 * 1024).repeat(16), { level: 1 });
    const [first, last] = [good(), good()];
    const bytes = Buffer.concat([gzipSync(`{"Records":[${first},{"x":"`), ...Array.from({ length: 100 }, () => member), gzipSync(`"},${last}]}`)]);
    const { key } = await forward([first, '', last], { bytes, timeoutMs: PATIENCE_MS });
    expect(stage().arrived(key)).toBe('0, 2');
    expect(await stage().messages(stage().deadLetter)).toMatchObject([{ key, ranges: [{ first: 1, last: 1 }], reason: { code: 'ERR_RECORD_TOO_LARGE', message: expect.stringContaining('Record 1 has 1048576') }, permanent: true }]);
    expect(stage().lambda.peakRssBytes()).toBeLessThan(MEMORY_BYTES);
  }, PATIENCE_MS);

  test.each([[1_000], [60_000]])('a record nested %d levels deep between two good ones: those are delivered', async (levels) => {
    const texts = [good(), `{"deep":${'['.repeat(levels)}${']'.repeat(levels)}}`, good()];
    const { key } = await forward(texts);
    expect(stage().arrived(key)).toBe('0, 2');
    expect(await stage().messages(stage().deadLetter)).toMatchObject([{ key, ranges: [{ first: 1, last: 1 }], reason: { code: 'ERR_RECORD_TOO_DEEP' }, permanent: true }]);
  });

  test('absurd nesting that never ends', async () => {
    const { key } = await forward([], { bytes: gzipSync(`{"Records":[${'['.repeat(5_000_000)}`) });
    expect(await stage().messages(stage().deadLetter)).toMatchObject([{ key, reason: { code: expect.stringMatching(/^ERR_(JSON_BROKEN|RECORD_TOO_DEEP|OBJECT_BOMB)$/) }, permanent: true }]);
    expect(stage().lambda.peakRssBytes()).toBeLessThan(MEMORY_BYTES);
  });
});

describe('20. what S3 refuses', () => {
  /** Records that gzip cannot make small, so that an object can be cut in its middle. */
  const noisy = (count: number) => Array.from({ length: count }, () => recordText(`,"noise":"${noise(300)}"`));
  const getting = (about: Partial<AwsFault>): AwsFault => ({ matches: ({ action }) => action === 'GetObject', ...about });

  test.each<[string, AwsFault]>([
    ['SlowDown, three times', getting({ times: 3, error: { status: 503, code: 'SlowDown' } })],
    ['an internal error', getting({ error: { status: 500, code: 'InternalError' } })],
    ['a connection cut before the first byte', getting({ cutAfterBytes: 0 })],
    ['a connection cut in the middle of the object, twice', getting({ times: 2, cutAfterBytes: 30_000 })],
  ])('what passes is tried again, and nothing is sent twice: %s', async (_name, fault) => {
    stage().aws.faults.push(fault);
    const { key, outcome } = await forward(noisy(500));
    expect(outcome).toMatchObject({ ok: true, result: { recordsIn: 500, delivered: 500, held: 0 } });
    expect(stage().arrived(key)).toBe('0-499');
    expect(stage().aws.requests.length).toBeGreaterThan(1);
  });

  test('what lasts for longer is held for later, and delivered then', async () => {
    const { aws, messages, held, drain, arrived } = stage();
    aws.faults.push(getting({ times: Infinity, error: { status: 503, code: 'SlowDown' } }));
    const { key, outcome } = await forward(records(5));
    expect(outcome).toMatchObject({ ok: true, result: { objectsHeld: 1 } });
    expect(await messages(held)).toMatchObject([{ key, ranges: [{ first: 0 }], reason: { code: 'ERR_OBJECT_UNREADABLE', message: expect.stringContaining('SlowDown') }, permanent: false }]);
    aws.faults.length = 0;
    await drain();
    expect(arrived(key)).toBe('0-4');
  });

  test('a connection that is always cut at the same place: held, and in the end every record is sent once', async () => {
    const { aws, messages, held, drain, arrived } = stage();
    aws.faults.push(getting({ times: Infinity, cutAfterBytes: 30_000 }));
    const { key } = await forward(noisy(500));
    const [pointer] = await messages(held);
    expect(pointer).toMatchObject({ key, reason: { code: 'ERR_OBJECT_UNREADABLE' }, permanent: false });
    aws.faults.length = 0;
    await drain();
    expect(arrived(key)).toBe('0-499');
  });

  test.each<[string, AwsFault['error'], string, RegExp, RegExp]>([
    ['a missing object', { status: 404, code: 'NoSuchKey' }, 'ERR_OBJECT_NOT_FOUND', /there is no such object/, /restore it and replay/],
    ['a denied object', { status: 403, code: 'AccessDenied' }, 'ERR_OBJECT_DENIED', /access denied \(s3:GetObject\)/, /Allow the function's role s3:GetObject on arn:aws:s3:::faults-/],
    [
      'a denied KMS key',
      { status: 403, code: 'AccessDenied', message: 'User: x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:123456789012:key/0a1b' },
      'ERR_OBJECT_KMS_DENIED',
      /its KMS key arn:aws:kms:us-east-1:123456789012:key\/0a1b refused/,
      /Allow the function's role kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key\/0a1b/,
    ],
  ])('%s is held where an alarm watches, with bucket, key and what to allow; the other objects are delivered', async (_name, error, code, message, hint) => {
    const { aws, put, bucket, invoke, messages, deadLetter, arrived, counts, ear } = stage();
    const [bad, good] = [await put(records(5)), await put(records(5))];
    aws.faults.push(getting({ matches: ({ key }) => key === bad, times: Infinity, error: error! }));
    expect(await invoke(s3Event(bucket, bad, good))).toMatchObject({ ok: true, result: { recordsIn: 5, delivered: 5, objectsHeld: 1 } });
    expect(arrived(good)).toBe('0-4');
    expect(await messages(deadLetter)).toMatchObject([
      { bucket, key: bad, ranges: [{ first: 0 }], reason: { code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) }, permanent: true },
    ]);
    await counts();
    expect(ear.told).toContainEqual(expect.objectContaining({ level: 'ERROR', code, message: expect.stringContaining(`"s3://${bucket}/${bad}"`) }));
  });
});

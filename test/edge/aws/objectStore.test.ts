import { createHash, createHmac } from 'node:crypto';
import { getMaxListeners, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { lambdaAddress } from '../../../src/edge/aws/address.ts';
import { s3ObjectStore } from '../../../src/edge/aws/objectStore.ts';
import { SignedGet } from '../../../src/edge/aws/signedGet.ts';
import type { ForwarderError } from '../../../src/errors.ts';
import type { ObjectRef } from '../../../src/model.ts';
import { LOCAL_AWS, makeBucket } from '../../support/fauxqs.ts';
import { httpServer } from '../../support/httpServer.ts';

const never = new AbortController().signal;
const ref = (more: Partial<ObjectRef> = {}): ObjectRef => ({ bucket: 'bucket', key: 'k.json.gz', attempts: 0, ...more });

const WAYS = [
  ['asked plainly', true],
  ['asked by the SDK', false],
] as const;

describe.each(WAYS)('an S3, %s', (_way, plainly) => {
  const store = s3ObjectStore({ ...LOCAL_AWS, plainly });

  test('opens an object and gives its bytes as stored', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 254]);
    const bucket = await makeBucket({ 'a/b c+d%20ü.json.gz': bytes });
    const object = await store.open(ref({ bucket, key: 'a/b c+d%20ü.json.gz' }), never);
    expect(await buffer(object.body)).toEqual(bytes);
    expect(object).toMatchObject({ key: 'a/b c+d%20ü.json.gz', sizeBytes: 5, eTag: expect.stringContaining('"') as string });
  });

  test('an object that does not exist', async () => {
    const bucket = await makeBucket();
    await expect(store.open(ref({ bucket }), never)).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND', retry: 'never', message: `Cannot read "s3://${bucket}/k.json.gz": there is no such object` });
  });

  test('a bucket that does not exist', async () => {
    await expect(store.open(ref({ bucket: 'no-such-bucket' }), never)).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND', message: expect.stringContaining('no such bucket') as string });
  });

  describe('a key that may have come encoded', () => {
    test('is tried as it came, then decoded', async () => {
      const bucket = await makeBucket({ 'a b+c': 'decoded', 'x+y': 'as it came' });
      expect(await textOf(store.open(ref({ bucket, key: 'a+b%2Bc', maybeEncoded: true }), never))).toEqual(['a b+c', 'decoded']);
      expect(await textOf(store.open(ref({ bucket, key: 'x+y', maybeEncoded: true }), never))).toEqual(['x+y', 'as it came']);
    });

    test('is named as it came when neither is there', async () => {
      const bucket = await makeBucket();
      await expect(store.open(ref({ bucket, key: 'a+b', maybeEncoded: true }), never)).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND', message: expect.stringContaining('/a+b"') as string });
    });

    test('a key that came decoded is never decoded twice', async () => {
      const bucket = await makeBucket({ 'a b': '' });
      await expect(store.open(ref({ bucket, key: 'a+b' }), never)).rejects.toMatchObject({ code: 'ERR_OBJECT_NOT_FOUND' });
    });
  });
});

describe.each(WAYS)('an S3 in trouble, %s', (_way, plainly) => {
  const server = httpServer();
  const store = (more: object = {}) => s3ObjectStore({ ...LOCAL_AWS, plainly, endpoint: server.url(), answerTimeoutMs: 150, idleTimeoutMs: 150, ...more });
  const refusal = async (with_: (response: ServerResponse) => void, about = ref()): Promise<ForwarderError> => {
    server.answer((_, response) => with_(response));
    return store()
      .open(about, never)
      .then(() => Promise.reject(new Error('opened')), (thrown: ForwarderError) => thrown);
  };
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

  test.each<[string, number, string, string, object]>([
    ['access denied', 403, 'AccessDenied', 'Access Denied', { code: 'ERR_OBJECT_DENIED', retry: 'never', hint: expect.stringMatching(/s3:GetObject on arn:aws:s3:::bucket\/\*.*s3:ListBucket/) as string }],
    ['the key refuses, by policy', 403, 'AccessDenied', `User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: kms:Decrypt on resource: ${KEY} because no identity-based policy allows it`, { code: 'ERR_OBJECT_KMS_DENIED', retry: 'never', message: expect.stringContaining(KEY) as string, hint: expect.stringContaining(`kms:Decrypt on ${KEY}`) as string }],
    ['the key refuses, in the old words', 403, 'AccessDenied', 'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.', { code: 'ERR_OBJECT_KMS_DENIED', hint: expect.stringContaining("kms:Decrypt on the trail's key") as string }],
    ['the key is disabled', 400, 'KMS.DisabledException', `${KEY} is disabled.`, { code: 'ERR_OBJECT_KMS_DENIED', retry: 'never' }],
    ['the object is archived', 403, 'InvalidObjectState', 'The operation is not valid for the storage class', { code: 'ERR_OBJECT_UNREADABLE', retry: 'never', hint: expect.stringContaining('restore-object') as string }],
    ['slow down', 503, 'SlowDown', 'Please reduce your request rate.', { code: 'ERR_OBJECT_UNREADABLE', retry: 'later' }],
    ['a fault of S3', 500, 'InternalError', 'We encountered an internal error.', { code: 'ERR_OBJECT_UNREADABLE', retry: 'later' }],
    ['a token that ran out', 400, 'ExpiredToken', 'The provided token has expired.', { code: 'ERR_OBJECT_UNREADABLE', retry: 'later', hint: expect.stringContaining('aws sso login') as string }],
    ['a code that nobody knows', 418, 'Teapot', 'I am a teapot', { code: 'ERR_OBJECT_UNREADABLE', retry: 'later', message: 'Cannot read "s3://bucket/k.json.gz": I am a teapot' }],
  ])('%s', async (_, status, code, message, expected) => {
    const refused = await refusal((response) => response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`));
    expect(refused).toMatchObject({ stage: 'read', ...expected });
  });

  test('a version needs another permission', async () => {
    const refused = await refusal((response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'), ref({ versionId: 'v1' }));
    expect(refused.message).toContain('s3:GetObjectVersion');
    expect(server.requests()[0]).toContain('versionId=v1');
  });

  test('a proxy that answers something else', async () => {
    expect(await refusal((response) => response.writeHead(502).end('<html>bad gateway</html>'))).toMatchObject({ code: 'ERR_OBJECT_UNREADABLE', retry: 'later' });
  });

  test('no answer at all', async () => {
    const refused = await refusal(() => undefined);
    expect(refused).toMatchObject({ code: 'ERR_OBJECT_UNREADABLE', retry: 'later', message: expect.stringContaining('TimeoutError') as string });
    // Whoever reads opens it again.
    expect(server.requests()).toHaveLength(plainly ? 1 : 2);
  });

  test('a connection that was kept, and closed by S3 in the same moment, is no fault', async () => {
    const one = store();
    let connections = 0;
    server.answer((request, response) => {
      const { socket } = request as { socket: { served?: boolean; destroy(): void } };
      if (socket.served === true) return socket.destroy();
      socket.served = true;
      connections++;
      return response.writeHead(200, { 'content-length': '5' }).end('bytes');
    });
    expect(await textOf(one.open(ref(), never))).toEqual(['k.json.gz', 'bytes']);
    expect(await textOf(one.open(ref(), never))).toEqual(['k.json.gz', 'bytes']);
    expect(connections).toBe(2);
  });

  test('nobody there', async () => {
    await expect(store({ endpoint: 'http://127.0.0.1:1' }).open(ref(), never)).rejects.toMatchObject({ code: 'ERR_OBJECT_UNREADABLE', retry: 'later' });
  });

  test.each([
    ['cut', (response: ServerResponse) => response.destroy()],
    ['silent', () => undefined],
  ])('a body that is %s in the middle fails instead of ending', async (_, then) => {
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('x'.repeat(10), () => then(response));
    });
    const { body } = await store().open(ref(), never);
    await expect(buffer(body)).rejects.toThrow();
  });

  test('a bucket elsewhere is found by the redirect, and asked there from then on', async () => {
    const regions: string[] = [];
    server.answer((request, response) => {
      const region = /\/([a-z0-9-]+)\/s3\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      regions.push(region);
      if (region === 'eu-central-1') response.writeHead(200).end('bytes');
      else response.writeHead(301, { 'x-amz-bucket-region': 'eu-central-1' }).end('<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>');
    });
    const one = store();
    expect(await textOf(one.open(ref(), never))).toEqual(['k.json.gz', 'bytes']);
    expect(await textOf(one.open(ref({ region: 'us-west-2' }), never))).toEqual(['k.json.gz', 'bytes']);
    // What S3 answers but the object is asked for again by the SDK.
    expect(regions).toEqual([...(plainly ? ['us-east-1'] : []), 'us-east-1', 'eu-central-1', 'eu-central-1']);
  });

  test('a bucket whose region the trigger told is asked there at once', async () => {
    server.answer((request, response) => response.writeHead(200).end(/\/([a-z0-9-]+)\/s3\/aws4_request/.exec(request.headers.authorization ?? '')?.[1]));
    expect(await textOf(store().open(ref({ region: 'eusc-de-east-1' }), never))).toEqual(['k.json.gz', 'eusc-de-east-1']);
  });

  describe('the signal', () => {
    test('ends waiting for an answer', async () => {
      const controller = new AbortController();
      server.answer(() => controller.abort());
      await expect(store({ answerTimeoutMs: 60_000 }).open(ref(), controller.signal)).rejects.toMatchObject({ code: 'ERR_DEADLINE', retry: 'later' });
    });

    test('ends waiting to try again', async () => {
      const controller = new AbortController();
      server.answer((_, response) => {
        response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
        response.on('finish', () => setImmediate(() => controller.abort()));
      });
      await expect(store().open(ref(), controller.signal)).rejects.toMatchObject({ code: 'ERR_DEADLINE' });
    });

    test('ends reading', async () => {
      const controller = new AbortController();
      server.answer((_, response) => response.writeHead(200, { 'content-length': '1000' }).write('x'));
      const { body } = await store({ idleTimeoutMs: 60_000 }).open(ref(), controller.signal);
      const failed = once(body, 'error');
      controller.abort();
      await failed;
      expect(body.destroyed).toBe(true);
    });

    test('that is over already asks nothing', async () => {
      await expect(store().open(ref(), AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_DEADLINE' });
      expect(server.requests()).toEqual([]);
    });

    test('serves many objects at once, which Node would take for a leak', async () => {
      server.answer((_, response) => response.writeHead(200).end('bytes'));
      const { signal } = new AbortController();
      const one = store();
      const opened = await Promise.all(Array.from({ length: 40 }, () => one.open(ref(), signal)));
      expect(getMaxListeners(signal)).toBe(Infinity);
      expect(await Promise.all(opened.map(async ({ body }) => (await buffer(body)).toString()))).toEqual(Array(40).fill('bytes'));
    });
  });
});

describe('both ways', () => {
  const server = httpServer();

  test.each([
    ['a plain key', ref({ key: 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/a_b.json.gz' })],
    ['all that RFC 3986 has a word on', ref({ key: "~a-b_c.d/!*'()/ +&$@=;:?#[]%20%/\\\"<>^`{|}ü€😀/./../x" })],
    ['a version', ref({ versionId: 'a+/=.b_c' })],
  ])('ask for the same, and sign it alike: %s', async (_, about) => {
    const seen: { path: string; signature: string; token: unknown }[] = [];
    server.answer((request, response) => {
      const [, headers = '', signature = ''] = /SignedHeaders=([^,]+), Signature=(\w+)/.exec(request.headers.authorization ?? '') ?? [];
      seen.push({ path: request.url!.replace(/[?&]x-id=GetObject/, ''), signature: signatureOf(request, headers.split(';')) === signature ? 'good' : 'bad', token: request.headers['x-amz-security-token'] });
      response.writeHead(200).end('bytes');
    });
    for (const [, plainly] of WAYS) await textOf(s3ObjectStore({ ...LOCAL_AWS, credentials: { ...LOCAL_AWS.credentials, sessionToken: 'token' }, plainly, endpoint: server.url() }).open(about, never));
    expect(seen[0]).toEqual({ ...seen[1], signature: 'good', token: 'token' });
  });
});

/** Signature Version 4 of a request as it came, by the book and not by any client (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
function signatureOf({ method, url = '', headers }: IncomingMessage, signed: string[]): string {
  const [path = '', query = ''] = url.split('?');
  const date = String(headers['x-amz-date']);
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const canonical = [method, path, query.split('&').sort().join('&'), ...signed.map((name) => `${name}:${String(headers[name])}`), '', signed.join(';'), headers['x-amz-content-sha256']].join('\n');
  const sum = (text: string) => createHash('sha256').update(text).digest('hex');
  const key = [date.slice(0, 8), 'us-east-1', 's3', 'aws4_request'].reduce<Buffer | string>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${LOCAL_AWS.credentials.secretAccessKey}`);
  return createHmac('sha256', key).update(['AWS4-HMAC-SHA256', date, scope, sum(canonical)].join('\n')).digest('hex');
}

describe('what is asked for plainly', () => {
  const plain = new SignedGet({ credentials: LOCAL_AWS.credentials, maxSockets: 1, connectTimeoutMs: 1, answerTimeoutMs: 1, idleTimeoutMs: 1 });

  test.each([
    ['us-east-1', 'my-trail', true],
    ['us-gov-west-1', 'my-trail', true],
    ['me-central-1', '1trail', true],
    ['cn-north-1', 'my-trail', false],
    ['eusc-de-east-1', 'my-trail', false],
    ['us-iso-east-1', 'my-trail', false],
    ['', 'my-trail', false],
    ['us-east-1', 'my.trail', false],
    ['us-east-1', 'trail--use1-az4--x-s3', false],
    ['us-east-1', 'point-abc123-s3alias', false],
    ['us-east-1', 'arn:aws:s3:us-east-1:123456789012:accesspoint/p', false],
  ])('in "%s" bucket "%s": %s', (region, bucket, known) => {
    expect(plain.knows(ref({ bucket }), region)).toBe(known);
  });

  test("Lambda's environment says where and who", () => {
    expect(lambdaAddress({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' })).toEqual({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' } });
    expect(lambdaAddress({ AWS_PROFILE: 'p' })).toEqual({});
    expect(lambdaAddress({ AWS_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' })).toEqual({ region: 'us-east-1', plainly: false });
  });
});

async function textOf(opening: ReturnType<ReturnType<typeof s3ObjectStore>['open']>): Promise<[string, string]> {
  const { key, body } = await opening;
  return [key, (await buffer(body)).toString()];
}

import { getMaxListeners, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { s3ObjectStore } from '../../../src/edge/aws/objectStore.ts';
import type { ForwarderError } from '../../../src/errors.ts';
import type { ObjectRef } from '../../../src/model.ts';
import { LOCAL_AWS, makeBucket } from '../../support/fauxqs.ts';
import { httpServer } from '../../support/httpServer.ts';

const never = new AbortController().signal;
const ref = (more: Partial<ObjectRef> = {}): ObjectRef => ({ bucket: 'bucket', key: 'k.json.gz', attempts: 0, ...more });

describe('s3ObjectStore on an S3', () => {
  const store = s3ObjectStore(LOCAL_AWS);

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

describe('s3ObjectStore on an S3 in trouble', () => {
  const server = httpServer();
  const store = (more: object = {}) => s3ObjectStore({ ...LOCAL_AWS, endpoint: server.url(), answerTimeoutMs: 150, idleTimeoutMs: 150, ...more });
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
    expect(server.requests()).toHaveLength(2);
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
    expect(regions).toEqual(['us-east-1', 'eu-central-1', 'eu-central-1']);
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

async function textOf(opening: ReturnType<ReturnType<typeof s3ObjectStore>['open']>): Promise<[string, string]> {
  const { key, body } = await opening;
  return [key, (await buffer(body)).toString()];
}

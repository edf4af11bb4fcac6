import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createBucket } from '../../src/sandbox/aws/bucket.ts';
import { createQueue } from '../../src/sandbox/aws/queue.ts';
import { type AwsProxy, startAwsProxy } from './awsProxy.ts';
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts';

describe('the TCP proxy', () => {
  const content = 'x'.repeat(100_000);
  let server: Server;
  let proxy: TcpProxy;
  beforeEach(async () => {
    server = createServer((_, response) => response.end(content));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy = await startTcpProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  });
  afterEach(async () => {
    await proxy.close();
    server.close();
    server.closeAllConnections();
  });

  const get = () => fetch(proxy.url, { headers: { connection: 'close' } }).then((response) => response.text());

  test('passes everything on, and counts connections', async () => {
    expect([await get(), await get()]).toEqual([content, content]);
    expect(proxy.connections).toBe(2);
  });

  test.each([[{ reset: true }], [{ cutAfterBytes: 50_000 }], [{ cutAfterBytes: 50_000, reset: true }]])('breaks the next connection only: %j', async (fault) => {
    proxy.next(fault);
    await expect(get()).rejects.toThrow();
    expect(await get()).toBe(content);
  });

  test('slows every connection, until told otherwise', async () => {
    proxy.always({ latencyMs: 50 });
    const begin = performance.now();
    await get();
    expect(performance.now() - begin).toBeGreaterThanOrEqual(45);
    proxy.always(undefined);
    expect(await get()).toBe(content);
  });

  test('is down, and up again at the same port', async () => {
    await proxy.down();
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await proxy.up();
    expect(await get()).toBe(content);
  });
});

describe('the AWS proxy', () => {
  const content = randomBytes(200_000);
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 };
  const bucket = `test-${randomUUID()}`;
  let proxy: AwsProxy;
  let s3: S3Client;
  beforeEach(async () => {
    await (await createBucket(process.env.FAUXQS_URL!, bucket)).put('a/b c', content);
    proxy = await startAwsProxy(process.env.FAUXQS_URL!);
    s3 = new S3Client({ ...client, endpoint: proxy.url });
  });
  afterEach(async () => {
    s3.destroy();
    await proxy.close();
  });

  const get = async () => (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a/b c' }))).Body!.transformToByteArray();

  test('passes requests on and knows what they were', async () => {
    expect(Buffer.compare(await get(), content)).toBe(0);
    expect(proxy.requests).toEqual([{ service: 's3', action: 'GetObject', bucket, key: 'a/b c', fate: 'carried-out' }]);
  });

  test('answers with an S3 error as often as told', async () => {
    proxy.faults.push({ matches: ({ action }) => action === 'GetObject', times: 2, error: { status: 503, code: 'SlowDown' } });
    for (let k = 0; k < 2; k++) await expect(get()).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect((await get()).length).toBe(200_000);
  });

  test('cuts an object in the middle', async () => {
    proxy.faults.push({ matches: ({ key }) => key === 'a/b c', cutAfterBytes: 70_000 });
    await expect(get()).rejects.toThrow();
    expect((await get()).length).toBe(200_000);
  });

  test('refuses to take a message', async () => {
    const queue = await createQueue(process.env.FAUXQS_URL!, `test-${randomUUID()}`);
    const sqs = new SQSClient({ ...client, endpoint: proxy.url });
    proxy.faults.push({ matches: ({ service, action }) => service === 'sqs' && action === 'SendMessage', error: { status: 403, code: 'AccessDenied' } });
    const send = () => sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x' }));
    await expect(send()).rejects.toMatchObject({ name: 'AccessDenied' });
    await send();
    expect(await queue.peek()).toEqual(['x']);
    sqs.destroy();
  });
});

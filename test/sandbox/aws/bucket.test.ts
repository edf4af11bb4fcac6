import { randomBytes, randomUUID } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createBucket } from '../../../src/sandbox/aws/bucket.ts';

const awsUrl = process.env.FAUXQS_URL!;
const s3 = new S3Client({ endpoint: awsUrl, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
afterAll(() => s3.destroy());

test.each([
  ['an ordinary key', 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/x.json.gz', 1_000],
  ['a key with blanks, plus, percent and letters outside ASCII', 'team a/b+c%20d/é.json', 10],
  ['an object larger than one request may carry', 'large', 20_000_001],
])('put stores %s, and AWS\'s client reads it back', async (_name, key, bytes) => {
  const bucket = await createBucket(awsUrl, `test-${randomUUID()}`);
  const content = randomBytes(bytes);
  await bucket.put(key, content);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
  expect(Buffer.compare(await Body!.transformToByteArray(), content)).toBe(0);
});

test('a bucket that is there already can be created again; a missing one is an error that names it', async () => {
  const name = `test-${randomUUID()}`;
  await createBucket(awsUrl, name);
  const bucket = await createBucket(awsUrl, name);
  await fetch(`${awsUrl}/${name}`, { method: 'DELETE' });
  await expect(bucket.put('key', Buffer.from('x'))).rejects.toThrow(`${name}/key: 404`);
});

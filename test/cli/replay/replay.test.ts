import { runReplay } from '../../../src/cli/replay/run.ts';
import { parseTime } from '../../../src/cli/replay/time.ts';
import type { HeldPointer } from '../../../src/model.ts';
import { parsePointer } from '../../../src/object/pointer.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { LOCAL_AWS, makeBucket, makeQueues, messagesIn } from '../../support/fauxqs.ts';
import { httpServer } from '../../support/httpServer.ts';
import { runCli } from '../../support/runCli.ts';

const NOW = Date.parse('2026-11-20T13:00Z');
const key = (time: string, folder = 'CloudTrail') => `AWSLogs/123456789012/${folder}/us-east-1/2026/11/20/123456789012_${folder}_us-east-1_20261120T${time}Z_Ab3dEf6hIj9kLm2n.json.gz`;
const KEYS = [key('1000'), key('1100'), key('1130'), key('1200')];
const pointers = (bodies: string[]): HeldPointer[] => bodies.map((body) => parsePointer(JSON.parse(body) as Record<string, unknown>));

async function trailAndQueues(keys: readonly string[] = [...KEYS, key('110000', 'CloudTrail-Digest')]) {
  const bucket = await makeBucket(Object.fromEntries(keys.map((name) => [name, 'x'])));
  const { queueUrl, deadLetterQueueUrl } = await makeQueues();
  const env = { DD_SQS_QUEUE_URL: queueUrl, DD_DLQ_URL: deadLetterQueueUrl };
  return { bucket, queueUrl, replay: (...args: string[]) => runCli(['replay', ...args], { env, now: () => NOW }), queued: async () => pointers((await messagesIn(queueUrl)).ready) };
}

describe('replay', () => {
  test('puts a pointer to every object of the prefix and the time into the held queue', async () => {
    const { bucket, replay, queued } = await trailAndQueues();
    const { exitCode, out, err } = await replay(`s3://${bucket}`, '--from', '2026-11-20T11:00', '--to', '2026-11-20T12:00Z');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: '' });
    expect(err).toBe('Enqueued 2 objects, 0.0 MB as stored. Passed over: 1 digests or folders of them, 2 objects of other times.\n');
    expect((await queued()).map((pointer) => pointer.key).sort()).toEqual([KEYS[1], KEYS[2]]);
    expect((await queued())[0]).toMatchObject({ bucket, ranges: [{ first: 0 }], records: null, reason: { code: 'REPLAY' }, attempts: 0, permanent: false, firstHeldMs: NOW });
  });

  test('only below the prefix', async () => {
    const { bucket, replay, queued } = await trailAndQueues([...KEYS, KEYS[0]!.replace('us-east-1/', 'eu-west-1/')]);
    await replay(`s3://${bucket}/AWSLogs/123456789012/CloudTrail/eu-west-1/`, '--from', '6h');
    expect((await queued()).map((pointer) => pointer.key)).toEqual([KEYS[0]!.replace('us-east-1/', 'eu-west-1/')]);
  });

  test('--dry-run prints what would be sent and sends nothing, without knowing the queues', async () => {
    const { bucket, queued } = await trailAndQueues();
    const { exitCode, out, err } = await runCli(['replay', `s3://${bucket}`, '--from', '6h', '--dry-run'], { now: () => NOW });
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: KEYS.map((name) => `s3://${bucket}/${name}\n`).join('') });
    expect(err).toMatch(/^Would enqueue 4 objects/);
    expect(await queued()).toEqual([]);
  });

  test('--json is one line of JSON an object', async () => {
    const { bucket, replay } = await trailAndQueues([KEYS[0]!]);
    const { out } = await replay(`s3://${bucket}`, '--from', '6h', '--json');
    expect(out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([{ bucket, key: KEYS[0], sizeBytes: 1, delivered: '2026-11-20T10:00:00.000Z' }]);
  });

  test('warns of what Datadog will drop', async () => {
    const { bucket, replay } = await trailAndQueues();
    const { err } = await runCli(['replay', `s3://${bucket}`, '--from', '2026-11-19', '--dry-run'], { now: () => Date.parse('2026-11-21T05:31Z') });
    expect(err).toContain('3 of them are older than 18 hours: Datadog accepts such logs and drops them');
    expect((await replay(`s3://${bucket}`, '--from', '6h', '--dry-run')).err).not.toContain('older than 18 hours');
  });

  test('says how many were enqueued before the queue refused', async () => {
    const { bucket, queueUrl } = await trailAndQueues();
    const { exitCode, err } = await runCli(['replay', `s3://${bucket}`, '--from', '6h', '--queue', `${queueUrl}-gone`, '--dlq', queueUrl], { now: () => NOW });
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^Enqueued 0 objects.*\nERR_HOLD \(in held\): Cannot hold/);
  });

  test('Ctrl-C stops it', async () => {
    const { bucket, queueUrl, queued } = await trailAndQueues();
    const { exitCode, err } = await runCli(['replay', `s3://${bucket}`, '--from', '6h', '--queue', queueUrl, '--dlq', queueUrl], { now: () => NOW, interrupted: AbortSignal.abort() });
    expect(exitCode).toBe(2);
    expect(err).toMatch(/Stopped\.\n$/);
    expect(await queued()).toEqual([]);
  });

  test.each([
    [['s3://', '--from', '6h'], 'expected s3://BUCKET or s3://BUCKET/PREFIX'],
    [['bucket/prefix', '--from', '6h'], 'expected s3://BUCKET or s3://BUCKET/PREFIX'],
    [['s3://bucket', '--from', '6h', '--to', '7h'], '--from is not before --to'],
    [['s3://bucket', '--from', '6h', '--rate', '0'], 'expected a number above 0'],
    [['s3://no-such-bucket-here', '--from', '6h', '--dry-run'], 'Cannot list "s3://no-such-bucket-here/"'],
  ])('%j is refused', async (args, said) => {
    const { exitCode, err } = await runCli(['replay', ...args], { now: () => NOW });
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });

  test('keeps to the rate, without waiting for real', async () => {
    const { bucket, queueUrl } = await trailAndQueues(Array.from({ length: 45 }, (_, i) => KEYS[0]!.replace('Ab3d', `A${100 + i}`)));
    const clock = new FakeClock(0);
    const silent = { write: () => true } as never;
    const ctx = { env: { AWS_ENDPOINT_URL: LOCAL_AWS.endpoint, AWS_REGION: 'us-east-1' }, out: silent, err: silent, in: process.stdin, now: () => NOW, exitCode: 0 as const };
    await runReplay(ctx, `s3://${bucket}`, { from: NOW - 6 * 3_600_000, rate: 5, queue: queueUrl, dlq: queueUrl }, clock);
    expect(clock.now()).toBe(9000);
  });

  describe('on a bucket of many pages', () => {
    const server = httpServer();
    test('goes through all of them', async () => {
      server.answer((request, response) => {
        const page = Number(new URL(request.url!, 'http://x').searchParams.get('continuation-token') ?? '1');
        const contents = Array.from({ length: 3 }, (_, i) => `<Contents><Key>exports/${page}-${i}.json.gz</Key><Size>5</Size><LastModified>2026-11-20T12:00:00.000Z</LastModified></Contents>`).join('');
        response.writeHead(200, { 'content-type': 'application/xml' }).end(`<ListBucketResult><IsTruncated>${page < 4}</IsTruncated>${page < 4 ? `<NextContinuationToken>${page + 1}</NextContinuationToken>` : ''}${contents}</ListBucketResult>`);
      });
      const { out } = await runCli(['replay', 's3://bucket/exports/', '--from', '6h', '--dry-run'], { env: { AWS_ENDPOINT_URL: server.url() }, now: () => NOW });
      expect(out.trimEnd().split('\n')).toHaveLength(12);
      expect(server.requests()).toHaveLength(4);
    });
  });
});

test.each([
  ['2026-11-20', '2026-11-20T00:00Z'],
  ['2026-11-20T12:05', '2026-11-20T12:05Z'],
  ['2026-11-20 12:05', '2026-11-20T12:05Z'],
  ['2026-11-20T12:05:30Z', '2026-11-20T12:05:30Z'],
  ['2026-11-20T12:05+02:00', '2026-11-20T10:05Z'],
  ['90m', '2026-11-20T11:30Z'],
  ['6h', '2026-11-20T07:00Z'],
  ['3d', '2026-11-17T13:00Z'],
])('the time %s is %s', (text, expected) => {
  expect(parseTime(text, NOW)).toBe(Date.parse(expected));
});

test.each(['', 'yesterday', '2026-13-01', '2026-11-20T25:00', '6 h', '-6h', '20.11.2026'])('the time %j is refused', (text) => {
  expect(() => parseTime(text, NOW)).toThrow('expected a time like 2026-11-20');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../../../src/pipeline/decode/decode.ts';
import { BUCKET, KEY, KEY_2, trigger, triggerNames } from './fixtures.ts';

const put = { bucket: BUCKET, key: KEY, sizeBytes: 1536, region: 'us-east-1', attempts: 0 };
const put2 = { ...put, key: KEY_2 };
const plain = { bucket: BUCKET, key: KEY, attempts: 0 };
const held = { bucket: BUCKET, key: KEY, ranges: [{ first: 0, last: 41 }, { first: 57 }], attempts: 1, firstHeldMs: Date.parse('2026-11-20T12:06:15Z') };
const failed = { ...put, attempts: 3, firstHeldMs: Date.parse('2026-11-20T12:10:02.321Z') };
const [MESSAGE_1, MESSAGE_2] = ['059f36b4-87a3-44ab-83d2-661975830a7d', '2e1424d4-f796-459a-8184-9c92662be6da'];
const TASK = 'RVhBTVBMRXRhc2s';

const whole = (name: string, objects: object[], ignored: object[] = []) => ({ answer: 'whole', trigger: name, envelopes: [{ objects, ignored }] });
const sqs = (...envelopes: object[]) => ({ answer: 'sqs', trigger: 'sqs', envelopes });
const batch = (invocationSchemaVersion: string) => ({
  answer: 's3-batch',
  trigger: 's3-batch',
  envelopes: [{ id: TASK, objects: [plain], ignored: [] }],
  s3Batch: { invocationSchemaVersion, invocationId: 'RVhBTVBMRWludm9jYXRpb24' },
});

/** What each payload of events/trigger/ means. */
const MEANING: Record<string, object> = {
  's3-put': whole('s3', [put]),
  's3-put-several': whole('s3', [put, { ...put2, versionId: '3HL4kqtJvjVBH40Nrjfkd' }]),
  's3-put-encoded-key': whole('s3', [
    { ...put, key: 'audit logs/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_überEf6hIj9kLm.json.gz' },
  ]),
  's3-put-digest': whole('s3', [], [{ reason: 'digest', what: expect.stringContaining('CloudTrail-Digest') as string }]),
  's3-put-folder': whole('s3', [], [{ reason: 'folder-marker', what: 'AWSLogs/123456789012/' }]),
  's3-removed': whole('s3', [], [{ reason: 'object-removed', what: 'ObjectRemoved:Delete' }]),
  's3-test-event': whole('s3', [], [{ reason: 'test-event', what: 's3:TestEvent' }]),
  'sns-s3': whole('sns', [put]),
  'sns-cloudtrail': whole('sns', [plain, { ...plain, key: KEY_2 }]),
  'sns-cloudtrail-validation': whole('sns', [], [{ reason: 'test-event', what: 'CloudTrail validation message' }]),
  'sqs-s3': sqs({ id: MESSAGE_1, objects: [put], ignored: [] }, { id: MESSAGE_2, objects: [put2], ignored: [] }),
  'sqs-s3-test-event': sqs({ id: MESSAGE_1, objects: [], ignored: [{ reason: 'test-event', what: 's3:TestEvent' }] }),
  'sqs-sns-s3': sqs({ id: MESSAGE_1, objects: [put], ignored: [] }),
  'sqs-sns-raw-s3': sqs({ id: MESSAGE_1, objects: [put], ignored: [] }),
  'sqs-sns-cloudtrail': sqs({ id: MESSAGE_1, objects: [plain, { ...plain, key: KEY_2 }], ignored: [] }),
  'sqs-cloudtrail': sqs({ id: MESSAGE_1, objects: [plain, { ...plain, key: KEY_2 }], ignored: [] }),
  'sqs-eventbridge': sqs({ id: MESSAGE_1, objects: [put], ignored: [] }),
  'sqs-held': sqs({ id: MESSAGE_1, objects: [held], ignored: [] }),
  'sqs-on-failure': sqs({ id: MESSAGE_1, objects: [failed], ignored: [] }),
  'sqs-one-unknown': sqs(
    { id: MESSAGE_1, objects: [put], ignored: [] },
    { id: MESSAGE_2, objects: [], ignored: [], problem: expect.objectContaining({ code: 'ERR_EVENT_UNKNOWN', message: expect.stringContaining('it is not JSON') as string }) as object },
    { id: expect.any(String) as string, objects: [], ignored: [], problem: expect.objectContaining({ message: expect.stringContaining('got an object with "order"') as string }) as object },
    { id: expect.any(String) as string, objects: [put2], ignored: [] },
  ),
  'eventbridge-object-created': whole('eventbridge', [put]),
  'eventbridge-object-deleted': whole('eventbridge', [], [{ reason: 'object-removed', what: 'Object Deleted' }]),
  held: whole('held', [held]),
  'lambda-on-failure': whole('on-failure', [failed]),
  's3-batch-1.0': batch('1.0'),
  's3-batch-2.0': batch('2.0'),
  'manual-bucket-key': whole('manual', [plain]),
  'manual-s3-uri': whole('manual', [plain]),
  retry: { answer: 'retry-held', trigger: 'retry', envelopes: [] },
};

describe('the payloads of events/trigger/', () => {
  const readme = readFileSync(join(__dirname, '../../../events/trigger/README.md'), 'utf8');

  test.each(triggerNames().filter((name) => name !== 'unknown'))('%s means what it says', (name) => {
    expect(decode(trigger(name))).toEqual(MEANING[name]);
  });

  test('unknown is refused', () => {
    expect(() => decode(trigger('unknown'))).toThrow(expect.objectContaining({ code: 'ERR_EVENT_UNKNOWN', retry: 'never' }));
  });

  test('each has a meaning here and a line in the README, and nothing else has', () => {
    expect([...Object.keys(MEANING), 'unknown'].sort()).toEqual(triggerNames().sort());
    expect([...readme.matchAll(/^\| `(.+?)\.json` \|/gm)].map(([, name]) => name).sort()).toEqual(triggerNames().sort());
  });
});

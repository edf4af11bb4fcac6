import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { INTRUDER_ADDRESS } from '../../../src/sandbox/trail/attack.ts';
import { jsonText, Raw } from '../../../src/sandbox/trail/json.ts';
import { makeTrail } from '../../../src/sandbox/trail/trail.ts';

const nowMs = Date.parse('2026-11-20T12:00:30Z');
const bucket = 'cloudtrail-logs-123456789012';
const objects = makeTrail({ bucket, nowMs });
const records = objects.flatMap((object) => object.records.map((text) => JSON.parse(text) as Record<string, unknown>));

test('the same seed makes the same objects, another seed others under the same layout', () => {
  const keysAndRecords = (seed: number) => makeTrail({ bucket, nowMs, seed }).map(({ key, records: texts }) => [key, texts]);
  expect(keysAndRecords(1)).toEqual(keysAndRecords(1));
  expect(keysAndRecords(2)).not.toEqual(keysAndRecords(1));
  expect(keysAndRecords(2).length).toBe(objects.length);
});

test('keys follow CloudTrail\'s grammar: an account\'s trail, two regions, an organisation\'s trail, Insight and digest', () => {
  const shapes = objects.map(({ key }) => key.replace(/\d{8}T\d{6}Z/, 'TIMEssZ').replace(/\d{8}T\d{4}Z/, 'TIMEZ').replace(/_[A-Za-z0-9]{16}\.json\.gz$/, '_UNIQUE.json.gz'));
  expect([...new Set(shapes)]).toEqual([
    'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_TIMEZ_UNIQUE.json.gz',
    'AWSLogs/123456789012/CloudTrail/eu-central-1/2026/11/20/123456789012_CloudTrail_eu-central-1_TIMEZ_UNIQUE.json.gz',
    'organisation/AWSLogs/o-exampleorgid/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_TIMEZ_UNIQUE.json.gz',
    'AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2026/11/20/123456789012_CloudTrail-Insight_us-east-1_TIMEZ_UNIQUE.json.gz',
    'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/20/123456789012_CloudTrail-Digest_us-east-1_main-trail_us-east-1_TIMEssZ.json.gz',
  ]);
  expect(new Set(objects.map(({ key }) => key)).size).toBe(objects.length);
});

test('an object holds exactly its records\' texts', () => {
  for (const object of objects.filter(({ kind }) => kind !== 'digest')) {
    expect(gunzipSync(object.bytes).toString()).toBe(`{"Records":[${object.records.join(',')}]}`);
  }
});

test('all events are of the last 70 minutes: the intake would take every one', () => {
  const times = records.map(({ eventTime }) => Date.parse(String(eventTime)));
  expect(Math.min(...times)).toBeGreaterThan(nowMs - 70 * 60_000);
  expect(Math.max(...times)).toBeLessThan(nowMs);
});

test('every record has its own eventID, and only documented accounts and addresses appear', () => {
  expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(records.length);
  const text = objects.flatMap((object) => object.records).join('\n');
  expect(new Set(text.match(/(?<![0-9a-f]{4}-)\b\d{12}\b/g))).toEqual(new Set(['123456789012']));
  for (const address of new Set(text.match(/"sourceIPAddress":"(\d[^"]+)"/g))) expect(address).toMatch(/"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"/);
});

test('the break-in is told in order, by one address that nobody else has', () => {
  const story = records.filter(({ sourceIPAddress }) => sourceIPAddress === INTRUDER_ADDRESS);
  expect(story.map(({ eventName }) => eventName)).toEqual([
    'ConsoleLogin', 'ListUsers', 'DescribeTrails', 'CreateAccessKey', 'AttachUserPolicy', 'GetCallerIdentity', 'StopLogging',
  ]);
  expect(story[0]).toMatchObject({ additionalEventData: { MFAUsed: 'No' }, responseElements: { ConsoleLogin: 'Success' }, userIdentity: { type: 'IAMUser' } });
});

test('one object alone does not fit into one batch, most have a dozen records or less', () => {
  const sizes = objects.map((object) => object.records.length).sort((one, other) => one - other);
  expect(sizes.at(-1)).toBeGreaterThan(1000);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(12);
});

test('the noise has what must not be changed on the way: 0.0, escapes, letters outside ASCII', () => {
  const text = objects.flatMap((object) => object.records).join('\n');
  for (const odd of ['"bytesTransferredIn":0.0', '\\u003d\\u003d"', 'Zürich – Ångström 東京', '8.82145E-5']) expect(text).toContain(odd);
});

test('the digest vouches for the log files of its region by their hashes', () => {
  const digest = objects.find(({ kind }) => kind === 'digest')!;
  const { logFiles, digestS3Object } = JSON.parse(gunzipSync(digest.bytes).toString()) as { logFiles: { s3Object: string; hashValue: string }[]; digestS3Object: string };
  expect(digestS3Object).toBe(digest.key);
  expect(logFiles.length).toBeGreaterThan(10);
  for (const { s3Object, hashValue } of logFiles) {
    const object = objects.find(({ key }) => key === s3Object)!;
    expect(createHash('sha256').update(gunzipSync(object.bytes)).digest('hex')).toBe(hashValue);
  }
});

test('jsonText writes raw pieces as they stand, and the rest as JSON.stringify does', () => {
  expect(jsonText({ a: new Raw('0.0'), b: ['x', new Raw('"\\u003d"'), null], c: 'é"' })).toBe('{"a":0.0,"b":["x","\\u003d",null],"c":"é\\""}');
});

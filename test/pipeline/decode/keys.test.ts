import { decode } from '../../../src/pipeline/decode/decode.ts';
import { BUCKET } from './fixtures.ts';

const s3 = (object: object, more: object = {}) => ({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', ...more, s3: { bucket: { name: BUCKET }, object } }] });
const eventBridge = (object: object) => ({ source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: BUCKET }, object } });
const only = (payload: unknown) => decode(payload).envelopes[0]?.objects[0];

describe('the key of an S3 notification is form-decoded', () => {
  test.each([
    ['red+flower.jpg', 'red flower.jpg'],
    ['a%2Bb', 'a+b'],
    ['100%25.json', '100%.json'],
    ['%E2%82%AC/%F0%9F%94%91', '€/🔑'],
    ['a%252Fb', 'a%2Fb'],
    ['my+file%3Da.json.gz', 'my file=a.json.gz'],
  ])('%s is %s', (encoded, key) => {
    expect(only(s3({ key: encoded }))).toMatchObject({ key });
  });

  test.each(['100%', '%zz', '%', '%E2%82', '%FF+b', 'a+%'])('a broken encoding is kept as it came: %s', (encoded) => {
    expect(only(s3({ key: encoded }))).toMatchObject({ key: encoded });
  });
});

describe('the key of an EventBridge event is taken as it is', () => {
  test.each(['a+b', 'a%2Bb', '%C3%BCber'])('%s, to be tried decoded if there is no such object', (key) => {
    expect(only(eventBridge({ key }))).toEqual({ bucket: BUCKET, key, maybeEncoded: true, attempts: 0 });
  });

  test.each(['AWSLogs/123456789012/x.json.gz', '100%', 'ü'])('%s, which cannot be an encoded one', (key) => {
    expect(only(eventBridge({ key }))).toEqual({ bucket: BUCKET, key, attempts: 0 });
  });
});

describe('the other members of a notification', () => {
  test.each([['', undefined], [null, undefined], ['null', 'null'], ['3HL4kqtJvjVBH40Nrjfkd', '3HL4kqtJvjVBH40Nrjfkd']])('version %j is %j', (versionId, expected) => {
    expect(only(s3({ key: 'k', versionId }))?.versionId).toBe(expected);
  });

  test.each([[-1], [1.5], ['1536'], [null], [1e300]])('a size of %j is left out', (size) => {
    expect(only(s3({ key: 'k', size }))).toEqual({ bucket: BUCKET, key: 'k', attempts: 0 });
  });

  test.each(['us-east-1.example.com', 'x/y', 'US-EAST-1', '', 17])('a region of %j, which would end up in a host name, is left out', (awsRegion) => {
    expect(only(s3({ key: 'k' }, { awsRegion }))).toEqual({ bucket: BUCKET, key: 'k', attempts: 0 });
  });

  test.each(['us-east-1', 'eusc-de-east-1', 'us-isob-east-1', 'cn-north-1'])('region %s', (awsRegion) => {
    expect(only(s3({ key: 'k' }, { awsRegion }))?.region).toBe(awsRegion);
  });

  test.each(['ObjectCreated:Put', 'ObjectCreated:Copy', 'ObjectCreated:CompleteMultipartUpload', 's3:ObjectCreated:Put', undefined])('event %s is a new object', (eventName) => {
    expect(only(s3({ key: 'k' }, { eventName }))).toBeDefined();
  });

  test.each([
    ['ObjectRemoved:DeleteMarkerCreated', 'object-removed'],
    ['LifecycleExpiration:Delete', 'object-removed'],
    ['ObjectTagging:Put', 'not-an-object-event'],
    ['ObjectRestore:Completed', 'not-an-object-event'],
    ['Replication:OperationFailedReplication', 'not-an-object-event'],
  ])('event %s is ignored as %s', (eventName, reason) => {
    expect(decode(s3({ key: 'k' }, { eventName })).envelopes).toEqual([{ objects: [], ignored: [{ reason, what: eventName }] }]);
  });

  test('an object of some bytes whose key ends in a slash is an object', () => {
    expect(only(s3({ key: 'AWSLogs/', size: 5 }))).toBeDefined();
    expect(only(s3({ key: 'AWSLogs/', size: 0 }))).toBeUndefined();
  });

  test.each([
    ['the folder of a digest, the name of a log', 'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_x.json.gz'],
    ['an Insight file', 'AWSLogs/123456789012/CloudTrail-Insight/us-east-1/2026/11/20/123456789012_CloudTrail-Insight_us-east-1_20261120T1205Z_x.json.gz'],
  ])('%s is read and judged by its content', (_, key) => {
    expect(only(s3({ key }))).toBeDefined();
  });

  test.each([
    'AWSLogs/o-exampleorgid/123456789012/CloudTrail-Digest/eusc-de-east-1/2026/11/20/123456789012_CloudTrail-Digest_eusc-de-east-1_t_eusc-de-east-1_20261120T120518Z.json.gz',
    'p/AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/20/123456789012_CloudTrail-Digest_us-east-1_t_us-east-1_20261120T120518Z_backfill.json.gz',
  ])('a digest is ignored: %s', (key) => {
    expect(decode(s3({ key })).envelopes[0]?.ignored).toEqual([{ reason: 'digest', what: key }]);
  });
});

import fc from 'fast-check';
import type { LogEntry, ObjectRef } from '../../../src/model.ts';
import { writeEntry } from '../../../src/pipeline/entry.ts';
import { type Forwarder, metadataOf } from '../../../src/pipeline/transform/metadata.ts';
import { Transformer, type Transformed } from '../../../src/pipeline/transform/transform.ts';
import { readSettings } from '../../../src/settings/readSettings.ts';
import { recordsOf } from '../../support/records.ts';

const FORWARDER: Forwarder = { functionName: 'CloudTrail-Forwarder', functionVersion: '$LATEST', functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:CloudTrail-Forwarder', version: '1.2.3' };
const REF: ObjectRef = { bucket: 'trail-logs', key: 'AWSLogs/123456789012/a "b" é.json.gz', attempts: 0 };

function transformed(text: string, env: Record<string, string> = {}, ref = REF, forwarder = FORWARDER): Transformed & { text: string } {
  const settings = readSettings({ DD_API_KEY: 'k', ...env });
  const result = new Transformer(metadataOf(ref, settings, forwarder), settings.source === undefined, 1_000_000).apply(recordsOf('{"skipped":0}', text)[1]!);
  return { ...result, text: textOf(result) };
}

function textOf(entry: LogEntry): string {
  const target = Buffer.alloc(entry.lengthBytes);
  expect(writeEntry(entry, target, 0)).toBe(entry.lengthBytes);
  return target.toString();
}

const log = (text: string, env?: Record<string, string>, ref?: ObjectRef, forwarder?: typeof FORWARDER): Record<string, unknown> => JSON.parse(transformed(text, env, ref, forwarder).text) as Record<string, unknown>;

describe('a log has exactly the official forwarder\'s shape', () => {
  test('the record first, then the metadata, in its order', () => {
    expect(transformed('{"eventName":"StopLogging"}', { DD_TAGS: 'env:prod, team:sec' }).text).toBe(
      '{"eventName":"StopLogging","aws":{"s3":{"bucket":"trail-logs","key":"AWSLogs/123456789012/a \\"b\\" é.json.gz","record":1},' +
        '"invoked_function_arn":"arn:aws:lambda:us-east-1:123456789012:function:CloudTrail-Forwarder"},"ddsourcecategory":"aws",' +
        '"ddtags":"env:prod,team:sec,forwardername:cloudtrail-forwarder,forwarder_version:1.2.3","ddsource":"cloudtrail","service":"cloudtrail"}',
    );
  });

  test('the function\'s version when it is a published one', () => {
    expect(log('{}', {}, REF, { ...FORWARDER, functionVersion: '7' })['aws']).toMatchObject({ function_version: '7' });
    expect(log('{}')['aws']).not.toHaveProperty('function_version');
  });

  test('no ARN where the function has none, as in serverless invoke local', () => {
    expect(log('{}', {}, REF, { ...FORWARDER, functionArn: undefined })['aws']).toEqual({ s3: { bucket: REF.bucket, key: REF.key, record: 1 } });
  });

  test('the service of the first service tag; later ones are dropped', () => {
    expect(log('{}', { DD_TAGS: 'service:ct,env:prod,service:other' })).toMatchObject({ service: 'ct', ddtags: expect.stringMatching(/^service:ct,env:prod,forwardername/) });
  });

  test('DD_SOURCE replaces the source, is told in a tag, and takes the host away', () => {
    const record = '{"userIdentity":{"arn":"arn:aws:sts::123456789012:assumed-role/web/i-08014e4f62ccf762d"}}';
    expect(log(record, { DD_SOURCE: 'mine' })).toMatchObject({ ddsource: 'mine', service: 'mine', ddtags: expect.stringContaining(',source_overridden:true') });
    expect(log(record, { DD_SOURCE: 'mine' })).not.toHaveProperty('host');
  });

  test('a retried object is told in a tag', () => {
    expect(log('{}', {}, { ...REF, attempts: 2 })['ddtags']).toMatch(/,retry:true$/);
  });

  test('lean metadata is source, service and the user\'s own tags', () => {
    expect(transformed('{"a":1}', { DD_METADATA: 'lean' }).text).toBe('{"a":1,"ddsource":"cloudtrail","service":"cloudtrail"}');
    expect(transformed('{}', { DD_METADATA: 'lean', DD_TAGS: 'env:prod' }).text).toBe('{"ddtags":"env:prod","ddsource":"cloudtrail","service":"cloudtrail"}');
  });
});

describe('the host is that of an EC2 role session', () => {
  const arn = (value: string) => `{"userIdentity":{"type":"AssumedRole","arn":"${value}"},"x":1}`;
  test.each([
    ['in any partition', arn('arn:aws-us-gov:sts::123456789012:assumed-role/web/i-08014e4f62ccf762d'), 'i-08014e4f62ccf762d'],
    ['with a short id', arn('arn:aws:sts::123456789012:assumed-role/web/i-0801a4f6'), 'i-0801a4f6'],
    ['with an escaped arn', arn('arn:aws-cn:sts::123456789012:assumed-role\\/web\\/\\u0069-0801a4f6'), 'i-0801a4f6'],
    ['not of a session named otherwise', arn('arn:aws:sts::123456789012:assumed-role/web/i-am-alice'), undefined],
    ['not of a user', arn('arn:aws:iam::123456789012:user/i-0801a4f6'), undefined],
    ['not of a null identity', '{"userIdentity":null}', undefined],
    ['not of an identity that is text', '{"userIdentity":"/i-0801a4f6"}', undefined],
    ['not of a nested identity', '{"requestParameters":{"userIdentity":{"arn":"arn:aws:sts::1:assumed-role/web/i-0801a4f6"}}}', undefined],
  ])('%s', (_name, record, host) => {
    expect(log(record)['host']).toBe(host);
  });
});

describe('clashing and odd records are delivered', () => {
  test('a top-level name that the metadata needs is kept under another', () => {
    const { text, clashing } = transformed('{"service":{"deep":1.10}, "host" : "h","ddtags":"a:b","aws":null,"ddsource":0,"ddsourcecategory":[]}');
    expect(clashing).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ original_service: { deep: 1.1 }, original_host: 'h', original_ddtags: 'a:b', original_aws: null, original_ddsource: 0, original_ddsourcecategory: [], service: 'cloudtrail', ddsource: 'cloudtrail' });
    expect(text).toContain('{"original_service":{"deep":1.10}, "original_host" : "h"');
  });

  test('also when its name is written with escapes, or the other name is taken too', () => {
    expect(log('{"s\\u0065rvice":1}')).toMatchObject({ original_service: 1, service: 'cloudtrail' });
    expect(log('{"service":1,"original_service":2}')).toMatchObject({ original_original_service: 1, original_service: 2, service: 'cloudtrail' });
    expect(log('{"Service":1}')).toMatchObject({ Service: 1, service: 'cloudtrail' });
    expect(log('{"requestParameters":{"service":1}}')).toMatchObject({ requestParameters: { service: 1 } });
  });

  test.each(['null', '1.10', '"text"', '[1,{"a":2}]', 'true'])('a record that is %s is put under a name of its own', (record) => {
    expect(log(record)).toMatchObject({ record: JSON.parse(record) as unknown, ddsource: 'cloudtrail' });
    expect(transformed(record).text).toContain(`{"record":${record},`);
  });

  test('an empty record', () => {
    expect(log('{ }')).toMatchObject({ ddsource: 'cloudtrail' });
  });
});

test('eventTime is read as it is written', () => {
  const time = (value: string) => transformed(`{"eventTime":${value}}`).eventTimeMs;
  expect(time('"2026-11-20T12:05:59Z"')).toBe(Date.parse('2026-11-20T12:05:59Z'));
  expect(time('"2026-11-20T12:05:59.123+01:00"')).toBe(Date.parse('2026-11-20T11:05:59.123Z'));
  for (const none of ['null', '5', '"2026-1x-20T12:05:59Z"', '{"a":1}']) expect(time(none)).toBeNaN();
  expect(transformed('{}').eventTimeMs).toBeNaN();
});

test('whatever the record, its text is in the log, and the log is its members and the metadata', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom('full', 'lean'), (record, metadata) => {
      const original = JSON.stringify(record);
      const { text, clashing } = transformed(original, { DD_METADATA: metadata });
      const parsed = JSON.parse(text) as Record<string, unknown>;
      return (clashing || text.startsWith(original.slice(0, -1))) && Object.keys(record).every((key) => key in parsed || `original_${key}` in parsed) && parsed['ddsource'] === 'cloudtrail';
    }),
    { numRuns: 500 },
  );
});

test('what was done to one record is not said of the next', () => {
  const transformer = new Transformer(metadataOf(REF, readSettings({ DD_API_KEY: 'k' }), FORWARDER), true, 2_000);
  const session = '{"eventTime":"2026-11-20T12:05:00Z","userIdentity":{"arn":"arn:aws:sts::123456789012:assumed-role/r/i-0123456789abcdef0"}}';
  const done = recordsOf(session, '{"host":"h"}', JSON.stringify({ large: 'x'.repeat(9_000) }), '7', '{}', '{"a":1}').map((record) => {
    const { clashing, truncated, eventTimeMs, ...entry } = transformer.apply(record);
    return { clashing, truncated, hasTime: !Number.isNaN(eventTimeMs), log: JSON.parse(textOf({ ...entry, eventTimeMs })) as Record<string, unknown> };
  });
  expect(done).toMatchObject([
    { clashing: false, truncated: false, hasTime: true, log: { host: 'i-0123456789abcdef0', aws: { s3: { record: 0 } } } },
    { clashing: true, truncated: false, hasTime: false, log: { original_host: 'h', aws: { s3: { record: 1 } } } },
    { clashing: false, truncated: true, hasTime: false },
    { clashing: false, truncated: false, hasTime: false, log: { record: 7 } },
    { clashing: false, truncated: false, hasTime: false, log: { aws: { s3: { record: 4 } } } },
    { clashing: false, truncated: false, hasTime: false, log: { a: 1, aws: { s3: { record: 5 } } } },
  ]);
  expect(done.slice(1).map(({ log }) => log.host)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

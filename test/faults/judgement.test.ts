import type { Call } from '../../src/sandbox/intake/calls.ts';
import type { AwsRequest } from '../support/awsProxy.ts';
import { judge, type Invoked, type Seen } from './judgement.ts';
import type { Pointer } from './stage.ts';
import { NEVER_LOGGED } from './trail.ts';

const KEY = 'a.json.gz';
const RECORDS = ['{"eventID":"e-0","n":1.10}', '{"eventID":"e-1"}'];
const INVOKED: Invoked = { firstCall: 0, firstRequest: 0, timeoutMs: 1_000, failed: false };
const CALL: Call = { index: 0, startedMs: 0, method: 'POST', path: '/', headers: {}, encoding: 'gzip', wireBytes: 1, bytes: 1, logs: 2, accepted: true, status: 202, outcome: 'answered', tookMs: 5 };
const POINTER: Pointer = { bucket: 'b', key: KEY, ranges: [{ first: 1 }], records: null, reason: { code: 'ERR_X', message: 'x', hint: 'do' }, permanent: true, attempts: 1 };
const HELD: AwsRequest = { service: 'sqs', action: 'SendMessageBatch', bucket: '', key: '', fate: 'carried-out', input: { Entries: [{ MessageBody: JSON.stringify(POINTER) }] } };

const log = (record: number, text = RECORDS[record]!) => `${text.slice(0, -1)},"aws":{"s3":{"bucket":"b","key":"${KEY}","record":${record}}}}`;

interface World {
  logs?: string[];
  calls?: Call[];
  requests?: AwsRequest[];
  invoked?: Invoked[];
  twice?: string[];
  named?: Pointer[];
  hopeless?: Pointer[];
  lines?: string[];
  counts?: Record<string, number>;
}

/** What the judge says of one object of two records; by default both arrived with the one call there was. */
function verdict({ logs = [log(0), log(1)], calls = [CALL], requests = [], invoked = [INVOKED], twice = [], named = [], hopeless = named, lines = [], counts = {} }: World): string[] {
  const received = logs.map((text, k) => ({ text, json: JSON.parse(text) as Record<string, never>, call: Math.min(Math.floor(k / 2), calls.length - 1) }));
  const snapshot = { RecordsIn: 2, RecordsDelivered: 2, RecordsFiltered: 0, RecordsHeld: 0, IdentityBroken: 0, ...counts };
  const seen = {
    originals: new Map([[KEY, RECORDS]]),
    times: () => RECORDS.map((_, index) => received.filter(({ json }) => (json as { aws?: { s3: { record: number } } }).aws?.s3.record === index).length),
    intake: { logs: received, calls, totals: { logs: logs.length } },
    aws: { requests },
    ear: { snapshots: [snapshot], total: snapshot, lines },
  } as unknown as Seen;
  return judge({ objects: [{ kind: 'sound', records: 2 }] }, { keys: [KEY], twice, invoked, named, hopeless }, seen);
}

describe('the judge of schedules finds nothing wrong when', () => {
  test.each<[string, World]>([
    ['all arrived once', {}],
    ['all arrived twice and S3 had told twice', { logs: [log(0), log(1), log(0), log(1)], calls: [CALL, { ...CALL, index: 1 }], twice: [KEY] }],
    ['all arrived twice and the first answer was lost', { logs: [log(0), log(1), log(0), log(1)], calls: [{ ...CALL, outcome: 'reset' }, { ...CALL, index: 1 }] }],
    ['all arrived twice and the first invocation failed', { logs: [log(0), log(1), log(0), log(1)], calls: [CALL, { ...CALL, index: 1 }], invoked: [{ ...INVOKED, failed: true }, { ...INVOKED, firstCall: 1 }] }],
    ['one arrived twice and had been held by an invocation that failed', { logs: [log(0), log(1), log(1)], calls: [CALL, { ...CALL, index: 1 }], requests: [HELD], invoked: [{ ...INVOKED, firstCall: 0, failed: true }, { ...INVOKED, firstCall: 0, firstRequest: 1 }] }],
  ])('%s', (_name, world) => {
    expect(verdict(world)).toEqual([]);
  });
});

describe('the judge of schedules says', () => {
  test.each<[string, World, RegExp]>([
    ['that a record was lost', { logs: [log(0)] }, /^lost of object 0 .*: 1$/],
    ['that one that is only named is not delivered in the end', { logs: [log(0)], named: [POINTER] }, /still in the dead-letter queue/],
    ['that one was lost on the way from the dead-letter queue', { logs: [log(0)], named: [POINTER], hopeless: [] }, /^lost of object 0 .* after the dead-letter queue was sent again: 1$/],
    ['that a byte changed', { logs: [log(0, RECORDS[0]!.replace('1.10', '1.1')), log(1)] }, /^arrived and is no record of these objects/],
    ['that something else arrived', { logs: [log(0), log(1), '{"hello":"world"}'] }, /^arrived and is no record of these objects/],
    ['that one arrived too often', { logs: [log(0), log(1), log(1)] }, /^more often than explained \(2 times instead of 1\) .*: 1$/],
    ['that one arrived too often in spite of a failed invocation', { logs: [log(0), log(1), log(0), log(1), log(1)], calls: [CALL, { ...CALL, index: 1 }, { ...CALL, index: 2 }], invoked: [{ ...INVOKED, failed: true }, { ...INVOKED, firstCall: 1 }] }, /^more often than explained \(3 times instead of 2\) .*: 1$/],
    ['that a reason is missing', { named: [{ ...POINTER, reason: { code: '', message: '', hint: '' } }], hopeless: [] }, /^in the dead-letter queue without a reason/],
    ['that counts do not balance', { counts: { RecordsHeld: 1 } }, /^the counts do not balance/],
    ['that more is claimed than arrived', { logs: [log(0)], named: [POINTER], counts: { RecordsDelivered: 2 } }, /^the function says it delivered 2 records, the intake has 1$/],
    ['that a record is in the log', { lines: [`{"record":"${NEVER_LOGGED}"}`] }, /^a record in the function's log/],
  ])('%s', (_name, world, sentence) => {
    expect(verdict(world)).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]));
  });
});

import type { Decoded, ObjectRef } from '../../src/model.ts';
import { balances } from '../../src/metrics/summary.ts';
import { answer } from '../../src/pipeline/answer.ts';
import { forward, type Forwarded } from '../../src/pipeline/forward.ts';
import { loadFilters } from '../../src/pipeline/loadFilters.ts';
import { world, type World } from '../support/doubles.ts';

const whole = (...objects: ObjectRef[]): Decoded => ({ answer: 'whole', trigger: 's3', envelopes: [{ objects, ignored: [] }] });
const queue = (...objects: ObjectRef[][]): Decoded => ({ answer: 'sqs', trigger: 'sqs', envelopes: objects.map((refs, k) => ({ id: `m${k}`, objects: refs, ignored: [] })) });

/** Forwards, and checks the identity for the invocation and for each object. */
async function run(at: World, decoded: Decoded, remainingMs = 300_000): Promise<Forwarded> {
  const forwarded = await forward(decoded, remainingMs, at);
  expect(balances(forwarded.summary)).toBe(true);
  expect([...forwarded.ledgers.values()].every(balances)).toBe(true);
  return forwarded;
}

const records = (count: number, more: object = {}) => Array.from({ length: count }, (_, k) => ({ eventTime: '2026-11-20T11:59:00Z', eventID: `e-${k}`, ...more }));
const eventIds = (at: World) => at.intake.logs.map((log) => log['eventID']);

test('the records of all objects share batches, and each log points to its evidence', async () => {
  const at = world();
  const { summary, lagsMs } = await run(at, whole(at.store.put('a.json.gz', records(3)), at.store.put('b.json.gz', records(2))));
  expect(summary).toMatchObject({ objects: 2, recordsIn: 5, delivered: 5, filtered: 0, held: 0, batches: 1, tooOld: 0 });
  expect(at.intake.logs.map(({ aws }) => (aws as { s3: object }).s3)).toEqual(
    expect.arrayContaining([{ bucket: 'trail', key: 'a.json.gz', record: 2 }, { bucket: 'trail', key: 'b.json.gz', record: 0 }]),
  );
  expect(lagsMs).toEqual([60_000]);
});

describe('what is no log', () => {
  test('a digest, by its key, is not even opened; by its content, it is not shipped', async () => {
    const at = world();
    const key = 'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/20/123456789012_CloudTrail-Digest_us-east-1_trail_us-east-1_20261120T120000Z.json.gz';
    const digest = JSON.stringify({ digestS3Bucket: 'b', digestS3Object: 'o', digestEndTime: 't', logFiles: [] });
    const { summary } = await run(at, whole(at.store.put(key, digest), at.store.put('renamed.json', digest)));
    expect(summary).toMatchObject({ objects: 0, ignored: 2, recordsIn: 0, held: 0 });
    expect(at.store.opened).toEqual(['renamed.json']);
    expect(at.held.pointers).toEqual([]);
  });

  test('another JSON file is held with the reason', async () => {
    const at = world();
    await run(at, whole(at.store.put('config.json', '{"configurationItems":[]}')));
    expect(at.held.pointers).toMatchObject([{ key: 'config.json', ranges: [{ first: 0 }], permanent: true, reason: { code: 'ERR_NOT_CLOUDTRAIL', message: expect.stringContaining('"configurationItems"') } }]);
  });
});

describe('what cannot be delivered is held', () => {
  test('by record ranges, with attempts and first time carried on', async () => {
    const at = world();
    const ref = { ...at.store.put('a.json.gz', records(10)), attempts: 3, firstHeldMs: 5 };
    at.intake.answer = (logs) => ({ status: logs.some(({ eventID }) => eventID === 'e-4' || eventID === 'e-5' || eventID === 'e-9') ? 400 : 202 });
    const { summary } = await run(at, whole(ref));
    expect(summary).toMatchObject({ recordsIn: 10, delivered: 7, held: 3, objectsHeld: 1 });
    expect(at.held.pointers).toMatchObject([{ ranges: [{ first: 4, last: 5 }, { first: 9, last: 9 }], records: 3, attempts: 4, firstHeldMs: 5, permanent: true, reason: { code: 'ERR_INTAKE_REFUSED' } }]);
  });

  test('the whole records before a fault are sent, the rest of the object is held from the index reached', async () => {
    const at = world();
    await run(at, whole(at.store.put('cut.json', '{"Records":[{"eventID":"e-0"},{"eventID":"e-1"},{"eve')));
    expect(eventIds(at)).toEqual(['e-0', 'e-1']);
    expect(at.held.pointers).toMatchObject([{ ranges: [{ first: 2 }], records: null, permanent: true, reason: { code: 'ERR_JSON_BROKEN' } }]);
  });

  test('one object\'s fault does not touch the others', async () => {
    const at = world();
    await run(at, whole({ bucket: 'trail', key: 'gone', attempts: 0 }, at.store.put('a', records(2))));
    expect(eventIds(at)).toEqual(['e-0', 'e-1']);
    expect(at.held.pointers).toMatchObject([{ key: 'gone', reason: { code: 'ERR_OBJECT_NOT_FOUND' } }]);
  });

  test('when the intake is down the objects not yet read are held without reading them', async () => {
    const at = world({ DD_MAX_READS: '1', DD_RETRY_FOR_MS: '0' });
    at.intake.answer = () => ({ status: 503 });
    const { summary } = await run(at, whole(at.store.put('a', records(2500)), at.store.put('b', records(1)), at.store.put('c', records(1))));
    expect(summary).toMatchObject({ delivered: 0, objectsHeld: 3 });
    expect(at.store.opened).toEqual(['a']);
    expect(at.held.pointers.map(({ key, reason, permanent }) => [key, reason.code, permanent])).toEqual(['a', 'b', 'c'].map((key) => [key, 'ERR_INTAKE_BUSY', false]));
  });

  test('a record that is nobody\'s to keep is held alone', async () => {
    const at = world();
    const deep = `{"eventID":"e-1","d":${'['.repeat(200)}${']'.repeat(200)}}`;
    await run(at, whole(at.store.put('a', `{"Records":[{"eventID":"e-0"},${deep},{"eventID":"e-2"}]}`)));
    expect(eventIds(at)).toEqual(['e-0', 'e-2']);
    expect(at.held.pointers).toMatchObject([{ ranges: [{ first: 1, last: 1 }], reason: { code: 'ERR_RECORD_TOO_DEEP' } }]);
  });
});

describe('near the deadline', () => {
  test('reading stops, what is in flight is finished, the rest is held by index; and the next time exactly that is sent', async () => {
    const at = world();
    at.store.msPerChunk = 1_000;
    const ref = at.store.put('long', `{"Records":[${records(600, { p: 'x'.repeat(200) }).map((record) => JSON.stringify(record)).join(',')}]}`);
    const { summary, nearTimeout } = await run(at, whole(ref), 20_000);
    expect(nearTimeout).toBe(true);
    expect(summary.delivered).toBeGreaterThan(100);
    expect(summary).toMatchObject({ recordsIn: summary.delivered, held: 0 });
    const [pointer] = at.held.pointers;
    expect(pointer).toMatchObject({ ranges: [{ first: summary.delivered }], records: null, permanent: false, reason: { code: 'ERR_DEADLINE' } });
    const { summary: second } = await run(at, whole({ ...ref, ranges: pointer!.ranges, attempts: 1 }));
    expect(second.delivered).toBe(600 - summary.delivered);
    expect(eventIds(at)).toEqual(records(600).map(({ eventID }) => eventID));
  });
});

test('of an object that was tried before, only the records still wanted are sent', async () => {
  const at = world();
  const ref = { ...at.store.put('a', records(10)), ranges: [{ first: 2, last: 3 }, { first: 8 }], attempts: 1 };
  const { summary } = await run(at, whole(ref));
  expect(summary).toMatchObject({ recordsIn: 4, delivered: 4 });
  expect(eventIds(at)).toEqual(['e-2', 'e-3', 'e-8', 'e-9']);
  expect(at.intake.logs[0]!['ddtags']).toContain('retry:true');
});

test('de-duplication by eventID, when asked for, across objects; what is dropped counts as filtered', async () => {
  const at = world({ DD_DEDUPLICATE: 'true' });
  const { summary } = await run(at, whole(at.store.put('a', records(3)), at.store.put('b', [...records(4), { noEventID: 1 }, { noEventID: 1 }])));
  expect(summary).toMatchObject({ recordsIn: 9, delivered: 6, filtered: 3, duplicates: 3 });
  expect(eventIds(at).filter(Boolean).sort()).toEqual(['e-0', 'e-1', 'e-2', 'e-3']);
});

describe('records older than the intake takes', () => {
  test('are counted, and sent', async () => {
    const at = world();
    const { summary } = await run(at, whole(at.store.put('a', [...records(1), { eventTime: '2026-11-19T17:00:00Z' }])));
    expect(summary).toMatchObject({ delivered: 2, tooOld: 1 });
  });

  test('are held instead, when asked for', async () => {
    const at = world({ DD_TOO_OLD: 'hold' });
    const { summary } = await run(at, whole(at.store.put('a', [...records(1), { eventTime: '2026-11-19T17:00:00Z' }])));
    expect(summary).toMatchObject({ delivered: 1, held: 1, tooOld: 1 });
    expect(at.held.pointers).toMatchObject([{ ranges: [{ first: 1, last: 1 }], permanent: true, oldestEventMs: Date.parse('2026-11-19T17:00:00Z'), reason: { code: 'ERR_RECORD_TOO_OLD' } }]);
  });
});

test('DD_FORWARD_LOG=false sends nothing; every record counts as filtered', async () => {
  const at = world({ DD_FORWARD_LOG: 'false' });
  expect((await run(at, whole(at.store.put('a', records(3))))).summary).toMatchObject({ recordsIn: 3, filtered: 3, batches: 0 });
});

describe('the answer', () => {
  const unheld = (at: World): World => {
    const { held: _held, ...rest } = at;
    return rest as World;
  };

  test('a whole payload: the summary; or, without a queue to hold in, an error that names objects and records', async () => {
    const at = world();
    const decoded = whole(at.store.put('a', records(2)), { bucket: 'trail', key: 'gone', attempts: 0 });
    expect(answer(decoded, await run(at, decoded))).toMatchObject({ delivered: 2 });
    const forwarded = await run(unheld(at), decoded);
    expect(() => answer(decoded, forwarded)).toThrow(/s3:\/\/trail\/gone records 0-: ERR_OBJECT_NOT_FOUND/);
  });

  test('when holding fails, the invocation fails', async () => {
    const at = world();
    at.held.refuse = true;
    const decoded = whole({ bucket: 'trail', key: 'gone', attempts: 0 });
    const forwarded = await run(at, decoded);
    expect(() => answer(decoded, forwarded)).toThrow(/the queue is gone/);
  });

  test('messages: only those are given back that were not understood, or of which something could not be held', async () => {
    const at = world();
    const decoded = queue([at.store.put('a', records(2))], [{ bucket: 'trail', key: 'gone', attempts: 0 }], [at.store.put('b', records(1))]);
    decoded.envelopes.push({ id: 'm3', objects: [], ignored: [], problem: new Error('what is this?') });
    expect(answer(decoded, await run(at, decoded))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm3' }] });
    expect(answer(decoded, await run(unheld(at), decoded))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  });

  test('S3 Batch Operations: a result for each task', async () => {
    const at = world();
    const decoded: Decoded = { ...queue([at.store.put('a', records(2))], [{ bucket: 'trail', key: 'gone', attempts: 0 }]), answer: 's3-batch', s3Batch: { invocationSchemaVersion: '1.0', invocationId: 'i' } };
    expect(answer(decoded, await run(at, decoded))).toEqual({
      invocationSchemaVersion: '1.0',
      invocationId: 'i',
      treatMissingKeysAs: 'PermanentFailure',
      results: [
        { taskId: 'm0', resultCode: 'Succeeded', resultString: '2 records: 2 delivered, 0 filtered, 0 held' },
        { taskId: 'm1', resultCode: 'PermanentFailure', resultString: 'ERR_OBJECT_NOT_FOUND: no "gone"' },
      ],
    });
  });
});

describe('filters and redaction', () => {
  const noise = Array.from({ length: 4 }, (_, k) => ({ eventID: `e-${k}`, eventName: k % 2 === 0 ? 'Decrypt' : 'StopLogging', sourceIPAddress: '192.0.2.7' }));
  const FILE = `
filters:
  - name: kms
    exclude: '@evt.name:Decrypt'
  - name: never
    exclude: '@evt.name:GenerateDataKey'
redact:
  - path: sourceIPAddress
    by: mask
`;
  const load = (at: World, text = FILE, env: Record<string, string> = { DD_FILTERS: 's3://config/filters.yml' }) =>
    loadFilters(world(env).settings, at.forwarder, (uri) => (uri === 's3://config/filters.yml' ? Promise.resolve(text) : Promise.reject(new Error(uri))));

  test('what a filter excludes counts as filtered, by filter; a filter without hits says so', async () => {
    const at = world();
    const { filters, redactor } = await load(at, FILE.replace(/\nredact:[^]*/, ''));
    expect(redactor).toBeUndefined();
    const { summary, filterHits } = await run({ ...at, filters: filters! }, whole(at.store.put('a', noise)));
    expect(summary).toMatchObject({ recordsIn: 4, delivered: 2, filtered: 2, held: 0 });
    expect(filterHits).toEqual(new Map([['kms', 2], ['never', 0]]));
    expect(at.intake.logs.map((log) => log['eventName'])).toEqual(['StopLogging', 'StopLogging']);
  });

  test('redaction changes what it must, and nothing else', async () => {
    const at = world();
    const { redactor } = await load(at, 'redact:\n  - path: sourceIPAddress\n    by: mask\n');
    await run({ ...at, redactor: redactor! }, whole(at.store.put('a', '{"Records":[{"n":1.10,"sourceIPAddress":"192.0.2.7","service":"x"}]}')));
    expect(at.intake.texts[0]).toContain('[{"n":1.10,"sourceIPAddress":"[redacted]","original_service":"x","aws":{');
  });

  test('the variables alone are filters, too; the official ones match the record\'s own text', async () => {
    const at = world();
    const { filters } = await load(at, '', { EXCLUDE_AT_MATCH: '"eventName": "Decrypt"' });
    expect((await run({ ...at, filters: filters! }, whole(at.store.put('a', noise)))).summary).toMatchObject({ delivered: 2, filtered: 2 });
  });

  test('a broken file is an error, and so is one that cannot be fetched', async () => {
    await expect(load(world(), 'filters:\n  - name: a\n    exclude: "@a:("\n')).rejects.toMatchObject({ code: 'ERR_FILTERS', message: expect.stringContaining('s3://config/filters.yml:3:14') });
    await expect(load(world(), FILE, { DD_FILTERS: 'ssm:gone' })).rejects.toThrow('ssm:gone');
  });
});

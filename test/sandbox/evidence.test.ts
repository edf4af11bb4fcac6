import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readCounts } from '../../src/sandbox/counts.ts';
import { Evidence } from '../../src/sandbox/evidence.ts';
import { contradictions } from '../../src/sandbox/forward.ts';
import type { ReceivedLog } from '../../src/sandbox/intake/accepted.ts';
import type { Outcome } from '../../src/sandbox/lambda/outcome.ts';

const [bucket, key] = ['trail', 'AWSLogs/x.json.gz'];
const objectOf = (...records: string[]) => gzipSync(`{"other":[1],"Records":[${records.join(',\n')}]}`);

/** A log as the forwarder makes one: the record's text, then the metadata. */
function logOf(record: string, index: number, more = '', where = { bucket, key }): ReceivedLog {
  const inner = record.slice(0, record.lastIndexOf('}'));
  const text = `${inner}${inner.trim() === '{' ? '' : ','}"aws":{"s3":${JSON.stringify({ ...where, record: index })}}${more}}`;
  return { bytes: Buffer.from(text), text, json: JSON.parse(text) as Record<string, unknown>, call: 0, receivedMs: 0, tooOld: false, truncated: false };
}

function see(evidence: Evidence, ...logs: ReceivedLog[]) {
  for (const log of logs) evidence.see(log);
  return evidence.finding;
}

describe('the evidence', () => {
  test('knows each record that arrived with its own text, whatever the text', () => {
    const record = fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== 'aws'), fc.jsonValue()).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const finding = see(new Evidence(bucket, key, objectOf(...records)), ...records.map((text, k) => logOf(text, k)).reverse());
        return finding.records === records.length && finding.arrived === records.length && finding.exact === records.length;
      }),
    );
  });

  test('takes 1.10 for something else than 1.1', () => {
    expect(see(new Evidence(bucket, key, objectOf('{"n":1.10}', '{"n":2}')), logOf('{"n":1.1}', 0), logOf('{"n":2}', 1))).toMatchObject({ exact: 1, altered: [0] });
  });

  test('tells what was cut or renamed on purpose from what was altered', () => {
    const evidence = new Evidence(bucket, key, objectOf('{"big":"xxx"}', '{"service":"s"}', '{"a":1}'));
    expect(see(evidence, logOf('{"big":"..."}', 0, ',"_truncated":{}'), logOf('{"original_service":"s"}', 1), logOf('{"a":2}', 2))).toMatchObject({ exact: 0, cut: 1, renamed: 1, altered: [2] });
  });

  test('counts what came twice, what is not of the object, and what is too old', () => {
    const evidence = new Evidence(bucket, key, objectOf('{"a":1}'));
    const stranger = logOf('{"a":1}', 0, '', { bucket, key: 'other' });
    expect(see(evidence, { ...logOf('{"a":1}', 0), tooOld: true }, logOf('{"a":1}', 0), stranger, logOf('{"a":1}', 1))).toEqual({
      records: 1, arrived: 1, exact: 1, cut: 0, renamed: 0, altered: [], twice: 1, strangers: 2, tooOld: 1,
    });
  });

  test('of a broken file it knows at least that what arrived stands in it', () => {
    const broken = Buffer.from('{"Records":[{"a":1.10},{"b":');
    expect(see(new Evidence(bucket, key, broken), logOf('{"a":1.10}', 0))).toMatchObject({ records: undefined, exact: 1, altered: [] });
    expect(see(new Evidence(bucket, key, broken), logOf('{"a":1.1}', 0))).toMatchObject({ exact: 0, altered: [0] });
    expect(see(new Evidence(bucket, key, gzipSync(broken).subarray(0, -9)), logOf('{"a":1.10}', 0))).toMatchObject({ exact: 1 });
  });

  test.each<[string, Buffer, number | undefined]>([
    ['gzip with two members', Buffer.concat([gzipSync('{"Records":[{"a":1}'), gzipSync(',{"b":2}]}')]), 2],
    ['plain JSON with a byte order mark', Buffer.from('\uFEFF{"Records":[{}]}'), 1],
    ['a file without Records', Buffer.from('{"digestS3Bucket":"b"}'), 0],
    ['Records that are no array', Buffer.from('{"Records":{}}'), 0],
    ['truncated gzip', gzipSync('{"Records":[{}]}').subarray(0, 20), undefined],
    ['broken JSON', Buffer.from('{"Records":[{}'), undefined],
  ])('reads %s', (_name, stored, records) => {
    expect(new Evidence(bucket, key, stored).finding.records).toBe(records);
  });
});

describe('contradictions between the function and the intake are found', () => {
  const counts = { objects: 1, objectsHeld: 0, ignored: 0, recordsIn: 2, delivered: 2, filtered: 0, held: 0, batches: 1, retries: 0, bytesIn: 1, bytesRaw: 1, bytesWire: 1 };
  const finding = { records: 2, arrived: 2, exact: 2, cut: 0, renamed: 0, altered: [], twice: 0, strangers: 0, tooOld: 0 };
  const outcome: Outcome = { ok: true, result: {}, requestId: '', durationMs: 1 };

  test('none when all is well, also when nothing arrived because all of it is held', () => {
    expect(contradictions(outcome, counts, finding)).toEqual([]);
    expect(contradictions(outcome, { ...counts, delivered: 0, held: 2 }, { ...finding, arrived: 0 })).toEqual([]);
  });

  test.each<[string, object, object, RegExp]>([
    ['the identity is broken', { recordsIn: 3 }, { records: 3 }, /3 records in are not 2 delivered/],
    ['the function overlooked records', {}, { records: 3 }, /has 3 records, the function saw 2/],
    ['less arrived than was reported', {}, { arrived: 1 }, /2 records were reported delivered, the intake holds 1/],
    ['a record was altered', {}, { altered: [1] }, /1 records arrived with another text, the first is #1/],
    ['a record came twice', {}, { twice: 1 }, /1 logs arrived twice/],
    ['something else came', {}, { strangers: 1 }, /1 logs arrived that are not/],
  ])('%s', (_name, otherCounts, otherFinding, words) => {
    expect(contradictions(outcome, { ...counts, ...otherCounts }, { ...finding, ...otherFinding }).join()).toMatch(words);
  });

  test('an invocation that failed, and one that does not say what it did', () => {
    expect(contradictions({ ...outcome, ok: false, errorType: 'ForwarderError', errorMessage: 'no', stackTrace: [] }, undefined, finding)).toEqual(['the invocation failed: ForwarderError: no']);
    expect(contradictions(outcome, readCounts({ recordsIn: 1 }), finding)).toEqual(['the function did not say what it did']);
  });
});

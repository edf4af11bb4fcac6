import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { HeldPointer, RecordRange } from '../../src/model.ts';
import { isPointerMessage, parsePointer, printPointer } from '../../src/object/pointer.ts';
import { mergeRanges } from '../../src/object/ranges.ts';

const range = fc.record({ first: fc.nat(1000), last: fc.option(fc.nat(50), { nil: undefined }) }).map(({ first, last }): RecordRange => (last === undefined ? { first } : { first, last: first + last }));
const timeMs = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.getTime());
const pointer: fc.Arbitrary<HeldPointer> = fc.record(
  {
    bucket: fc.stringMatching(/^[a-z0-9]{3,20}$/),
    key: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
    versionId: fc.stringMatching(/^[A-Za-z0-9]{1,32}$/),
    region: fc.constantFrom('us-east-1', 'eusc-de-east-1'),
    ranges: fc.array(range, { minLength: 1, maxLength: 20 }),
    records: fc.option(fc.nat()),
    reason: fc.record({ code: fc.string(), message: fc.string(), hint: fc.string() }, { noNullPrototype: true }),
    permanent: fc.boolean(),
    attempts: fc.nat(),
    firstHeldMs: timeMs,
    lastTriedMs: timeMs,
    oldestEventMs: timeMs,
  },
  { requiredKeys: ['bucket', 'key', 'ranges', 'records', 'reason', 'permanent', 'attempts', 'firstHeldMs', 'lastTriedMs'], noNullPrototype: true },
);

const read = (text: string) => parsePointer(JSON.parse(text) as Record<string, unknown>);

describe('a held pointer as a message', () => {
  test('read again is what was written, its ranges in order and merged', () => {
    fc.assert(
      fc.property(pointer, (written) => {
        const message = printPointer(written);
        return isPointerMessage(JSON.parse(message) as Record<string, unknown>) && printPointer(read(message)) === message && isDeepStrictEqual(read(message), { ...written, ranges: mergeRanges(written.ranges) });
      }),
    );
  });

  test('is text that a person can read', () => {
    const message = printPointer({
      bucket: 'cloudtrail-logs-123456789012',
      key: 'k.json.gz',
      ranges: [{ first: 57 }, { first: 0, last: 41 }],
      records: null,
      reason: { code: 'ERR_INTAKE_BUSY', message: 'The intake answered 503', hint: 'Wait.' },
      permanent: false,
      attempts: 1,
      firstHeldMs: Date.parse('2026-11-20T12:05:01Z'),
      lastTriedMs: Date.parse('2026-11-20T12:05:01Z'),
      oldestEventMs: NaN,
    });
    expect(message).toBe(
      '{"cloudtrailForwarder":"held/1","bucket":"cloudtrail-logs-123456789012","key":"k.json.gz","ranges":[{"first":0,"last":41},{"first":57}],"records":null,' +
        '"reason":{"code":"ERR_INTAKE_BUSY","message":"The intake answered 503","hint":"Wait."},"permanent":false,"attempts":1,' +
        '"firstHeld":"2026-11-20T12:05:01.000Z","lastTried":"2026-11-20T12:05:01.000Z"}',
    );
  });

  test.each([NaN, Infinity, -1, 8.64e15, 9e15])('an eventTime of %p ms, which a record may claim, is left out', (oldestEventMs) => {
    expect(read(printPointer({ bucket: 'bbb', key: 'k', ranges: [{ first: 0 }], records: null, reason: { code: '', message: '', hint: '' }, permanent: true, attempts: 1, firstHeldMs: 0, lastTriedMs: 0, oldestEventMs }))).not.toHaveProperty('oldestEventMs');
  });

  test('a reason of any length is cut to what people read, and can be read again', () => {
    const long = 'x'.repeat(100_000);
    const message = printPointer({ bucket: 'bbb', key: 'k', ranges: [{ first: 0 }], records: null, reason: { code: 'ERR', message: long, hint: long }, permanent: true, attempts: 1, firstHeldMs: 0, lastTriedMs: 0 });
    expect(message.length).toBeLessThan(2500);
    expect(read(message).reason.message).toHaveLength(1000);
  });

  test('a member that a later version adds is passed over', () => {
    const message = JSON.parse(printPointer({ bucket: 'bbb', key: 'k', ranges: [{ first: 0 }], records: 3, reason: { code: 'ERR', message: '', hint: '' }, permanent: true, attempts: 1, firstHeldMs: 0, lastTriedMs: 0 })) as object;
    expect(parsePointer({ ...message, colour: 'red' })).not.toHaveProperty('colour');
  });
});

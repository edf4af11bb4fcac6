import fc from 'fast-check';
import { ForwarderError } from '../../../src/errors.ts';
import type { ObjectRef } from '../../../src/model.ts';
import { decode } from '../../../src/pipeline/decode/decode.ts';
import { BUCKET, KEY, trigger, triggerNames } from './fixtures.ts';

const problem = (body: unknown) => {
  const message = { messageId: 'm', body: typeof body === 'string' ? body : JSON.stringify(body), eventSource: 'aws:sqs' };
  return decode({ Records: [message] }).envelopes[0]?.problem?.message;
};
const held = (change: object) => ({ ...(trigger('held') as object), ...change });
const refusal = (payload: unknown): ForwarderError | undefined => {
  try {
    decode(payload);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ForwarderError) return thrown;
    throw thrown;
  }
};

describe('what cannot be right is refused, and the refusal says what', () => {
  test.each<[string, unknown, string]>([
    ['a bucket that is a path', { bucket: '../other', key: 'k' }, 'its bucket is not a bucket name'],
    ['a bucket that is a host', { bucket: 'b@example.com', key: 'k' }, 'its bucket is not a bucket name'],
    ['an empty key', { bucket: BUCKET, key: '' }, 'its key is not an object key'],
    ['a key of 1,025 bytes', { bucket: BUCKET, key: 'ü'.repeat(512) + 'x' }, 'its key is not an object key'],
    ['a key with half a character', { bucket: BUCKET, key: 'a\ud800' }, 'its key is not an object key'],
    ['a key that is a number', { bucket: BUCKET, key: 17 }, 'its key is not an object key'],
    ['a version that is a number', { bucket: BUCKET, key: 'k', versionId: 17 }, 'its version is not a version id'],
    ['an address without a key', { s3Uri: `s3://${BUCKET}` }, 'its s3Uri is not s3://BUCKET/KEY'],
    ['no JSON', '{"bucket":', 'it is not JSON'],
    ['a list', [1, 2], 'got a list of 2'],
    ['null', null, 'got null'],
    ['an empty list of records', { Records: [] }, 'its Records are empty'],
    ['a CloudTrail object itself', { Records: [{ eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com' }] }, 'record 0 of the body of message 0'],
    ['a body above 1 MiB', { bucket: BUCKET, key: 'k', pad: 'x'.repeat(1_048_576) }, 'its body is not text of at most 1 MiB'],
    ['more objects than any service sends', { s3Bucket: BUCKET, s3ObjectKey: new Array(10_001).fill('k') }, 'it names more than 10000 objects'],
    ['a held pointer of a later version', held({ cloudtrailForwarder: 'held/2' }), 'its format is not "held/1"'],
    ['a held pointer with a range from the end', held({ ranges: [{ first: -1 }] }), 'ranges[0].first is not an index'],
    ['a held pointer with half a range', held({ ranges: [{ first: 0.5 }] }), 'ranges[0].first is not an index'],
    ['a held pointer with a range backwards', held({ ranges: [{ first: 5, last: 4 }] }), 'ranges[0].last is not an index from first on'],
    ['a held pointer with overlapping ranges', held({ ranges: [{ first: 0, last: 9 }, { first: 9, last: 12 }] }), 'ranges are not in order, or touch'],
    ['a held pointer with something after an open range', held({ ranges: [{ first: 0 }, { first: 9, last: 12 }] }), 'ranges are not in order, or touch'],
    ['a held pointer without ranges', held({ ranges: [] }), 'ranges is not a list of 1 to 20000 ranges'],
    ['a held pointer with attempts below nothing', held({ attempts: -1 }), 'attempts is not a count'],
    ['a held pointer with a time of its own', held({ firstHeld: '20 November' }), 'firstHeld is not a time like'],
    ['a held pointer into another host', held({ region: 'x.example.com/' }), 'region is not a region'],
  ])('%s', (_, body, what) => {
    expect(problem(body)).toContain(what);
  });

  test('wrapping without end is cut off', () => {
    let message: unknown = { bucket: BUCKET, key: KEY };
    for (let depth = 0; depth < 5; depth += 1) message = { requestContext: {}, requestPayload: message };
    expect(decode(message).envelopes[0]?.objects).toMatchObject([{ key: KEY, attempts: 5 }]);
    for (let depth = 0; depth < 5; depth += 1) message = { requestContext: {}, requestPayload: message };
    expect(refusal(message)?.message).toContain('wrapped more than 8 times');
  });

  test('a record of a queue without an id fails the batch, since it cannot be answered', () => {
    expect(refusal({ Records: [{ messageId: 'm', body: '{}' }, { body: '{}' }] })?.message).toContain('message 1 of the SQS batch');
  });

  test('a subscription of CloudWatch Logs is told what to do', () => {
    expect(refusal({ awslogs: { data: 'x' } })?.hint).toContain('CloudTrail through CloudWatch Logs is not read');
  });

  test('the names of members are said, their values never', () => {
    const refused = refusal({ password: 'hunter2', nested: { secret: 'hunter3' } });
    expect(refused?.message).toContain('an object with "password", "nested"');
    expect(`${refused?.message} ${refused?.hint}`).not.toMatch(/hunter/);
  });

  test('many long names are cut', () => {
    const payload = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}${'n'.repeat(1000)}`, i]));
    expect(refusal(payload)?.message.length).toBeLessThan(1000);
    expect(refusal(payload)?.message).toContain('and 992 more');
  });
});

describe('any JSON at all', () => {
  test('is decoded or refused with ERR_EVENT_UNKNOWN, and no reference is half right', () => {
    fc.assert(fc.property(fc.jsonValue(), holds), { numRuns: 2000 });
  });

  test('also where one place of a real payload was replaced', () => {
    const payloads = triggerNames().map(trigger);
    fc.assert(
      fc.property(fc.constantFrom(...payloads), fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), fc.boolean(), (payload, path, value, inBody) =>
        holds(replaceAt(payload, path, value, inBody)),
      ),
      { numRuns: 3000 },
    );
  });

  test('also as the body of a message, where it never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        const [envelope] = decode({ Records: [{ messageId: 'm', body }] }).envelopes;
        return envelope?.id === 'm' && (envelope.problem instanceof ForwarderError ? envelope.objects.length === 0 : envelope.objects.every(isRight));
      }),
      { numRuns: 2000 },
    );
  });
});

function holds(payload: unknown): boolean {
  const before = JSON.stringify(payload);
  const refused = refusal(payload);
  if (refused) return refused.code === 'ERR_EVENT_UNKNOWN' && refused.message.length < 2000;
  return decode(payload).envelopes.every(({ objects }) => objects.every(isRight)) && JSON.stringify(payload) === before;
}

function isRight({ bucket, key, versionId, sizeBytes, region, ranges, attempts, firstHeldMs }: ObjectRef): boolean {
  return (
    /^[\w.-]{3,255}$/.test(bucket) &&
    key.length > 0 &&
    Buffer.byteLength(key) <= 1024 &&
    Buffer.from(key).toString() === key &&
    (versionId === undefined || (typeof versionId === 'string' && versionId !== '')) &&
    (sizeBytes === undefined || (Number.isInteger(sizeBytes) && sizeBytes >= 0)) &&
    (region === undefined || /^[a-z0-9-]+$/.test(region)) &&
    (ranges === undefined || (ranges.length > 0 && ranges.every(({ first, last }) => first >= 0 && (last === undefined || last >= first)))) &&
    Number.isInteger(attempts) &&
    attempts >= 0 &&
    (firstHeldMs === undefined || Number.isFinite(firstHeldMs))
  );
}

/** The payload with the place that the path's numbers lead to replaced; into the text of bodies and messages if wanted. */
function replaceAt(payload: unknown, [step, ...rest]: number[], value: unknown, inText: boolean): unknown {
  if (step === undefined) return value;
  if (inText && typeof payload === 'string' && payload.startsWith('{')) return JSON.stringify(replaceAt(JSON.parse(payload), [step, ...rest], value, inText));
  if (typeof payload !== 'object' || payload === null) return value;
  const keys = Object.keys(payload);
  const key = keys[step % keys.length];
  if (key === undefined) return value;
  const copy: Record<string, unknown> = Array.isArray(payload) ? ([...payload] as never) : { ...payload };
  copy[key] = replaceAt(copy[key], rest, value, inText);
  return copy;
}

import fc from 'fast-check';
import { shrink } from '../../../src/pipeline/transform/shrink.ts';

const shrunk = (value: unknown, maxBytes: number) => {
  const result = shrink(Buffer.from(JSON.stringify(value)), maxBytes);
  expect(result.length).toBeLessThanOrEqual(maxBytes);
  return JSON.parse(result.toString()) as Record<string, unknown>;
};

const IDENTITY = { eventName: 'PutBucketPolicy', eventSource: 's3.amazonaws.com', eventID: 'e-1', sourceIPAddress: '192.0.2.7', errorCode: 'AccessDenied', userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/alice' }, resources: [{ ARN: 'arn:aws:s3:::b' }] };

test('a log that fits is not touched', () => {
  const text = Buffer.from('{ "a" : 1.10 }');
  expect(shrink(text, 14)).toBe(text);
});

test('the biggest value goes first, and only it when that is enough', () => {
  const log = shrunk({ ...IDENTITY, requestParameters: { policy: 'p'.repeat(900_000), name: 'n'.repeat(90_000) } }, 500_000);
  expect(log).toMatchObject(IDENTITY);
  expect(log['requestParameters']).toEqual({ policy: '[cut by the forwarder: 900002 bytes]', name: 'n'.repeat(90_000) });
  expect(log['_truncated']).toMatchObject({ cutValues: 1, cut: ['requestParameters.policy'] });
});

test('many small values go with the container that holds them', () => {
  const log = shrunk({ ...IDENTITY, responseElements: { items: Array.from({ length: 100_000 }, (_, k) => ({ k })) }, requestParameters: { a: 'b' } }, 500_000);
  expect(log).toMatchObject({ ...IDENTITY, requestParameters: { a: 'b' }, responseElements: { items: expect.stringContaining('[cut by the forwarder') } });
});

test('identity, event, error, address and resources go last', () => {
  const log = shrunk({ ...IDENTITY, errorMessage: 'm'.repeat(600_000), requestParameters: 'r'.repeat(600_000) }, 1_000_000);
  expect(log['errorMessage']).toHaveLength(600_000);
  expect(log['requestParameters']).toMatch(/^\[cut/);
  expect(shrunk({ ...IDENTITY, errorMessage: 'm'.repeat(2_000_000) }, 1_000_000)).toMatchObject(IDENTITY);
});

test('thousands of members that are all small: what matters is kept, as far as there is room', () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, k) => [`k${k}`, k]));
  expect(shrunk({ ...many, ...IDENTITY }, 100_000)).toMatchObject(IDENTITY);
});

test('what is kept, is kept as it was written', () => {
  const text = `{"a":1.10, "eventName":"\\u0058","e":1E400,"p":"${'x'.repeat(5_000)}"}`;
  expect(shrink(Buffer.from(text), 3_000).toString()).toContain('{"a":1.10, "eventName":"\\u0058","e":1E400,"p":"[cut');
});

test('whatever the log, it fits and is JSON with the small members it had', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 }), { minKeys: 5 }), fc.integer({ min: 600, max: 3_000 }), fc.integer({ min: 1, max: 30 }), (log, maxBytes, times) => {
      const text = Buffer.from(JSON.stringify({ big: Array.from({ length: times }, () => log), eventName: 'N', ...log }));
      const result = shrink(text, maxBytes);
      const parsed = JSON.parse(result.toString()) as Record<string, unknown>;
      return result.length <= maxBytes && (text.length <= maxBytes || '_truncated' in parsed) && ('eventName' in log || parsed['eventName'] === 'N');
    }),
    { numRuns: 500 },
  );
});

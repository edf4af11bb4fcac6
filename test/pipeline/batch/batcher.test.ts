import fc from 'fast-check';
import type { Batch } from '../../../src/pipeline/batch/batch.ts';
import { Batcher } from '../../../src/pipeline/batch/batcher.ts';
import type { LogEntry } from '../../../src/model.ts';

function entry(text: string): LogEntry {
  const bytes = Buffer.from(text);
  return { index: -1, bytes, start: 0, end: bytes.length - 1, head: Buffer.from(',"x":1'), tail: Buffer.from('}'), lengthBytes: bytes.length + 6, eventTimeMs: NaN };
}
const written = (text: string): string => `${text.slice(0, -1)},"x":1}`;

/** The slow twin: strings, one at a time. */
function naive(texts: string[], maxEntries: number, maxBytes: number): string[] {
  const payloads: string[][] = [[]];
  for (const text of texts) {
    const open = payloads[payloads.length - 1]!;
    if (open.length > 0 && (open.length >= maxEntries || Buffer.byteLength(`[${[...open, text].join(',')}]`) > maxBytes)) payloads.push([text]);
    else open.push(text);
  }
  return payloads.filter((payload) => payload.length > 0).map((payload) => `[${payload.join(',')}]`);
}

function pack(items: { text: string; owner: string; index: number }[], maxEntries: number, maxBytes: number): Batch<string>[] {
  const batcher = new Batcher<string>(undefined, maxEntries, maxBytes);
  const batches: Batch<string>[] = [];
  for (const { text, owner, index } of items) {
    const full = batcher.add(entry(text), owner, index);
    if (full !== undefined) batches.push(full);
  }
  const rest = batcher.flush();
  return rest === undefined ? batches : [...batches, rest];
}

test('batches are those of the slow twin, to the byte', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 400 }), (strings, maxEntries, maxBytes) => {
      const texts = strings.map((text) => JSON.stringify({ a: text })).filter((text) => Buffer.byteLength(text) < maxBytes - 10);
      const batches = pack(texts.map((text, index) => ({ text, owner: 'o', index })), maxEntries, maxBytes);
      const expected = naive(texts.map(written), maxEntries, maxBytes);
      return batches.length === expected.length && batches.every((batch, k) => batch.payload(0, batch.count).toString() === expected[k] && batch.lengthBytes === Buffer.byteLength(expected[k]));
    }),
    { numRuns: 500 },
  );
});

test('any part of a batch is an array of its own, and the whole is still whole afterwards', () => {
  const [batch] = pack(Array.from({ length: 5 }, (_, index) => ({ text: `{"n":${index}}`, owner: 'o', index })), 10, 10_000);
  const numbers = (from: number, to: number) => (JSON.parse(batch!.payload(from, to).toString()) as { n: number }[]).map(({ n }) => n);
  expect(numbers(0, 5)).toEqual([0, 1, 2, 3, 4]);
  expect([numbers(0, 2), numbers(2, 5), numbers(3, 4)]).toEqual([[0, 1], [2, 3, 4], [3]]);
  expect(numbers(0, 5)).toEqual([0, 1, 2, 3, 4]);
});

test('it is known whose records the entries are', () => {
  const items = [['a', 0], ['a', 1], ['b', 7], ['a', 2], ['a', 5]] as const;
  const [batch] = pack(items.map(([owner, index]) => ({ text: '{"a":1}', owner, index })), 10, 10_000);
  expect(batch!.segments).toEqual([
    { owner: 'a', first: 0, entry: 0, count: 2 },
    { owner: 'b', first: 7, entry: 2, count: 1 },
    { owner: 'a', first: 2, entry: 3, count: 1 },
    { owner: 'a', first: 5, entry: 4, count: 1 },
  ]);
  expect([...batch!.segmentsOf(1, 4)]).toEqual([
    { owner: 'a', first: 1, entry: 1, count: 1 },
    { owner: 'b', first: 7, entry: 2, count: 1 },
    { owner: 'a', first: 2, entry: 3, count: 1 },
  ]);
});

test('a batch of the largest logs stays within the intake\'s limit', () => {
  const text = JSON.stringify({ a: 'x'.repeat(900_000) });
  const batches = pack(Array.from({ length: 12 }, (_, index) => ({ text, owner: 'o', index })), 1000, 5_000_000);
  expect(batches.map((batch) => batch.count)).toEqual([5, 5, 2]);
  for (const batch of batches) expect(batch.lengthBytes).toBeLessThanOrEqual(5_000_000);
});

test('memory that is given back is used again', () => {
  const batcher = new Batcher<string>(undefined, 1, 1000);
  batcher.add(entry('{"a":1}'), 'o', 0);
  const first = batcher.flush()!;
  batcher.recycle(first);
  batcher.add(entry('{"b":2}'), 'o', 1);
  expect(batcher.flush()!.buffer).toBe(first.buffer);
});

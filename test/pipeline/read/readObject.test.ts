import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ForwarderError } from '../../../src/errors.ts';
import type { ObjectRef } from '../../../src/model.ts';
import type { ObjectStore } from '../../../src/pipeline/read/objectStore.ts';
import { readObject } from '../../../src/pipeline/read/readObject.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const REF: ObjectRef = { bucket: 'b', key: 'k.json.gz', attempts: 0 };

interface Opening {
  bytes: Uint8Array;
  /** The connection is cut after so many bytes. */
  cutAfter?: number;
  eTag?: string;
  sizeBytes?: number;
  refuse?: ForwarderError;
}

/** A store whose object is opened as told, one opening after the other; the last one again and again. */
function storeOf(openings: Opening[], chunkBytes = 1000): ObjectStore & { opens: number } {
  return {
    opens: 0,
    async open(ref) {
      const opening = openings[Math.min(this.opens++, openings.length - 1)]!;
      if (opening.refuse !== undefined) throw opening.refuse;
      const { bytes, cutAfter } = opening;
      async function* body(): AsyncGenerator<Buffer> {
        for (let at = 0; at < (cutAfter ?? bytes.length); at += chunkBytes) yield Buffer.from(bytes.subarray(at, Math.min(at + chunkBytes, cutAfter ?? bytes.length)));
        if (cutAfter !== undefined) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      }
      return { body: Readable.from(body()), key: ref.key, sizeBytes: opening.sizeBytes ?? bytes.length, eTag: opening.eTag ?? 'e' };
    },
  };
}

async function read(store: ObjectStore): Promise<{ text: string; bytesIn: number; error?: { code: string; message: string } }> {
  const chunks: Buffer[] = [];
  let bytesIn = 0;
  try {
    for await (const chunk of readObject(REF, { store, clock: new FakeClock(), random: () => 0.5, signal: new AbortController().signal, onOpen: () => undefined, onBytesIn: (bytes) => (bytesIn += bytes) })) chunks.push(Buffer.from(chunk));
    return { text: Buffer.concat(chunks).toString(), bytesIn };
  } catch (error) {
    const { code, message } = error as ForwarderError;
    return { text: Buffer.concat(chunks).toString(), bytesIn, error: { code, message } };
  }
}

const TEXT = JSON.stringify({ Records: Array.from({ length: 3000 }, (_, k) => ({ k, eventID: `${k * 7919}-${k % 13}` })) });
const GZIP = gzipSync(TEXT);

describe('readObject', () => {
  test.each<[string, Uint8Array, string]>([
    ['gzip', GZIP, TEXT],
    ['plain JSON, whatever its name', Buffer.from(TEXT), TEXT],
    ['several gzip members', Buffer.concat([gzipSync(TEXT.slice(0, 50)), gzipSync(''), gzipSync(TEXT.slice(50))]), TEXT],
    ['trailing zeros, which gzip allows', Buffer.concat([GZIP, Buffer.alloc(700)]), TEXT],
    ['an empty object', Buffer.alloc(0), ''],
    ['a single byte', Buffer.from('{'), '{'],
  ])('reads %s, in chunks of any size', async (_name, stored, text) => {
    for (const chunkBytes of [1, 17, 1000, 1e6]) expect(await read(storeOf([{ bytes: stored }], chunkBytes))).toEqual({ text, bytesIn: stored.length });
  });

  test('gives no memory back that small buffers share', async () => {
    const canaries: Buffer[] = [];
    for (const bytes of [0, 10, 5_000, 30_000, 40_000, 66_000, 300_000, 700_000]) {
      for (const content of [randomBytes(bytes), Buffer.alloc(bytes, '{"eventID":"x"},')]) {
        canaries.push(Buffer.from(`before ${bytes}`));
        expect(await read(storeOf([{ bytes: gzipSync(content) }]))).toEqual({ text: content.toString(), bytesIn: expect.any(Number) as number });
        canaries.push(Buffer.from(`after ${bytes}`));
      }
    }
    expect(canaries.map(String)).toEqual([0, 10, 5_000, 30_000, 40_000, 66_000, 300_000, 700_000].flatMap((bytes) => [`before ${bytes}`, `after ${bytes}`, `before ${bytes}`, `after ${bytes}`]));
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['a truncated stream', GZIP.subarray(0, GZIP.length >> 1), /it ends before its gzip stream does/],
    ['a missing trailer', GZIP.subarray(0, -8), /it ends before/],
    ['a missing byte of the trailer', GZIP.subarray(0, -1), /it ends before/],
    ['a wrong check sum', Buffer.concat([GZIP.subarray(0, -8), Buffer.from([1, 2, 3, 4]), GZIP.subarray(-4)]), /damaged \(incorrect data check\)/],
    ['a wrong length', Buffer.concat([GZIP.subarray(0, -4), Buffer.from([1, 2, 3, 4])]), /damaged \(incorrect length check\)/],
    ['garbage after the stream', Buffer.concat([GZIP, Buffer.from('garbage')]), /damaged/],
    ['a second member that is cut', Buffer.concat([GZIP, GZIP.subarray(0, 100)]), /it ends before/],
  ])('never accepts %s as complete', async (_name, stored, why) => {
    const { error, text } = await read(storeOf([{ bytes: stored }]));
    expect(error).toEqual({ code: 'ERR_GZIP_BROKEN', message: expect.stringMatching(why) });
    expect(TEXT.startsWith(text.slice(0, TEXT.length))).toBe(true);
  });

  test('a damaged byte anywhere is never accepted as complete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 18, max: GZIP.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(GZIP);
        damaged[at]! ^= flip;
        const { error, text } = await read(storeOf([{ bytes: damaged }]));
        return error !== undefined || text === TEXT;
      }),
      { numRuns: 150 },
    );
  });

  test('a cut connection: the object is opened again, and nothing comes twice', async () => {
    for (const cutAfter of [0, 1, 999, 5000, GZIP.length - 1]) {
      const store = storeOf([{ bytes: GZIP, cutAfter }, { bytes: GZIP, cutAfter: cutAfter >> 1 }, { bytes: GZIP }]);
      expect(await read(store)).toEqual({ text: TEXT, bytesIn: GZIP.length });
      expect(store.opens).toBe(3);
    }
  });

  test('a connection that ends quietly before the object does is a cut, too', async () => {
    const store = storeOf([{ bytes: GZIP.subarray(0, 3000), sizeBytes: GZIP.length }, { bytes: GZIP }]);
    expect(await read(store)).toEqual({ text: TEXT, bytesIn: GZIP.length });
  });

  test('a connection that is cut each time is an error that later may help', async () => {
    const store = storeOf([{ bytes: GZIP, cutAfter: 100 }]);
    expect((await read(store)).error).toEqual({ code: 'ERR_OBJECT_UNREADABLE', message: 'Cannot read "s3://b/k.json.gz": aborted' });
    expect(store.opens).toBe(4);
  });

  test('an object that is replaced while it is read is not mixed', async () => {
    const store = storeOf([{ bytes: GZIP, cutAfter: 3000 }, { bytes: gzipSync('other'), eTag: 'f' }]);
    expect((await read(store)).error?.message).toContain('was replaced while it was read');
  });

  test('what only somebody can repair is not tried again', async () => {
    const refuse = new ForwarderError('ERR_OBJECT_DENIED', 'denied', { stage: 'read', retry: 'never', hint: '' });
    const store = storeOf([{ bytes: GZIP, refuse }]);
    expect((await read(store)).error?.code).toBe('ERR_OBJECT_DENIED');
    expect(store.opens).toBe(1);
  });

  test('a decompression bomb is stopped', async () => {
    const megabyte = gzipSync(Buffer.alloc(1024 * 1024), { level: 9 });
    async function* body(): AsyncGenerator<Buffer> {
      for (let k = 0; k < 4000; k++) yield megabyte;
    }
    let inflated = 0;
    const bomb: ObjectStore = { open: async (ref) => ({ body: Readable.from(body()), key: ref.key }) };
    const options = { store: bomb, clock: new FakeClock(), random: () => 0.5, signal: new AbortController().signal, onOpen: () => undefined, onBytesIn: () => undefined };
    const reading = async () => {
      for await (const chunk of readObject(REF, options)) inflated += chunk.length;
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ERR_OBJECT_BOMB' });
    expect(inflated).toBeLessThan(600 * 1024 * 1024);
  });
});

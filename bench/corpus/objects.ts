import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { seeded } from '../../src/sandbox/trail/random.ts';
import { records } from './records.ts';

const HALF_DAY_MS = 12 * 3_600_000;
/** Records that are older than 18 hours are warned of, so the corpus is made anew each half day; all else stays the same. */
const half = Math.floor(Date.now() / HALF_DAY_MS);
const START_MS = half * HALF_DAY_MS - 3_600_000;
/** Bump the first number when the generator changes, so that no cached object of an older one is measured. */
export const GENERATION = `g3-${half}`;

/** An object of the corpus, as it lies in the cache. */
export interface CorpusObject {
  key: string;
  records: number;
  /** Before gzip. */
  bytes: number;
  gzipBytes: number;
}

/** Everything is made anew from this: the same numbers on every machine. */
const SEED = 20_261_120;
/** What a larger object repeats: far more than gzip's window, so that the compression does not notice. */
const BLOCK_BYTES = 50_000_000;

/** One object of about so many bytes before gzip; made once, then kept in `cache`. */
export async function largeObject(cache: string, bytes: number): Promise<CorpusObject> {
  const key = keyOf('', `${bytes}`.padStart(16, '0'));
  return cached(cache, key, async (file) => {
    const block: string[] = [];
    let size = 0;
    const wanted = Math.min(bytes, BLOCK_BYTES);
    for (const text of records(seeded(SEED), START_MS)) {
      block.push(text);
      size += Buffer.byteLength(text) + 1;
      if (size >= wanted) break;
    }
    const times = Math.max(1, Math.round(bytes / size));
    const body = Buffer.from(block.join(','));
    await pipeline(Readable.from(parts(body, times)), createGzip({ level: 6 }), createWriteStream(file));
    return { records: block.length * times, bytes: 14 + times * (body.length + 1) };
  });
}

function* parts(block: Buffer, times: number): Generator<Buffer> {
  yield Buffer.from('{"Records":[');
  for (let k = 0; k < times; k++) {
    if (k > 0) yield Buffer.from(',');
    yield block;
  }
  yield Buffer.from(']}');
}

/** A key as CloudTrail writes it: the official forwarder knows its objects by it (CONTRACT B2). */
function keyOf(folder: string, id: string): string {
  return `${GENERATION}/${folder}AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_${id}.json.gz`;
}

/** Records of a file, by how often: the distribution of 3,872 real files has median 5, mean 8, p99 33 and a long tail. */
const SMALL_FILE_RECORDS = [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 11, 14, 20, 33];

/** Many small objects, as a trail has them. */
export async function smallObjects(cache: string, count: number): Promise<CorpusObject[]> {
  const random = seeded(SEED + 1);
  const texts = records(seeded(SEED + 2), START_MS);
  const objects: CorpusObject[] = [];
  for (let k = 0; k < count; k++) {
    const wanted = random.pick(SMALL_FILE_RECORDS);
    const cut = Array.from({ length: wanted }, () => texts.next().value as string);
    const key = keyOf('small/', String(k).padStart(16, 'a'));
    objects.push(
      await cached(cache, key, (file) => {
        const body = Buffer.from(`{"Records":[${cut.join(',')}]}`);
        writeFileSync(file, gzipSync(body));
        return Promise.resolve({ records: wanted, bytes: body.length });
      }),
    );
  }
  return objects;
}

async function cached(cache: string, key: string, make: (file: string) => Promise<{ records: number; bytes: number }>): Promise<CorpusObject> {
  const file = join(cache, 'trail', key);
  const about = `${file}.about`;
  if (!existsSync(about)) {
    mkdirSync(dirname(file), { recursive: true });
    const { records: count, bytes } = await make(`${file}.part`);
    renameSync(`${file}.part`, file);
    writeFileSync(about, JSON.stringify({ key, records: count, bytes, gzipBytes: readFileSync(file).length }));
  }
  return JSON.parse(readFileSync(about, 'utf8')) as CorpusObject;
}

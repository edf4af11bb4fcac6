import { Readable } from 'node:stream';
import { createGunzip, gunzipSync, type Gunzip } from 'node:zlib';
import type { Clock } from '../../clock.ts';
import { ForwarderError, messageOf } from '../../errors.ts';
import type { ObjectRef } from '../../model.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';

export interface ReadOptions {
  store: ObjectStore;
  clock: Clock;
  signal: AbortSignal;
  random: () => number;
  /** Called when the object is open: it may have been found under another key than asked for. */
  onOpen?: (object: StoredObject) => void;
  /** Called with the bytes as stored, as they come. */
  onBytesIn?: (bytes: number) => void;
}

/** Inflated chunks: a visit to the thread pool for each. 64 KB costs 6 % more CPU, larger ones gain nothing. */
const CHUNK_BYTES = 256 * 1024;
/** Most objects are smaller than this: inflated in one go they cost neither a stream nor a visit to the thread pool. */
const WHOLE_BYTES = 64 * 1024;
const WHOLE_INFLATED_BYTES = 1024 * 1024;
/** How often an object is opened at most, when its connection is cut or S3 is busy. */
const MAX_OPENS = 4;
const FIRST_WAIT_MS = 100;

/**
 * CloudTrail compresses about 9:1, the most repetitive records a few hundred to one. More than this, after this much,
 * is a decompression bomb; memory is not at stake, time is.
 */
const BOMB_RATIO = 600;
const BOMB_BYTES = 512 * 1024 * 1024;

/**
 * An object's content, inflated when it is gzip (known by its magic bytes, whatever its name; several members are one
 * content), chunk by chunk. It ends only when the object was read to its last byte and gzip's check sum and length
 * agreed: a cut is always an error. A chunk is valid until the next one is asked for: then its memory is given back.
 *
 * @throws ForwarderError what the store throws; ERR_OBJECT_UNREADABLE when the connection keeps being cut;
 *   ERR_GZIP_BROKEN; ERR_OBJECT_BOMB
 */
export async function* readObject(ref: ObjectRef, options: ReadOptions): AsyncGenerator<Uint8Array> {
  const stored = storedBytes(ref, options);
  const { first, rest } = await beginning(stored);
  if (first.length === 0 && rest === undefined) return;
  if (first[0] !== 0x1f || first[1] !== 0x8b) yield* joined(first, rest);
  else if (rest !== undefined) yield* inflate(ref, joined(first, rest));
  else {
    const whole = inflateWhole(first);
    if (whole === undefined) yield* inflate(ref, joined(first, undefined));
    else {
      yield whole;
      release(whole);
    }
  }
}

/** The content of a small object; undefined when it is broken or large after all: then reading it as a stream tells how far it is good. */
function inflateWhole(stored: Buffer): Buffer | undefined {
  try {
    // A gzip member ends with its length.
    const length = stored.length < 18 ? 0 : stored.readUInt32LE(stored.length - 4);
    return gunzipSync(stored, { chunkSize: Math.min(length + 64, WHOLE_INFLATED_BYTES), maxOutputLength: WHOLE_INFLATED_BYTES });
  } catch {
    return undefined;
  }
}

/** The bytes as stored; when the connection is cut, the object is opened again and what came already is passed over. */
async function* storedBytes(ref: ObjectRef, { store, clock, signal, random, onOpen, onBytesIn }: ReadOptions): AsyncGenerator<Buffer> {
  let given = 0;
  let eTag: string | undefined;
  for (let opens = 1; ; opens++) {
    let passing = given;
    try {
      const object = await store.open(ref, signal);
      if (eTag !== undefined && object.eTag !== undefined && object.eTag !== eTag) throw changed(ref);
      eTag = object.eTag;
      onOpen?.(object);
      let came = 0;
      for await (const chunk of object.body as AsyncIterable<Buffer>) {
        came += chunk.length;
        if (passing >= chunk.length) {
          passing -= chunk.length;
          continue;
        }
        const fresh = passing === 0 ? chunk : chunk.subarray(passing);
        passing = 0;
        given += fresh.length;
        onBytesIn?.(fresh.length);
        yield fresh;
      }
      if (object.sizeBytes !== undefined && came < object.sizeBytes) throw new Error(`the connection ended after ${came} of ${object.sizeBytes} bytes`);
      return;
    } catch (thrown) {
      const error = signal.aborted ? outOfTime(ref) : asReadError(ref, thrown);
      if (error.retry === 'never' || signal.aborted || opens === MAX_OPENS) throw error;
      await clock.sleep(random() * FIRST_WAIT_MS * 4 ** (opens - 1), signal);
    }
  }
}

async function* inflate(ref: ObjectRef, stored: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const source = Readable.from(stored, { objectMode: false, highWaterMark: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let inflated = 0;
  let last: Buffer | undefined;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      inflated += chunk.length;
      if (inflated > BOMB_BYTES && inflated > BOMB_RATIO * gunzip.bytesWritten) throw bomb(ref, gunzip, inflated);
      yield chunk;
      last = chunk;
      // Elsewhere in its memory zlib writes on.
      if (chunk.byteOffset + chunk.length === CHUNK_BYTES) release(chunk);
    }
    if (last !== undefined) release(last);
  } catch (thrown) {
    throw isZlibError(thrown) ? gzipBroken(ref, thrown, inflated) : thrown;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/**
 * Gives the memory of inflated bytes back at once, where the runtime can (Node 22): as garbage it makes V8 walk the
 * whole heap again and again. Not the memory that Node's small buffers share.
 */
function release({ buffer }: Buffer): void {
  if (buffer.byteLength > Buffer.poolSize) (buffer as { transfer?: (bytes: number) => ArrayBuffer }).transfer?.(0);
}

/** The first bytes of an object, all of them when it is small; then there is no `rest`. */
async function beginning(stored: AsyncIterator<Buffer>): Promise<{ first: Buffer; rest: AsyncIterator<Buffer> | undefined }> {
  const chunks: Buffer[] = [];
  let length = 0;
  let rest: AsyncIterator<Buffer> | undefined = stored;
  try {
    while (length <= WHOLE_BYTES) {
      const next = await stored.next();
      if (next.done === true) {
        rest = undefined;
        break;
      }
      chunks.push(next.value);
      length += next.value.length;
    }
  } catch (thrown) {
    if (length === 0) throw thrown;
    // What came before the fault is good.
    rest = {
      next: async () => {
        throw thrown;
      },
    };
  }
  return { first: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), rest };
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer> | undefined): AsyncGenerator<Buffer> {
  yield first;
  if (rest !== undefined) yield* { [Symbol.asyncIterator]: () => rest };
}

function isZlibError(thrown: unknown): thrown is NodeJS.ErrnoException {
  const code: unknown = typeof thrown === 'object' && thrown !== null ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' && code.startsWith('Z_');
}

function gzipBroken(ref: ObjectRef, cause: NodeJS.ErrnoException, inflated: number): ForwarderError {
  const what = cause.code === 'Z_BUF_ERROR' ? 'it ends before its gzip stream does' : `its gzip stream is damaged (${cause.message})`;
  return new ForwarderError('ERR_GZIP_BROKEN', `Cannot read "s3://${ref.bucket}/${ref.key}" to its end: ${what}, after ${inflated} inflated bytes`, {
    stage: 'read',
    retry: 'never',
    hint: 'Check the object with `gzip -t`; log file validation tells whether CloudTrail wrote it like this. Replay the held pointer once the object is whole.',
    cause,
  });
}

function bomb(ref: ObjectRef, gunzip: Gunzip, inflated: number): ForwarderError {
  return new ForwarderError('ERR_OBJECT_BOMB', `Stopped reading "s3://${ref.bucket}/${ref.key}": ${gunzip.bytesWritten} bytes have become ${inflated}, which no log file does`, {
    stage: 'read',
    retry: 'never',
    hint: 'Find out who wrote the object into the bucket; CloudTrail does not compress like this.',
  });
}

function changed(ref: ObjectRef): ForwarderError {
  return new ForwarderError('ERR_OBJECT_UNREADABLE', `"s3://${ref.bucket}/${ref.key}" was replaced while it was read`, {
    stage: 'read',
    retry: 'later',
    hint: 'CloudTrail never rewrites a log file: find out who did (s3:PutObject in the bucket\'s data events).',
  });
}

function asReadError(ref: ObjectRef, thrown: unknown): ForwarderError {
  if (thrown instanceof ForwarderError) return thrown;
  return new ForwarderError('ERR_OBJECT_UNREADABLE', `Cannot read "s3://${ref.bucket}/${ref.key}": ${messageOf(thrown)}`, {
    stage: 'read',
    retry: 'later',
    hint: 'Nothing to do if it passes; held records are sent again by themselves.',
    cause: thrown,
  });
}

function outOfTime(ref: ObjectRef): ForwarderError {
  return new ForwarderError('ERR_DEADLINE', `The invocation's time was over while reading "s3://${ref.bucket}/${ref.key}"`, {
    stage: 'read',
    retry: 'later',
    hint: 'The rest is held and sent by itself; if this happens often, raise the function\'s timeout or memory.',
  });
}

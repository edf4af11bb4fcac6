import { stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { systemClock } from '../../clock.ts';
import { bucketListing, type BucketListing } from '../../edge/aws/bucketListing.ts';
import { s3ObjectStore } from '../../edge/aws/objectStore.ts';
import { ForwarderError, messageOf } from '../../errors.ts';
import { isBucketName } from '../../object/name.ts';
import { printUri } from '../../object/uri.ts';
import type { ObjectStore } from '../../pipeline/read/objectStore.ts';
import { readObject } from '../../pipeline/read/readObject.ts';
import { awsAddress } from '../awsAddress.ts';
import type { Context } from '../context.ts';
import { folderListing } from './folderListing.ts';

/** Where objects of a trail lie, on disk or in S3, as somebody named it. */
export interface Place {
  listing: BucketListing;
  /** What the listing begins with; on disk an absolute path, so that CloudTrail's layout is seen also from inside it. */
  prefix: string;
  /** One file that was named itself: it is read whatever its name. */
  file?: string;
  /** How a key of the listing is shown: `s3://bucket/key`, or the path as it was given. */
  nameOf: (key: string) => string;
  /**
   * An object's content, inflated.
   *
   * @throws ForwarderError as `readObject` says
   */
  content: (key: string, signal: AbortSignal, onBytesIn: (bytes: number) => void) => AsyncIterable<Uint8Array>;
}

/**
 * `s3://BUCKET`, `s3://BUCKET/PREFIX`, a folder or a file.
 *
 * @throws ForwarderError ERR_USAGE when there is no such file, or the bucket cannot be one
 */
export async function openPlace(ctx: Context, address: string, region?: string): Promise<Place> {
  return address.startsWith('s3://') ? inBucket(ctx, address, region) : onDisk(address);
}

function inBucket(ctx: Context, address: string, region: string | undefined): Place {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(address) ?? [];
  if (!isBucketName(bucket)) throw usage(`Cannot read ${JSON.stringify(address)} as a place in S3: expected s3://BUCKET or s3://BUCKET/PREFIX`, 'Example: s3://cloudtrail-logs-123456789012/AWSLogs/123456789012/');
  const aws = awsAddress(ctx, 'S3', region);
  const store = s3ObjectStore(aws);
  return {
    listing: bucketListing(bucket, aws),
    prefix,
    nameOf: (key) => printUri({ bucket, key }),
    content: (key, signal, onBytesIn) => read(store, bucket, key, signal, onBytesIn),
  };
}

async function onDisk(path: string): Promise<Place> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((cause: unknown) => {
    throw usage(`Cannot read ${JSON.stringify(path)}: ${isMissing(cause) ? 'there is no such file or folder' : messageOf(cause)}`, 'Give files, folders, or s3://BUCKET/PREFIX.');
  });
  const prefix = found.isDirectory() ? (absolute.endsWith(sep) ? absolute : absolute + sep) : absolute;
  const nameOf = (key: string) => (found.isDirectory() ? join(path, key.slice(prefix.length)) : path);
  return {
    listing: folderListing(),
    prefix,
    ...(!found.isDirectory() && { file: absolute }),
    nameOf,
    content: (key, signal, onBytesIn) => renamed(read(FILES, '', key, signal, onBytesIn), `s3://${'/'}${key}`, nameOf(key)),
  };
}

const FILES: ObjectStore = {
  open: async ({ key }, signal) => ({ body: createReadStream(key, { signal }), key }),
};

function read(store: ObjectStore, bucket: string, key: string, signal: AbortSignal, onBytesIn: (bytes: number) => void): AsyncIterable<Uint8Array> {
  return readObject({ bucket, key, attempts: 0 }, { store, clock: systemClock, signal, random: Math.random, onBytesIn });
}

/** The way's errors name an object in S3; on disk it is a file. */
async function* renamed(content: AsyncIterable<Uint8Array>, uri: string, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* content;
  } catch (thrown) {
    if (!(thrown instanceof ForwarderError)) throw thrown;
    const { code, message, stage, retry, hint, cause } = thrown;
    throw new ForwarderError(code, message.replaceAll(uri, path), { stage, retry, hint, cause });
  }
}

function isMissing(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException).code === 'ENOENT';
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

import { setMaxListeners } from 'node:events';
import { addAbortSignal } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { ForwarderError } from '../../errors.ts';
import type { ObjectRef } from '../../model.ts';
import { decodeFormKey } from '../../object/key.ts';
import { isRegion } from '../../object/name.ts';
import { printUri } from '../../object/uri.ts';
import type { ObjectStore, StoredObject } from '../../pipeline/read/objectStore.ts';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';
import { objectError } from './objectError.ts';
import { SignedGet } from './signedGet.ts';

export interface S3ObjectStoreOptions extends AwsAddress {
  /**
   * Objects are asked for by a plain signed request, and by the SDK's client only when S3 answers something else than
   * the object. Needs credentials. Default true where they are given.
   */
  plainly?: boolean;
  /** Objects open at once before others wait for a connection. Default 64. */
  maxSockets?: number;
  /** To connect. Default 3,000. */
  connectTimeoutMs?: number;
  /** From the request to the answer's first byte. Default 10,000. */
  answerTimeoutMs?: number;
  /**
   * Without a byte moving, while an object is read. A slow intake stops the reading too, so this must be longer than a
   * batch is tried again. Default 90,000.
   */
  idleTimeoutMs?: number;
}

/**
 * Objects in S3, in any region: a bucket's region is taken from the trigger, or learned once from S3's redirect.
 * Path style when an endpoint is given, since a local server has no host name a bucket.
 */
export function s3ObjectStore(given: S3ObjectStoreOptions = {}): ObjectStore {
  const options = { maxSockets: 64, connectTimeoutMs: 3000, answerTimeoutMs: 10_000, idleTimeoutMs: 90_000, ...given };
  const { credentials, plainly = true } = options;
  const plain = plainly && credentials !== undefined ? new SignedGet({ ...options, credentials }) : undefined;
  const clients = new Map<string, Promise<S3Client>>();
  const regions = new Map<string, string>();

  function clientFor(region: string): Promise<S3Client> {
    let client = clients.get(region);
    if (!client) {
      client = makeClient(region === '' ? options : { ...options, region });
      clients.set(region, client);
    }
    return client;
  }

  async function get(ref: ObjectRef, signal: AbortSignal): Promise<StoredObject> {
    const region = regions.get(ref.bucket) ?? ref.region ?? options.region ?? '';
    if (plain?.knows(ref, region) === true) {
      const answer = await plain.get(ref, region, signal);
      if (answer.statusCode === 200) return stored(ref.key, answer);
      // Read to its end, so that the connection can be used again.
      answer.on('error', () => undefined).resume();
    }
    try {
      return await getFrom(await clientFor(region), ref, signal);
    } catch (thrown) {
      const told = redirectedTo(thrown);
      if (told === undefined || told === region) throw thrown;
      regions.set(ref.bucket, told);
      return getFrom(await clientFor(told), ref, signal);
    }
  }

  return {
    async open(ref, signal) {
      // All objects of an invocation hang on one signal: that many listeners are no leak.
      setMaxListeners(Infinity, signal);
      try {
        return await get(ref, signal);
      } catch (thrown) {
        if (signal.aborted) throw outOfTime(ref, signal);
        const refused = objectError(ref, thrown);
        const decoded = decodeFormKey(ref.key);
        if (!ref.maybeEncoded || decoded === ref.key || !isMissing(refused)) throw refused;
        return get({ ...ref, key: decoded }, signal).catch(() => {
          throw signal.aborted ? outOfTime(ref, signal) : refused;
        });
      }
    },
  };
}

function stored(key: string, answer: IncomingMessage): StoredObject {
  const { 'content-length': length, 'x-amz-version-id': versionId, etag } = answer.headers;
  return {
    body: answer,
    key,
    ...(length !== undefined && { sizeBytes: Number(length) }),
    ...(typeof versionId === 'string' && { versionId }),
    ...(etag !== undefined && { eTag: etag }),
  };
}

/** The SDK is loaded when it is needed: a cold start without it delivers its first object in 84 instead of 150 ms. */
async function makeClient(options: Required<Pick<S3ObjectStoreOptions, 'maxSockets' | 'connectTimeoutMs' | 'answerTimeoutMs' | 'idleTimeoutMs'>> & AwsAddress): Promise<S3Client> {
  const { S3Client } = await import('./sdk/s3.ts');
  const { endpoint, maxSockets, connectTimeoutMs, answerTimeoutMs, idleTimeoutMs } = options;
  return new S3Client({
    ...addressOf(options),
    ...(endpoint !== undefined && { forcePathStyle: true }),
    // The room that reads opens an object again by itself; one more try here covers a stale connection.
    maxAttempts: 2,
    // gzip has a check sum of its own, and CloudTrail's objects carry none that GetObject would check.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: idleTimeoutMs,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  });
}

async function getFrom(client: S3Client, { bucket, key, versionId }: ObjectRef, signal: AbortSignal): Promise<StoredObject> {
  signal.throwIfAborted();
  const { GetObjectCommand } = await import('./sdk/s3.ts');
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) });
  const { Body, ContentLength, VersionId, ETag } = await abandonable(client.send(command, { abortSignal: signal }), signal);
  return {
    // In Node the SDK's body is always a Readable.
    body: addAbortSignal(signal, Body as Readable),
    key,
    ...(ContentLength !== undefined && { sizeBytes: ContentLength }),
    ...(VersionId !== undefined && { versionId: VersionId }),
    ...(ETag !== undefined && { eTag: ETag }),
  };
}

/** The SDK heeds its signal while a request is under way, not while it waits to try again. */
async function abandonable<T>(sending: Promise<T>, signal: AbortSignal): Promise<T> {
  let abandon = (): void => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abandon, { once: true });
  });
  try {
    return await Promise.race([sending, abandoned]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

/** The region S3 names when it was asked in another one: 301 PermanentRedirect, or 400 for a region's own signature. */
function redirectedTo(thrown: unknown): string | undefined {
  const { statusCode, headers } = (thrown as { $response?: { statusCode?: number; headers?: Record<string, string> } }).$response ?? {};
  const region = headers?.['x-amz-bucket-region'];
  return (statusCode === 301 || statusCode === 307 || statusCode === 400) && isRegion(region) ? region : undefined;
}

/** S3 answers AccessDenied for a missing object to who may not list the bucket. */
function isMissing({ code }: ForwarderError): boolean {
  return code === 'ERR_OBJECT_NOT_FOUND' || code === 'ERR_OBJECT_DENIED';
}

function outOfTime(ref: ObjectRef, signal: AbortSignal): ForwarderError {
  return new ForwarderError('ERR_DEADLINE', `The time was over before "${printUri(ref)}" could be read`, {
    stage: 'read',
    retry: 'later',
    hint: "The rest is held and sent by itself; if this happens often, raise the function's timeout or memory.",
    cause: signal.reason,
  });
}

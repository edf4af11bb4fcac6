import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { parseUri } from '../../object/uri.ts';
import type { Found } from './found.ts';
import { objectRef } from './objectRef.ts';
import { brokenEvent } from './unknown.ts';

/** True for an object named by hand: `{"bucket", "key"}` or `{"s3Uri": "s3://bucket/key"}`. */
export function isManual(message: JsonObject): boolean {
  return 's3Uri' in message || (typeof message['bucket'] === 'string' && 'key' in message);
}

/** The object named by hand, `#17` for one record of it; what somebody asks for by name is not ignored. */
export function readManual(message: JsonObject, where: string): Found {
  const { bucket, key, record } = 's3Uri' in message ? address(message['s3Uri'], where) : { bucket: message['bucket'], key: message['key'] };
  const ref = objectRef({ bucket, key, versionId: message['versionId'], region: message['region'] }, where);
  return { trigger: 'manual', objects: [record === undefined ? ref : { ...ref, ranges: [{ first: record, last: record }] }], ignored: [] };
}

function address(uri: unknown, where: string): { bucket: string; key: string; record?: number } {
  if (typeof uri !== 'string') throw brokenEvent(where, 'its s3Uri is not text');
  try {
    return parseUri(uri);
  } catch {
    throw brokenEvent(where, 'its s3Uri is not s3://BUCKET/KEY');
  }
}

/** `{"retry": true}`, also as text: send again what is held, as the official forwarder understands it (CONTRACT B4). */
export function isRetryRequest(payload: unknown): boolean {
  if (!isJsonObject(payload)) return false;
  const { retry } = payload;
  return retry === true || (typeof retry === 'string' && retry.toLowerCase() === 'true');
}

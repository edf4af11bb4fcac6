import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { decodeFormKey } from '../../object/key.ts';
import type { Found } from './found.ts';
import { nothing } from './found.ts';
import { ignorable, objectRef } from './objectRef.ts';
import { brokenEvent } from './unknown.ts';

/** True for one record of an S3 notification (CONTRACT E6.1). */
export function isS3Record(record: unknown): record is JsonObject {
  return isJsonObject(record) && isJsonObject(record['s3']);
}

/** The object of one record of an S3 notification; its key is form-encoded. */
export function readS3Record(record: JsonObject, where: string): Found {
  const name = record['eventName'];
  if (name !== undefined && typeof name !== 'string') throw brokenEvent(where, 'its eventName is not text');
  // S3 itself sends no "s3:" before the name; servers that speak its protocol do.
  const event = name?.replace(/^s3:/, '');
  if (event !== undefined && !event.startsWith('ObjectCreated')) {
    const removed = /^(ObjectRemoved|LifecycleExpiration)(:|$)/.test(event);
    return nothing('s3', removed ? 'object-removed' : 'not-an-object-event', event.slice(0, 80));
  }
  const { bucket, object } = record['s3'] as JsonObject;
  if (!isJsonObject(bucket) || !isJsonObject(object)) throw brokenEvent(where, 'it has no s3.bucket or no s3.object');
  const { key, size, versionId } = object;
  const ref = objectRef({ bucket: bucket['name'], key: typeof key === 'string' ? decodeFormKey(key) : key, size, versionId, region: record['awsRegion'] }, where);
  const ignored = ignorable(ref);
  return ignored ? { trigger: 's3', objects: [], ignored: [ignored] } : { trigger: 's3', objects: [ref], ignored: [] };
}

/** The message S3 sends once when notifications are set up (CONTRACT E6.2). */
export function isS3TestEvent(message: JsonObject): boolean {
  return message['Event'] === 's3:TestEvent';
}

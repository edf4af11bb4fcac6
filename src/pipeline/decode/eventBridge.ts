import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { looksEncoded } from '../../object/key.ts';
import type { Found } from './found.ts';
import { nothing } from './found.ts';
import { ignorable, objectRef } from './objectRef.ts';
import { brokenEvent } from './unknown.ts';

/** True for an event of S3 through EventBridge (CONTRACT E6.7). */
export function isEventBridgeEvent(message: JsonObject): boolean {
  return message['source'] === 'aws.s3' && typeof message['detail-type'] === 'string';
}

/** The object of an `Object Created` event; its key is not encoded, as far as anybody saw. */
export function readEventBridgeEvent(message: JsonObject, where: string): Found {
  const { detail, region } = message;
  const type = message['detail-type'] as string;
  if (type !== 'Object Created') {
    return nothing('eventbridge', type === 'Object Deleted' ? 'object-removed' : 'not-an-object-event', type.slice(0, 80));
  }
  if (!isJsonObject(detail) || !isJsonObject(detail['bucket']) || !isJsonObject(detail['object'])) {
    throw brokenEvent(where, 'it has no detail.bucket or no detail.object');
  }
  const { key, size } = detail['object'];
  const maybeEncoded = typeof key === 'string' && looksEncoded(key);
  const ref = objectRef({ bucket: detail['bucket']['name'], key, size, versionId: detail['object']['version-id'], region, maybeEncoded }, where);
  const ignored = ignorable(ref);
  return ignored ? { trigger: 'eventbridge', objects: [], ignored: [ignored] } : { trigger: 'eventbridge', objects: [ref], ignored: [] };
}

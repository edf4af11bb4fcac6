import type { JsonObject } from '../../json.ts';
import { looksEncoded } from '../../object/key.ts';
import type { Found } from './found.ts';
import { gather, MAX_OBJECTS } from './found.ts';
import { ignorable, objectRef } from './objectRef.ts';
import { brokenEvent } from './unknown.ts';

/** True for the message CloudTrail itself sends to a trail's SNS topic (CONTRACT E6.8). */
export function isCloudTrailNotification(message: JsonObject): boolean {
  return 's3Bucket' in message && 's3ObjectKey' in message;
}

/** Published once to a trail's topic when it is set up, as plain text. */
export const CLOUDTRAIL_VALIDATION = 'CloudTrail validation message.';

/** The objects CloudTrail names: plain keys, several in a message. */
export function readCloudTrailNotification({ s3Bucket, s3ObjectKey }: JsonObject, where: string): Found {
  const keys: unknown[] = Array.isArray(s3ObjectKey) ? s3ObjectKey : [s3ObjectKey];
  if (keys.length > MAX_OBJECTS) throw brokenEvent(where, `it names more than ${MAX_OBJECTS} objects`);
  return gather(
    'cloudtrail-sns',
    keys.map((key, at) => {
      const ref = objectRef({ bucket: s3Bucket, key, maybeEncoded: typeof key === 'string' && looksEncoded(key) }, `${where}, s3ObjectKey ${at}`);
      const ignored = ignorable(ref);
      return { trigger: 'cloudtrail-sns', objects: ignored ? [] : [ref], ignored: ignored ? [ignored] : [] };
    }),
  );
}

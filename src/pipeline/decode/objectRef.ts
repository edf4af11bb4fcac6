import type { Ignored, ObjectRef } from '../../model.ts';
import { isDigestKey } from '../../object/layout.ts';
import { isBucketName, isObjectKey, isRegion, isVersionId } from '../../object/name.ts';
import { brokenEvent } from './unknown.ts';

/** An object's name as a notification gave it, nothing checked yet but the key decoded. */
export interface Named {
  bucket: unknown;
  key: unknown;
  size?: unknown;
  versionId?: unknown;
  region?: unknown;
  maybeEncoded?: boolean;
}

/**
 * The object a notification names.
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN when a member that says which bytes are meant cannot be right; a size or a
 *   region that cannot be right is left out, since the object is found without
 */
export function objectRef({ bucket, key, size, versionId, region, maybeEncoded }: Named, where: string): ObjectRef {
  if (!isBucketName(bucket)) throw brokenEvent(where, `its bucket is not a bucket name`);
  if (!isObjectKey(key)) throw brokenEvent(where, `its key is not an object key of 1 to 1024 bytes`);
  // S3 sends "" for a bucket without versions in some notifications, S3 Batch Operations null.
  const noVersion = versionId === undefined || versionId === null || versionId === '';
  if (!noVersion && !isVersionId(versionId)) throw brokenEvent(where, `its version is not a version id`);
  return {
    bucket,
    key,
    ...(!noVersion && { versionId: versionId }),
    ...(Number.isSafeInteger(size) && (size as number) >= 0 && { sizeBytes: size as number }),
    ...(maybeEncoded && { maybeEncoded }),
    ...(isRegion(region) && { region }),
    attempts: 0,
  };
}

/** Why an object that a notification names is not forwarded, when its name alone says so. */
export function ignorable({ key, sizeBytes }: ObjectRef): Ignored | undefined {
  if (key.endsWith('/') && !sizeBytes) return { reason: 'folder-marker', what: key };
  if (isDigestKey(key)) return { reason: 'digest', what: key };
  return undefined;
}

/**
 * What may name an object. Names arrive in messages that anybody who may write to a queue can write, and end up in a
 * host name and a path: what S3 itself would never have sent is refused here.
 */

/** S3's limit for a key: 1,024 bytes of UTF-8 (S3 user guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;

/** Also today's rules' predecessors: names of up to 255 characters, with capitals and `_`, live on in us-east-1. */
const BUCKET_NAME = /^(?!\.)[A-Za-z0-9._-]{3,255}$/;

/** A region goes into the host name that a signed request is sent to. */
const REGION = /^[a-z]{2}[a-z0-9-]{2,30}$/;

/** True for text that can be a bucket's name. */
export function isBucketName(value: unknown): value is string {
  return typeof value === 'string' && BUCKET_NAME.test(value);
}

/** True for text that can be an object's key: 1 to 1,024 bytes of well-formed UTF-8. */
export function isObjectKey(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_KEY_BYTES) return false;
  return Buffer.byteLength(value) <= MAX_KEY_BYTES && !LONE_SURROGATE.test(value);
}

/** A lone surrogate has no UTF-8 form. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** True for text that can be an object's version: opaque, at most 1,024 bytes (S3 API reference). `null` is one of them, as text. */
export function isVersionId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,1024}$/.test(value);
}

/** True for text that can be a region's name; no list of regions, since they keep appearing. */
export function isRegion(value: unknown): value is string {
  return typeof value === 'string' && REGION.test(value);
}

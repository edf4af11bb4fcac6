import { ForwarderError } from '../errors.ts';
import { isBucketName, isObjectKey } from './name.ts';

/** An object, or one record of it, as people write it. */
export interface ObjectAddress {
  bucket: string;
  key: string;
  /** The record's index in the object's `Records`, from `#17` at the end. */
  record?: number;
}

/** `s3://bucket/key`, or `s3://bucket/key#17` for one record. */
export function printUri({ bucket, key, record }: ObjectAddress): string {
  return `s3://${bucket}/${key}${record === undefined ? '' : `#${record}`}`;
}

/**
 * Reads `s3://bucket/key` or `s3://bucket/key#17`. A key that itself ends in `#` and digits cannot be written so;
 * CloudTrail writes none.
 *
 * @throws ForwarderError ERR_USAGE
 */
export function parseUri(text: string): ObjectAddress {
  const [, bucket, key, record] = /^s3:\/\/([^/]*)\/(.*?)(?:#(\d{1,9}))?$/s.exec(text) ?? [];
  if (!isBucketName(bucket) || !isObjectKey(key)) {
    throw new ForwarderError('ERR_USAGE', `Cannot read ${JSON.stringify(text.slice(0, 1100))} as an object's address: expected s3://BUCKET/KEY`, {
      stage: 'cli',
      retry: 'never',
      hint: 'Give the address as a log carries it: s3://, aws.s3.bucket, /, aws.s3.key, and #aws.s3.record for one record.',
    });
  }
  return record === undefined ? { bucket, key } : { bucket, key, record: Number(record) };
}

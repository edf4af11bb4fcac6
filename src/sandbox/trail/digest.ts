import { createHash } from 'node:crypto';
import { ACCOUNT, time } from './identities.ts';
import { HEX, type Random } from './random.ts';

/** A log file that a digest vouches for. */
export interface Vouched {
  key: string;
  /** The log file before compression. */
  content: Buffer;
}

/**
 * A digest file: the hashes of an hour's log files. It is no log, and must not be sent as one. Its previous signature is
 * made up.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
export function digestText(bucket: string, key: string, endMs: number, logFiles: Vouched[], random: Random): string {
  return JSON.stringify({
    awsAccountId: ACCOUNT,
    digestStartTime: time(endMs - 3_600_000),
    digestEndTime: time(endMs),
    digestS3Bucket: bucket,
    digestS3Object: key,
    digestPublicKeyFingerprint: random.text(32, HEX),
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: time(endMs - 60_000),
    oldestEventTime: time(endMs - 3_540_000),
    previousDigestS3Bucket: null,
    previousDigestS3Object: null,
    previousDigestHashValue: null,
    previousDigestHashAlgorithm: null,
    previousDigestSignature: null,
    logFiles: logFiles.map(({ key: s3Object, content }) => ({
      s3Bucket: bucket,
      s3Object,
      hashValue: createHash('sha256').update(content).digest('hex'),
      hashAlgorithm: 'SHA-256',
      newestEventTime: time(endMs - 60_000),
      oldestEventTime: time(endMs - 3_540_000),
    })),
  });
}

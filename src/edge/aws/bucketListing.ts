import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';
import { asking } from './control/asking.ts';

/** One level below a prefix: folders (their whole prefix, with the slash) and objects, in S3's order. */
export type ListingEntry = { folder: string } | { key: string; sizeBytes: number; modifiedMs: number };

/** What lies in a bucket. */
export interface BucketListing {
  /**
   * @throws ForwarderError as `asking` says
   */
  level(prefix: string): AsyncIterable<ListingEntry>;
}

/** A bucket's listing, a thousand entries a request, whatever their number. */
export function bucketListing(bucket: string, address: AwsAddress = {}): BucketListing {
  const s3 = new S3Client({ ...addressOf(address), followRegionRedirects: true, ...(address.endpoint !== undefined && { forcePathStyle: true }) });
  return {
    async *level(prefix) {
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken });
        const page = await asking({ what: `list "s3://${bucket}/${prefix}"`, permission: 's3:ListBucket' }, () => s3.send(command));
        for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) yield { folder: Prefix };
        for (const { Key, Size, LastModified } of page.Contents ?? []) if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? NaN };
        ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },
  };
}

/**
 * What an object is, by the grammar of CloudTrail's keys (CONTRACT E1), never by a pattern of regions:
 * `AWSLogs/[o-id/]<account>/CloudTrail-Digest/<region>/.../<account>_CloudTrail-Digest_...`. Digests are not logs.
 */
export function kindOfKey(key: string): 'digest' | 'other' {
  return /(^|\/)\d{12}\/CloudTrail-Digest\/.*\/\d{12}_CloudTrail-Digest_[^/]*$/.test(key) ? 'digest' : 'other';
}

/** What an object without `Records` is, by the keys of its root object. */
export function kindOfRoot(rootKeys: string[]): 'digest' | 'other' {
  return ['digestS3Bucket', 'digestS3Object', 'digestEndTime'].every((key) => rootKeys.includes(key)) ? 'digest' : 'other';
}

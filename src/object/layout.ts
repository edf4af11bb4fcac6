/**
 * CloudTrail's key grammar (CONTRACT E1):
 * `[prefix/]AWSLogs/[o-organisation/]account/folder/region/YYYY/MM/DD/file`. No list of regions: they keep appearing.
 */
export interface TrailKey {
  /** What stands before `AWSLogs/`, with its slash; often empty. */
  prefix: string;
  organisation?: string;
  account: string;
  /** `CloudTrail`, `CloudTrail-Digest`, `CloudTrail-Insight`, or another that CloudTrail may add. */
  folder: string;
  region: string;
  /** `2026/11/20`, UTC. */
  day: string;
  /** When the object was delivered, ms since the epoch, from the file's name; NaN when it does not say. */
  deliveredMs: number;
}

const TRAIL_KEY = /^(.*?)AWSLogs\/(?:(o-[a-z0-9]{10,32})\/)?(\d{12})\/(CloudTrail[A-Za-z0-9-]*)\/([a-z0-9-]+)\/(\d{4}\/\d{2}\/\d{2})\/([^/]+)$/s;

/** `20261120T1205Z` in a log's name, `20261120T120506Z` in a digest's. */
const STAMP = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?Z(?:_|\.)/;

/** What a key says by CloudTrail's grammar; undefined for a key that is not CloudTrail's. */
export function parseTrailKey(key: string): TrailKey | undefined {
  const match = TRAIL_KEY.exec(key);
  if (!match) return undefined;
  const [, prefix = '', organisation, account = '', folder = '', region = '', day = '', file = ''] = match;
  return { prefix, ...(organisation && { organisation }), account, folder, region, day, deliveredMs: stampMs(file) };
}

/**
 * True for a digest file: it proves the log files complete and is no log (FAULTS 12). Only a key that has both the
 * folder and the file name of a digest is one; anything less sure is read and judged by its content.
 */
export function isDigestKey(key: string): boolean {
  return parseTrailKey(key)?.folder === 'CloudTrail-Digest' && /\/\d{12}_CloudTrail-Digest_[^/]+\.json\.gz$/.test(key);
}

/** True for the root object of a digest file, by the names of its keys (CONTRACT E4): it may lie under any key. */
export function isDigestRoot(rootKeys: readonly string[]): boolean {
  return ['digestS3Bucket', 'digestS3Object', 'digestEndTime'].every((key) => rootKeys.includes(key));
}

function stampMs(file: string): number {
  const match = STAMP.exec(file);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`);
}

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

const DATED_FOLDER = /(?:^|\/)\d{12}\/CloudTrail[A-Za-z0-9-]*\/[a-z0-9-]+\/(\d{4})\/(?:(\d{2})\/)?(?:(\d{2})\/)?$/;
const DAY_MS = 86_400_000;

/**
 * Whether objects delivered in a window can lie in a folder: `fromMs` included, `toMs` not, ms since the epoch. Only
 * CloudTrail's own folders of a year, month or day (`.../CloudTrail/region/YYYY/MM/DD/`) say they cannot.
 */
export function folderMayHold(folder: string, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
  const dated = DATED_FOLDER.exec(folder);
  if (!dated) return true;
  const [year, month, day] = dated.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const firstMs = Date.UTC(year!, (month ?? 1) - 1, day ?? 1);
  const endMs = day !== undefined ? firstMs + DAY_MS : month !== undefined ? Date.UTC(year!, month, 1) : Date.UTC(year! + 1, 0, 1);
  // A file delivered just after midnight may lie in the folder of the day before.
  return endMs + DAY_MS > fromMs && firstMs - DAY_MS < toMs;
}

function stampMs(file: string): number {
  const match = STAMP.exec(file);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}Z`);
}

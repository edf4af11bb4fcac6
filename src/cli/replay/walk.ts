import type { BucketListing } from '../../edge/aws/bucketListing.ts';
import { folderMayHold, isDigestKey, parseTrailKey } from '../../object/layout.ts';

/** An object of the trail in the time asked for. */
export interface TrailObject {
  key: string;
  sizeBytes: number;
  /** When CloudTrail delivered it, by its name, else when S3 says it was written; ms since the epoch. */
  deliveredMs: number;
}

export interface Window {
  /** Included. */
  fromMs: number;
  /** Not included. */
  toMs: number;
}

/** What was passed over, for the summary. */
export interface Passed {
  digests: number;
  /** Outside the time; folders outside it are not even listed. */
  otherTimes: number;
  folderMarkers: number;
}

/**
 * The objects below a prefix that were delivered in a window, folder by folder. CloudTrail's layout
 * (`.../CloudTrail/region/YYYY/MM/DD/`) is used to leave out whole years, months and days, and digests, without listing
 * them; any other layout is walked whole and judged object by object.
 */
export async function* trailObjects(listing: BucketListing, prefix: string, window: Window, passed: Passed): AsyncGenerator<TrailObject> {
  // Folders wait until their level is listed: one page of one level is in memory, not the tree.
  const folders: string[] = [];
  for await (const entry of listing.level(prefix)) {
    if ('folder' in entry) {
      if (/\/CloudTrail-Digest\/$/.test(entry.folder)) passed.digests += 1;
      else if (folderMayHold(entry.folder, window)) folders.push(entry.folder);
      continue;
    }
    const { key, sizeBytes, modifiedMs } = entry;
    const stampMs = parseTrailKey(key)?.deliveredMs ?? NaN;
    const deliveredMs = Number.isNaN(stampMs) ? modifiedMs : stampMs;
    if (key.endsWith('/') && sizeBytes === 0) passed.folderMarkers += 1;
    else if (isDigestKey(key)) passed.digests += 1;
    else if (!(deliveredMs >= window.fromMs && deliveredMs < window.toMs)) passed.otherTimes += 1;
    else yield { key, sizeBytes, deliveredMs };
  }
  for (const folder of folders) yield* trailObjects(listing, folder, window, passed);
}

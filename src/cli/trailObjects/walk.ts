import type { BucketListing } from '../../edge/aws/bucketListing.ts';
import { asForwarderError, type ForwarderError } from '../../errors.ts';
import { folderMayHold, isDigestKey, parseTrailKey, type TrailKey } from '../../object/layout.ts';
import { inOrder, type Ahead } from './inOrder.ts';

/** An object that may hold what is looked for. */
export interface ListedObject {
  key: string;
  /** What its key says, when it is one of CloudTrail's. */
  trail?: TrailKey;
}

/** What is looked for, as far as keys can tell. */
export interface Wanted {
  /** Delivered at this time or later, ms since the epoch. */
  fromMs: number;
  /** Delivered before this time, ms since the epoch. */
  toMs: number;
  /** Empty: all. */
  accounts: readonly string[];
  /** Empty: all. */
  regions: readonly string[];
}

/** What was not read, for the summary. */
export interface PassedOver {
  /** Objects of other times, and folders that were not even listed. */
  outside: number;
  digests: number;
  /** Files that are no `.json` or `.json.gz`, and folders of other services. */
  others: number;
  /** Folders that could not be listed. */
  faults: ForwarderError[];
}

const ACCOUNT_FOLDER = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?(\d{12})\/$/;
const SERVICE_FOLDER = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?\d{12}\/([^/]+)\/$/;
const REGION_FOLDER = /(?:^|\/)\d{12}\/CloudTrail[A-Za-z0-9-]*\/([a-z0-9-]+)\/$/;

/**
 * The objects below a prefix that may hold what is wanted, in the listing's order. CloudTrail's layout
 * (`AWSLogs/[organisation/]account/CloudTrail/region/YYYY/MM/DD/`) is used to leave out accounts, regions, days, digests
 * and other services without listing them; any other layout is walked whole.
 */
export function walk(listing: BucketListing, prefix: string, wanted: Wanted, passed: PassedOver): AsyncGenerator<ListedObject> {
  return below(listing, prefix, wanted, passed, { free: LISTINGS_AHEAD });
}

/** Folders whose listing begins before their turn: one request of S3 takes 50 ms, and a trail has a folder a day and region. */
const LISTINGS_AHEAD = 32;

async function* below(listing: BucketListing, prefix: string, wanted: Wanted, passed: PassedOver, ahead: Ahead): AsyncGenerator<ListedObject> {
  const folders: string[] = [];
  for await (const entry of listing.level(prefix)) {
    if ('folder' in entry) {
      if (judgeFolder(entry.folder, wanted, passed)) folders.push(entry.folder);
    } else if (!(entry.key.endsWith('/') && entry.sizeBytes === 0) && judgeObject(entry.key, entry.modifiedMs, wanted, passed)) {
      const trail = parseTrailKey(entry.key);
      yield { key: entry.key, ...(trail && { trail }) };
    }
  }
  yield* inOrder(folders.map((folder) => () => orFault(below(listing, folder, wanted, passed, ahead), passed)), ahead);
}

/** A folder below that cannot be listed is a fault that is told; the others are walked all the same. */
async function* orFault(objects: AsyncGenerator<ListedObject>, passed: PassedOver): AsyncGenerator<ListedObject> {
  try {
    yield* objects;
  } catch (thrown) {
    passed.faults.push(asForwarderError(thrown, 'cli'));
  }
}

/** Whether objects that are wanted can lie in a folder. Only CloudTrail's own layout says they cannot. */
function judgeFolder(folder: string, wanted: Wanted, passed: PassedOver): boolean {
  const service = SERVICE_FOLDER.exec(folder)?.[1];
  if (service === 'CloudTrail-Digest') {
    passed.digests += 1;
    return false;
  }
  if (service !== undefined && !service.startsWith('CloudTrail')) {
    passed.others += 1;
    return false;
  }
  const isInside = isWanted(ACCOUNT_FOLDER.exec(folder)?.[1], wanted.accounts) && isWanted(REGION_FOLDER.exec(folder)?.[1], wanted.regions) && folderMayHold(folder, wanted);
  if (!isInside) passed.outside += 1;
  return isInside;
}

function judgeObject(key: string, modifiedMs: number, wanted: Wanted, passed: PassedOver): boolean {
  const trail = parseTrailKey(key);
  if (isDigestKey(key)) {
    passed.digests += 1;
    return false;
  }
  if (!/\.json(?:\.gz)?$/i.test(key)) {
    passed.others += 1;
    return false;
  }
  // A key that tells no time: what was written before cannot hold what happened later.
  const stampMs = trail?.deliveredMs ?? NaN;
  const isTooEarly = (Number.isNaN(stampMs) ? modifiedMs : stampMs) < wanted.fromMs;
  const isInside = isWanted(trail?.account, wanted.accounts) && isWanted(trail?.region, wanted.regions) && !isTooEarly && !(stampMs >= wanted.toMs);
  if (!isInside) passed.outside += 1;
  return isInside;
}

function isWanted(name: string | undefined, wanted: readonly string[]): boolean {
  return name === undefined || wanted.length === 0 || wanted.includes(name);
}

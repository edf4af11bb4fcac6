/** Whose and which object: what a key of CloudTrail's says. */
export interface Place {
  /** Stands before `AWSLogs/`, with its slash. */
  prefix?: string;
  /** Of an organisation's trail: `o-...`. */
  organisation?: string;
  account: string;
  region: string;
  /** When CloudTrail delivered the object, ms since the epoch. */
  deliveredMs: number;
}

/**
 * The key of a log file:
 * `AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html).
 */
export function logKey(place: Place, unique: string, folder = 'CloudTrail'): string {
  return `${folderOf(place, folder)}${place.account}_${folder}_${place.region}_${minute(place.deliveredMs)}_${unique}.json.gz`;
}

/** The key of a digest file, which names the trail and its home region, and tells the second. */
export function digestKey(place: Place, trail: string): string {
  const { account, region, deliveredMs } = place;
  return `${folderOf(place, 'CloudTrail-Digest')}${account}_CloudTrail-Digest_${region}_${trail}_${region}_${stamp(deliveredMs)}Z.json.gz`;
}

function folderOf({ prefix = '', organisation, account, region, deliveredMs }: Place, folder: string): string {
  const day = new Date(deliveredMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${prefix}AWSLogs/${organisation === undefined ? '' : `${organisation}/`}${account}/${folder}/${region}/${day}/`;
}

/** `20261120T120506` */
function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

/** `20261120T1205Z` */
function minute(ms: number): string {
  return `${stamp(ms).slice(0, 13)}Z`;
}

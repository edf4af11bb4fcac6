import { gzipSync } from 'node:zlib';
import { attack } from './attack.ts';
import { digestText } from './digest.ts';
import { EVERYDAY } from './everyday.ts';
import { ACCOUNT, ORGANISATION } from './identities.ts';
import { insightRecords } from './insight.ts';
import { digestKey, logKey, type Place } from './keys.ts';
import { LETTERS_AND_DIGITS, type Random, seeded } from './random.ts';
import { recordText } from './record.ts';

/** An object as CloudTrail would have written it. */
export interface TrailObject {
  key: string;
  kind: 'log' | 'insight' | 'digest';
  /** The text of each record; empty for a digest. */
  records: string[];
  /** gzip, as stored. */
  bytes: Buffer;
}

export interface TrailOptions {
  bucket: string;
  /** The events are of the last 70 minutes before. */
  nowMs: number;
  /** The same seed gives the same objects. Default 1. */
  seed?: number;
}

const FIVE_MINUTES_MS = 300_000;

/** How many records the log files of the last hour have, the oldest first. Most files of a real trail are this small. */
const RECORDS_PER_FILE = {
  'us-east-1': [5, 3, 9, 4, 12, 2, 2400, 6, 5, 31, 4, 7],
  'eu-central-1': [2, 5, 3, 8, 1, 4],
};

/** An organisation's trail, with a prefix, beside the account's own: fewer and fuller files. */
const ORGANISATION_RECORDS = [14, 60, 22];

/**
 * An hour of made-up CloudTrail objects under real key layouts: an account's own trail in two regions, an organisation's
 * trail under a prefix, an Insight file and a digest. Everyday noise, one busy file that does not fit into one batch,
 * and a short break-in in us-east-1 ({@link attack}).
 */
export function makeTrail({ bucket, nowMs, seed = 1 }: TrailOptions): TrailObject[] {
  const random = seeded(seed);
  const objects: TrailObject[] = [];
  const lastMs = nowMs - FIVE_MINUTES_MS;
  for (const [region, sizes] of Object.entries(RECORDS_PER_FILE)) {
    for (const [k, size] of sizes.entries()) {
      const deliveredMs = lastMs - (sizes.length - 1 - k) * FIVE_MINUTES_MS;
      objects.push(logObject({ account: ACCOUNT, region, deliveredMs }, everyday(size, deliveredMs, region, random), random));
    }
  }
  for (const [k, size] of ORGANISATION_RECORDS.entries()) {
    const deliveredMs = lastMs - (ORGANISATION_RECORDS.length - 1 - k) * FIVE_MINUTES_MS;
    const place = { prefix: 'organisation/', organisation: ORGANISATION, account: ACCOUNT, region: 'us-east-1', deliveredMs };
    objects.push(logObject(place, everyday(size, deliveredMs, place.region, random), random));
  }
  objects.push(attackObject({ account: ACCOUNT, region: 'us-east-1', deliveredMs: nowMs - 60_000 }, random));
  const insight = insightRecords(lastMs, 'us-east-1', random);
  const insightPlace = { account: ACCOUNT, region: 'us-east-1', deliveredMs: nowMs - 120_000 };
  objects.push(objectOf(logKey(insightPlace, random.text(16, LETTERS_AND_DIGITS), 'CloudTrail-Insight'), insight, 'insight'));
  objects.push(digestObject(bucket, objects, lastMs, random));
  return objects;
}

/** The break-in among noise, as one object. */
export function attackObject(place: Place, random: Random): TrailObject {
  const beginMs = place.deliveredMs - FIVE_MINUTES_MS;
  const story = attack(beginMs).map(([afterS, happening]) => recordText(happening, beginMs + afterS * 1000, place.region, random));
  const noise = everyday(4, place.deliveredMs, place.region, random);
  // Events are out of time order inside real files too.
  return logObject(place, [...noise.slice(0, 2), ...story, ...noise.slice(2)], random);
}

/** A log file's object under the key of its place. */
export function logObject(place: Place, records: string[], random: Random): TrailObject {
  return objectOf(logKey(place, random.text(16, LETTERS_AND_DIGITS)), records, 'log');
}

/** An object of records under any key. */
export function objectOf(key: string, records: string[], kind: 'log' | 'insight' = 'log'): TrailObject {
  return { key, kind, records, bytes: gzipSync(contentOf(records)) };
}

/** So many ordinary records of the five minutes before the delivery. */
export function everyday(count: number, deliveredMs: number, region: string, random: Random): string[] {
  return Array.from({ length: count }, () => {
    const atMs = deliveredMs - 60_000 - random.int(FIVE_MINUTES_MS);
    return recordText(random.pick(EVERYDAY)(random, atMs, region), atMs, region, random);
  });
}

function digestObject(bucket: string, objects: TrailObject[], endMs: number, random: Random): TrailObject {
  const key = digestKey({ account: ACCOUNT, region: 'us-east-1', deliveredMs: endMs }, 'main-trail');
  const vouched = objects.filter((object) => object.kind === 'log' && object.key.includes('/CloudTrail/us-east-1/'));
  const text = digestText(bucket, key, endMs, vouched.map((object) => ({ key: object.key, content: contentOf(object.records) })), random);
  return { key, kind: 'digest', records: [], bytes: gzipSync(text) };
}

function contentOf(records: string[]): Buffer {
  return Buffer.from(`{"Records":[${records.join(',')}]}`);
}

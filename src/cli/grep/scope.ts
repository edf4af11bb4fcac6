import type { TrailRecord } from '../../model.ts';
import type { RecordMatcher } from '../../query/compile.ts';
import { parseQuery } from '../../query/language/parser.ts';
import type { Wanted } from '../trailObjects/walk.ts';

/** Where and when, as it was asked for. */
export interface ScopeOptions {
  /** Events at this time or later, ms since the epoch. */
  from?: number;
  /** Events before this time, ms since the epoch. */
  to?: number;
  /** How long after an event its object may have been delivered, ms. */
  late: number;
  account?: readonly string[];
  region?: readonly string[];
}

/** The clock of who writes the key may be behind, and the key tells only the minute. */
const EARLY_MS = 5 * 60_000;

/** What objects must say, so that their records can be in the scope. */
export function wantedObjects({ from = -Infinity, to = Infinity, late, account = [], region = [] }: ScopeOptions): Wanted {
  return { fromMs: from - EARLY_MS, toMs: to + late, accounts: account, regions: region };
}

/** Whether the matcher's open record is in the scope; `isListed`: its key has answered for account and region already. */
export type InScope = (record: TrailRecord, isListed: boolean) => boolean;

export function scopeOf({ from = -Infinity, to = Infinity, account = [], region = [] }: ScopeOptions, matcher: RecordMatcher): InScope {
  const anyOf = (names: readonly string[]) => `(${names.map((name) => JSON.stringify(name)).join(' OR ')})`;
  const where = [
    ...(region.length === 0 ? [] : [`@awsRegion:${anyOf(region)}`]),
    ...(account.length === 0 ? [] : [`(@recipientAccountId:${anyOf(account)} OR (-@recipientAccountId:* @userIdentity.accountId:${anyOf(account)}))`]),
  ].join(' ');
  const isThere = matcher.add(parseQuery(where));
  const anyTime = from === -Infinity && to === Infinity;
  return (record, isListed) => {
    if (!isListed && !isThere.matches()) return false;
    if (anyTime) return true;
    const timeMs = eventTimeMs(record);
    // A record that tells no time is as old as its object, which was asked for.
    return Number.isNaN(timeMs) || (timeMs >= from && timeMs < to);
  };
}

const EVENT_TIME = Buffer.from('eventTime');

/** A record's own eventTime, ms since the epoch; NaN when it has none that can be read. */
function eventTimeMs({ bytes, start, members, firstMember, memberCount }: TrailRecord): number {
  for (let member = firstMember + memberCount - 1; member >= firstMember; member--) {
    const at = 4 * member;
    const key = bytes.subarray(start + members[at]!, start + members[at + 1]!);
    if (!EVENT_TIME.equals(key)) continue;
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + start + members[at + 2]!, members[at + 3]! - members[at + 2]!).toString('latin1');
    return Date.parse(value.slice(1, -1));
  }
  return NaN;
}

import type { TrailRecord } from '../../model.ts';

/** What the forwarder must know of a record; read from its member table, without parsing it. */
export interface Facts {
  /** eventTime, ms since the epoch; NaN when there is none that can be read. */
  eventTimeMs: number;
  /** The EC2 instance that called, when the caller is an instance's role session. */
  host: string | undefined;
  /** Members (positions in the table) whose names Datadog's metadata needs for itself; undefined when there are none. */
  clashes: number[] | undefined;
}

/** The names the metadata takes at the top level (FAULTS 11). */
const TAKEN = ['aws', 'host', 'ddtags', 'service', 'ddsource', 'ddsourcecategory'];
/** For each first byte, which lengths of a taken name begin with it: a bit each. */
const TAKEN_LENGTHS = new Uint32Array(256);
for (const name of TAKEN) TAKEN_LENGTHS[name.charCodeAt(0)]! |= 1 << name.length;

/**
 * An assumed-role session named like an instance, in any partition; the official forwarder only knows `arn:aws:`
 * (CONTRACT B1).
 */
const INSTANCE_SESSION = /^arn:aws[\w-]*:sts::.*?:assumed-role\/.*?\/(i-(?:[0-9a-f]{8}|[0-9a-f]{17}))$/;

/**
 * Reads the facts of a record in one pass over its member table. `wantHost` is false where the source is not CloudTrail.
 * They are written into `facts`, when there is one to be used again.
 */
export function readFacts(record: TrailRecord, wantHost: boolean, facts = noFacts()): Facts {
  facts.eventTimeMs = NaN;
  facts.host = undefined;
  facts.clashes = undefined;
  const { bytes, start, members } = record;
  for (let m = 0, at = 4 * record.firstMember; m < record.memberCount; m++, at += 4) {
    const keyStart = start + members[at]!;
    const keyLength = start + members[at + 1]! - keyStart;
    const first = bytes[keyStart]!;
    if (record.escapedKeys || (keyLength < 32 && (TAKEN_LENGTHS[first]! & (1 << keyLength)) !== 0)) {
      if (isTaken(bytes, keyStart, keyLength)) (facts.clashes ??= []).push(m);
    }
    if (keyLength === 9 && first === 0x65 && same(bytes, keyStart, EVENT_TIME)) {
      facts.eventTimeMs = readTime(bytes, start + members[at + 2]!, start + members[at + 3]!);
    } else if (wantHost && keyLength === 12 && first === 0x75 && same(bytes, keyStart, USER_IDENTITY)) {
      facts.host = readHost(bytes, start + members[at + 2]!, start + members[at + 3]!);
    }
  }
  return facts;
}

export function noFacts(): Facts {
  return { eventTimeMs: NaN, host: undefined, clashes: undefined };
}

const EVENT_TIME = Buffer.from('eventTime');
const USER_IDENTITY = Buffer.from('userIdentity');

function same(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let k = 0; k < expected.length; k++) if (bytes[at + k] !== expected[k]) return false;
  return true;
}

function isTaken(bytes: Uint8Array, at: number, length: number): boolean {
  const raw = textOf(bytes, at, at + length);
  const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  return TAKEN.includes(key);
}

/** ms since the epoch of a JSON string such as `"2026-11-20T12:05:00Z"`: CloudTrail's form by its digits, any other by Date. */
export function readTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 22 && bytes[start + 11] === 0x54 && bytes[start + 20] === 0x5a) {
    let digits = 0;
    for (const at of DIGITS) if (bytes[start + at]! >= 0x30 && bytes[start + at]! <= 0x39) digits++;
    if (digits === DIGITS.length) {
      const two = (at: number) => bytes[start + at]! * 10 + bytes[start + at + 1]! - 528;
      return Date.UTC(two(1) * 100 + two(3), two(6) - 1, two(9), two(12), two(15), two(18));
    }
  }
  try {
    const value: unknown = JSON.parse(textOf(bytes, start, end));
    return typeof value === 'string' ? Date.parse(value) : NaN;
  } catch {
    return NaN;
  }
}

/** Where CloudTrail's time has digits, the opening quote at 0. */
const DIGITS = [1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19];

/**
 * Identities seen before and their hosts: the same session calls again and again. Found by a sum of a few of their
 * bytes, and the same only when all bytes are.
 */
const knownIdentities = new Map<number, { text: Buffer; host: string | undefined }>();
const MAX_KNOWN_IDENTITIES = 500;
/** CloudTrail's have some hundred bytes; a hostile one may have megabytes. */
const MAX_KNOWN_BYTES = 4096;

function readHost(bytes: Uint8Array, start: number, end: number): string | undefined {
  const at = findInstance(bytes, start, end);
  if (at < 0) return undefined;
  let sum = end - start;
  for (let i = at; i < Math.min(at + 16, end); i++) sum = (31 * sum + bytes[i]!) | 0;
  const known = knownIdentities.get(sum);
  if (known !== undefined && known.text.compare(bytes, start, end) === 0) return known.host;
  const text = Buffer.from(bytes.subarray(start, end));
  const identity: unknown = JSON.parse(text.toString());
  const arn: unknown = typeof identity === 'object' && identity !== null ? (identity as { arn?: unknown }).arn : undefined;
  const host = typeof arn === 'string' ? INSTANCE_SESSION.exec(arn)?.[1] : undefined;
  if (knownIdentities.size >= MAX_KNOWN_IDENTITIES) knownIdentities.clear();
  if (text.length <= MAX_KNOWN_BYTES) knownIdentities.set(sum, { text, host });
  return host;
}

/** Where `/i-` stands in the text, or an escape, which could hide it; -1: most identities are told apart without parsing. */
function findInstance(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === 0x5c || (byte === 0x2f && bytes[i + 1] === 0x69 && bytes[i + 2] === 0x2d)) return i;
  }
  return -1;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

const EVENT_ID = Buffer.from('eventID');

/** The record's eventID as it is written, between its quotes; undefined when it has none. */
export function eventIdOf({ bytes, start, members, firstMember, memberCount }: TrailRecord): string | undefined {
  for (let m = 0, at = 4 * firstMember; m < memberCount; m++, at += 4) {
    const keyStart = start + members[at]!;
    if (members[at + 1]! - members[at]! !== 7 || !same(bytes, keyStart, EVENT_ID)) continue;
    const value = textOf(bytes, start + members[at + 2]!, start + members[at + 3]!);
    if (value.startsWith('"')) return value.slice(1, -1);
  }
  return undefined;
}

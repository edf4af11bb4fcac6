import type { LogEntry, TrailRecord } from '../../model.ts';
import { indexLength, writeEntry } from '../entry.ts';
import { readFacts, type Facts } from './facts.ts';
import type { Metadata } from './metadata.ts';
import { shrink } from './shrink.ts';

/** An entry, and what was done to its record that an operator may want to know. */
export interface Transformed {
  entry: LogEntry;
  /** A top-level name was taken, and kept as `original_...`. */
  clashing: boolean;
  /** The record was too large for one log and was cut. */
  truncated: boolean;
}

/**
 * Turns a record into a log entry: its original text with Datadog's metadata spliced in before the closing brace.
 * A record that is no JSON object is put under the key `record`. A top-level name that the metadata needs is kept as
 * `original_<name>` (FAULTS 11). A log over `maxEntryBytes` is cut structurally (FAULTS 9).
 */
export function transform(record: TrailRecord, metadata: Metadata, wantHost: boolean, maxEntryBytes: number): Transformed {
  const facts = readFacts(record, wantHost);
  const entry = splice(record, metadata, facts);
  if (entry.lengthBytes <= maxEntryBytes) return { entry, clashing: facts.clashes !== undefined, truncated: false };
  const cut = shrink(textOf(entry), maxEntryBytes);
  return { entry: wholeEntry(cut, entry), clashing: facts.clashes !== undefined, truncated: true };
}

function splice(record: TrailRecord, metadata: Metadata, facts: Facts): LogEntry {
  const tail = facts.host === undefined ? metadata.tail : metadata.tailWithHost(facts.host);
  let { bytes, start } = record;
  let end = record.end - 1;
  let head = metadata.head;
  if (record.memberCount < 0) {
    bytes = Buffer.concat([RECORD_KEY, record.bytes.subarray(record.start, record.end)]);
    start = 0;
    end = bytes.length;
  } else if (record.memberCount === 0) {
    head = head.subarray(1);
  } else if (facts.clashes !== undefined) {
    bytes = renameClashes(record, facts.clashes);
    start = 0;
    end = bytes.length - 1;
  }
  const index = metadata.withIndex ? record.index : -1;
  return { index, bytes, start, end, head, tail, lengthBytes: end - start + head.length + indexLength(index) + tail.length, eventTimeMs: facts.eventTimeMs };
}

const RECORD_KEY = Buffer.from('{"record":');
const ORIGINAL = 'original_';

/** The record's text with `original_` put before the clashing names: as often as it takes to be a new name. */
function renameClashes(record: TrailRecord, clashes: number[]): Buffer {
  const { bytes, start, end, members, firstMember } = record;
  const key = (m: number) => {
    const at = 4 * (firstMember + m);
    return JSON.parse(`"${Buffer.from(bytes.subarray(start + members[at]!, start + members[at + 1]!)).toString()}"`) as string;
  };
  const names = new Set(Array.from({ length: record.memberCount }, (_, m) => key(m)));
  const pieces: Uint8Array[] = [];
  let from = start;
  for (const m of clashes) {
    const keyStart = start + members[4 * (firstMember + m)]!;
    let prefix = ORIGINAL;
    while (names.has(prefix + key(m))) prefix += ORIGINAL;
    pieces.push(bytes.subarray(from, keyStart), Buffer.from(prefix));
    from = keyStart;
  }
  pieces.push(bytes.subarray(from, end));
  return Buffer.concat(pieces);
}

function textOf(entry: LogEntry): Buffer {
  const text = Buffer.allocUnsafe(entry.lengthBytes);
  writeEntry(entry, text, 0);
  return text;
}

function wholeEntry(text: Buffer, from: LogEntry): LogEntry {
  return { index: -1, bytes: text, start: 0, end: text.length, head: NOTHING, tail: NOTHING, lengthBytes: text.length, eventTimeMs: from.eventTimeMs };
}

const NOTHING = new Uint8Array(0);

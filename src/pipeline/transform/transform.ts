import type { LogEntry, TrailRecord } from '../../model.ts';
import { indexLength, writeEntry } from '../entry.ts';
import { noFacts, readFacts, type Facts } from './facts.ts';
import type { Metadata } from './metadata.ts';
import { shrink } from './shrink.ts';

/** An entry, and what was done to its record that an operator may want to know. */
export interface Transformed extends LogEntry {
  /** A top-level name was taken, and kept as `original_...`. */
  clashing: boolean;
  /** The record was too large for one log and was cut. */
  truncated: boolean;
}

/**
 * Turns the records of one object into log entries: a record's original text with Datadog's metadata spliced in before
 * the closing brace. A record that is no JSON object is put under the key `record`. A top-level name that the metadata
 * needs is kept as `original_<name>` (FAULTS 11). A log over `maxEntryBytes` is cut structurally (FAULTS 9).
 */
export class Transformer {
  readonly #metadata: Metadata;
  readonly #wantHost: boolean;
  readonly #maxEntryBytes: number;
  readonly #facts = noFacts();
  // One for all records: with a new one each an object of 500 MB took 15 MB more memory.
  readonly #entry: Transformed = { index: -1, bytes: NOTHING, start: 0, end: 0, head: NOTHING, tail: NOTHING, lengthBytes: 0, eventTimeMs: NaN, clashing: false, truncated: false };

  /** @param wantHost whether an instance that called becomes the log's `host` */
  constructor(metadata: Metadata, wantHost: boolean, maxEntryBytes: number) {
    this.#metadata = metadata;
    this.#wantHost = wantHost;
    this.#maxEntryBytes = maxEntryBytes;
  }

  /** The record's entry: valid until the next call, as the record's own text is. */
  apply(record: TrailRecord): Transformed {
    const facts = readFacts(record, this.#wantHost, this.#facts);
    const entry = this.#splice(record, facts);
    entry.eventTimeMs = facts.eventTimeMs;
    entry.clashing = facts.clashes !== undefined;
    entry.truncated = entry.lengthBytes > this.#maxEntryBytes;
    return entry.truncated ? { ...entry, ...whole(shrink(textOf(entry), this.#maxEntryBytes)) } : entry;
  }

  #splice(record: TrailRecord, facts: Facts): Transformed {
    const entry = this.#entry;
    const metadata = this.#metadata;
    entry.index = metadata.withIndex ? record.index : -1;
    entry.bytes = record.bytes;
    entry.start = record.start;
    entry.end = record.end - 1;
    entry.head = metadata.head;
    entry.tail = facts.host === undefined ? metadata.tail : metadata.tailWithHost(facts.host);
    if (record.memberCount < 0) {
      entry.bytes = Buffer.concat([RECORD_KEY, record.bytes.subarray(record.start, record.end)]);
      entry.start = 0;
      entry.end = entry.bytes.length;
    } else if (record.memberCount === 0) {
      entry.head = metadata.head.subarray(1);
    } else if (facts.clashes !== undefined) {
      entry.bytes = renameClashes(record, facts.clashes);
      entry.start = 0;
      entry.end = entry.bytes.length - 1;
    }
    entry.lengthBytes = entry.end - entry.start + entry.head.length + indexLength(entry.index) + entry.tail.length;
    return entry;
  }
}

const NOTHING = new Uint8Array(0);
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

function whole(text: Buffer): Pick<LogEntry, 'index' | 'bytes' | 'start' | 'end' | 'head' | 'tail' | 'lengthBytes'> {
  return { index: -1, bytes: text, start: 0, end: text.length, head: NOTHING, tail: NOTHING, lengthBytes: text.length };
}

import type { TrailRecord } from '../../model.ts';
import type { Json, Scalar } from '../view/json.ts';
import type { AttributePath } from '../view/path.ts';
import { MemberWalk, type Trie } from './memberWalk.ts';
import { KeyTable } from './keyTable.ts';
import { byteNameOf, isDecidable } from './literal.ts';

/**
 * Reads fields of one record at a time from its bytes, without parsing it: top-level members by the splitter's table,
 * deeper ones by walking the bytes of their member once for all paths that were asked for.
 *
 * A path is registered once (`slotOf`), when a query is compiled. Where the bytes do not tell for certain (a key with
 * escapes, a key twice in one object, many values) the answer is "cannot tell", and the caller parses the record.
 */
export class TrailReader {
  record!: TrailRecord;
  bytes: Uint8Array = EMPTY;

  /** Registered top-level names, and where to find them by a hash of a few of their bytes. */
  private readonly names: { bytes: Uint8Array; trie: Trie; slots: number[] }[] = [];
  private readonly nameIds = new Map<string, number>();
  private keys = new KeyTable([]);
  private readonly slotIds = new Map<string, number>();
  /** Of each slot, the names that its path may begin with; undefined when bytes cannot decide about it. */
  private readonly slotNames: (number[] | undefined)[] = [];

  /** What is known of the open record is marked with its number. */
  private epoch = 0;
  private locatedIn = 0;
  private isOdd = false;
  private valueStart = new Int32Array(0);
  private valueEnd = new Int32Array(0);
  private walkedIn = new Int32Array(0);
  private countedIn = new Int32Array(0);
  private counts = new Int32Array(0);
  private readonly walk = new MemberWalk();

  private buffer: Buffer = Buffer.alloc(0);
  private parsedIn = 0;
  private parsedRecord: Json = null;

  /** The number under which a path's values can be asked for. */
  slotOf(path: AttributePath): number {
    const known = this.slotIds.get(path.text);
    if (known !== undefined) return known;
    const slot = this.slotNames.length;
    this.slotIds.set(path.text, slot);
    this.walk.addSlot();
    const isCertain = path.names.every(isDecidable);
    this.slotNames.push(isCertain ? path.steps[0]!.map(({ name, next }) => this.register(name, path, next, slot)) : undefined);
    this.countedIn = new Int32Array(this.slotNames.length);
    this.counts = new Int32Array(this.slotNames.length);
    this.epoch++;
    return slot;
  }

  private register(name: string, path: AttributePath, next: number, slot: number): number {
    let id = this.nameIds.get(name);
    if (id === undefined) {
      id = this.names.length;
      const bytes = byteNameOf(name);
      this.nameIds.set(name, id);
      this.names.push({ bytes, trie: { slots: [], edges: [] }, slots: [] });
      this.keys = new KeyTable(this.names.map((known) => known.bytes));
      this.valueStart = new Int32Array(this.names.length);
      this.valueEnd = new Int32Array(this.names.length);
      this.walkedIn = new Int32Array(this.names.length);
    }
    const entry = this.names[id]!;
    entry.slots.push(slot);
    insert(entry.trie, path, next, slot);
    return id;
  }

  /** The record that the following questions are about. Its bytes must stay as they are until the next one. */
  open(record: TrailRecord): void {
    this.record = record;
    if (record.bytes !== this.bytes) {
      this.bytes = record.bytes;
      this.buffer = Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength);
    }
    this.epoch++;
  }

  /** How many values there are at a slot's path (null is none, arrays are opened, objects count); -1: cannot tell. */
  count(slot: number): number {
    if (this.countedIn[slot] !== this.epoch) {
      this.countedIn[slot] = this.epoch;
      this.counts[slot] = this.read(slot);
    }
    return this.counts[slot]!;
  }

  /** Where the slot's value number `index` begins in `bytes`. */
  startOf(slot: number, index: number): number {
    return this.walk.starts[slot * MemberWalk.MAX_VALUES + index]!;
  }

  endOf(slot: number, index: number): number {
    return this.walk.ends[slot * MemberWalk.MAX_VALUES + index]!;
  }

  private read(slot: number): number {
    if (this.locatedIn !== this.epoch) this.locate();
    const names = this.slotNames[slot];
    if (this.isOdd || !names) return -1;
    let found = -1;
    for (const name of names) {
      if (this.valueStart[name]! < 0) continue;
      if (found >= 0) return -1;
      found = name;
    }
    if (found < 0) return 0;
    if (this.walkedIn[found] !== this.epoch) {
      this.walkedIn[found] = this.epoch;
      const { trie, slots } = this.names[found]!;
      this.walk.run(this.bytes, this.valueStart[found]!, this.valueEnd[found]!, trie, slots);
    }
    return this.walk.found[slot]!;
  }

  /** One pass over the record's members, for all names at once. */
  private locate(): void {
    const { record } = this;
    this.locatedIn = this.epoch;
    this.isOdd = record.memberCount < 0 || record.escapedKeys;
    if (!this.isOdd) this.keys.locate(record, this.valueStart, this.valueEnd);
  }

  /** The scalar whose JSON text is `bytes[start, end)`. */
  scalar(start: number, end: number): Scalar {
    const first = this.bytes[start];
    if (first === 0x74) return true;
    if (first === 0x66) return false;
    if (first !== 0x22) return Number(this.buffer.toString('latin1', start, end));
    for (let i = start + 1; i < end; i++) {
      if (this.bytes[i] === 0x5c) return JSON.parse(this.buffer.toString('utf8', start, end)) as string;
    }
    return this.buffer.toString('utf8', start + 1, end - 1);
  }

  /** A part of the record, parsed. */
  json(start: number, end: number): Json {
    return JSON.parse(this.buffer.toString('utf8', start, end)) as Json;
  }

  /** The open record, parsed; once, however many queries ask for it. */
  parsed(): Json {
    if (this.parsedIn !== this.epoch) {
      this.parsedRecord = this.json(this.record.start, this.record.end);
      this.parsedIn = this.epoch;
    }
    return this.parsedRecord;
  }
}

const EMPTY = new Uint8Array(0);

function insert(trie: Trie, path: AttributePath, at: number, slot: number): void {
  if (at === path.names.length) {
    trie.slots.push(slot);
    return;
  }
  for (const { name, next } of path.steps[at]!) {
    const bytes = byteNameOf(name);
    let edge = trie.edges.find((candidate) => Buffer.compare(candidate.name, bytes) === 0);
    if (!edge) {
      edge = { name: bytes, trie: { slots: [], edges: [] } };
      trie.edges.push(edge);
    }
    insert(edge.trie, path, next, slot);
  }
}

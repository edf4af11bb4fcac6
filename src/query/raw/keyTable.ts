import type { TrailRecord } from '../../model.ts';

const SIZE = 256;

/** Some top-level names, looked for in a record's member table all at once. */
export class KeyTable {
  /** Bit n: there may be a key of n bytes, or of 32 more, or 64, ...: tells most other keys apart without a look at them. */
  private lengths = 0;
  /** By hash: a key's number plus one, 0 for none; further keys of that hash hang on `next`. */
  private readonly first = new Uint16Array(SIZE);
  private readonly next: Uint16Array;
  /** Where each key's bytes begin in `bytes`. */
  private readonly offsets: Int32Array;
  private readonly bytes: Uint8Array;

  constructor(keys: readonly Uint8Array[]) {
    this.next = new Uint16Array(keys.length);
    this.offsets = new Int32Array(keys.length + 1);
    this.bytes = Buffer.concat(keys);
    keys.forEach((key, id) => {
      this.offsets[id + 1] = this.offsets[id]! + key.length;
      this.lengths |= 1 << (key.length & 31);
      const hash = hashOf(key, 0, key.length);
      this.next[id] = this.first[hash]!;
      this.first[hash] = id + 1;
    });
  }

  /**
   * Notes where the value of each key lies in `record.bytes`, -1 where it is absent. Of a key that comes twice the last
   * one counts, as for JSON.parse. Keys of the record must not hold escapes.
   */
  locate({ bytes, members, start, firstMember, memberCount }: TrailRecord, valueStart: Int32Array, valueEnd: Int32Array): void {
    const { lengths, first } = this;
    for (let key = 0; key < valueStart.length; key++) valueStart[key] = -1;
    const end = 4 * (firstMember + memberCount);
    for (let at = 4 * firstMember; at < end; at += 4) {
      const keyStart = members[at]!;
      const keyEnd = members[at + 1]!;
      // The shift counts modulo 32, as `lengths` does.
      if (((lengths >>> (keyEnd - keyStart)) & 1) === 0) continue;
      const candidate = first[hashOf(bytes, start + keyStart, start + keyEnd)]!;
      if (candidate === 0) continue;
      const key = this.verify(candidate, bytes, start + keyStart, keyEnd - keyStart);
      if (key < 0) continue;
      valueStart[key] = start + members[at + 2]!;
      valueEnd[key] = start + members[at + 3]!;
    }
  }

  private verify(candidate: number, bytes: Uint8Array, start: number, length: number): number {
    const { offsets, next, bytes: known } = this;
    for (let id = candidate; id !== 0; id = next[id - 1]!) {
      const offset = offsets[id - 1]!;
      if (offsets[id]! - offset !== length) continue;
      let k = length;
      while (--k >= 0 && bytes[start + k] === known[offset + k]);
      if (k < 0) return id - 1;
    }
    return -1;
  }
}

/** The length and two bytes tell CloudTrail's names apart: `eventName`, `eventTime` and `eventType` by the last but two. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  return length < 3 ? length : (length * 19 + bytes[end - 1]! * 5 + bytes[end - 3]!) & (SIZE - 1);
}

const SIZE = 256;

/** Some keys, found by their bytes: a hash of the length and three bytes tells most other keys apart at one look. */
export class KeyTable {
  /** By hash: a key's number plus one, 0 for none; further keys of that hash hang on `next`. */
  private readonly first = new Uint16Array(SIZE);
  private readonly next: Uint16Array;
  private readonly offsets: Int32Array;
  private readonly bytes: Uint8Array;
  /** Bit n: there is a key of n bytes; bit 31: of 31 or more. */
  private lengths = 0;

  constructor(keys: readonly Uint8Array[]) {
    this.next = new Uint16Array(keys.length);
    this.offsets = new Int32Array(keys.length + 1);
    this.bytes = Buffer.concat(keys);
    keys.forEach((key, id) => {
      this.offsets[id + 1] = this.offsets[id]! + key.length;
      const hash = hashOf(key, 0, key.length);
      this.next[id] = this.first[hash]!;
      this.first[hash] = id + 1;
      this.lengths |= 1 << Math.min(key.length, 31);
    });
  }

  /** The number of the key that is `bytes[start, end)`, -1 when it is none of them. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if ((this.lengths & (1 << Math.min(end - start, 31))) === 0) return -1;
    for (let id = this.first[hashOf(bytes, start, end)]!; id !== 0; id = this.next[id - 1]!) {
      const offset = this.offsets[id - 1]!;
      let k = end - start;
      if (this.offsets[id]! - offset !== k) continue;
      while (--k >= 0 && bytes[start + k] === this.bytes[offset + k]);
      if (k < 0) return id - 1;
    }
    return -1;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  return length === 0 ? 0 : (length * 19 + bytes[start]! * 5 + bytes[end - 1]! * 3 + bytes[start + (length >> 1)]!) & (SIZE - 1);
}

/** The paths asked for below one member: the edges are keys, the slots are paths that end here. */
export interface Trie {
  slots: number[];
  edges: { name: Uint8Array; trie: Trie }[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_N = 0x6e;

/**
 * Walks the bytes of one member's value, and notes where the values of all paths below it lie. The text must be valid
 * JSON, which the splitter has checked; the bounds are watched all the same.
 */
export class MemberWalk {
  /** More values than this of one path, and the record is parsed. */
  static readonly MAX_VALUES = 16;

  /** By slot: values found by the walk; -1 when it cannot tell. */
  found: number[] = [];
  starts: number[] = [];
  ends: number[] = [];

  private bytes: Uint8Array = new Uint8Array(0);
  private limit = 0;
  private failed = false;

  addSlot(): void {
    this.found.push(0);
    for (let i = 0; i < MemberWalk.MAX_VALUES; i++) {
      this.starts.push(0);
      this.ends.push(0);
    }
  }

  /** Walks the value at `bytes[start, end)`; `slots` are all that occur in `trie`. */
  run(bytes: Uint8Array, start: number, end: number, trie: Trie, slots: readonly number[]): void {
    for (let i = 0; i < slots.length; i++) this.found[slots[i]!] = 0;
    const first = bytes[start];
    if (first !== OPEN_BRACKET && (first !== OPEN_BRACE || trie.edges.length === 0)) {
      // A scalar, as most are, or an object that nobody looks into: no walk.
      if (first !== LETTER_N) for (let i = 0; i < trie.slots.length; i++) this.add(trie.slots[i]!, start, end);
      return;
    }
    this.bytes = bytes;
    this.limit = end;
    this.failed = false;
    this.value(trie, start);
    if (this.failed) for (const slot of slots) this.found[slot] = -1;
  }

  /** Each of these takes the position of a value's first byte and gives the one after its last. */
  private value(trie: Trie, at: number): number {
    const first = this.bytes[at];
    if (first === OPEN_BRACKET) return this.array(trie, at);
    const end = first === OPEN_BRACE && trie.edges.length > 0 ? this.object(trie, at) : this.skip(at);
    if (first !== LETTER_N) for (const slot of trie.slots) this.add(slot, at, end);
    return end;
  }

  private add(slot: number, start: number, end: number): void {
    const index = this.found[slot]!;
    if (index < 0) return;
    if (index === MemberWalk.MAX_VALUES) {
      this.found[slot] = -1;
      return;
    }
    this.starts[slot * MemberWalk.MAX_VALUES + index] = start;
    this.ends[slot * MemberWalk.MAX_VALUES + index] = end;
    this.found[slot] = index + 1;
  }

  private array(trie: Trie, at: number): number {
    at = this.space(at + 1);
    if (this.bytes[at] === CLOSE_BRACKET) return at + 1;
    while (at < this.limit) {
      at = this.space(this.value(trie, at));
      if (this.bytes[at] !== COMMA) return at + 1;
      at = this.space(at + 1);
    }
    return this.fail();
  }

  private object(trie: Trie, at: number): number {
    const { bytes, limit } = this;
    const { edges } = trie;
    let seen = 0;
    at = this.space(at + 1);
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    while (at < limit) {
      const key = at + 1;
      let byte = 0;
      for (at = key; at < limit && (byte = bytes[at]!) !== QUOTE && byte !== BACKSLASH; at++);
      // A key with an escape could be any.
      if (byte !== QUOTE) return this.fail();
      const edge = edgeOf(edges, bytes, key, at);
      // The colon, nearly always right after the key and right before the value.
      if (bytes[++at] !== COLON) at = this.space(at);
      if (bytes[++at]! <= 0x20) at = this.space(at);
      if (edge < 0) at = this.skip(at);
      else {
        // The same key twice in one object: the last one counts, but its values before are noted already.
        if (edge > 30 || (seen & (1 << edge)) !== 0) return this.fail();
        seen |= 1 << edge;
        at = this.value(edges[edge]!.trie, at);
      }
      if (bytes[at]! <= 0x20) at = this.space(at);
      if (this.failed || bytes[at] !== COMMA) return at + 1;
      if (bytes[++at]! <= 0x20) at = this.space(at);
    }
    return this.fail();
  }

  private skip(at: number): number {
    const { bytes, limit } = this;
    const first = bytes[at];
    if (first === QUOTE) {
      for (at++; at < limit; at++) {
        const byte = bytes[at];
        if (byte === QUOTE) return at + 1;
        if (byte === BACKSLASH) at++;
      }
      return this.fail();
    }
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      while (at < limit && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE && bytes[at] !== CLOSE_BRACKET && bytes[at]! > 0x20) at++;
      return at;
    }
    let depth = 0;
    for (; at < limit; at++) {
      let byte = bytes[at]!;
      if (byte === QUOTE) {
        for (at++; at < limit && (byte = bytes[at]!) !== QUOTE; at++) if (byte === BACKSLASH) at++;
      } else if (byte >= OPEN_BRACKET) {
        // With the bit set that makes a bracket a brace, one character opens and one closes.
        const folded = byte | 0x20;
        if (folded === OPEN_BRACE) depth++;
        else if (folded === CLOSE_BRACE && --depth === 0) return at + 1;
      }
    }
    return this.fail();
  }

  private space(at: number): number {
    while (at < this.limit && this.bytes[at]! <= 0x20) at++;
    return at;
  }

  private fail(): number {
    this.failed = true;
    return this.limit;
  }
}

function edgeOf(edges: Trie['edges'], bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  for (let e = 0; e < edges.length; e++) {
    const { name } = edges[e]!;
    if (name.length !== length) continue;
    let k = 0;
    while (k < length && bytes[start + k] === name[k]) k++;
    if (k === length) return e;
  }
  return -1;
}

import { ForwarderError } from '../../errors.ts';
import type { TrailRecord } from '../../model.ts';
import { ACCEPTS, NEXT, START } from './scalars.ts';
import { GIVEN_WORDS, SCANNED_MEMBERS, SCANNED_RECORDS, SLICE_BYTES, vectorScan, WORD, type VectorScan } from './vectorScan.ts';

/** Limits against hostile input; CloudTrail itself stays far below (a record: 256 KB, CONTRACT E2). */
export interface SplitLimits {
  /** A longer record is not kept, only counted and named. Default 8 MiB. */
  maxRecordBytes: number;
  /** A record nested deeper is not kept, only counted and named. Default 100 levels. */
  maxRecordDepth: number;
}

export const SPLIT_LIMITS: SplitLimits = { maxRecordBytes: 8 * 1024 * 1024, maxRecordDepth: 100 };

const FIRST_CARRY_BYTES = 16 * 1024;
/** A carry that one long record made larger than this is given back. */
const CARRY_KEPT_BYTES = 1024 * 1024;
const EMPTY = new Uint8Array(0);
/** Nesting at which even validating costs too much memory: one byte a level. */
const MAX_DEPTH = 65_536;
const FIRST_CONTAINERS = 64;
const MAX_ROOT_KEYS = 16;
const MAX_ROOT_KEY_BYTES = 256;

const OBJECT = 1;
const ARRAY = 2;

// What the grammar expects next. String states come last, so that one comparison tells them apart.
const VALUE = 0; //          a value
const FIRST_ELEMENT = 1; //  a value, or ]
const FIRST_KEY = 2; //      a key, or }
const KEY = 3; //            a key
const COLON = 4;
const AFTER_VALUE = 5; //    a comma, or the container's end
const DONE = 6; //           white space
const SCALAR = 7; //         the rest of a number or a literal
const IN_KEY = 8;
const IN_STRING = 9;

/** What {@link Splitter} 's own loop gives when it stopped for the vector loop to go on. */
const HANDED_OVER = -2;
/** {@link TrailRecord.unkept} as the vector loop writes it. */
const UNKEPT = [undefined, 'too-deep', 'too-large'] as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BOM = [0xef, 0xbb, 0xbf];

// Escapes: 0 none, 1 after the backslash, 5..2 that many hexadecimal digits (less one) of \uXXXX to come.
const ESCAPED = Buffer.from('"\\/bfnrt');

/**
 * Cuts the `Records` array of a CloudTrail object into its records, chunk by chunk, without parsing them: each record
 * comes out as a window on its original bytes. Every byte is checked against JSON's grammar on the way, so that what
 * comes out is valid JSON and a truncated or malformed object is known with the byte offset.
 *
 * Between the brackets of `Records` the loop is in WebAssembly, which takes 16 bytes of a string at once (assembly/scan.ts:
 * 0.65 instead of 1.65 ns a byte); whatever is not the rule is left to the loop here, which alone makes errors.
 *
 * Memory: one record at most (`maxRecordBytes`), whatever the object's size.
 *
 * ```ts
 * const splitter = new Splitter();
 * for await (const chunk of bytes) for (const record of splitter.push(chunk)) use(record);
 * splitter.end();
 * ```
 */
export class Splitter {
  /** Records cut so far, kept or not. */
  count = 0;
  /** Whether a `Records` array was found. */
  sawRecords = false;
  /** The names of the root object's first keys: they tell a digest from something that is not CloudTrail's. */
  readonly rootKeys: string[] = [];

  readonly #limits: SplitLimits;
  /** Bytes pushed before the current chunk. */
  #offset = 0;
  #failure: ForwarderError | undefined;

  #state = VALUE;
  #escape = 0;
  #lex = 0;
  #depth = 0;
  #containers = new Uint8Array(FIRST_CONTAINERS);
  /** Where the vector loop shall go on. */
  #handedOverAt = 0;
  #inRecords = false;
  #recordsKey = false;

  /** Whether a text (a record, or a root key) is being captured, and where it starts: relative to the current chunk, negative when in an earlier one. */
  #capturing = false;
  #start = 0;
  /** What of that text lies in earlier chunks. Two of them, since a record given out may still be read in one while the next is kept. */
  #carry: Uint8Array = EMPTY;
  #carryLength = 0;
  #otherCarry: Uint8Array = EMPTY;
  #carryIsOut = false;

  #inRecord = false;
  #unkept: TrailRecord['unkept'];
  #isObject = false;
  #escapedKeys = false;
  #members = new Int32Array(4 * 256);
  #memberTop = 0;
  #firstMember = 0;

  readonly #vector: VectorScan | undefined;

  constructor(limits: Partial<SplitLimits> = {}, loop: 'fastest' | 'plain' = 'fastest') {
    this.#limits = { ...SPLIT_LIMITS, ...limits };
    this.#vector = loop === 'plain' ? undefined : vectorScan();
  }

  /**
   * Takes the next bytes and gives the records that end in them, in order. They are windows, valid until the next call.
   *
   * @throws ForwarderError ERR_JSON_BROKEN or ERR_NOT_CLOUDTRAIL, with the byte offset; but only on the call after the
   *   one that met the fault, so that the whole records before it are never lost.
   */
  push(chunk: Uint8Array): TrailRecord[] {
    if (this.#failure) throw this.#failure;
    const records: TrailRecord[] = [];
    this.#forgetGiven();
    const failedAt = this.#cut(chunk, this.#skipBom(chunk), records);
    if (failedAt >= 0) this.#fail(failedAt, chunk[failedAt]);
    else this.#keepOpenText(chunk);
    this.#offset += chunk.length;
    return records;
  }

  /**
   * Says that there are no more bytes.
   *
   * @throws ForwarderError ERR_JSON_BROKEN when the JSON is not complete or was malformed; ERR_NOT_CLOUDTRAIL when it
   *   is empty or not an object.
   */
  end(): void {
    if (this.#failure) throw this.#failure;
    if (this.#state === DONE) return;
    throw this.#offset === 0
      ? notCloudTrail('it is empty')
      : jsonBroken(`at byte ${this.#offset}, in ${this.#where()}: the object ends before its JSON does`);
  }

  /** Cuts the chunk from `i` on, by both loops in turn; gives the position of the byte that breaks the grammar, or -1. */
  #cut(chunk: Uint8Array, i: number, records: TrailRecord[]): number {
    for (;;) {
      if (this.#vector !== undefined && this.#inRecords) i = this.#scanVector(this.#vector, chunk, i, records);
      if (i === chunk.length) return -1;
      const stopped = this.#scan(chunk, i, records);
      if (stopped !== HANDED_OVER) return stopped;
      i = this.#handedOverAt;
    }
  }

  /** Scans records from `i` on by the vector loop; gives the position of the first byte that is left to the plain loop. */
  #scanVector(vector: VectorScan, chunk: Uint8Array, i: number, records: TrailRecord[]): number {
    const { state } = vector;
    while (i < chunk.length) {
      const open = this.#memberTop - this.#firstMember;
      if (open + 4 > SCANNED_MEMBERS) return i;
      vector.members.set(this.#members.subarray(this.#firstMember, this.#memberTop));
      vector.containers.set(this.#containers.subarray(0, this.#depth + 1));
      state[WORD.state] = this.#state;
      state[WORD.escape] = this.#escape;
      state[WORD.lex] = this.#lex;
      state[WORD.depth] = this.#depth;
      state[WORD.start] = this.#start;
      state[WORD.inRecord] = this.#inRecord ? 1 : 0;
      state[WORD.isObject] = this.#isObject ? 1 : 0;
      state[WORD.escapedKeys] = this.#escapedKeys ? 1 : 0;
      state[WORD.unkept] = UNKEPT.indexOf(this.#unkept);
      state[WORD.memberTop] = open;
      state[WORD.firstMember] = 0;
      state[WORD.deepest] = this.#limits.maxRecordDepth + 2;

      const end = Math.min(chunk.length, i + SLICE_BYTES);
      const stopped = vector.scan(chunk, i, end);

      this.#state = state[WORD.state]!;
      this.#escape = state[WORD.escape]!;
      this.#lex = state[WORD.lex]!;
      this.#depth = state[WORD.depth]!;
      this.#growContainers(this.#depth);
      this.#containers.set(vector.containers.subarray(0, this.#depth + 1));
      this.#takeGiven(vector, chunk, records);

      const isFull = state[WORD.given] === SCANNED_RECORDS || state[WORD.memberTop]! + 4 > SCANNED_MEMBERS;
      if (stopped < end && !(isFull && stopped > i)) return stopped;
      i = stopped;
    }
    return i;
  }

  /** Takes over what the vector loop found: the records that ended, and how far the open one is. */
  #takeGiven({ state, records: found, members }: VectorScan, chunk: Uint8Array, records: TrailRecord[]): void {
    const top = state[WORD.memberTop]!;
    // The records given out in this call look at the old table, which stays as it is.
    if (records.length > 0 || top > this.#members.length) this.#members = new Int32Array(Math.max(this.#members.length, top + (top >> 1)));
    this.#members.set(members.subarray(0, top));
    const given = state[WORD.given]!;
    for (let k = 0, at = 0; k < given; k++, at += GIVEN_WORDS) {
      const flags = found[at + 4]!;
      this.#start = found[at]!;
      this.#give(chunk, found[at + 1]!, found[at + 2]!, found[at + 3]!, UNKEPT[flags & 3], (flags & 4) !== 0, records);
    }
    const isOpen = state[WORD.inRecord] === 1;
    // A record that began in this chunk has nothing in earlier ones.
    if (given > 0 || !this.#inRecord) this.#carryLength = 0;
    this.#inRecord = isOpen;
    this.#capturing = isOpen;
    this.#start = state[WORD.start]!;
    this.#isObject = state[WORD.isObject] === 1;
    this.#escapedKeys = state[WORD.escapedKeys] === 1;
    this.#unkept = UNKEPT[state[WORD.unkept]!];
    this.#memberTop = top;
    this.#firstMember = state[WORD.firstMember]!;
  }

  #growContainers(depth: number): void {
    if (depth < this.#containers.length) return;
    const grown = new Uint8Array(Math.min(MAX_DEPTH, Math.max(depth + 1, 2 * this.#containers.length)));
    grown.set(this.#containers);
    this.#containers = grown;
  }

  /** Scans the chunk from `i`; gives the position of the byte that breaks the grammar, or -1; or {@link HANDED_OVER}. */
  #scan(chunk: Uint8Array, i: number, records: TrailRecord[]): number {
    const length = chunk.length;
    let containers = this.#containers;
    let state = this.#state;
    let depth = this.#depth;

    while (i < length) {
      if (state >= IN_KEY) {
        if (this.#escape !== 0) {
          const after = this.#unescape(chunk[i]!);
          if (after < 0) return this.#stop(state, depth, i);
          this.#escape = after;
          i++;
          continue;
        }
        // The tight loop: most bytes of a record are plain bytes of a string.
        let byte = 0;
        while (i < length && (byte = chunk[i]!) !== QUOTE && byte !== BACKSLASH && byte >= 0x20) i++;
        if (i === length) break;
        i++;
        if (byte === QUOTE) {
          if (state === IN_KEY) {
            state = COLON;
            if (depth === 3 ? this.#inRecord : depth === 1) this.#keyEnds(chunk, i - 1, depth);
          } else {
            state = AFTER_VALUE;
            if (depth <= 3) this.#valueEnds(chunk, i, depth, records);
          }
        } else if (byte === BACKSLASH) {
          this.#escape = 1;
          if (state === IN_KEY && depth === 3) this.#escapedKeys = true;
        } else {
          return this.#stop(state, depth, i - 1);
        }
        continue;
      }

      if (state === SCALAR) {
        let lex = this.#lex;
        let next = 0;
        while (i < length && (next = NEXT[(lex << 8) | chunk[i]!]!) !== 0) {
          lex = next;
          i++;
        }
        this.#lex = lex;
        if (i === length) break;
        if (ACCEPTS[lex] === 0) return this.#stop(state, depth, i);
        state = AFTER_VALUE;
        if (depth <= 3) this.#valueEnds(chunk, i, depth, records);
        continue;
      }

      const byte = chunk[i]!;
      switch (byte) {
        case 0x20:
        case 0x0a:
        case 0x0d:
        case 0x09:
          break;
        case QUOTE:
          if (state === FIRST_KEY || state === KEY) {
            state = IN_KEY;
            if (depth === 3 ? this.#inRecord : depth === 1) this.#keyBegins(i + 1, depth);
          } else if ((state === VALUE || state === FIRST_ELEMENT) && depth > 0) {
            state = IN_STRING;
            if (depth <= 3) this.#valueBegins(i, depth, false);
          } else return this.#stop(state, depth, i);
          break;
        case 0x3a: // :
          if (state !== COLON) return this.#stop(state, depth, i);
          state = VALUE;
          break;
        case 0x2c: // ,
          if (state !== AFTER_VALUE) return this.#stop(state, depth, i);
          state = containers[depth] === OBJECT ? KEY : VALUE;
          break;
        case 0x7b: // {
        case 0x5b: // [
          if (state !== VALUE && state !== FIRST_ELEMENT) return this.#stop(state, depth, i);
          if (depth === 0 && byte !== 0x7b) return this.#stop(state, depth, i);
          if (depth <= 3) this.#valueBegins(i, depth, byte === 0x7b);
          depth++;
          if (depth >= MAX_DEPTH) return this.#stop(state, depth, i);
          if (depth > this.#limits.maxRecordDepth + 2 && this.#inRecord) this.#unkept ??= 'too-deep';
          if (depth >= containers.length) {
            this.#growContainers(depth);
            containers = this.#containers;
          }
          containers[depth] = byte === 0x7b ? OBJECT : ARRAY;
          state = byte === 0x7b ? FIRST_KEY : FIRST_ELEMENT;
          if (depth === 2 && byte === 0x5b && this.#recordsKey) {
            this.#inRecords = true;
            this.sawRecords = true;
            if (this.#vector !== undefined) {
              this.#handedOverAt = i + 1;
              return this.#stop(state, depth, HANDED_OVER);
            }
          }
          break;
        case 0x7d: // }
          if ((state !== AFTER_VALUE && state !== FIRST_KEY) || containers[depth] !== OBJECT) return this.#stop(state, depth, i);
          depth--;
          state = depth === 0 ? DONE : AFTER_VALUE;
          if (depth <= 3) this.#valueEnds(chunk, i + 1, depth, records);
          break;
        case 0x5d: // ]
          if ((state !== AFTER_VALUE && state !== FIRST_ELEMENT) || containers[depth] !== ARRAY) return this.#stop(state, depth, i);
          depth--;
          state = AFTER_VALUE;
          if (depth === 1) this.#inRecords = false;
          if (depth <= 3) this.#valueEnds(chunk, i + 1, depth, records);
          break;
        default: {
          if ((state !== VALUE && state !== FIRST_ELEMENT) || depth === 0) return this.#stop(state, depth, i);
          const lex = NEXT[(START << 8) | byte]!;
          if (lex === 0) return this.#stop(state, depth, i);
          this.#lex = lex;
          state = SCALAR;
          if (depth <= 3) this.#valueBegins(i, depth, false);
        }
      }
      i++;
    }
    return this.#stop(state, depth, -1);
  }

  /** Puts the loop's variables back; gives `result`. */
  #stop(state: number, depth: number, result: number): number {
    this.#state = state;
    this.#depth = depth;
    return result;
  }

  #unescape(byte: number): number {
    if (this.#escape > 1) {
      const isHex = (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
      return !isHex ? -1 : this.#escape === 2 ? 0 : this.#escape - 1;
    }
    if (byte === 0x75) return 5;
    return ESCAPED.includes(byte) ? 0 : -1;
  }

  #keyBegins(at: number, depth: number): void {
    if (depth === 1) {
      this.#start = at;
      this.#capturing = true;
      this.#carryLength = 0;
      this.#recordsKey = false;
    } else if (this.#unkept === undefined) {
      this.#member(at - this.#start);
    }
  }

  #keyEnds(chunk: Uint8Array, at: number, depth: number): void {
    if (depth === 3) {
      if (this.#unkept === undefined) this.#members[this.#memberTop++] = at - this.#start;
      return;
    }
    this.#capturing = false;
    if (at - this.#start > MAX_ROOT_KEY_BYTES) return;
    const { bytes, start, end } = this.#text(chunk, at);
    const key = decodeKey(bytes.subarray(start, end));
    this.#recordsKey = key === 'Records';
    if (this.rootKeys.length < MAX_ROOT_KEYS) this.rootKeys.push(key);
  }

  #valueBegins(at: number, depth: number, isObject: boolean): void {
    if (depth === 2 && this.#inRecords) {
      this.#inRecord = true;
      this.#isObject = isObject;
      this.#unkept = undefined;
      this.#escapedKeys = false;
      this.#start = at;
      this.#capturing = true;
      this.#carryLength = 0;
      this.#firstMember = this.#memberTop;
    } else if (depth === 3 && this.#isObject && this.#inRecord && this.#unkept === undefined) {
      this.#members[this.#memberTop++] = at - this.#start;
    }
  }

  #valueEnds(chunk: Uint8Array, at: number, depth: number, records: TrailRecord[]): void {
    if (!this.#inRecord) return;
    if (depth === 3) {
      if (this.#isObject && this.#unkept === undefined) this.#members[this.#memberTop++] = at - this.#start;
      return;
    }
    if (depth !== 2) return;
    this.#inRecord = false;
    this.#capturing = false;
    const memberCount = this.#isObject ? (this.#memberTop - this.#firstMember) >> 2 : -1;
    if (this.#unkept !== undefined) this.#memberTop = this.#firstMember;
    this.#give(chunk, at, this.#firstMember, memberCount, this.#unkept, this.#escapedKeys, records);
  }

  /** Adds the record from `#start` to `end`, whose members begin at `firstMember` of the table. */
  #give(chunk: Uint8Array, end: number, firstMember: number, memberCount: number, unkept: TrailRecord['unkept'], escapedKeys: boolean, records: TrailRecord[]): void {
    const index = this.count++;
    const lengthBytes = end - this.#start;
    if (lengthBytes > this.#limits.maxRecordBytes) unkept ??= 'too-large';
    if (unkept !== undefined) {
      records.push({ index, bytes: EMPTY, start: 0, end: 0, members: this.#members, firstMember: 0, memberCount: -1, escapedKeys: false, unkept, lengthBytes });
      return;
    }
    const text = this.#text(chunk, end);
    records.push({ index, bytes: text.bytes, start: text.start, end: text.end, members: this.#members, firstMember: firstMember >> 2, memberCount, escapedKeys, lengthBytes });
  }

  /** The captured text that ends at `at`: in the chunk, or, when it began in an earlier one, in the carry. */
  #text(chunk: Uint8Array, at: number): { bytes: Uint8Array; start: number; end: number } {
    if (this.#start >= 0) return { bytes: chunk, start: this.#start, end: at };
    this.#append(chunk, 0, at);
    this.#carryIsOut = true;
    return { bytes: this.#carry, start: 0, end: this.#carryLength };
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    if (this.#carryIsOut) {
      [this.#carry, this.#otherCarry] = [this.#otherCarry, this.#carry];
      this.#carryIsOut = false;
    }
    const needed = this.#carryLength + to - from;
    if (needed > this.#carry.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#carry.length * 2, FIRST_CARRY_BYTES));
      grown.set(this.#carry.subarray(0, this.#carryLength));
      this.#carry = grown;
    }
    this.#carry.set(chunk.subarray(from, to), this.#carryLength);
    this.#carryLength = needed;
  }

  /** Before a chunk: what was given out is no longer read; of the members, only those of a record that is still open are kept. */
  #forgetGiven(): void {
    this.#carryIsOut = false;
    if (this.#carry.length > CARRY_KEPT_BYTES && !this.#inRecord) this.#carry = EMPTY;
    if (this.#otherCarry.length > CARRY_KEPT_BYTES) this.#otherCarry = EMPTY;
    const from = this.#inRecord ? this.#firstMember : this.#memberTop;
    this.#members.copyWithin(0, from, this.#memberTop);
    this.#memberTop -= from;
    this.#firstMember = 0;
  }

  /** After a chunk: the text of what is still open is copied, since the chunk's memory is not ours. */
  #keepOpenText(chunk: Uint8Array): void {
    if (!this.#capturing) return;
    if (this.#inRecord && chunk.length - this.#start > this.#limits.maxRecordBytes) this.#unkept ??= 'too-large';
    const keep = this.#inRecord ? this.#unkept === undefined : chunk.length - this.#start <= MAX_ROOT_KEY_BYTES;
    if (keep) this.#append(chunk, Math.max(this.#start, 0), chunk.length);
    this.#start -= chunk.length;
  }

  #member(keyStart: number): void {
    if (this.#memberTop + 4 > this.#members.length) {
      // The records given out in this call look at the old table, which stays as it is.
      const grown = new Int32Array(this.#members.length * 2);
      grown.set(this.#members.subarray(0, this.#memberTop));
      this.#members = grown;
    }
    this.#members[this.#memberTop++] = keyStart;
  }

  #skipBom(chunk: Uint8Array): number {
    let i = 0;
    while (this.#offset + i < 3 && i < chunk.length && chunk[i] === BOM[this.#offset + i]) i++;
    return i;
  }

  #fail(at: number, byte: number | undefined): void {
    const offset = this.#offset + at;
    if (this.#depth === 0 && this.#state === VALUE) {
      this.#failure = notCloudTrail(`it starts with ${show(byte)} at byte ${offset}, not with the "{" of a JSON object`);
    } else {
      const tooDeep = this.#depth >= MAX_DEPTH ? `nesting deeper than ${MAX_DEPTH} levels` : `unexpected ${show(byte)}`;
      this.#failure = jsonBroken(`at byte ${offset}, in ${this.#where()}: ${tooDeep}`);
    }
  }

  #where(): string {
    return this.#inRecord ? `record ${this.count}` : this.sawRecords ? `the text after record ${this.count - 1}` : 'the text before the records';
  }
}


function decodeKey(raw: Uint8Array): string {
  const text = Buffer.from(raw).toString('utf8');
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

function show(byte: number | undefined): string {
  if (byte === undefined) return 'the end';
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

function jsonBroken(what: string): ForwarderError {
  return new ForwarderError('ERR_JSON_BROKEN', `Broken JSON ${what}`, {
    stage: 'split',
    retry: 'never',
    hint: 'Download the object and check it with a JSON parser; if CloudTrail wrote it like this, log file validation tells whether it was changed later.',
  });
}

function notCloudTrail(why: string): ForwarderError {
  return new ForwarderError('ERR_NOT_CLOUDTRAIL', `The object is not a CloudTrail log file: ${why}`, {
    stage: 'split',
    retry: 'never',
    hint: 'A CloudTrail log file is a JSON object with an array "Records"; narrow the trigger\'s prefix if other files share the bucket, then drop the held pointer.',
  });
}

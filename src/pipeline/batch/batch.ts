import type { LogEntry, Segment } from '../../model.ts';
import { writeEntry } from '../entry.ts';

/**
 * The entries of one POST: the text of a JSON array, `[entry,entry,...]`, written piece by piece into one buffer, and
 * whose records they are.
 */
export class Batch<Owner> {
  #buffer: Buffer;
  #length = 1;
  /** Where each entry ends in the buffer. */
  readonly #ends: number[] = [];
  readonly segments: Segment<Owner>[] = [];
  /** eventTime of the oldest record, ms since the epoch; Infinity when none has one. */
  oldestEventMs = Infinity;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    buffer[0] = 0x5b;
  }

  get count(): number {
    return this.#ends.length;
  }

  /** Bytes of the payload, brackets and commas included. */
  get lengthBytes(): number {
    return this.#length + (this.count === 0 ? 1 : 0);
  }

  /** The memory behind it, to be used again once the batch has its fate. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  /** Bytes the payload would have with one more entry. */
  lengthWith(entry: LogEntry): number {
    return this.#length + entry.lengthBytes + 1;
  }

  /** Adds the entry of record `index` of `owner`. */
  add(entry: LogEntry, owner: Owner, index: number): void {
    const needed = this.lengthWith(entry);
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    const end = writeEntry(entry, this.#buffer, this.#length);
    // A comma now, made a bracket when this turns out to be the last one.
    this.#buffer[end] = 0x2c;
    this.#length = end + 1;
    this.#ends.push(end);
    if (entry.eventTimeMs < this.oldestEventMs) this.oldestEventMs = entry.eventTimeMs;
    const last = this.segments[this.segments.length - 1];
    if (last !== undefined && last.owner === owner && last.first + last.count === index) last.count++;
    else this.segments.push({ owner, first: index, entry: this.count - 1, count: 1 });
  }

  /** The payload of entries `from` to `to` (not included): a view when it is the whole batch, else a copy. */
  payload(from: number, to: number): Buffer {
    const start = from === 0 ? 0 : this.#ends[from - 1]!;
    const end = this.#ends[to - 1]!;
    if (from === 0 && to === this.count) {
      this.#buffer[end] = 0x5d;
      return this.#buffer.subarray(0, end + 1);
    }
    const part = Buffer.from(this.#buffer.subarray(start, end + 1));
    part[0] = 0x5b;
    part[part.length - 1] = 0x5d;
    return part;
  }

  /** The records of entries `from` to `to` (not included), as segments. */
  *segmentsOf(from: number, to: number): Generator<Segment<Owner>> {
    for (const segment of this.segments) {
      const start = Math.max(segment.entry, from);
      const end = Math.min(segment.entry + segment.count, to);
      if (start < end) yield { owner: segment.owner, first: segment.first + start - segment.entry, entry: start, count: end - start };
    }
  }
}

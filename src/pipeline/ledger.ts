import type { ForwarderError } from '../errors.ts';
import type { HeldPointer, ObjectRef, RecordRange } from '../model.ts';
import { ALL_RECORDS, countRecords, mergeRanges } from '../object/ranges.ts';

interface HeldPart {
  range: RecordRange;
  error: ForwarderError;
}

/** Keeps the fate of every record of one object. */
export class Ledger {
  ref: ObjectRef;
  /** Records cut that were wanted. */
  recordsIn = 0;
  delivered = 0;
  filtered = 0;
  held = 0;
  tooOld = 0;
  truncated = 0;
  clashing = 0;
  duplicates = 0;
  /** eventTime of the oldest record cut, ms since the epoch; Infinity when there is none. */
  oldestEventMs = Infinity;
  readonly #held: HeldPart[] = [];

  constructor(ref: ObjectRef) {
    this.ref = ref;
  }

  /** Whether a record is one of those that are still wanted of this object. */
  wants(index: number): boolean {
    return this.ref.ranges === undefined || this.ref.ranges.some(({ first, last }) => index >= first && (last === undefined || index <= last));
  }

  /** The index after the last record that is wanted; Infinity when the object is wanted to its end. */
  get wantedEnd(): number {
    return this.ref.ranges === undefined ? Infinity : this.ref.ranges.reduce((end, { last }) => Math.max(end, last === undefined ? Infinity : last + 1), 0);
  }

  /** `count` records that were cut, from `first` on, are held. */
  hold(first: number, count: number, error: ForwarderError): void {
    this.held += count;
    this.#held.push({ range: { first, last: first + count - 1 }, error });
  }

  /** Whatever is wanted from `first` on is held; it was not cut, so nobody knows how many records that is. */
  holdRest(first: number, error: ForwarderError): void {
    for (const range of this.ref.ranges ?? ALL_RECORDS) {
      if (range.last !== undefined && range.last < first) continue;
      this.#held.push({ range: { ...range, first: Math.max(range.first, first) }, error });
    }
  }

  get holdsAnything(): boolean {
    return this.#held.length > 0;
  }

  /** Why things are held, the first reason first. */
  get reasons(): ForwarderError[] {
    return [...new Map(this.#held.map(({ error }) => [error.code, error])).values()];
  }

  /** One pointer for each reason, its ranges in order and joined. */
  pointers(nowMs: number): HeldPointer[] {
    const { bucket, key, versionId, region, attempts, firstHeldMs } = this.ref;
    return this.reasons.map((error) => {
      const ranges = mergeRanges(this.#held.filter((part) => part.error.code === error.code).map((part) => part.range));
      return {
        bucket,
        key,
        ...(versionId === undefined ? {} : { versionId }),
        ...(region === undefined ? {} : { region }),
        ranges,
        records: countRecords(ranges),
        reason: { code: error.code, message: error.message, hint: error.hint },
        permanent: error.retry === 'never',
        attempts: attempts + 1,
        firstHeldMs: firstHeldMs ?? nowMs,
        lastTriedMs: nowMs,
        ...(this.oldestEventMs === Infinity ? {} : { oldestEventMs: this.oldestEventMs }),
      };
    });
  }
}

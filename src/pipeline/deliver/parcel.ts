import type { Segment } from '../../model.ts';

/** What the courier needs of a batch: its payload, whole or in parts, and whose records are in it. */
export interface Parcel<Owner> {
  /** Number of entries. */
  readonly count: number;
  /** eventTime of the oldest record, ms since the epoch; Infinity when none has one. */
  readonly oldestEventMs: number;
  /** The JSON array of entries `from` to `to` (not included). */
  payload(from: number, to: number): Buffer;
  /** The records of entries `from` to `to` (not included). */
  segmentsOf(from: number, to: number): Iterable<Segment<Owner>>;
}

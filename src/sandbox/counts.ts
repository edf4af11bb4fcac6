import { isJsonObject } from '../json.ts';

/** What the function says of its work. The sandbox reads it as anybody outside would. */
export interface Counts {
  objects: number;
  /** Objects of which something is held. */
  objectsHeld: number;
  ignored: number;
  recordsIn: number;
  delivered: number;
  filtered: number;
  held: number;
  batches: number;
  retries: number;
  bytesIn: number;
  bytesRaw: number;
  bytesWire: number;
}

export const NO_COUNTS: Readonly<Counts> = { objects: 0, objectsHeld: 0, ignored: 0, recordsIn: 0, delivered: 0, filtered: 0, held: 0, batches: 0, retries: 0, bytesIn: 0, bytesRaw: 0, bytesWire: 0 };

/** The counts in a function's result; undefined when they are not there. */
export function readCounts(result: unknown): Counts | undefined {
  if (!isJsonObject(result)) return undefined;
  const counts = { ...NO_COUNTS };
  for (const name of Object.keys(NO_COUNTS) as (keyof Counts)[]) {
    const value = result[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return undefined;
    counts[name] = value;
  }
  return counts;
}

export function addCounts(one: Counts, other: Counts): Counts {
  const sum = { ...one };
  for (const name of Object.keys(NO_COUNTS) as (keyof Counts)[]) sum[name] += other[name];
  return sum;
}

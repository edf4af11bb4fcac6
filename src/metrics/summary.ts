/** What an invocation did. The counts of records are the reconciliation: in = delivered + filtered + held. */
export interface Summary {
  trigger: string;
  objects: number;
  objectsHeld: number;
  ignored: number;
  recordsIn: number;
  delivered: number;
  filtered: number;
  held: number;
  tooOld: number;
  truncated: number;
  clashing: number;
  duplicates: number;
  bytesIn: number;
  bytesRaw: number;
  bytesWire: number;
  batches: number;
  retries: number;
}

/** The identity that must hold for every object and every invocation. */
export function balances(counts: { recordsIn: number; delivered: number; filtered: number; held: number }): boolean {
  return counts.recordsIn === counts.delivered + counts.filtered + counts.held;
}

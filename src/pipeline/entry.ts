import type { LogEntry } from '../model.ts';

/** How many characters a record's index takes when written; none for -1. */
export function indexLength(index: number): number {
  return index < 0 ? 0 : index < 10 ? 1 : index < 100 ? 2 : index < 1000 ? 3 : index < 10_000 ? 4 : String(index).length;
}

/** Writes an entry's text at `at`; gives the position after it. The target must have `lengthBytes` left. */
export function writeEntry(entry: LogEntry, target: Uint8Array, at: number): number {
  target.set(entry.bytes.subarray(entry.start, entry.end), at);
  at += entry.end - entry.start;
  target.set(entry.head, at);
  at += entry.head.length;
  if (entry.index >= 0) {
    const end = at + indexLength(entry.index);
    for (let rest = entry.index, k = end - 1; k >= at; k--) {
      target[k] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    at = end;
  }
  target.set(entry.tail, at);
  return at + entry.tail.length;
}

import type { RecordRange } from '../model.ts';

/** The whole object. */
export const ALL_RECORDS: readonly RecordRange[] = [{ first: 0 }];

/** The same records in as few ranges as possible, in order. Ranges that touch or overlap become one. */
export function mergeRanges(ranges: readonly RecordRange[]): RecordRange[] {
  const merged: RecordRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (!before || (before.last !== undefined && before.last + 1 < range.first)) {
      merged.push({ ...range });
    } else if (range.last === undefined) {
      delete before.last;
    } else if (before.last !== undefined && before.last < range.last) {
      before.last = range.last;
    }
  }
  return merged;
}

/** How many records merged ranges name; null when one of them runs to the object's end. */
export function countRecords(ranges: readonly RecordRange[]): number | null {
  let records = 0;
  for (const { first, last } of ranges) {
    if (last === undefined) return null;
    records += last - first + 1;
  }
  return records;
}

/** True when the ranges are in order, do not touch, and only the last is open: what {@link mergeRanges} gives. */
export function areMerged(ranges: readonly RecordRange[]): boolean {
  return ranges.every((range, at) => {
    const before = ranges[at - 1];
    return !before || (before.last !== undefined && before.last + 1 < range.first);
  });
}

/** `0-41, 57, 60-` as people read it. */
export function printRanges(ranges: readonly RecordRange[]): string {
  return ranges.map(({ first, last }) => (last === undefined ? `${first}-` : first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

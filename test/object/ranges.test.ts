import fc from 'fast-check';
import type { RecordRange } from '../../src/model.ts';
import { areMerged, countRecords, mergeRanges, printRanges } from '../../src/object/ranges.ts';

/** The slow twin: every index one by one; what is open runs to the horizon. */
const HORIZON = 200;
function indices(ranges: readonly RecordRange[]): Set<number> {
  const all = new Set<number>();
  for (const { first, last } of ranges) for (let index = first; index <= (last ?? HORIZON); index += 1) all.add(index);
  return all;
}

const ranges = fc.array(
  fc.record({ first: fc.nat(100), length: fc.option(fc.nat(20), { nil: undefined }) }).map(({ first, length }): RecordRange => (length === undefined ? { first } : { first, last: first + length })),
  { maxLength: 12 },
);

describe('mergeRanges', () => {
  test('names the same records in order, none twice, and is the fewest', () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const before = JSON.stringify(given);
        const merged = mergeRanges(given);
        const wanted = indices(given);
        const got = indices(merged);
        return areMerged(merged) && wanted.size === got.size && [...wanted].every((index) => got.has(index)) && JSON.stringify(given) === before;
      }),
    );
  });

  test('counts its records, unless it runs to the end', () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const merged = mergeRanges(given);
        return countRecords(merged) === (merged.some(({ last }) => last === undefined) ? null : indices(merged).size);
      }),
    );
  });
});

test('printRanges writes ranges as people do', () => {
  expect(printRanges([{ first: 0, last: 41 }, { first: 57, last: 57 }, { first: 60 }])).toBe('0-41, 57, 60-');
});

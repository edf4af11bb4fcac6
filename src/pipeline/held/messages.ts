import type { HeldPointer, RecordRange } from '../../model.ts';
import { printPointer } from '../../object/pointer.ts';
import { countRecords, mergeRanges } from '../../object/ranges.ts';

/** SQS bills by 64 KiB (CONTRACT F2): one message is one unit. */
const MAX_MESSAGE_BYTES = 64_000;

/** A pointer, or a part of one, and the message that keeps it. */
export interface PointerMessage {
  pointer: HeldPointer;
  body: string;
}

/** The messages that keep a pointer: one, or several when it names very many ranges. */
export function pointerMessages(pointer: HeldPointer): PointerMessage[] {
  const ranges = mergeRanges(pointer.ranges);
  const whole = printPointer({ ...pointer, ranges });
  if (Buffer.byteLength(whole) <= MAX_MESSAGE_BYTES) return [{ pointer: { ...pointer, ranges }, body: whole }];

  const room = MAX_MESSAGE_BYTES - Buffer.byteLength(printPointer({ ...pointer, ranges: [] }));
  return inRoom(ranges, room).map((part) => {
    const piece = { ...pointer, ranges: part, records: countRecords(part) };
    return { pointer: piece, body: printPointer(piece) };
  });
}

function inRoom(ranges: readonly RecordRange[], room: number): RecordRange[][] {
  const parts: RecordRange[][] = [];
  let left = 0;
  for (const range of ranges) {
    const bytes = JSON.stringify(range).length + 1;
    if (bytes > left) {
      parts.push([]);
      left = room;
    }
    parts.at(-1)!.push(range);
    left -= bytes;
  }
  return parts;
}

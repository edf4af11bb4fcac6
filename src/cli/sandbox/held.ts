import { isJsonObject } from '../../json.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What is held, for a person to read. */
export interface Held {
  object: string;
  reason: string;
  hint: string;
  records: string;
  /** True when the rest of the object could not be read, so that nobody knows how many records it holds. */
  isUnread: boolean;
}

/** Everything in the held queue and its dead-letter queue. */
export async function readHeld({ held, deadLetter }: Pick<Sandbox, 'held' | 'deadLetter'>): Promise<Held[]> {
  const bodies = [...(await held.peek()), ...(await deadLetter.peek())];
  return bodies.map((body) => {
    const pointer: unknown = JSON.parse(body);
    const { bucket, key, records, ranges, reason } = isJsonObject(pointer) ? pointer : {};
    const { code, message, hint } = isJsonObject(reason) ? reason : {};
    return {
      object: `s3://${String(bucket)}/${String(key)}`,
      reason: `${String(code)}: ${String(message)}`,
      hint: String(hint),
      records: typeof records === 'number' ? `${records} ${records === 1 ? 'record' : 'records'}` : printRanges(ranges),
      isUnread: typeof records !== 'number',
    };
  });
}

function printRanges(ranges: unknown): string {
  if (!Array.isArray(ranges)) return 'what was not read';
  const parts = (ranges as { first: number; last?: number }[]).map(({ first, last }) => (last === undefined ? `from record ${first} on` : first === last ? `record ${first}` : `records ${first} to ${last}`));
  return parts.join(', ').replace(/^from record 0 on$/, 'all of it');
}

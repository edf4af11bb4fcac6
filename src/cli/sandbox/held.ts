import { isJsonObject } from '../../json.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** What is held, for a person to read. */
export interface Held {
  object: string;
  reason: string;
  hint: string;
  records: string;
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
      records: typeof records === 'number' ? `${records} ${records === 1 ? 'record' : 'records'}` : `the records ${printRanges(ranges)}`,
    };
  });
}

function printRanges(ranges: unknown): string {
  if (!Array.isArray(ranges)) return 'that were not reached';
  return (ranges as { first: number; last?: number }[]).map(({ first, last }) => (last === undefined ? `${first} and after` : first === last ? String(first) : `${first}-${last}`)).join(', ');
}

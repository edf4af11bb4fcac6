import type { JsonObject } from '../../json.ts';
import { looksEncoded } from '../../object/key.ts';
import { parsePointer } from '../../object/pointer.ts';
import type { Found } from './found.ts';

/** The records that a held pointer of ours names. */
export function readHeld(message: JsonObject): Found {
  const { bucket, key, versionId, region, ranges, attempts, firstHeldMs } = parsePointer(message);
  const isWhole = ranges.length === 1 && ranges[0]?.first === 0 && ranges[0].last === undefined;
  const ref = { bucket, key, ...(versionId && { versionId }), ...(region && { region }), ...(looksEncoded(key) && { maybeEncoded: true }), ...(!isWhole && { ranges }), attempts, firstHeldMs };
  return { trigger: 'held', objects: [ref], ignored: [] };
}

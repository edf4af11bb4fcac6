/**
 * Where a record stands in [0, 1) when a rule takes only a share: by a hash of its eventID, so that a repeated delivery,
 * another invocation and a dry run decide the same. FNV-1a with a final mix (both public domain), 32 bits.
 */
export function shareOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

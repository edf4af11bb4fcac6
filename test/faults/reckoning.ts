import type { Stage } from './stage.ts';

/** Longer records are cut to fit: their logs are not their text. */
const MAX_LOG_BYTES = 1_000_000;
/** More than our metadata takes. */
const METADATA_BYTES = 2_000;

/** Logs that arrived and are not, byte for byte, a record that was put with our metadata behind it. */
export function strangers({ intake, originals }: Pick<Stage, 'originals'> & { intake: Pick<Stage['intake'], 'logs'> }): string[] {
  return intake.logs
    .filter(({ text, json }) => {
      const { key, record } = placeOf(json);
      const original = originals.get(key)?.[record];
      return original === undefined || !isLogOf(text, original);
    })
    .map(({ text }) => text.slice(0, 300));
}

/** Where a log says it comes from. */
export function placeOf(log: Record<string, unknown>): { key: string; record: number } {
  const { s3 } = (log['aws'] ?? {}) as { s3?: { key: string; record: number } };
  return { key: s3?.key ?? '', record: s3?.record ?? -1 };
}

/** The record's text up to its closing brace, then our members; a name that was taken is kept as `original_...`. */
function isLogOf(log: string, original: string): boolean {
  if (Buffer.byteLength(original) + METADATA_BYTES > MAX_LOG_BYTES) return log.includes('"_truncated":');
  const body = original.slice(0, -1);
  const renamed = log.replaceAll('"original_', '"');
  const followed = (text: string, whole: string) => text.startsWith(whole) && /^,?"aws":\{"s3":/.test(text.slice(whole.length));
  return followed(log, body) || followed(renamed, body) || followed(log, `{"record":${original}`);
}

/**
 * Indexes as people write them, with how often each came: `0-49`, `0-616, 618-999`, `0-9 twice, 10-49`.
 */
export function printIndexes(indexes: readonly number[]): string {
  const times = new Map<number, number>();
  for (const index of indexes) times.set(index, (times.get(index) ?? 0) + 1);
  const runs: { first: number; last: number; times: number }[] = [];
  for (const [index, count] of [...times].sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === index - 1 && run.times === count) run.last = index;
    else runs.push({ first: index, last: index, times: count });
  }
  return runs.map(({ first, last, times: count }) => `${first === last ? first : `${first}-${last}`}${count === 1 ? '' : count === 2 ? ' twice' : ` ${count} times`}`).join(', ');
}

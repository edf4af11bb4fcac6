import { InvalidArgumentError } from 'commander';

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A point in time as people give it: `2026-11-20` (midnight UTC), `2026-11-20T12:05Z`, or `90m`, `6h`, `3d` ago.
 * A time without a zone is UTC, as everywhere in CloudTrail.
 *
 * @returns ms since the epoch
 * @throws InvalidArgumentError of commander
 */
export function parseTime(text: string, nowMs: number): number {
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  if (ago) return nowMs - Number(ago[1]) * UNITS_MS[ago[2]!]!;
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const timeMs = iso ? Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`) : NaN;
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('expected a time like 2026-11-20, 2026-11-20T12:05Z, or 6h (ago)');
  return timeMs;
}

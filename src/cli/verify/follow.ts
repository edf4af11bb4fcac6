import type { Clock } from '../../clock.ts';
import type { FoundLog, LogSearch } from '../../edge/datadog/api/logs.ts';
import { ForwarderError } from '../../errors.ts';

/** Between two searches. Datadog allows 300 searches an hour and organisation by default; one every 5 s is 60 in five minutes. */
export const SEARCH_EVERY_MS = 5_000;

export interface Following {
  eventId: string;
  /** When the canary was written. */
  sinceMs: number;
  /** Given up after this long. */
  timeoutMs: number;
  search: (search: LogSearch) => Promise<FoundLog[]>;
  clock: Clock;
  interrupted?: AbortSignal;
  /** Told before every search. */
  onWait?: (waitedMs: number) => void;
}

/** The query that finds the canary, and nothing else. */
export function canaryQuery(eventId: string): string {
  return `source:cloudtrail @eventID:${eventId}`;
}

/**
 * Searches until the canary is there. A search that fails in passing (busy, unreachable) is one that found nothing.
 *
 * @returns the logs that carry it, or none when the time is over or the user interrupted
 * @throws ForwarderError what a search threw that waiting does not help against
 */
export async function follow({ eventId, sinceMs, timeoutMs, search, clock, interrupted, onWait }: Following): Promise<FoundLog[]> {
  const untilMs = sinceMs + timeoutMs;
  for (;;) {
    onWait?.(clock.now() - sinceMs);
    const logs = await searchOnce();
    if (logs.length > 0 || interrupted?.aborted === true || clock.now() >= untilMs) return logs;
    await clock.sleep(Math.min(SEARCH_EVERY_MS, untilMs - clock.now()), interrupted);
  }

  async function searchOnce(): Promise<FoundLog[]> {
    try {
      // Wide enough for clocks that differ; the id alone decides.
      return await search({ query: canaryQuery(eventId), fromMs: sinceMs - 15 * 60_000, toMs: clock.now() + 15 * 60_000 });
    } catch (thrown) {
      if (thrown instanceof ForwarderError && thrown.retry === 'later') return [];
      throw thrown;
    }
  }
}

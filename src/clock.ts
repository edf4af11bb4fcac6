import { setTimeout as wait } from 'node:timers/promises';

/** Time, passed in, so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits; returns early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back after so long, unless the signal is aborted before. Nobody waits for it: it keeps no process alive. */
  alarm(ms: number, ring: () => void, signal: AbortSignal): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
  alarm(ms, ring, signal) {
    const timer = setTimeout(ring, ms).unref();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  },
};

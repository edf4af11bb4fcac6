import type { Clock } from '../../src/clock.ts';

/**
 * A clock that stands still until everybody sleeps: then it jumps to the first that wakes. So a test of waiting takes
 * no time and the order of events is the same on every machine.
 */
export class FakeClock implements Clock {
  ms: number;
  readonly #sleepers: { until: number; wake: () => void; isAlarm: boolean }[] = [];
  #scheduled = false;

  constructor(startMs = Date.parse('2026-11-20T12:00:00Z')) {
    this.ms = startMs;
  }

  now(): number {
    return this.ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      if (signal?.aborted === true) return wake();
      const sleeper = { until: this.ms + ms, wake, isAlarm: false };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        const at = this.#sleepers.indexOf(sleeper);
        if (at >= 0) this.#sleepers.splice(at, 1);
        wake();
      });
      this.#schedule();
    });
  }

  /** Rings when time has come so far; an alarm alone does not make it pass. */
  alarm(ms: number, ring: () => void, signal: AbortSignal): void {
    const sleeper = { until: this.ms + ms, wake: ring, isAlarm: true };
    this.#sleepers.push(sleeper);
    signal.addEventListener('abort', () => {
      const at = this.#sleepers.indexOf(sleeper);
      if (at >= 0) this.#sleepers.splice(at, 1);
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After all that can go on without time has gone on: promises, then I/O callbacks.
    setImmediate(() => setImmediate(() => {
      this.#scheduled = false;
      if (this.#sleepers.every(({ isAlarm }) => isAlarm)) return;
      this.#sleepers.sort((a, b) => a.until - b.until);
      const first = this.#sleepers.shift()!;
      this.ms = Math.max(this.ms, first.until);
      first.wake();
      this.#schedule();
    }));
  }
}

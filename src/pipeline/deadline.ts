import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';

/** Never less than this for the last things: naming what is held, and the answer. */
const MIN_RESERVE_MS = 400;

/**
 * The time an invocation has, and what it is kept for. Near its end the function stops reading; a little later it gives
 * up what is in flight; what is left is for holding the rest. A killed function would do all of it again.
 */
export class Deadline {
  /** Aborted when everything in flight must be given up. */
  readonly signal: AbortSignal;
  /** Aborted when it is time to stop reading, also for who waits for S3: what was read can still be delivered. */
  readonly readingSignal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #abortReading = new AbortController();
  readonly #clock: Clock;
  readonly #endMs: number;
  readonly #stopReadingMs: number;
  readonly #giveUpMs: number;
  readonly #stopClock = new AbortController();

  /** @param remainingMs what `context.getRemainingTimeInMillis()` says */
  constructor(clock: Clock, remainingMs: number) {
    const reserveMs = Math.min(Math.max(remainingMs * 0.08, MIN_RESERVE_MS), 8_000);
    const flightMs = Math.min(Math.max(remainingMs * 0.12, MIN_RESERVE_MS), 12_000);
    this.#clock = clock;
    this.#endMs = clock.now() + remainingMs;
    this.#giveUpMs = this.#endMs - reserveMs;
    this.#stopReadingMs = this.#giveUpMs - flightMs;
    this.signal = this.#abort.signal;
    this.readingSignal = this.#abortReading.signal;
    // Every post and every open object listens.
    setMaxListeners(0, this.signal, this.readingSignal);
    clock.alarm(Math.max(0, this.#stopReadingMs - clock.now()), () => this.#abortReading.abort(), this.#stopClock.signal);
    clock.alarm(Math.max(0, this.#giveUpMs - clock.now()), () => this.#abort.abort(), this.#stopClock.signal);
  }

  /** Whether it is time to stop reading. */
  get isNear(): boolean {
    return this.#clock.now() >= this.#stopReadingMs;
  }

  /** Ms until what is in flight is given up; negative afterwards. */
  get msToGiveUp(): number {
    return this.#giveUpMs - this.#clock.now();
  }

  /** Ms until Lambda ends the invocation. */
  get msLeft(): number {
    return this.#endMs - this.#clock.now();
  }

  /** The invocation is done: no timer must keep the process. */
  clear(): void {
    // A reason of our own: without one Node makes an exception with a stack, 1 % of a small object's time.
    this.#stopClock.abort('done');
  }
}

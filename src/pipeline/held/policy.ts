/**
 * When and where a held pointer is tried again: decided here and nowhere else.
 *
 * The wait is SQS's own delay (at most 900 s, SQS API reference, SendMessage): exponential with full jitter, so that
 * the pointers of one outage do not all come back in one second. Each try is a new message with `attempts` + 1, so the
 * tries are bounded by a number of ours, not by the queue's receive count, which crashes and throttles count too.
 *
 * Recursive loop detection (CONTRACT F1): by default Lambda stops a chain of about 16 invocations through SQS. A
 * message that comes round to the function that sent it is such a chain, so the function is deployed with
 * `RecursiveLoop: Allow`; the bound is {@link DEFAULT_MAX_ATTEMPTS}. Where that setting is not made, 16 tries last
 * about 1.4 hours and Lambda then lets the queue's redrive policy take the message: held, alarmed, not lost.
 */
import type { HeldPointer } from '../../model.ts';

/** The first wait is at most this long, each next at most twice the one before. */
const FIRST_WAIT_S = 30;
/** SQS delays a message no longer. */
const MAX_WAIT_S = 900;

/**
 * Tries until the dead-letter queue. Mean waits are 15, 30, 60, 120 and 240 s, then 450 s each: 150 tries last 18
 * hours, as long as the intake takes a log at all (CONTRACT A5). What is tried longer would be accepted and dropped.
 */
export const DEFAULT_MAX_ATTEMPTS = 150;

/** Where a pointer goes next. */
export type NextStop =
  | { queue: 'retry'; delaySeconds: number }
  | { queue: 'dead-letter'; why: 'permanent' | 'attempts-exhausted' };

/**
 * Where a pointer goes next: faults that waiting cannot heal and pointers tried too often go where an alarm watches.
 * Being out of time is no fault, the rest of the object is taken up soon.
 *
 * @param random a number in [0, 1)
 */
export function nextStop({ permanent, attempts, reason }: HeldPointer, maxAttempts: number, random: () => number): NextStop {
  if (permanent) return { queue: 'dead-letter', why: 'permanent' };
  if (attempts >= maxAttempts) return { queue: 'dead-letter', why: 'attempts-exhausted' };
  if (attempts === 0) return { queue: 'retry', delaySeconds: 0 };
  const longestS = reason.code === 'ERR_DEADLINE' ? FIRST_WAIT_S : Math.min(MAX_WAIT_S, FIRST_WAIT_S * 2 ** (attempts - 1));
  return { queue: 'retry', delaySeconds: Math.floor(random() * (longestS + 1)) };
}

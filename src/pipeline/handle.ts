import type { ForwarderError } from '../errors.ts';
import { asForwarderError } from '../errors.ts';
import type { Report } from '../metrics/report.ts';
import type { Decoded } from '../model.ts';
import { answer } from './answer.ts';
import { decode } from './decode/decode.ts';
import { forward, type Outside } from './forward.ts';
import type { HeldSource } from './held/heldSource.ts';
import { retryHeld } from './retryHeld.ts';

/** The part of Lambda's context that the way needs. */
export interface Invocation {
  requestId: string;
  remainingMs: number;
}

/**
 * One invocation: what came, what became of it, what the trigger is answered; and the report of it, also when it fails.
 *
 * @param heldSources the queues that `{"retry": true}` empties, opened when it comes
 * @throws ForwarderError when failing is the right answer: the trigger then keeps what it brought
 */
export async function handle(payload: unknown, { requestId, remainingMs }: Invocation, outside: Outside, heldSources: () => Promise<HeldSource[]>, report: Report): Promise<unknown> {
  try {
    const decoded = decode(payload);
    if (decoded.answer === 'retry-held') return await retryHeld({ requestId, remainingMs }, await heldSources(), outside, report);
    logProblems(decoded, requestId, report);
    const forwarded = await forward(decoded, remainingMs, outside);
    report.invocation(forwarded, requestId);
    const answered = answer(decoded, forwarded);
    if (forwarded.notHeld !== undefined) report.failure(forwarded.notHeld, requestId);
    return answered;
  } catch (thrown) {
    const error: ForwarderError = asForwarderError(thrown, 'forward');
    report.failure(error, requestId);
    throw error;
  }
}

function logProblems(decoded: Decoded, requestId: string, report: Report): void {
  for (const { problem } of decoded.envelopes) if (problem !== undefined) report.failure(asForwarderError(problem, 'decode'), requestId);
}

import { ForwarderError } from '../../errors.ts';
import type { EncodedPayload, IntakeAnswer } from './intake.ts';

/** What to do about an answer of the intake, and why. Decided here and nowhere else (CONTRACT A6). */
export type Action =
  | { kind: 'accepted' }
  /** Wait and send the same again; `waitMs` when the intake said how long. */
  | { kind: 'retry'; error: ForwarderError; waitMs?: number }
  /** Send the same with another encoding, if there is one. */
  | { kind: 'encode-otherwise'; error: ForwarderError }
  /** The key is refused: read it again and send the same. */
  | { kind: 'refresh-key'; error: ForwarderError }
  /** Too large: send it in two parts; a single entry is cut. */
  | { kind: 'split'; error: ForwarderError }
  /** Something in it is refused: send it in two parts to find out what. */
  | { kind: 'bisect'; error: ForwarderError };

/** Judges an answer. `encoding` is what the refused payload had. */
export function judge(answer: IntakeAnswer, encoding: EncodedPayload['encoding'], nowMs: number): Action {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  switch (status) {
    case 400:
    case 415:
      return encoding === 'zstd' || status === 415 ? { kind: 'encode-otherwise', error: refused(answer) } : { kind: 'bisect', error: refused(answer) };
    case 401:
    case 403:
      return {
        kind: 'refresh-key',
        error: new ForwarderError('ERR_INTAKE_AUTH', `The logs intake refuses the API key (status ${status}${because(answer)})`, {
          stage: 'deliver',
          retry: 'later',
          hint: 'Put a valid API key of this Datadog site into the secret; held records are sent again by themselves, no deployment is needed.',
        }),
      };
    case 413:
      return {
        kind: 'split',
        error: new ForwarderError('ERR_INTAKE_TOO_LARGE', `The logs intake finds the payload too large (status 413${because(answer)})`, {
          stage: 'deliver',
          retry: 'never',
          hint: 'Look at the record in its object and, if its log can be done without, drop the held pointer.',
        }),
      };
    default:
      return { kind: 'retry', error: busy(answer), ...waitAsked(answer, nowMs) };
  }
}

function refused(answer: IntakeAnswer): ForwarderError {
  return new ForwarderError('ERR_INTAKE_REFUSED', `The logs intake refuses the record (status ${answer.status}${because(answer)})`, {
    stage: 'deliver',
    retry: 'never',
    hint: 'Look at the record with `cloudtrail-forwarder show`; replay it when the reason is gone, or drop it.',
  });
}

function busy(answer: IntakeAnswer): ForwarderError {
  return new ForwarderError('ERR_INTAKE_BUSY', `The logs intake cannot take logs now (status ${answer.status}${because(answer)})`, {
    stage: 'deliver',
    retry: 'later',
    hint: 'Nothing to do if it passes (https://status.datadoghq.com); held records are sent again by themselves.',
  });
}

/** The intake's own words, short: they never hold records. */
function because(answer: IntakeAnswer): string {
  const reason = answer.reason.replace(/\s+/g, ' ').trim().slice(0, 200);
  return reason === '' || reason === '{}' ? '' : `: ${reason}`;
}

/** Retry-After in seconds or as a date, else X-RateLimit-Reset in seconds. */
function waitAsked(answer: IntakeAnswer, nowMs: number): { waitMs?: number } {
  for (const asked of [answer.retryAfter, answer.rateLimitReset]) {
    if (asked === undefined) continue;
    const seconds = Number(asked);
    const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(asked) - nowMs;
    if (Number.isFinite(waitMs)) return { waitMs: Math.max(0, waitMs) };
  }
  return {};
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;

/**
 * How long to wait before attempt `attempt` (2 is the first retry), in ms: full jitter, so that senders that failed
 * together do not come back together. At most 0.2, 0.4, 0.8 ... 10 s. What the intake asked for is waited for in full,
 * with a little jitter on top.
 */
export function waitBefore(attempt: number, askedMs: number | undefined, random: () => number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 2));
  return askedMs === undefined ? random() * most : askedMs + random() * FIRST_WAIT_MS;
}

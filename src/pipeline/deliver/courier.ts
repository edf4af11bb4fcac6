import type { Clock } from '../../clock.ts';
import { asForwarderError, ForwarderError } from '../../errors.ts';
import type { Segment } from '../../model.ts';
import type { Deadline } from '../deadline.ts';
import type { EncodedPayload, Intake } from './intake.ts';
import type { Parcel } from './parcel.ts';
import { judge, waitBefore, type Action } from './policy.ts';

/** What became of some records. */
export type Fate = { kind: 'delivered'; truncated: boolean } | { kind: 'held'; error: ForwarderError };

export interface CourierOptions<Owner, Sent extends Parcel<Owner>> {
  intake: Intake;
  clock: Clock;
  deadline: Deadline;
  /** Number in [0, 1). */
  random: () => number;
  maxPosts: number;
  /** How long one batch is tried again before it is given up. */
  retryForMs: number;
  /** Cuts the text of one log to at most so many bytes. */
  shrink: (text: Buffer, maxBytes: number) => Buffer;
  settle: (segment: Segment<Owner>, fate: Fate) => void;
  /** A batch's fate is known and its memory free. */
  done: (batch: Sent) => void;
}

/** What happened on the way, for the metrics. */
export interface CourierTally {
  batches: number;
  posts: number;
  retries: number;
  bytesRaw: number;
  bytesWire: number;
  latenciesMs: number[];
  /** Accepted-at minus the eventTime of the oldest record, per accepted batch. */
  lagsMs: number[];
}

/** Refusals in a row, none of them of a single record, after which the rest of a batch is not looked through further. */
const MAX_REFUSALS_IN_A_ROW = 16;
/** A single log that is refused as too large is cut no further than to this. */
const MIN_CUT_BYTES = 16_384;

/**
 * Carries batches to the intake, several at once, and settles the fate of every record in them. It never throws for a
 * batch: what cannot be delivered is held.
 */
export class Courier<Owner, Sent extends Parcel<Owner> = Parcel<Owner>> {
  readonly tally: CourierTally = { batches: 0, posts: 0, retries: 0, bytesRaw: 0, bytesWire: 0, latenciesMs: [], lagsMs: [] };
  readonly #on: CourierOptions<Owner, Sent>;
  readonly #inFlight = new Set<Promise<void>>();
  #closed: ForwarderError | undefined;
  #lastAcceptedMs = -Infinity;
  #keyRefresh: Promise<void> | undefined;

  constructor(options: CourierOptions<Owner, Sent>) {
    this.#on = options;
  }

  /**
   * Why nothing more is sent in this invocation: the intake refuses the key, or has not taken anything for as long as
   * a batch is tried. Reading on would only cost.
   */
  get closed(): ForwarderError | undefined {
    return this.#closed;
  }

  /** Waits until another batch may be sent: back-pressure on whoever fills batches, so that memory stays bounded. */
  async room(): Promise<void> {
    while (this.#inFlight.size >= this.#on.maxPosts) await Promise.race(this.#inFlight);
  }

  /** Takes a batch and starts to deliver it, once there is room. */
  async send(batch: Sent): Promise<void> {
    await this.room();
    const delivery: Promise<void> = this.#deliver(batch).finally(() => this.#inFlight.delete(delivery));
    this.#inFlight.add(delivery);
  }

  /** Waits until every batch has its fate. */
  async drain(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  async #deliver(batch: Sent): Promise<void> {
    this.tally.batches++;
    const startedMs = this.#on.clock.now();
    const parts: [from: number, to: number][] = [[0, batch.count]];
    let refusals = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const [from, to] = part;
      const outcome = await this.#deliverPart(batch, from, to, startedMs);
      if (outcome === 'delivered' || outcome === 'delivered-cut') {
        refusals = 0;
        this.#settle(batch, from, to, { kind: 'delivered', truncated: outcome === 'delivered-cut' });
      } else if (outcome.kind === 'retry' || outcome.kind === 'refresh-key' || to - from === 1) {
        this.#settle(batch, from, to, { kind: 'held', error: outcome.error });
      } else if (outcome.kind === 'bisect' && ++refusals > MAX_REFUSALS_IN_A_ROW) {
        // Not a poisoned record among good ones: whatever is sent is refused.
        for (const [a, b] of [part, ...parts.splice(0)]) this.#settle(batch, a, b, { kind: 'held', error: outcome.error });
      } else {
        const middle = (from + to) >> 1;
        parts.push([middle, to], [from, middle]);
      }
    }
    this.#on.done(batch);
  }

  /** Sends one part of a batch until it is accepted, or gives the action that remains. */
  async #deliverPart(batch: Sent, from: number, to: number, startedMs: number): Promise<'delivered' | 'delivered-cut' | Exclude<Action, { kind: 'accepted' }>> {
    const { intake, deadline, clock } = this.#on;
    let payload = batch.payload(from, to);
    let encoded: EncodedPayload | undefined;
    let cut = false;
    let refreshed = false;
    for (let attempt = 1; ; attempt++) {
      if (this.#closed !== undefined) return { kind: 'retry', error: this.#closed };
      if (deadline.signal.aborted) return { kind: 'retry', error: outOfTime() };
      try {
        encoded ??= intake.encode(payload);
      } catch (thrown) {
        return { kind: 'retry', error: asForwarderError(thrown, 'deliver') };
      }
      const action = await this.#post(encoded);
      switch (action.kind) {
        case 'accepted':
          this.#accepted(batch, payload.length, encoded.body.length);
          return cut ? 'delivered-cut' : 'delivered';
        case 'encode-otherwise':
          if (!intake.giveUpEncoding(encoded.encoding)) return { kind: 'bisect', error: action.error };
          encoded = undefined;
          break;
        case 'refresh-key':
          // Also when the key is still the same one: refusals that pass have been seen.
          if (refreshed) {
            this.#closed ??= action.error;
            return action;
          }
          await this.#refreshKey();
          refreshed = true;
          break;
        case 'split': {
          if (to - from > 1) return action;
          const smaller = this.#on.shrink(payload.subarray(1, -1), payload.length >> 1);
          if (payload.length < MIN_CUT_BYTES || smaller.length >= payload.length - 2) return action;
          payload = Buffer.concat([payload.subarray(0, 1), smaller, payload.subarray(-1)]);
          encoded = undefined;
          cut = true;
          break;
        }
        case 'bisect':
          return action;
        case 'retry': {
          const waitMs = waitBefore(attempt + 1, action.waitMs, this.#on.random);
          const leftMs = Math.min(startedMs + this.#on.retryForMs - clock.now(), deadline.msToGiveUp);
          if (deadline.signal.aborted) return { kind: 'retry', error: outOfTime(action.error) };
          if (waitMs >= leftMs) {
            if (this.#lastAcceptedMs < startedMs) this.#closed ??= action.error;
            return action;
          }
          this.tally.retries++;
          await clock.sleep(waitMs, deadline.signal);
          break;
        }
        default:
          return action satisfies never;
      }
    }
  }

  async #post(encoded: EncodedPayload): Promise<Action> {
    const { intake, clock, deadline } = this.#on;
    const startedMs = clock.now();
    this.tally.posts++;
    try {
      const answer = await intake.post(encoded, deadline.signal);
      this.tally.latenciesMs.push(clock.now() - startedMs);
      return judge(answer, encoded.encoding, clock.now());
    } catch (thrown) {
      return { kind: 'retry', error: asForwarderError(thrown, 'deliver') };
    }
  }

  #accepted(batch: Sent, bytesRaw: number, bytesWire: number): void {
    const nowMs = this.#on.clock.now();
    this.#lastAcceptedMs = nowMs;
    this.tally.bytesRaw += bytesRaw;
    this.tally.bytesWire += bytesWire;
    if (batch.oldestEventMs !== Infinity) this.tally.lagsMs.push(nowMs - batch.oldestEventMs);
  }

  /** Once for all batches that are refused together. */
  #refreshKey(): Promise<void> {
    this.#keyRefresh ??= this.#on.intake.refreshKey();
    return this.#keyRefresh;
  }

  #settle(batch: Sent, from: number, to: number, fate: Fate): void {
    for (const segment of batch.segmentsOf(from, to)) this.#on.settle(segment, fate);
  }
}

function outOfTime(last?: ForwarderError): ForwarderError {
  return new ForwarderError('ERR_DEADLINE', `The invocation's time was over before the intake took the records${last === undefined ? '' : ` (last: ${last.message})`}`, {
    stage: 'deliver',
    retry: 'later',
    hint: 'Held records are sent again by themselves; if this happens often, raise the function\'s timeout or memory.',
  });
}

import { createHash } from 'node:crypto';
import { MAX_AGE_MS, MAX_ENTRY_BYTES } from '../../edge/datadog/limits.ts';
import type { JsonObject } from '../../json.ts';
import { dateOf, type Judged } from './judge.ts';

/** A log that the intake accepted. */
export interface ReceivedLog {
  /** The log as it was sent. */
  bytes: Buffer;
  readonly text: string;
  readonly json: JsonObject;
  /** The request it came with: its number in the history of calls. */
  call: number;
  /** ms since the epoch. */
  receivedMs: number;
  /** Older than 18 hours: Datadog answers 202 and rejects it all the same. */
  tooOld: boolean;
  /** Longer than 1 MB: Datadog cuts it. */
  truncated: boolean;
}

/** What was accepted, in numbers. */
export interface Totals {
  payloads: number;
  logs: number;
  /** Uncompressed, brackets and commas included. */
  bytes: number;
  wireBytes: number;
  truncated: number;
  tooOld: number;
  /**
   * The sum of the logs' hashes: equal for equal multisets of logs, whatever their order and batches. 48 bits, in hex.
   */
  sum: string;
}

/**
 * - `keep`: every accepted log stays in memory.
 * - `count`: logs are counted and hashed, then forgotten: memory does not grow, whatever is sent.
 */
export type Mode = 'keep' | 'count';

/** The part of a log that its hash is taken of; by default all of it. */
export type Fingerprint = (log: Buffer) => Uint8Array;

const NOTHING = { payloads: 0, logs: 0, bytes: 0, wireBytes: 0, truncated: 0, tooOld: 0 };

export class Accepted {
  logs: ReceivedLog[] = [];
  #counts: Omit<Totals, 'sum'> = { ...NOTHING };
  #sum = 0;
  readonly #mode: Mode;
  readonly #fingerprint: Fingerprint;
  readonly #onLog: ((log: ReceivedLog) => void) | undefined;

  constructor(mode: Mode, fingerprint: Fingerprint = (log) => log, onLog?: (log: ReceivedLog) => void) {
    this.#mode = mode;
    this.#fingerprint = fingerprint;
    this.#onLog = onLog;
  }

  get totals(): Totals {
    return { ...this.#counts, sum: this.#sum.toString(16).padStart(12, '0') };
  }

  add(payload: Buffer, { windows, logs }: Judged, about: { wireBytes: number; call: number; receivedMs: number }): void {
    const totals = this.#counts;
    totals.payloads++;
    totals.bytes += payload.length;
    totals.wireBytes += about.wireBytes;
    for (const [k, { start, end }] of windows.entries()) {
      const bytes = payload.subarray(start, end);
      const dateMs = dateOf(logs[k]!);
      const tooOld = dateMs !== undefined && dateMs < about.receivedMs - MAX_AGE_MS;
      const truncated = bytes.length > MAX_ENTRY_BYTES;
      totals.logs++;
      if (tooOld) totals.tooOld++;
      if (truncated) totals.truncated++;
      const plain = { bytes, call: about.call, receivedMs: about.receivedMs, tooOld, truncated };
      this.#onLog?.(receivedLog(plain, logs[k]));
      if (this.#mode === 'count') this.#sum = addHash(this.#sum, this.#fingerprint(bytes));
      else this.logs.push(receivedLog(plain));
    }
  }

  /** Takes the kept logs out; the totals stay. */
  take(): ReceivedLog[] {
    const taken = this.logs;
    this.logs = [];
    return taken;
  }

  clear(): void {
    this.#counts = { ...NOTHING };
    this.logs = [];
    this.#sum = 0;
  }
}

/** Adds a text's hash to a sum, as {@link Totals.sum} does: start with 0, add every log, print in hex. */
export function addHash(sum: number, text: Uint8Array): number {
  const hash = createHash('sha1').update(text).digest();
  return (sum + hash.readUIntBE(0, 6)) % 2 ** 48;
}

/** What is kept is parsed again when it is asked for: parsed logs take several times the memory of their text. */
function receivedLog(plain: Omit<ReceivedLog, 'text' | 'json'>, parsed?: JsonObject): ReceivedLog {
  return {
    ...plain,
    get text() {
      return plain.bytes.toString('utf8');
    },
    get json() {
      return (parsed ??= JSON.parse(this.text) as JsonObject);
    },
  };
}

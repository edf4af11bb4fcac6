import { isJsonObject } from '../../json.ts';

/**
 * What happens to the next request instead of the usual judgement. `times` (default 1) repeats it; -1 is for ever, until
 * the script is cleared.
 *
 * - `none`:    judged as usual: a place-holder in a script.
 * - `answer`:  this status, whatever was sent. With `accept` the payload is kept all the same, as behind a gateway that
 *              gives up too early.
 * - `slow`:    judged as usual, answered late.
 * - `reset`:   the connection is reset: before the payload is accepted, in the middle of its body, or after it was
 *              accepted and before the answer.
 * - `silence`: no answer ever, before or after the payload is accepted.
 */
export type Fault = { times?: number } & (
  | { kind: 'none' }
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string; delayMs?: number; accept?: boolean }
  | { kind: 'slow'; delayMs: number }
  | { kind: 'reset'; when: 'before' | 'half-body' | 'after' }
  | { kind: 'silence'; when: 'before' | 'after' }
);

/** The faults to come, in order; and the texts that make a payload unacceptable for as long as they stand. */
export class FaultScript {
  #script: Fault[] = [];
  #poison: Buffer[] = [];

  /** Puts faults behind those that are still to come: one for each request from now on. */
  add(...faults: Fault[]): void {
    this.#script.push(...faults.filter((fault) => fault.times !== 0).map((fault) => ({ ...fault })));
  }

  /** From now on a payload that contains one of these texts is answered with 400, however it is cut. */
  poison(...texts: string[]): void {
    this.#poison.push(...texts.map((text) => Buffer.from(text)));
  }

  /** Back to an intake without faults. */
  clear(): void {
    this.#script = [];
    this.#poison = [];
  }

  /** How many requests the script still has faults for; Infinity when one of them stands for ever. */
  get left(): number {
    return this.#script.reduce((sum, { times = 1 }) => sum + (times < 0 ? Infinity : times), 0);
  }

  next(): Fault | undefined {
    const fault = this.#script[0];
    if (fault === undefined) return undefined;
    const times = fault.times ?? 1;
    if (times === 1) this.#script.shift();
    else if (times > 1) fault.times = times - 1;
    return fault;
  }

  isPoisoned(payload: Buffer): boolean {
    return this.#poison.some((text) => payload.includes(text));
  }
}

/**
 * Reads faults from the outside: `{"faults": [...], "poison": [...]}`.
 *
 * @throws TypeError that says which part is wrong and what was expected
 */
export function readFaults(json: unknown): { faults: Fault[]; poison: string[] } {
  if (!isJsonObject(json)) throw new TypeError('Expected a JSON object with "faults" and "poison"');
  const { faults = [], poison = [], ...unknown } = json;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw new TypeError(`Unknown member ${JSON.stringify(stranger)}: expected "faults" and "poison"`);
  if (!Array.isArray(faults)) throw new TypeError('"faults" must be an array');
  if (!Array.isArray(poison) || !poison.every((text) => typeof text === 'string')) throw new TypeError('"poison" must be an array of texts');
  return { faults: faults.map(readFault), poison };
}

function readFault(json: unknown, index: number): Fault {
  const place = `"faults"[${index}]`;
  if (!isJsonObject(json)) throw new TypeError(`${place} must be an object`);
  const { kind, when, status, delayMs, times } = json;
  const expect = (ok: boolean, what: string) => {
    if (!ok) throw new TypeError(`${place}: ${what}`);
  };
  expect(times === undefined || Number.isInteger(times), '"times" must be a whole number');
  expect(delayMs === undefined || (typeof delayMs === 'number' && delayMs >= 0), '"delayMs" must be a number of milliseconds');
  if (kind === 'answer') expect(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599, '"status" must be an HTTP status');
  else if (kind === 'slow') expect(delayMs !== undefined, '"delayMs" is missing');
  else if (kind === 'reset') expect(when === 'before' || when === 'half-body' || when === 'after', '"when" must be "before", "half-body" or "after"');
  else if (kind === 'silence') expect(when === 'before' || when === 'after', '"when" must be "before" or "after"');
  else expect(kind === 'none', '"kind" must be "none", "answer", "slow", "reset" or "silence"');
  return json as Fault;
}

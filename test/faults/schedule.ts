import { type Random, seeded } from '../../src/sandbox/trail/random.ts';
import type { Fault } from '../../src/sandbox/intake/faults.ts';

/** What an object of the schedule is. */
export type ObjectKind = 'sound' | 'truncated' | 'corrupt' | 'not-a-log' | 'digest' | 'missing' | 'deep-record' | 'poisoned-record';

export interface PlannedObject {
  kind: ObjectKind;
  records: number;
}

/** How the function comes to know of objects. */
export interface Arrival {
  /** By positions in the schedule's objects; several in one notification when more than one. */
  objects: number[];
  by: 's3' | 'queue';
  /** S3 may notify twice. */
  twice: boolean;
}

/** What S3 or SQS do instead of answering. */
export type Trouble =
  | { what: 'error'; action: string; status: number; code: string; times: number }
  | { what: 'cut'; afterBytes: number; times: number }
  | { what: 'silent'; times: number }
  | { what: 'slow'; delayMs: number; times: number }
  /** SQS has done what was asked, and its answer is lost. */
  | { what: 'answer-lost'; times: number };

/** When the process is killed: at the n-th such thing of the step, or after so many ms. */
export interface Kill {
  when: 'get' | 'got' | 'post' | 'accepted' | 'hold' | 'held' | 'remove' | 'ms';
  at: number;
}

export interface Step {
  arrivals: Arrival[];
  timeoutMs: number;
  /** Messages of one invocation. */
  batchSize: number;
  intake: Fault[];
  isDown: boolean;
  aws: Trouble[];
  kill?: Kill;
  /** What was done comes again all the same: SQS delivers at least once. */
  losesDeletes: boolean;
  /** Somebody sends {"retry": true}. */
  retries: boolean;
}

/** Everything that goes wrong in one run, in its order. */
export interface Schedule {
  seed: number;
  objects: PlannedObject[];
  steps: Step[];
}

/** The schedule of a seed: always the same one. */
export function scheduleOf(seed: number): Schedule {
  const random = seeded(seed);
  const chance = (percent: number) => random.int(100) < percent;
  const objects = some(random, 1, 8, () => plannedObject(random));
  const steps = some(random, 2, 5, (): Step => ({
    arrivals: [],
    timeoutMs: random.pick([1_500, 3_000, 3_000, 8_000]),
    batchSize: random.pick([1, 3, 10]),
    intake: chance(60) ? some(random, 1, 5, () => intakeFault(random)) : [],
    isDown: chance(10),
    aws: chance(50) ? some(random, 1, 3, () => trouble(random)) : [],
    ...(chance(45) && { kill: { when: random.pick(KILLS), at: random.int(3) + 1 } }),
    losesDeletes: chance(10),
    retries: chance(15),
  }));
  for (const step of steps) if (step.kill?.when === 'ms') step.kill.at = random.int(400);
  for (let next = 0; next < objects.length; ) {
    const together = chance(30) ? Math.min(random.int(3) + 1, objects.length - next) : 1;
    const arrival: Arrival = { objects: Array.from({ length: together }, (_, k) => next + k), by: random.pick(['s3', 'queue', 'queue']), twice: chance(10) };
    random.pick(steps).arrivals.push(arrival);
    next += together;
  }
  return { seed, objects, steps };
}

const KILLS = ['get', 'got', 'post', 'accepted', 'hold', 'held', 'remove', 'ms', 'ms'] as const;

function plannedObject(random: Random): PlannedObject {
  const kind = random.pick<ObjectKind>(['sound', 'sound', 'sound', 'sound', 'sound', 'sound', 'truncated', 'corrupt', 'not-a-log', 'digest', 'missing', 'deep-record', 'poisoned-record']);
  const records = kind === 'not-a-log' || kind === 'digest' || kind === 'missing' ? 0 : random.pick([1, random.int(8) + 1, random.int(8) + 1, random.int(400) + 1, random.int(3_000) + 500]);
  return { kind, records };
}

function intakeFault(random: Random): Fault {
  const times = random.int(4) + 1;
  return random.pick<() => Fault>([
    () => ({ kind: 'none', times }),
    () => ({ kind: 'answer', status: random.pick([408, 429, 500, 502, 503, 504]), times }),
    () => ({ kind: 'answer', status: 429, headers: { 'retry-after': random.pick(['0', '0.1', '3600']) }, times }),
    () => ({ kind: 'answer', status: random.pick([401, 403]), times }),
    () => ({ kind: 'answer', status: 413, times }),
    () => ({ kind: 'answer', status: 400, times }),
    () => ({ kind: 'answer', status: random.pick([500, 504]), accept: true, times: 1 }),
    () => ({ kind: 'slow', delayMs: random.int(250), times }),
    () => ({ kind: 'reset', when: random.pick(['before', 'half-body', 'after']), times }),
    () => ({ kind: 'silence', when: random.pick(['before', 'after']), times: 1 }),
  ])();
}

function trouble(random: Random): Trouble {
  const times = random.int(4) + 1;
  // Up to more than one reading tries by itself.
  const error = (action: string, status: number, code: string): Trouble => ({ what: 'error', action, status, code, times: random.int(12) + 1 });
  return random.pick<() => Trouble>([
    () => error('GetObject', 503, 'SlowDown'),
    () => error('GetObject', 500, 'InternalError'),
    () => error('GetObject', 403, 'AccessDenied'),
    () => error('SendMessageBatch', 503, 'ServiceUnavailable'),
    () => error('SendMessageBatch', 403, 'AccessDenied'),
    () => error('DeleteMessageBatch', 503, 'ServiceUnavailable'),
    () => ({ what: 'cut', afterBytes: random.int(30_000), times: random.int(9) + 1 }),
    () => ({ what: 'slow', delayMs: random.int(200), times }),
    () => ({ what: 'silent', times: 1 }),
    () => ({ what: 'answer-lost', times: 1 }),
  ])();
}

/** `least` to `most` of what `make` makes. */
function some<T>(random: Random, least: number, most: number, make: () => T): T[] {
  return Array.from({ length: least + random.int(most - least + 1) }, make);
}

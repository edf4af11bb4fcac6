import type { Clock } from '../clock.ts';
import { MAX_AGE_MS, MAX_ENTRY_BYTES } from '../edge/datadog/limits.ts';
import { asForwarderError, ForwarderError, messageOf } from '../errors.ts';
import type { Summary } from '../metrics/summary.ts';
import type { Decoded, ObjectRef, TrailRecord } from '../model.ts';
import { isDigestKey, isDigestRoot } from '../object/layout.ts';
import { printRanges } from '../object/ranges.ts';
import { printUri } from '../object/uri.ts';
import type { Settings } from '../settings/settings.ts';
import type { Batch } from './batch/batch.ts';
import type { BatchMemory } from './batch/batchMemory.ts';
import { Batcher } from './batch/batcher.ts';
import { Deadline } from './deadline.ts';
import { Courier } from './deliver/courier.ts';
import type { Intake } from './deliver/intake.ts';
import type { HeldStore } from './held/heldStore.ts';
import { Ledger } from './ledger.ts';
import type { ObjectStore } from './read/objectStore.ts';
import { readObject, type ReadOptions } from './read/readObject.ts';
import { Splitter } from './split/splitter.ts';
import type { Filters } from './transform/filters/filters.ts';
import { eventIdOf } from './transform/facts.ts';
import { metadataOf, type Forwarder } from './transform/metadata.ts';
import type { Redactor } from './transform/redact/redactor.ts';
import { shrink } from './transform/shrink.ts';
import { Transformer, type Transformed } from './transform/transform.ts';

/** What the way needs from outside. */
export interface Outside {
  settings: Settings;
  forwarder: Forwarder;
  store: ObjectStore;
  intake: Intake;
  /** Absent: nothing is filtered. */
  filters?: Filters;
  /** Absent: nothing is redacted. */
  redactor?: Redactor;
  /** Absent: what cannot be delivered is given back to the trigger. */
  held?: HeldStore;
  /** Of batches; absent: each invocation has its own. */
  memory?: BatchMemory;
  clock: Clock;
  /** Number in [0, 1). */
  random: () => number;
}

/** What became of an invocation's objects. */
export interface Forwarded {
  summary: Summary;
  /** One for each object named by the trigger, digests included. */
  ledgers: Map<ObjectRef, Ledger>;
  /** What could not be held: then the trigger must keep it. Undefined when every record has its fate. */
  notHeld: ForwarderError | undefined;
  /** Records that each filter decided about; also those filters that decided about none. */
  filterHits: Map<string, number>;
  intakeLatenciesMs: number[];
  lagsMs: number[];
  nearTimeout: boolean;
  msLeft: number;
}

/** eventIDs remembered for de-duplication; older ones are forgotten, which only lets a duplicate through. */
const MAX_EVENT_IDS = 200_000;

/**
 * The way of a log, once: read -> split -> transform -> batch -> deliver, and what cannot be delivered is held.
 * Objects are read several at a time and share their batches. Nothing is thrown for a record or an object: each has
 * its fate when this returns.
 *
 * @param remainingMs what is left of the invocation
 */
export async function forward(decoded: Decoded, remainingMs: number, outside: Outside): Promise<Forwarded> {
  const { settings, clock, random, intake } = outside;
  const deadline = new Deadline(clock, remainingMs);
  const batcher = new Batcher<Ledger>(outside.memory);
  const courier = new Courier<Ledger, Batch<Ledger>>({
    intake,
    clock,
    deadline,
    random,
    maxPosts: settings.maxPosts,
    retryForMs: settings.retryForMs,
    shrink,
    settle: ({ owner, first, count }, fate) => {
      if (fate.kind === 'held') return owner.hold(first, count, fate.error);
      owner.delivered += count;
      if (fate.truncated) owner.truncated += count;
    },
    done: (batch) => batcher.recycle(batch),
  });
  const way: Way = { outside, deadline, batcher, courier, bytesIn: 0, nearTimeout: false, digests: 0, eventIds: new Set(), hits: new Map(outside.filters?.names.map((name) => [name, 0])) };
  const ledgers = new Map(decoded.envelopes.flatMap(({ objects }) => objects.map((ref) => [ref, new Ledger(ref)])));
  try {
    await eachOf([...ledgers.values()], settings.maxReads, (ledger) => forwardObject(ledger, way));
    const rest = batcher.flush();
    if (rest !== undefined) await courier.send(rest);
    await courier.drain();
    const notHeld = await hold([...ledgers.values()], outside);
    return {
      summary: summarise(decoded, [...ledgers.values()], way),
      filterHits: way.hits,
      ledgers,
      notHeld,
      intakeLatenciesMs: courier.tally.latenciesMs,
      lagsMs: courier.tally.lagsMs,
      nearTimeout: way.nearTimeout,
      msLeft: deadline.msLeft,
    };
  } finally {
    deadline.clear();
    outside.memory?.trim();
  }
}

/** What the objects of one invocation share. */
interface Way {
  outside: Outside;
  deadline: Deadline;
  batcher: Batcher<Ledger>;
  courier: Courier<Ledger, Batch<Ledger>>;
  bytesIn: number;
  nearTimeout: boolean;
  digests: number;
  eventIds: Set<string>;
  /** Records that each filter decided about. */
  hits: Map<string, number>;
}

/** Sends one object's records on their way; whatever is not sent is held, by the index reached. */
async function forwardObject(ledger: Ledger, way: Way): Promise<void> {
  const { ref } = ledger;
  const { store, clock, random } = way.outside;
  if (isDigestKey(ref.key)) {
    way.digests++;
    return;
  }
  let next = 0;
  try {
    const stopped = reasonToStop(way);
    if (stopped !== undefined) return ledger.holdRest(0, stopped);
    const splitter = new Splitter();
    let enter: ReturnType<typeof entrance> | undefined;
    const options: ReadOptions = {
      store,
      clock,
      random,
      signal: way.deadline.readingSignal,
      onOpen: ({ key }) => {
        // Logs and pointers name the object as it was found.
        if (key !== ref.key) ledger.ref = { ...ref, key };
      },
      onBytesIn: (bytes) => (way.bytesIn += bytes),
    };
    for await (const chunk of readObject(ref, options)) {
      await way.courier.room();
      enter ??= entrance(ledger, way);
      for (const record of splitter.push(chunk)) {
        const full = ledger.wants(record.index) ? enter(record) : undefined;
        next = record.index + 1;
        if (full !== undefined) await way.courier.send(full);
      }
      if (next >= ledger.wantedEnd) return;
      const stop = reasonToStop(way);
      if (stop !== undefined) return ledger.holdRest(next, stop);
    }
    splitter.end();
    if (!splitter.sawRecords) {
      if (isDigestRoot(splitter.rootKeys)) way.digests++;
      else throw notCloudTrail(ref, splitter.rootKeys);
    }
  } catch (thrown) {
    const error = asForwarderError(thrown, 'forward');
    if (error.code === 'ERR_DEADLINE') way.nearTimeout = true;
    ledger.holdRest(next, error);
  }
}

/** Puts records of one object into the shared batches; gives the batch that is full because of one. */
function entrance(ledger: Ledger, { outside, batcher, eventIds, hits }: Way): (record: TrailRecord) => ReturnType<Batcher<Ledger>['add']> {
  const { settings, forwarder, filters, redactor, clock } = outside;
  const transformer = new Transformer(metadataOf(ledger.ref, settings, forwarder), settings.source === undefined, MAX_ENTRY_BYTES);
  const tooOldBeforeMs = clock.now() - MAX_AGE_MS;
  return (record) => {
    ledger.recordsIn++;
    if (!settings.forwardLog) {
      ledger.filtered++;
      return undefined;
    }
    if (record.unkept !== undefined) {
      ledger.hold(record.index, 1, notKept(record));
      return undefined;
    }
    if (filters !== undefined) {
      const { fate, rule } = filters.decide(record);
      if (rule !== undefined) hits.set(rule, (hits.get(rule) ?? 0) + 1);
      if (fate === 'filtered') {
        ledger.filtered++;
        return undefined;
      }
    }
    if (settings.deduplicate && isDuplicate(record, eventIds)) {
      ledger.filtered++;
      ledger.duplicates++;
      return undefined;
    }
    let entry: Transformed;
    try {
      entry = transformer.apply(redactor?.apply(record) ?? record);
    } catch (thrown) {
      // One record that we stumble over must not keep the others from being delivered.
      ledger.hold(record.index, 1, stumbled(record, thrown));
      return undefined;
    }
    if (entry.eventTimeMs < ledger.oldestEventMs) ledger.oldestEventMs = entry.eventTimeMs;
    if (entry.eventTimeMs < tooOldBeforeMs) {
      ledger.tooOld++;
      if (settings.tooOld === 'hold') {
        ledger.hold(record.index, 1, tooOld());
        return undefined;
      }
    }
    if (entry.clashing) ledger.clashing++;
    if (entry.truncated) ledger.truncated++;
    return batcher.add(entry, ledger, record.index);
  };
}

function isDuplicate(record: TrailRecord, eventIds: Set<string>): boolean {
  const eventId = eventIdOf(record);
  if (eventId === undefined) return false;
  if (eventIds.has(eventId)) return true;
  eventIds.add(eventId);
  if (eventIds.size > MAX_EVENT_IDS) eventIds.delete(eventIds.values().next().value!);
  return false;
}

/** Why no more is read: the time is nearly over, or nothing can be delivered anyway. */
function reasonToStop(way: Way): ForwarderError | undefined {
  if (way.courier.closed !== undefined) return way.courier.closed;
  if (!way.deadline.isNear) return undefined;
  way.nearTimeout = true;
  return new ForwarderError('ERR_DEADLINE', 'The invocation\'s time was nearly over before the object was read to its end', {
    stage: 'forward',
    retry: 'later',
    hint: 'The rest is held and sent by itself; if this happens often, raise the function\'s timeout or memory.',
  });
}

/** Holds what was not delivered; gives the error when that could not be done. */
async function hold(ledgers: Ledger[], { held, clock }: Outside): Promise<ForwarderError | undefined> {
  const holding = ledgers.filter((ledger) => ledger.holdsAnything);
  if (holding.length === 0) return undefined;
  if (held === undefined) return notForwarded(holding);
  try {
    await held.hold(holding.flatMap((ledger) => ledger.pointers(clock.now())));
    return undefined;
  } catch (thrown) {
    return asForwarderError(thrown, 'held');
  }
}

function summarise(decoded: Decoded, ledgers: Ledger[], { courier, bytesIn, digests }: Way): Summary {
  const total = (of: (ledger: Ledger) => number) => ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
  return {
    trigger: decoded.trigger,
    objects: ledgers.length - digests,
    objectsHeld: total((ledger) => Number(ledger.holdsAnything)),
    ignored: decoded.envelopes.reduce((sum, { ignored }) => sum + ignored.length, digests),
    recordsIn: total((ledger) => ledger.recordsIn),
    delivered: total((ledger) => ledger.delivered),
    filtered: total((ledger) => ledger.filtered),
    held: total((ledger) => ledger.held),
    tooOld: total((ledger) => ledger.tooOld),
    truncated: total((ledger) => ledger.truncated),
    clashing: total((ledger) => ledger.clashing),
    duplicates: total((ledger) => ledger.duplicates),
    bytesIn,
    bytesRaw: courier.tally.bytesRaw,
    bytesWire: courier.tally.bytesWire,
    batches: courier.tally.batches,
    retries: courier.tally.retries,
  };
}

/** Runs `work` for all items, at most `atOnce` of them at once, in order. */
async function eachOf<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

function notKept(record: TrailRecord): ForwarderError {
  const tooLarge = record.unkept === 'too-large';
  return new ForwarderError(
    tooLarge ? 'ERR_RECORD_TOO_LARGE' : 'ERR_RECORD_TOO_DEEP',
    tooLarge ? `Record ${record.index} has ${record.lengthBytes} bytes: more than can be kept in memory to be cut` : `Record ${record.index} is nested too deeply for any log`,
    { stage: 'split', retry: 'never', hint: 'CloudTrail writes no such record (its limit is 256 KB): look at it with `cloudtrail-forwarder show`, then drop the held pointer.' },
  );
}

function stumbled(record: TrailRecord, thrown: unknown): ForwarderError {
  return new ForwarderError('ERR_INTERNAL', `Record ${record.index} could not be turned into a log: ${messageOf(thrown)}`, {
    stage: 'transform',
    retry: 'never',
    hint: 'This is a fault in the forwarder itself; report it with this message and the function version, and replay the held pointer with the next one.',
    cause: thrown,
  });
}

function tooOld(): ForwarderError {
  return new ForwarderError('ERR_RECORD_TOO_OLD', 'The record is older than 18 hours: the intake would accept and then reject it', {
    stage: 'transform',
    retry: 'never',
    hint: 'Set DD_TOO_OLD=send and replay it if it shall be sent all the same, or keep it for a historical job.',
  });
}

function notCloudTrail(ref: ObjectRef, rootKeys: string[]): ForwarderError {
  const found = rootKeys.length === 0 ? 'an empty JSON object' : `a JSON object with ${rootKeys.slice(0, 5).map((key) => JSON.stringify(key)).join(', ')}`;
  return new ForwarderError('ERR_NOT_CLOUDTRAIL', `"${printUri(ref)}" is not a CloudTrail log file: it has no array "Records", it is ${found}`, {
    stage: 'split',
    retry: 'never',
    hint: 'Narrow the trigger\'s prefix if other files share the bucket, then drop the held pointer.',
  });
}

/** Without a queue to hold in, the invocation must fail and say what was not forwarded. */
function notForwarded(holding: Ledger[]): ForwarderError {
  const named = holding.slice(0, 20).map((ledger) => {
    const parts = ledger.pointers(0).map(({ ranges, reason }) => `records ${printRanges(ranges.slice(0, 10))}: ${reason.code} ${reason.message}`);
    return `${printUri(ledger.ref)} ${parts.join('; ')}`;
  });
  const more = holding.length > named.length ? ` and ${holding.length - named.length} more objects` : '';
  return new ForwarderError('ERR_NOT_FORWARDED', `Not all records were forwarded: ${named.join(' | ')}${more}`, {
    stage: 'forward',
    retry: 'later',
    hint: holding[0]?.reasons[0]?.hint ?? 'Set DD_SQS_QUEUE_URL, so that what cannot be delivered is held.',
  });
}

import type { Call } from '../../src/sandbox/intake/calls.ts';
import { placeOf, printIndexes, strangers } from './reckoning.ts';
import type { PlannedObject, Schedule } from './schedule.ts';
import type { Pointer, Stage } from './stage.ts';
import { NEVER_LOGGED } from './trail.ts';

/** An invocation, by where its posts and requests begin. */
export interface Invoked {
  firstCall: number;
  firstRequest: number;
  timeoutMs: number;
  /** Something of what it did is done again: it failed, was killed, gave a message back, or a message came again. */
  failed: boolean;
  /** How it failed, when it did as a whole. */
  failure?: string;
}

/** What is looked at of a stage after a play. */
export type Seen = Pick<Stage, 'originals' | 'times'> & {
  intake: Pick<Stage['intake'], 'logs' | 'calls' | 'totals'>;
  aws: Pick<Stage['aws'], 'requests'>;
  ear: Pick<Stage['ear'], 'snapshots' | 'total' | 'lines'>;
};

/** What a play leaves behind. */
export interface Played {
  /** The key of each of the schedule's objects. */
  keys: string[];
  /** Keys of which S3 told twice. */
  twice: string[];
  invoked: Invoked[];
  /** The dead-letter queue when the queues had drained. */
  named: Pointer[];
  /** The dead-letter queue after it had been sent again. */
  hopeless: Pointer[];
}

/** Kinds of objects of which nothing is left to hold once whatever fails has stopped. */
const CAN_BE_DELIVERED = new Set<PlannedObject['kind']>(['sound', 'poisoned-record', 'digest']);
/** DD_POST_TIMEOUT_MS of the stage: long enough that no busy machine reaches it by itself. */
export const POST_TIMEOUT_MS = 1_500;
/** How an invocation may fail as a whole: killed, out of time, or unable to hold. */
const FAILURES = /^(Runtime\.ExitError: .* signal: killed$|Sandbox\.Timedout: |ForwarderError: Cannot (hold|remove|release|receive) )/;
/** A post that took this long, as far as the intake knows, may have been given up by the function, and sent again. */
const UNSURE_MS = 300;
/** Posts in flight at once: DD_MAX_WORKERS of the stage. */
export const POSTS_AT_ONCE = 3;

/**
 * Everything that is wrong after a play, in sentences. Right is: every record arrived, byte for byte, or is named in the
 * dead-letter queue with a reason; nothing else arrived; no record arrived more often than the faults explain; what the
 * function says of itself balances and shows no record.
 */
export function judge(schedule: Pick<Schedule, 'objects'>, played: Played, stage: Seen): string[] {
  const { originals, intake, ear } = stage;
  const { keys, named, hopeless } = played;
  const wrong: string[] = [];
  const most = mostTimes(played, stage);
  for (const [k, key] of keys.entries()) {
    const { kind } = schedule.objects[k]!;
    const what = `object ${k} (${kind}, ${originals.get(key)!.length} records)`;
    const times = stage.times(key);
    const lacking = (among: Pointer[]) => printIndexes([...times.keys()].filter((index) => times[index] === 0 && !names(among, key, index)));
    if (lacking(named) !== '') wrong.push(`lost of ${what} when the queues had drained: ${lacking(named)}`);
    if (lacking(hopeless) !== '') wrong.push(`lost of ${what} after the dead-letter queue was sent again: ${lacking(hopeless)}`);
    if (times.length === 0 && kind !== 'digest' && !names(hopeless, key, 0)) wrong.push(`${what} is named nowhere`);
    if (CAN_BE_DELIVERED.has(kind) && hopeless.some((pointer) => pointer.key === key)) wrong.push(`${what} is still in the dead-letter queue although nothing fails any more`);
    const tooOften = [...times.keys()].filter((index) => times[index]! > most(key, index));
    if (tooOften.length > 0) wrong.push(`more often than explained (${times[tooOften[0]!]} times instead of ${most(key, tooOften[0]!)}) of ${what}: ${printIndexes(tooOften)}`);
  }
  wrong.push(...played.invoked.flatMap(({ failure }) => (failure === undefined || FAILURES.test(failure) ? [] : [`an invocation failed in another way: ${failure}`])));
  wrong.push(...strangers(stage).map((text) => `arrived and is no record of these objects: ${text}`));
  wrong.push(...[...named, ...hopeless].filter((pointer) => !pointer.reason?.code || !pointer.reason.hint).map((pointer) => `in the dead-letter queue without a reason: ${JSON.stringify(pointer)}`));
  wrong.push(...ear.snapshots.filter((snapshot) => !balances(snapshot)).map((snapshot) => `the counts do not balance: ${JSON.stringify(snapshot)}`));
  if (ear.total.RecordsDelivered! > intake.totals.logs) wrong.push(`the function says it delivered ${ear.total.RecordsDelivered} records, the intake has ${intake.totals.logs}`);
  wrong.push(...ear.lines.filter((line) => line.includes(NEVER_LOGGED)).map((line) => `a record in the function's log: ${line.slice(0, 300)}`));
  return wrong;
}

function balances({ RecordsIn, RecordsDelivered, RecordsFiltered, RecordsHeld, IdentityBroken }: Record<string, number>): boolean {
  return IdentityBroken === 0 && RecordsIn === RecordsDelivered! + RecordsFiltered! + RecordsHeld!;
}

function names(pointers: Pointer[], key: string, index: number): boolean {
  return pointers.some((pointer) => pointer.key === key && pointer.ranges.some(({ first, last = Infinity }) => first <= index && index <= last));
}

/**
 * How often a record may have arrived: once; once more for each time that what had become of it could not be known or
 * was done again. That is when S3 told of its object twice, when an invocation that had delivered or held it failed,
 * when the answer to its post or to its holding was lost, and when its post was in flight at the end of an invocation's
 * time.
 */
function mostTimes({ invoked, twice }: Played, { intake, aws, originals }: Seen): (key: string, index: number) => number {
  const more = new Map<string, number>();
  const add = (key: string, index: number) => more.set(`${key}#${index}`, (more.get(`${key}#${index}`) ?? 0) + 1);
  const addRange = (key: string, first: number, last: number) => {
    for (let index = first; index <= Math.min(last, (originals.get(key)?.length ?? 0) - 1); index++) add(key, index);
  };
  for (const key of twice) addRange(key, 0, Infinity);

  const logsOfCall = new Map<number, { key: string; record: number }[]>();
  for (const { call, json } of intake.logs) {
    const logs = logsOfCall.get(call) ?? [];
    logsOfCall.set(call, logs);
    logs.push(placeOf(json));
  }
  for (const [k, { firstCall, firstRequest, failed }] of invoked.entries()) {
    const calls = intake.calls.slice(firstCall, invoked[k + 1]?.firstCall);
    const sent = aws.requests.slice(firstRequest, invoked[k + 1]?.firstRequest).filter(({ action, fate }) => action === 'SendMessageBatch' && fate !== 'refused');
    const outOfTime = sent.some(({ input }) => JSON.stringify(input).includes('ERR_DEADLINE'));
    for (const [at, call] of calls.entries()) {
      const inFlightAtTheEnd = outOfTime && at >= calls.length - POSTS_AT_ONCE;
      if (call.accepted && (failed || isUnsure(call) || inFlightAtTheEnd)) for (const { key, record } of logsOfCall.get(call.index) ?? []) add(key, record);
    }
    for (const { input, fate } of sent) {
      const again = Number(failed) + Number(fate !== 'carried-out');
      for (const pointer of pointersIn(input)) for (const { first, last = Infinity } of pointer.ranges) for (let n = 0; n < again; n++) addRange(pointer.key, first, last);
    }
  }
  return (key, index) => 1 + (more.get(`${key}#${index}`) ?? 0);
}

/** Whether the function may not know that the intake has accepted what it posted. */
function isUnsure({ fault, status, outcome, tookMs = Infinity }: Call): boolean {
  return outcome !== 'answered' || status === undefined || status >= 300 || fault === 'slow' || tookMs > UNSURE_MS;
}

function pointersIn(input: Record<string, unknown> | undefined): Pointer[] {
  const entries = (input?.Entries ?? []) as { MessageBody: string }[];
  return entries.map(({ MessageBody }) => JSON.parse(MessageBody) as Pointer);
}

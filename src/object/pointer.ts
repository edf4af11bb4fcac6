/**
 * A {@link HeldPointer} as a message in a queue. People read it in the SQS console, so times are ISO 8601 and nothing
 * is abbreviated:
 *
 * ```json
 * {
 *   "cloudtrailForwarder": "held/1",
 *   "bucket": "cloudtrail-logs-123456789012",
 *   "key": "AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/....json.gz",
 *   "ranges": [{ "first": 0, "last": 41 }, { "first": 57 }],
 *   "records": null,
 *   "reason": { "code": "ERR_INTAKE_BUSY", "message": "...", "hint": "..." },
 *   "permanent": false,
 *   "attempts": 1,
 *   "firstHeld": "2026-11-20T12:05:01.000Z",
 *   "lastTried": "2026-11-20T12:05:01.000Z",
 *   "oldestEvent": "2026-11-20T12:01:44.000Z"
 * }
 * ```
 *
 * `versionId`, `region` and `oldestEvent` may be absent. Members that a later version adds are passed over; a change
 * that an older reader would misread gets another number.
 */
import { ForwarderError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { HeldPointer, RecordRange } from '../model.ts';
import { isBucketName, isObjectKey, isRegion, isVersionId } from './name.ts';
import { areMerged, mergeRanges } from './ranges.ts';

const FORMAT = 'held/1';

/** A queue's message is at most 1 MiB; no writer of ours comes near this many. */
const MAX_RANGES = 20_000;

/** A reason is for people: what is longer than this helps nobody. */
const MAX_REASON_CHARS = 1000;

/**
 * SQS takes no message with U+FFFE or U+FFFF (SQS API reference, SendMessage), and servers that speak its protocol none
 * with characters above them: a key may hold them all.
 */
const UNSENDABLE = /[\ud800-\udfff\ufffe\uffff]/g;

/** The message that names the pointer's records. Ranges are put in order and merged. */
export function printPointer(pointer: HeldPointer): string {
  const { bucket, key, versionId, region, ranges, records, reason, permanent, attempts, firstHeldMs, lastTriedMs, oldestEventMs } = pointer;
  const message = JSON.stringify({
    cloudtrailForwarder: FORMAT,
    bucket,
    key,
    versionId,
    region,
    ranges: mergeRanges(ranges),
    records,
    reason: { code: reason.code, message: reason.message.slice(0, MAX_REASON_CHARS), hint: reason.hint.slice(0, MAX_REASON_CHARS) },
    permanent,
    attempts,
    firstHeld: new Date(firstHeldMs).toISOString(),
    lastTried: new Date(lastTriedMs).toISOString(),
    oldestEvent: isPrintable(oldestEventMs) ? new Date(oldestEventMs).toISOString() : undefined,
  });
  return message.replace(UNSENDABLE, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** A time that ISO 8601 writes with four digits for the year; a record may claim any. */
function isPrintable(timeMs: number | undefined): timeMs is number {
  return timeMs !== undefined && timeMs >= 0 && timeMs < Date.UTC(10_000, 0);
}

/** True when a message says that it is a held pointer, of whatever version. */
export function isPointerMessage(message: JsonObject): boolean {
  return Object.hasOwn(message, 'cloudtrailForwarder');
}

/**
 * Reads a held pointer, taking nothing on trust: whoever may write to the queue may have written it.
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN naming the member that is wrong, never its value
 */
export function parsePointer(message: JsonObject): HeldPointer {
  const format = message['cloudtrailForwarder'];
  if (format !== FORMAT) throw wrong(`its format is not "${FORMAT}"`, 'It may come from a newer forwarder: update this one, or drop the message.');
  const { bucket, key, versionId, region, ranges, records, reason, permanent, attempts } = message;
  if (!isBucketName(bucket)) throw wrong('bucket is not a bucket name');
  if (!isObjectKey(key)) throw wrong('key is not an object key');
  if (versionId !== undefined && !isVersionId(versionId)) throw wrong('versionId is not a version id');
  if (region !== undefined && !isRegion(region)) throw wrong('region is not a region');
  if (records !== null && !isCount(records, 0)) throw wrong('records is neither a count nor null');
  if (!isReason(reason)) throw wrong('reason is not an object with the texts code, message and hint');
  if (typeof permanent !== 'boolean') throw wrong('permanent is neither true nor false');
  if (!isCount(attempts, 0)) throw wrong('attempts is not a count');
  return {
    bucket,
    key,
    ...(versionId !== undefined && { versionId }),
    ...(region !== undefined && { region }),
    ranges: parseRanges(ranges),
    records,
    reason: { code: reason.code, message: reason.message, hint: reason.hint },
    permanent,
    attempts,
    firstHeldMs: parseTime(message, 'firstHeld'),
    lastTriedMs: parseTime(message, 'lastTried'),
    ...(message['oldestEvent'] !== undefined && { oldestEventMs: parseTime(message, 'oldestEvent') }),
  };
}

function parseRanges(ranges: unknown): RecordRange[] {
  if (!Array.isArray(ranges) || ranges.length === 0 || ranges.length > MAX_RANGES) {
    throw wrong(`ranges is not a list of 1 to ${MAX_RANGES} ranges`);
  }
  const parsed = ranges.map((range: unknown, at): RecordRange => {
    if (!isJsonObject(range)) throw wrong(`ranges[${at}] is not an object`);
    const { first, last } = range;
    if (!isCount(first, 0)) throw wrong(`ranges[${at}].first is not an index`);
    if (last === undefined) return { first };
    if (!isCount(last, first)) throw wrong(`ranges[${at}].last is not an index from first on`);
    return { first, last };
  });
  if (!areMerged(parsed)) throw wrong('ranges are not in order, or touch');
  return parsed;
}

function parseTime(message: JsonObject, member: string): number {
  const value = message[member];
  const timeMs = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(timeMs)) throw wrong(`${member} is not a time like 2026-11-20T12:05:00Z`);
  return timeMs;
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isReason(value: unknown): value is HeldPointer['reason'] {
  return isJsonObject(value) && [value['code'], value['message'], value['hint']].every((text) => typeof text === 'string' && text.length <= MAX_REASON_CHARS);
}

function wrong(what: string, hint = 'It was not written by this forwarder; see who else may send to the queue, then drop the message.'): ForwarderError {
  return new ForwarderError('ERR_EVENT_UNKNOWN', `Cannot read a held pointer: ${what}`, { stage: 'decode', retry: 'never', hint });
}

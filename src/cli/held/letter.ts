import type { QueueMessage } from '../../edge/aws/messageQueue.ts';
import { asForwarderError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { HeldPointer, ObjectRef } from '../../model.ts';
import { isPointerMessage, parsePointer } from '../../object/pointer.ts';
import { ALL_RECORDS, countRecords, printRanges } from '../../object/ranges.ts';
import { printUri } from '../../object/uri.ts';
import { decode } from '../../pipeline/decode/decode.ts';

/** A message of the held queue or of its dead-letter queue, understood. */
export interface Letter {
  message: QueueMessage;
  /** What it names; empty when it cannot be understood. */
  objects: ObjectRef[];
  /** Why it is there. */
  reason: { code: string; message: string; hint: string };
  /** Our own pointer, when it is one. Else a trigger's message that the queue gave up on, or Lambda's on-failure record. */
  pointer?: HeldPointer;
  /** Ms since the epoch. */
  sinceMs: number;
  /** How often its records were tried. */
  attempts: number;
  /** Records named; null when nobody counted them. */
  records: number | null;
  /** Whether sending it round again can help: it names objects. */
  isUnderstood: boolean;
}

/** Reads a message as the function itself would; what it cannot read says so. */
export function readLetter(message: QueueMessage): Letter {
  const [envelope] = decode({ Records: [{ messageId: message.id, body: message.body }] }).envelopes;
  const { objects = [], ignored = [], problem } = envelope ?? {};
  const base = { message, objects, sinceMs: message.sentMs, attempts: message.receives - 1, records: null, isUnderstood: problem === undefined };
  if (problem !== undefined) {
    const { code, message: what, hint } = asForwarderError(problem, 'decode');
    return { ...base, reason: { code, message: what, hint } };
  }
  const body: unknown = JSON.parse(message.body);
  if (isJsonObject(body) && isPointerMessage(body)) {
    const pointer = parsePointer(body);
    return { ...base, pointer, reason: pointer.reason, sinceMs: pointer.firstHeldMs, attempts: pointer.attempts, records: pointer.records };
  }
  const failed = isJsonObject(body) ? failureOf(body) : undefined;
  const [first] = objects;
  return {
    ...base,
    sinceMs: first?.firstHeldMs ?? message.sentMs,
    attempts: Math.max(base.attempts, first?.attempts ?? 0),
    reason: failed ?? {
      code: 'GIVEN_UP',
      message: ignored.length > 0 && objects.length === 0 ? `a notification of nothing to forward (${ignored[0]?.what})` : 'a notification that the queue gave up on after its last receive',
      hint: "The function's log says why it failed; once that is mended: held replay.",
    },
  };
}

/** `s3://bucket/key`, with the records that are wanted of it. */
export function printTarget({ bucket, key, ranges }: Pick<ObjectRef, 'bucket' | 'key' | 'ranges'>): string {
  const text = ranges === undefined ? printRanges(ALL_RECORDS) : printRanges(ranges);
  return text === '0-' ? printUri({ bucket, key }) : `${printUri({ bucket, key })}#${text.replaceAll(' ', '')}`;
}

/** What a letter names, so that the same is recognised when it comes again. */
export function targetsOf({ objects }: Letter): string[] {
  return objects.map(printTarget);
}

/** A letter as `--json` prints it. */
export function letterJson({ message, objects, reason, sinceMs, attempts, records, pointer }: Letter): object {
  return {
    id: message.id,
    since: isoTime(sinceMs),
    attempts,
    code: reason.code,
    reason: reason.message,
    next: reason.hint,
    records,
    permanent: pointer?.permanent ?? null,
    oldestEvent: pointer?.oldestEventMs === undefined ? null : isoTime(pointer.oldestEventMs),
    objects: objects.map(({ bucket, key, versionId, ranges }) => ({ bucket, key, ...(versionId !== undefined && { versionId }), ranges: ranges ?? ALL_RECORDS })),
  };
}

/** What is known of the number of records in all: counted ones, and objects nobody counted. */
export function countLetters(letters: readonly Letter[]): { records: number; uncounted: number } {
  let records = 0;
  let uncounted = 0;
  for (const letter of letters) {
    if (letter.records !== null) records += letter.records;
    else uncounted += letter.objects.filter(({ ranges }) => ranges === undefined || countRecords(ranges) === null).length;
  }
  return { records, uncounted };
}

export function isoTime(timeMs: number): string | null {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : null;
}

/** What Lambda says of an invocation that failed for good (CONTRACT F1). */
function failureOf(body: Record<string, unknown>): Letter['reason'] | undefined {
  const { requestContext, responsePayload } = body;
  if (!isJsonObject(requestContext) || typeof requestContext['condition'] !== 'string') return undefined;
  const message = isJsonObject(responsePayload) ? responsePayload['errorMessage'] : undefined;
  const said = typeof message === 'string' ? `: ${message.slice(0, 500)}` : '';
  return {
    code: requestContext['condition'].slice(0, 40),
    message: `the function failed at it${said}`,
    hint: `The function's log of request ${String(requestContext['requestId']).slice(0, 64)} says more; once that is mended: held replay.`,
  };
}

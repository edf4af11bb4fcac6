/**
 * The shapes that travel through the forwarder. This module imports nothing.
 *
 * Terms
 * - object:   one file that CloudTrail wrote to S3, named by an {@link ObjectRef}.
 * - record:   one element of an object's `Records` array: one API call, sign-in or service event.
 * - entry:    a record with Datadog's metadata: what becomes one log.
 * - batch:    the entries of one POST to the logs intake.
 * - fate:     what became of a record: delivered, filtered (a rule said so) or held.
 * - held:     named in a pointer, so that it can be sent later; the record itself stays in the trail's bucket.
 * - envelope: what the trigger wants one answer for: the whole payload, one SQS message, one S3 Batch task.
 */

/** Records `first` to `last` of an object, both included, counted from 0. No `last`: to the end of the object. */
export interface RecordRange {
  first: number;
  last?: number;
}

/** Where a CloudTrail object lies and, when it has been tried before, which of its records are still wanted. */
export interface ObjectRef {
  bucket: string;
  /** The object's real key, decoded. */
  key: string;
  versionId?: string;
  /** Bytes as stored (compressed), when the trigger told. */
  sizeBytes?: number;
  /** The key may have come percent-encoded after all: if there is no such object, try it decoded (CONTRACT E6.7). */
  maybeEncoded?: boolean;
  /** The bucket's region, when the trigger told. */
  region?: string;
  /** Only these records; absent: all. */
  ranges?: RecordRange[];
  /** How often these records have been tried before; 0 at first sight. */
  attempts: number;
  /** When the records were first held, ms since the epoch. */
  firstHeldMs?: number;
}

/** Something a trigger carried that names no CloudTrail object to forward; acknowledged and counted. */
export interface Ignored {
  reason: 'test-event' | 'object-removed' | 'digest' | 'folder-marker' | 'not-an-object-event';
  /** What it was, for the log: never a body. */
  what: string;
}

/** What the trigger wants one answer for. */
export interface Envelope {
  /** `messageId` of an SQS message, `taskId` of an S3 Batch Operations task; absent where the payload is answered as a whole. */
  id?: string;
  objects: ObjectRef[];
  ignored: Ignored[];
  /** Why the envelope could not be understood. Then `objects` is empty. */
  problem?: Error;
}

/** A Lambda payload, understood. */
export interface Decoded {
  /** How the trigger wants to be answered. */
  answer: 'whole' | 'sqs' | 's3-batch' | 'retry-held';
  /** The trigger's shape, for logs and metrics: `s3`, `sns`, `sqs`, `eventbridge`, `cloudtrail-sns`, `held`, `on-failure`, ... */
  trigger: string;
  envelopes: Envelope[];
  /** Only for `s3-batch`: what the answer must repeat. */
  s3Batch?: { invocationSchemaVersion: string; invocationId: string };
}

/** Names records that were not delivered, so that they can be sent later. The records stay in the trail's bucket. */
export interface HeldPointer {
  bucket: string;
  key: string;
  versionId?: string;
  region?: string;
  /** Which records are still wanted; `[{ first: 0 }]` is the whole object. Never empty. */
  ranges: RecordRange[];
  /** How many records the ranges name; null when the object was not read to its end. */
  records: number | null;
  /** Why: an error's code, message and hint. */
  reason: { code: string; message: string; hint: string };
  /** True when waiting cannot help: somebody must act (a permission, the object, the record) and replay it. */
  permanent: boolean;
  /** How often the records have been tried; 0 when they were asked for by a replay and not tried yet. */
  attempts: number;
  /** Ms since the epoch. */
  firstHeldMs: number;
  /** Ms since the epoch. */
  lastTriedMs: number;
  /** eventTime of the oldest record named, ms since the epoch; absent when no record was read. */
  oldestEventMs?: number;
}

/** One record as cut from an object: a window on its original bytes, and where its top-level members lie. */
export interface TrailRecord {
  /** Position in the object's `Records` array, from 0. */
  index: number;
  /** The record's text is `bytes[start, end)`. Valid only until the next chunk is cut. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /**
   * The record's top-level members, four numbers each: key start, key end (the text between the quotes), value start,
   * value end; relative to `start`. Member `m` is at `members[4 * (firstMember + m)]`.
   */
  members: Int32Array;
  firstMember: number;
  /** -1 when the record is not a JSON object. */
  memberCount: number;
  /** Whether a top-level key holds a backslash, so that its text is not its name. */
  escapedKeys: boolean;
  /** Why the record's text is not here: it was longer, or nested deeper, than the splitter keeps. */
  unkept?: 'too-large' | 'too-deep';
  /** Bytes of the record's text, also when it was not kept. */
  lengthBytes: number;
}

/**
 * A record ready to be sent: its text without the closing brace, then `head`, the record's index, and `tail`:
 * pieces that are written into the batch in one go, so that no record is copied twice.
 */
export interface LogEntry {
  /** Written between `head` and `tail`; -1: nothing is. */
  index: number;
  bytes: Uint8Array;
  start: number;
  /** Where the closing brace stands. */
  end: number;
  /** From the comma to `"record":` */
  head: Uint8Array;
  /** From after the index to the closing brace. */
  tail: Uint8Array;
  lengthBytes: number;
  /** The record's eventTime, ms since the epoch; NaN when it has none. */
  eventTimeMs: number;
}

/** Consecutive records of one object in a batch; the owner keeps their fate. */
export interface Segment<Owner> {
  owner: Owner;
  /** Index of the first record in its object. */
  first: number;
  /** Position of that record's entry in the batch. */
  entry: number;
  count: number;
}

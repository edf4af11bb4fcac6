import type { Ignored, ObjectRef } from '../../model.ts';

/** What one notification named. */
export interface Found {
  /** The notification's shape: `s3`, `sns`, `eventbridge`, `cloudtrail-sns`, `held`, `on-failure`, `manual`. */
  trigger: string;
  objects: ObjectRef[];
  ignored: Ignored[];
}

/**
 * More objects than any service puts into one message: S3 puts one, CloudTrail's own message is at most 256 KB. A
 * message that names more is not read at all, so that one message cannot fill an invocation.
 */
export const MAX_OBJECTS = 10_000;

/** What several notifications that came together named. */
export function gather(trigger: string, found: readonly Found[]): Found {
  return { trigger, objects: found.flatMap(({ objects }) => objects), ignored: found.flatMap(({ ignored }) => ignored) };
}

/** A notification that names nothing to forward. */
export function nothing(trigger: string, reason: Ignored['reason'], what: string): Found {
  return { trigger, objects: [], ignored: [{ reason, what }] };
}

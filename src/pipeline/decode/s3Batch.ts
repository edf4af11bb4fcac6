import { asForwarderError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { Decoded, Envelope } from '../../model.ts';
import { decodeFormKey } from '../../object/key.ts';
import { ignorable, objectRef } from './objectRef.ts';
import { brokenEvent } from './unknown.ts';

/** True for an invocation by S3 Batch Operations. */
export function isS3BatchInvocation(payload: JsonObject): boolean {
  return 'invocationSchemaVersion' in payload && 'tasks' in payload;
}

/**
 * An invocation by S3 Batch Operations, one envelope a task. Schema 1.0 names the bucket by ARN, 2.0 by name; keys are
 * URL-encoded in both (S3 user guide, "Invoke AWS Lambda function").
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN when it cannot be answered task by task
 */
export function readS3BatchInvocation(payload: JsonObject): Decoded {
  const { invocationSchemaVersion, invocationId, tasks } = payload;
  const where = 'the S3 Batch Operations invocation';
  if (typeof invocationSchemaVersion !== 'string' || typeof invocationId !== 'string') throw brokenEvent(where, 'its invocationSchemaVersion or invocationId is not text');
  if (!Array.isArray(tasks)) throw brokenEvent(where, 'its tasks are not a list');
  return { answer: 's3-batch', trigger: 's3-batch', envelopes: tasks.map(readTask), s3Batch: { invocationSchemaVersion, invocationId } };
}

function readTask(task: unknown, at: number): Envelope {
  const where = `task ${at} of the S3 Batch Operations invocation`;
  if (!isJsonObject(task) || typeof task['taskId'] !== 'string') throw brokenEvent(where, 'it has no taskId');
  const { taskId: id, s3Key, s3VersionId: versionId, s3Bucket, s3BucketArn } = task;
  try {
    const bucket = s3Bucket ?? (typeof s3BucketArn === 'string' ? s3BucketArn.slice(s3BucketArn.lastIndexOf(':') + 1) : undefined);
    const ref = objectRef({ bucket, key: typeof s3Key === 'string' ? decodeFormKey(s3Key) : s3Key, versionId }, where);
    const ignored = ignorable(ref);
    return ignored ? { id: id, objects: [], ignored: [ignored] } : { id: id, objects: [ref], ignored: [] };
  } catch (thrown) {
    return { id: id, objects: [], ignored: [], problem: asForwarderError(thrown, 'decode') };
  }
}

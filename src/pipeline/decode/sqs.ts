import { asForwarderError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { Envelope } from '../../model.ts';
import { readText } from './notification.ts';
import { brokenEvent, unknownEvent } from './unknown.ts';

/** What a queue's message can hold (CONTRACT F2). */
const MAX_BODY_BYTES = 1_048_576;

/** True for a payload whose records are messages of a queue (CONTRACT E6.4). */
export function isSqsEvent(records: readonly unknown[]): boolean {
  const first = records[0];
  return isJsonObject(first) && typeof first['messageId'] === 'string' && 'body' in first;
}

/**
 * One message of a queue. A message that cannot be understood says so and leaves the others alone.
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN when it has no messageId: then it cannot be answered
 */
export function readSqsMessage(message: unknown, at: number): Envelope {
  const where = `message ${at} of the SQS batch`;
  if (!isJsonObject(message) || typeof message['messageId'] !== 'string') throw unknownEvent(message, where);
  const { messageId: id, body } = message;
  try {
    if (typeof body !== 'string' || Buffer.byteLength(body) > MAX_BODY_BYTES) throw brokenEvent(where, 'its body is not text of at most 1 MiB');
    const { objects, ignored } = readText(body, `the body of ${where}`, 0);
    return { id: id, objects, ignored };
  } catch (thrown) {
    return { id: id, objects: [], ignored: [], problem: asForwarderError(thrown, 'decode') };
  }
}

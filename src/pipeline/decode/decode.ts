import { isJsonObject } from '../../json.ts';
import type { Decoded } from '../../model.ts';
import { isRetryRequest } from './manual.ts';
import { readNotification } from './notification.ts';
import { isS3BatchInvocation, readS3BatchInvocation } from './s3Batch.ts';
import { isSqsEvent, readSqsMessage } from './sqs.ts';
import { unknownEvent } from './unknown.ts';

/**
 * What came? A Lambda payload of any trigger as the objects it names, and how the trigger wants to be answered. The
 * shapes are CONTRACT E6 and F1, one by one in events/trigger/. What is not for us is listed as ignored; a message of
 * a queue or a task that cannot be understood carries its problem.
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN when the payload as a whole cannot be understood
 */
export function decode(payload: unknown): Decoded {
  if (!isJsonObject(payload)) throw unknownEvent(payload);
  if (isRetryRequest(payload)) return { answer: 'retry-held', trigger: 'retry', envelopes: [] };
  if (isS3BatchInvocation(payload)) return readS3BatchInvocation(payload);
  const records = payload['Records'];
  if (Array.isArray(records) && isSqsEvent(records)) {
    return { answer: 'sqs', trigger: 'sqs', envelopes: records.map(readSqsMessage) };
  }
  const { trigger, objects, ignored } = readNotification(payload, 'the payload');
  return { answer: 'whole', trigger, envelopes: [{ objects, ignored }] };
}

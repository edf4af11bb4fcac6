import { isJsonObject } from '../../json.ts';
import { isPointerMessage } from '../../object/pointer.ts';
import { CLOUDTRAIL_VALIDATION, isCloudTrailNotification, readCloudTrailNotification } from './cloudTrailSns.ts';
import { isEventBridgeEvent, readEventBridgeEvent } from './eventBridge.ts';
import type { Found } from './found.ts';
import { gather, MAX_OBJECTS, nothing } from './found.ts';
import { readHeld } from './held.ts';
import { isManual, isRetryRequest, readManual } from './manual.ts';
import { carryAttempts, isOnFailureRecord } from './onFailure.ts';
import { isS3Record, isS3TestEvent, readS3Record } from './s3.ts';
import { isSnsEnvelope, isSnsRecord } from './sns.ts';
import { brokenEvent, unknownEvent } from './unknown.ts';

/**
 * Wrappings around a notification: SNS in SQS in an on-failure record in SQS is four. What is wrapped deeper nobody's
 * configuration makes, only somebody's malice.
 */
const MAX_WRAPPINGS = 8;

/**
 * What one notification names, whatever it is wrapped in.
 *
 * @throws ForwarderError ERR_EVENT_UNKNOWN
 */
export function readNotification(message: unknown, where: string, wrappings = 0): Found {
  if (wrappings > MAX_WRAPPINGS) throw brokenEvent(where, `it is wrapped more than ${MAX_WRAPPINGS} times`);
  if (!isJsonObject(message)) throw unknownEvent(message, where);
  if (Array.isArray(message['Records'])) return readRecords(message['Records'], where, wrappings);
  if (isS3TestEvent(message)) return nothing('s3', 'test-event', 's3:TestEvent');
  if (isSnsEnvelope(message)) return readText(message.Message, `the SNS message in ${where}`, wrappings);
  if (isEventBridgeEvent(message)) return readEventBridgeEvent(message, where);
  if (isCloudTrailNotification(message)) return readCloudTrailNotification(message, where);
  if (isPointerMessage(message)) return readHeld(message);
  if (isOnFailureRecord(message)) return carryAttempts(message, readNotification(message['requestPayload'], `the failed payload in ${where}`, wrappings + 1));
  if (isRetryRequest(message)) return nothing('retry', 'not-an-object-event', 'a request to retry');
  if (isManual(message)) return readManual(message, where);
  throw unknownEvent(message, where);
}

/** What a message's text names: JSON, or one of the plain texts that services send. */
export function readText(text: string, where: string, wrappings: number): Found {
  if (text === CLOUDTRAIL_VALIDATION) return nothing('cloudtrail-sns', 'test-event', 'CloudTrail validation message');
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw brokenEvent(where, 'it is not JSON');
  }
  return readNotification(message, where, wrappings + 1);
}

/** `Records` of S3, of SNS, or of SQS messages that came in an on-failure record. */
function readRecords(records: readonly unknown[], where: string, wrappings: number): Found {
  if (records.length === 0) throw brokenEvent(where, 'its Records are empty');
  if (records.length > MAX_OBJECTS) throw brokenEvent(where, `it has more than ${MAX_OBJECTS} records`);
  const found = records.map((record, at): Found => {
    const place = `record ${at} of ${where}`;
    if (isS3Record(record)) return readS3Record(record, place);
    if (isSnsRecord(record)) return { ...readText(record.Sns.Message, `the SNS message in ${place}`, wrappings), trigger: 'sns' };
    if (isJsonObject(record) && typeof record['body'] === 'string') return readText(record['body'], `the body of ${place}`, wrappings);
    throw unknownEvent(record, place);
  });
  return gather(found[0]!.trigger, found);
}

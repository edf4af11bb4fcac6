import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

/** True for one record of an SNS event (CONTRACT E6.3). */
export function isSnsRecord(record: unknown): record is { Sns: { Message: string } } {
  return isJsonObject(record) && isJsonObject(record['Sns']) && typeof record['Sns']['Message'] === 'string';
}

/** True for the envelope SNS puts around a message to a queue that did not ask for raw delivery (CONTRACT E6.5). */
export function isSnsEnvelope(message: JsonObject): message is { Message: string } {
  return message['Type'] === 'Notification' && typeof message['Message'] === 'string';
}

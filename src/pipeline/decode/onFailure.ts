import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { Found } from './found.ts';

/** True for what Lambda sends to the on-failure destination of an asynchronous invocation (CONTRACT F1). */
export function isOnFailureRecord(message: JsonObject): boolean {
  return isJsonObject(message['requestContext']) && 'requestPayload' in message;
}

/** The objects of the payload that failed, with the attempts Lambda already made, and since when they wait. */
export function carryAttempts(record: JsonObject, failed: Found): Found {
  const { approximateInvokeCount: count } = record['requestContext'] as JsonObject;
  const attempts = Number.isSafeInteger(count) && (count as number) > 0 ? (count as number) : 1;
  const failedMs = typeof record['timestamp'] === 'string' ? Date.parse(record['timestamp']) : NaN;
  return {
    trigger: 'on-failure',
    objects: failed.objects.map((ref) => {
      const firstHeldMs = ref.firstHeldMs ?? failedMs;
      return { ...ref, attempts: ref.attempts + attempts, ...(!Number.isNaN(firstHeldMs) && { firstHeldMs }) };
    }),
    ignored: failed.ignored,
  };
}

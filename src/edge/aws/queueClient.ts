import { SQSClient } from './sdk/sqs.ts';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';

/** A client for one queue: in the queue's own region, which its URL names, unless said otherwise. */
export function queueClient(queueUrl: string, address: AwsAddress): SQSClient {
  const region = address.region ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(queueUrl)?.[1];
  return new SQSClient({
    ...addressOf({ ...address, ...(region !== undefined && { region }) }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

import { SQSClient } from './sdk/sqs.ts';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';

/**
 * A client for one queue, in the queue's own region, which its URL names. The URL's host is used only when it is a VPC
 * endpoint's: otherwise AWS_ENDPOINT_URL, which the SDK would pass over for it, and the region's endpoint hold.
 */
export function queueClient(queueUrl: string, address: AwsAddress): SQSClient {
  const [, vpcEndpoint, regionOfUrl] = /^(https:\/\/(?:[\w-]+\.)?sqs\.([a-z0-9-]+)\.vpce\.amazonaws\.[a-z.]+)\//.exec(queueUrl) ?? [];
  const region = address.region ?? regionOfUrl ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(queueUrl)?.[1];
  const endpoint = address.endpoint ?? vpcEndpoint;
  return new SQSClient({
    ...addressOf({ ...address, ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) }),
    useQueueUrlAsEndpoint: false,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { queueClient } from '../../../src/edge/aws/queueClient.ts';
import type { AwsAddress } from '../../../src/edge/aws/address.ts';
import { LOCAL_AWS } from '../../support/fauxqs.ts';

/** Where a request about the queue would go, and for which region it is signed. */
async function destination(QueueUrl: string, address: AwsAddress = {}): Promise<string> {
  const client = queueClient(QueueUrl, { credentials: LOCAL_AWS.credentials, ...address });
  let seen = '';
  client.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, headers } = args.request as { protocol: string; hostname: string; port?: number; headers: Record<string, string> };
      seen = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`} ${/\/([a-z0-9-]+)\/sqs\//.exec(headers['authorization'] ?? '')?.[1]}`;
      return { output: { $metadata: {} }, response: {} };
    },
    { step: 'finalizeRequest', priority: 'low', name: 'look' },
  );
  await client.send(new GetQueueAttributesCommand({ QueueUrl }));
  return seen;
}

describe('queueClient', () => {
  test.each([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/held', {}, 'https://sqs.eu-west-1.amazonaws.com eu-west-1'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/123456789012/held', {}, 'https://sqs.cn-north-1.amazonaws.com.cn cn-north-1'],
    ['https://vpce-0a1b-c2d3.sqs.us-east-1.vpce.amazonaws.com/123456789012/held', {}, 'https://vpce-0a1b-c2d3.sqs.us-east-1.vpce.amazonaws.com us-east-1'],
    ['http://sqs.us-east-1.localhost:4566/000000000000/held', { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1' }, 'http://127.0.0.1:4566 us-east-1'],
  ])('%s %j is asked at %s', async (url, address, expected) => {
    expect(await destination(url, address)).toBe(expected);
  });

  test('AWS_ENDPOINT_URL_SQS is stronger than the URL of the queue', async () => {
    process.env.AWS_ENDPOINT_URL_SQS = 'http://127.0.0.1:4567';
    try {
      expect(await destination('http://sqs.us-east-1.localhost:4566/000000000000/held', { region: 'us-east-1' })).toBe('http://127.0.0.1:4567 us-east-1');
    } finally {
      delete process.env.AWS_ENDPOINT_URL_SQS;
    }
  });
});

import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { askingFor } from './asking.ts';
import { parsePolicy, type PolicyDocument } from './policyDocument.ts';
import { clientSettings, type Session } from './session.ts';

export interface Queue {
  url: string;
  arn: string;
  visibleMessages: number;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  /** Where a message goes that was received too often. */
  redrive?: { deadLetterArn: string; maxReceives: number };
  policy?: PolicyDocument;
}

export interface Queues {
  /** Undefined when there is no such queue. */
  read(url: string): Promise<Queue | undefined>;
  /** Undefined when there is no such queue. */
  readByArn(arn: string): Promise<Queue | undefined>;
}

const ABSENT = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

export function openQueues(session: Session): Queues {
  const sqs = new SQSClient(clientSettings(session));

  async function read(url: string): Promise<Queue | undefined> {
    return askingFor({ what: `read queue "${url}"`, permission: 'sqs:GetQueueAttributes' }, ABSENT, async () => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
      const { QueueArn, ApproximateNumberOfMessages, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy, Policy } = Attributes;
      if (QueueArn === undefined) throw new SyntaxError('no QueueArn in it');
      return {
        url,
        arn: QueueArn,
        visibleMessages: Number(ApproximateNumberOfMessages ?? 0),
        visibilityTimeoutSeconds: Number(VisibilityTimeout ?? 30),
        retentionSeconds: Number(MessageRetentionPeriod ?? 345_600),
        ...(RedrivePolicy === undefined ? {} : { redrive: readRedrive(RedrivePolicy) }),
        ...(Policy === undefined || Policy === '' ? {} : { policy: parsePolicy(Policy) }),
      };
    });
  }

  return {
    read,
    readByArn: async (arn) => {
      const [, , , , account, name] = arn.split(':');
      const url = await askingFor({ what: `find queue "${arn}"`, permission: 'sqs:GetQueueUrl' }, ABSENT, async () => {
        const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
        return QueueUrl;
      });
      return url === undefined ? undefined : read(url);
    },
  };
}

function readRedrive(text: string): { deadLetterArn: string; maxReceives: number } {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as { deadLetterTargetArn?: string; maxReceiveCount?: string | number };
  return { deadLetterArn: deadLetterTargetArn ?? '', maxReceives: Number(maxReceiveCount ?? 0) };
}

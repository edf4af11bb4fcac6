/** A message as SQS hands it out. */
export interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
}

export interface QueueOptions {
  /** Seconds a received message stays invisible. Default 30. */
  visibilityTimeoutS?: number;
  /** Where a message goes that was received more than `maxReceiveCount` times. */
  deadLetter?: { queue: Queue; maxReceiveCount: number };
}

/** A queue of the local SQS, over plain HTTP. */
export interface Queue {
  name: string;
  url: string;
  arn: string;
  send(body: string, delayS?: number): Promise<void>;
  /** Up to `count` (at most 10) messages that are visible now. */
  receive(count?: number): Promise<Message[]>;
  delete(message: Message): Promise<void>;
  /** Makes a received message visible again after `seconds`. */
  giveBack(message: Message, seconds: number): Promise<void>;
  /** How many messages there are: to be received, delayed, and received but not deleted. */
  depth(): Promise<{ ready: number; delayed: number; inFlight: number }>;
  /** The bodies of all messages, whatever their state; nothing is received. */
  peek(): Promise<string[]>;
}

/** Creates a queue. Its address has the host of `awsUrl`. */
export async function createQueue(awsUrl: string, name: string, options: QueueOptions = {}): Promise<Queue> {
  const call = async (action: string, body: object) => {
    const response = await fetch(awsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot ${action} on the queue ${name}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const { visibilityTimeoutS, deadLetter } = options;
  const created = await call('CreateQueue', {
    QueueName: name,
    Attributes: {
      ...(visibilityTimeoutS !== undefined && { VisibilityTimeout: String(visibilityTimeoutS) }),
      ...(deadLetter && { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter.queue.arn, maxReceiveCount: deadLetter.maxReceiveCount }) }),
    },
  });
  const QueueUrl = String(created.QueueUrl);
  const inspect = async () => (await fetch(`${awsUrl}/_fauxqs/queues/${name}`)).json() as Promise<Inspected>;
  return {
    name,
    url: QueueUrl,
    arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    async send(MessageBody, DelaySeconds = 0) {
      await call('SendMessage', { QueueUrl, MessageBody, DelaySeconds });
    },
    async receive(count = 10) {
      const answer = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: Math.min(count, 10), MessageSystemAttributeNames: ['All'] });
      return (answer.Messages ?? []) as Message[];
    },
    async delete({ ReceiptHandle }) {
      await call('DeleteMessage', { QueueUrl, ReceiptHandle });
    },
    async giveBack({ ReceiptHandle }, VisibilityTimeout) {
      await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout });
    },
    async depth() {
      const { ready, delayed, inflight } = (await inspect()).messages;
      return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length };
    },
    async peek() {
      const { ready, delayed, inflight } = (await inspect()).messages;
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ body }) => body);
    },
  };
}

interface Inspected {
  messages: { ready: { body: string }[]; delayed: { body: string }[]; inflight: { message: { body: string } }[] };
}

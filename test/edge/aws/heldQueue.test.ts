import { createHash } from 'node:crypto';
import { heldQueue } from '../../../src/edge/aws/heldQueue.ts';
import type { HeldPointer } from '../../../src/model.ts';
import { parsePointer } from '../../../src/object/pointer.ts';
import { defineHeldStoreContractTests } from '../../contract/heldStore.ts';
import { LOCAL_AWS, makeQueues, messagesIn } from '../../support/fauxqs.ts';
import { httpServer } from '../../support/httpServer.ts';
import { heldPointer } from '../../support/pointers.ts';

const asPointers = (bodies: string[]): HeldPointer[] => bodies.map((body) => parsePointer(JSON.parse(body) as Record<string, unknown>));

defineHeldStoreContractTests('heldQueue', async () => {
  const { queueUrl, deadLetterQueueUrl } = await makeQueues();
  return {
    store: heldQueue({ ...LOCAL_AWS, queueUrl, deadLetterQueueUrl, maxAttempts: 3, random: () => 0 }),
    kept: async () => ({ retry: asPointers((await messagesIn(queueUrl)).ready), deadLetter: asPointers((await messagesIn(deadLetterQueueUrl)).ready) }),
  };
});

describe('heldQueue', () => {
  test('lets SQS keep a pointer back until it is time', async () => {
    const { queueUrl, deadLetterQueueUrl } = await makeQueues();
    await heldQueue({ ...LOCAL_AWS, queueUrl, deadLetterQueueUrl, random: () => 0.5 }).hold([heldPointer({ attempts: 1 }), heldPointer({ permanent: true })]);
    expect(await messagesIn(queueUrl)).toMatchObject({ ready: [], delayed: [expect.any(String)] });
    expect((await messagesIn(deadLetterQueueUrl)).ready).toHaveLength(1);
  });

  test('a queue that does not exist is an error that names what is not held', async () => {
    const { queueUrl } = await makeQueues();
    await expect(heldQueue({ ...LOCAL_AWS, queueUrl: `${queueUrl}-gone`, deadLetterQueueUrl: queueUrl }).hold([heldPointer({ key: 'a' })])).rejects.toMatchObject({
      code: 'ERR_HOLD',
      stage: 'held',
      message: expect.stringMatching(/^Cannot hold what was not delivered of s3:\/\/cloudtrail-logs-123456789012\/a: .*NonExistentQueue|QueueDoesNotExist/) as string,
      hint: expect.stringContaining('sqs:SendMessage') as string,
    });
  });

  test('without a dead-letter queue a permanent fault waits in the held queue, as long as SQS lets it', async () => {
    const { queueUrl } = await makeQueues();
    await heldQueue({ ...LOCAL_AWS, queueUrl, random: () => 0 }).hold([heldPointer({ key: 'a' }), heldPointer({ key: 'b', permanent: true })]);
    const { ready, delayed } = await messagesIn(queueUrl);
    expect([asPointers(ready).map(({ key }) => key), asPointers(delayed).map(({ key }) => key)]).toEqual([['a'], ['b']]);
  });
});

describe('heldQueue on an SQS in trouble', () => {
  const server = httpServer();
  interface Sent {
    Entries: { Id: string; MessageBody: string; DelaySeconds: number }[];
  }
  const receipt = ({ Id, MessageBody }: { Id: string; MessageBody: string }) => ({ Id, MessageId: Id, MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') });
  const sent: string[][] = [];
  const store = () => heldQueue({ ...LOCAL_AWS, endpoint: server.url(), queueUrl: `${server.url()}/123456789012/held`, deadLetterQueueUrl: `${server.url()}/123456789012/dlq`, waitMs: 1 });
  const answering = (taken: (key: string, send: number) => 'taken' | 'refused' | 'unmentioned') => {
    sent.length = 0;
    server.answer((_, response, body) => {
      const { Entries } = JSON.parse(body) as Sent;
      const keys = Entries.map(({ MessageBody }) => (JSON.parse(MessageBody) as HeldPointer).key);
      sent.push(keys);
      const of = (fate: string) => Entries.filter((_entry, at) => taken(keys[at]!, sent.length) === fate);
      const answer = {
        Successful: of('taken').map(receipt),
        Failed: of('refused').map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError', Message: 'try again' })),
      };
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    });
  };

  test.each(['refused', 'unmentioned'] as const)('what is %s is sent again, and only that', async (fate) => {
    answering((key, send) => (key === 'b' && send < 3 ? fate : 'taken'));
    await store().hold(['a', 'b', 'c'].map((key) => heldPointer({ key })));
    expect(sent).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
  });

  test('what SQS never takes is an error that names it and nothing else', async () => {
    answering((key) => (key === 'b' ? 'refused' : 'taken'));
    const refused = await store().hold(['a', 'b', 'c'].map((key) => heldPointer({ key }))).catch((thrown: Error) => thrown);
    expect(refused).toMatchObject({ code: 'ERR_HOLD', message: 'Cannot hold what was not delivered of s3://cloudtrail-logs-123456789012/b: try again' });
    expect(sent).toHaveLength(4);
  });

  test('no message and no batch is larger than SQS takes, and no batch has more than ten', async () => {
    const sizes: number[] = [];
    server.answer((_, response, body) => {
      const { Entries } = JSON.parse(body) as Sent;
      sizes.push(Entries.length, ...Entries.map(({ MessageBody }) => Buffer.byteLength(MessageBody)));
      const total = Entries.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
      const fits = Entries.length <= 10 && total <= 262_144 && Entries.every(({ MessageBody }) => Buffer.byteLength(MessageBody) <= 65_536);
      response.writeHead(200).end(JSON.stringify(fits ? { Successful: Entries.map(receipt) } : {}));
    });
    const ranges = Array.from({ length: 20_000 }, (_, i) => ({ first: i * 2, last: i * 2 }));
    await store().hold([heldPointer({ ranges }), ...Array.from({ length: 25 }, () => heldPointer({ key: 'ü'.repeat(500) }))]);
    expect(sizes.length).toBeGreaterThan(30);
  });

  test('denied is said at once', async () => {
    server.answer((_, response) => response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not authorized to perform: sqs:sendmessage' })));
    await expect(store().hold([heldPointer()])).rejects.toMatchObject({ code: 'ERR_HOLD', message: expect.stringContaining('AccessDenied') as string });
    expect(server.requests()).toHaveLength(1);
  });

  test('an outage of SQS is an error after a few tries', async () => {
    server.answer((_, response) => response.writeHead(503).end());
    await expect(store().hold([heldPointer()])).rejects.toMatchObject({ code: 'ERR_HOLD', retry: 'later' });
  });

  test('many objects are counted, not all named', async () => {
    answering(() => 'refused');
    const refused = await store().hold(Array.from({ length: 40 }, (_, i) => heldPointer({ key: `k${i}` }))).catch((thrown: Error) => thrown);
    expect((refused as Error).message).toContain(' and 30 more objects: try again');
  });
});

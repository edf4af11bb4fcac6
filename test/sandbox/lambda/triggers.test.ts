import { randomUUID } from 'node:crypto';
import { createQueue, type Queue } from '../../../src/sandbox/aws/queue.ts';
import { invokeAsync } from '../../../src/sandbox/lambda/asyncInvoke.ts';
import { pollOnce } from '../../../src/sandbox/lambda/eventSourceMapping.ts';
import { failure, type Outcome, type Result } from '../../../src/sandbox/lambda/outcome.ts';

const awsUrl = process.env.FAUXQS_URL!;
const queue = (options = {}) => createQueue(awsUrl, `test-${randomUUID()}`, options);

/** A function that answers from a list, and remembers its events. */
function answering(...results: (Result | ((event: SqsEvent) => unknown))[]) {
  const events: SqsEvent[] = [];
  return {
    events,
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:cloudtrail-forwarder',
    invoke: async (event: unknown): Promise<Outcome> => {
      const next = results[events.length]!;
      events.push(event as SqsEvent);
      const result: Result = typeof next === 'function' ? { ok: true, result: next(event as SqsEvent) } : next;
      return { ...result, requestId: `request-${events.length}`, durationMs: 1 };
    },
  };
}

interface SqsEvent {
  Records: { messageId: string; body: string; attributes: Record<string, string>; eventSource: string; eventSourceARN: string }[];
}

async function filled(bodies: string[], options = {}): Promise<Queue> {
  const made = await queue(options);
  for (const body of bodies) await made.send(body);
  return made;
}

describe('pollOnce', () => {
  test('hands the function messages in Lambda\'s shape and deletes what was done', async () => {
    const source = await filled(['one', 'two']);
    const lambda = answering(() => ({ batchItemFailures: [] }));
    expect(await pollOnce(source, lambda.invoke)).toMatchObject({ received: 2, done: 2, returned: 0, outcome: { ok: true } });
    expect(lambda.events[0]?.Records).toMatchObject([
      { body: 'one', eventSource: 'aws:sqs', eventSourceARN: source.arn, attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) } },
      { body: 'two' },
    ]);
    expect(await source.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0 });
  });

  test('gives nothing to the function when the queue is empty', async () => {
    expect(await pollOnce(await queue(), answering().invoke)).toEqual({ received: 0, done: 0, returned: 0 });
  });

  test('returns exactly the messages that the function names', async () => {
    const source = await filled(['one', 'two', 'three']);
    const lambda = answering((event) => ({ batchItemFailures: [{ itemIdentifier: event.Records[1]!.messageId }] }));
    expect(await pollOnce(source, lambda.invoke, { retryAfterS: 0 })).toMatchObject({ done: 2, returned: 1 });
    expect(await source.peek()).toEqual(['two']);
    expect((await source.depth()).ready).toBe(1);
  });

  test.each<[string, Result | (() => unknown)]>([
    ['the function fails', failure('Error', 'no')],
    ['an unknown id is named', () => ({ batchItemFailures: [{ itemIdentifier: 'stranger' }] })],
    ['an empty id is named', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['the id has the wrong name', () => ({ batchItemFailures: [{ id: 'x' }] })],
    ['the answer has the wrong name', () => ({ failures: [] })],
    ['the answer is a text', () => 'fine'],
  ])('returns all messages when %s', async (_name, result) => {
    const source = await filled(['one', 'two']);
    expect(await pollOnce(source, answering(result).invoke)).toMatchObject({ done: 0, returned: 2 });
    expect(await source.depth()).toMatchObject({ ready: 0, inFlight: 2 });
  });

  test.each([[null], [{}], [{ batchItemFailures: null }], ['']])('takes %j as complete success', async (answer) => {
    const source = await filled(['one']);
    expect(await pollOnce(source, answering(() => answer).invoke)).toMatchObject({ done: 1, returned: 0 });
  });

  test('a message that is returned too often lands in the dead-letter queue', async () => {
    const deadLetter = await queue();
    const source = await filled(['bad'], { deadLetter: { queue: deadLetter, maxReceiveCount: 2 } });
    const lambda = answering(failure('Error', 'no'), failure('Error', 'no'));
    for (const received of [1, 1, 0]) expect(await pollOnce(source, lambda.invoke, { retryAfterS: 0 })).toMatchObject({ received });
    expect(await deadLetter.peek()).toEqual(['bad']);
  });
});

describe('invokeAsync', () => {
  test('stops at the first success', async () => {
    const lambda = answering(failure('Error', 'first'), () => 'fine');
    expect((await invokeAsync(lambda, { Records: [] })).map(({ ok }) => ok)).toEqual([false, true]);
  });

  test('after three failures sends the event and the last error to the destination', async () => {
    const onFailure = await queue();
    const lambda = answering(failure('Error', 'first'), failure('Error', 'second'), failure('Error', 'third', ['at x']));
    const event = { Records: [{ s3: {} }] };
    await invokeAsync(lambda, event, { onFailure, now: () => Date.parse('2026-11-20T12:00:00Z') });
    expect((await onFailure.peek()).map((body): unknown => JSON.parse(body))).toEqual([
      {
        version: '1.0',
        timestamp: '2026-11-20T12:00:00.000Z',
        requestContext: { requestId: 'request-3', functionArn: `${lambda.functionArn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: event,
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorMessage: 'third', errorType: 'Error', trace: ['at x'] },
      },
    ]);
  });
});

import type { Queue } from '../aws/queue.ts';
import type { Lambda } from './emulator.ts';
import type { Outcome } from './outcome.ts';

/** Attempts of an asynchronous invocation: the first and two more (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
const MAX_ATTEMPTS = 3;

export interface AsyncOptions {
  /** The on-failure destination. */
  onFailure?: Queue;
  /** Called between attempts: Lambda waits one minute, then two; by default there is no wait here. */
  wait?: (attempt: number) => Promise<void>;
  now?: () => number;
}

/**
 * Invokes as S3, SNS and EventBridge do: up to three attempts, then a record of the failure, with the event in it, goes
 * to the on-failure destination. Gives the outcome of every attempt.
 */
export async function invokeAsync(lambda: Pick<Lambda, 'invoke' | 'functionArn'>, event: unknown, options: AsyncOptions = {}): Promise<Outcome[]> {
  const { onFailure, wait, now = Date.now } = options;
  const outcomes: Outcome[] = [];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (attempt > 1) await wait?.(attempt);
    const outcome = await lambda.invoke(event);
    outcomes.push(outcome);
    if (outcome.ok) return outcomes;
  }
  const last = outcomes[MAX_ATTEMPTS - 1]!;
  if (onFailure !== undefined && !last.ok) {
    await onFailure.send(
      JSON.stringify({
        version: '1.0',
        timestamp: new Date(now()).toISOString(),
        requestContext: { requestId: last.requestId, functionArn: `${lambda.functionArn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: MAX_ATTEMPTS },
        requestPayload: event,
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: { errorMessage: last.errorMessage, errorType: last.errorType, trace: last.stackTrace },
      }),
    );
  }
  return outcomes;
}

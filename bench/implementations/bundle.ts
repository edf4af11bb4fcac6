// Our function: the bundle named by BENCH_BUNDLE, called as Lambda's runtime calls it.
import { createRequire } from 'node:module';
import { eventOf, measure, readTask } from './task.ts';

const task = readTask();
Object.assign(process.env, {
  DD_API_KEY: '0123456789abcdef0123456789abcdef',
  DD_URL: '127.0.0.1',
  DD_PORT: String(task.intakePort),
  DD_NO_SSL: 'true',
  DD_TOO_OLD: 'send',
  AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${task.s3Port}`,
  AWS_LAMBDA_FUNCTION_NAME: 'cloudtrail-forwarder',
  ...(JSON.parse(process.env.BENCH_ENV ?? '{}') as Record<string, string>),
});
const { handler } = createRequire(import.meta.filename)(process.env.BENCH_BUNDLE!) as { handler: (event: object, context: object) => Promise<unknown> };

void measure(task, async (keys) => {
  const endMs = Date.now() + 600_000;
  const answer = await handler(eventOf(keys), {
    functionName: 'cloudtrail-forwarder',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:cloudtrail-forwarder',
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => endMs - Date.now(),
  });
  const failures = (answer as { batchItemFailures?: unknown[] } | undefined)?.batchItemFailures ?? [];
  if (failures.length > 0) throw new Error(`not forwarded: ${JSON.stringify(failures).slice(0, 300)}`);
});

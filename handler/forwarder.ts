import type { Context } from 'aws-lambda';
import { systemClock } from '../src/clock.ts';
import { lambdaAddress } from '../src/edge/aws/address.ts';
import { apiKey } from '../src/edge/aws/apiKey.ts';
import { heldQueue } from '../src/edge/aws/heldQueue.ts';
import { s3ObjectStore } from '../src/edge/aws/objectStore.ts';
import { fetchText } from '../src/edge/aws/textSource.ts';
import { HttpIntake } from '../src/edge/datadog/intake.ts';
import type { ForwarderError } from '../src/errors.ts';
import { createReport } from '../src/metrics/report.ts';
import { once } from '../src/once.ts';
import { BatchMemory } from '../src/pipeline/batch/batchMemory.ts';
import type { HeldSource } from '../src/pipeline/held/heldSource.ts';
import { handle } from '../src/pipeline/handle.ts';
import { loadFilters } from '../src/pipeline/loadFilters.ts';
import { readSettings } from '../src/settings/readSettings.ts';
import { VERSION } from '../src/version.ts';

/** Settings, clients and connections: made once, at cold start; no network but the secret. */
const ready = withoutStack(() => {
  const settings = readSettings(process.env);
  const functionName = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'forwarder';
  const key = apiKey(settings.apiKey, functionName);
  // Read ahead; a failure shows when the key is needed.
  key.read().catch(() => undefined);
  const report = createReport(functionName, settings.logLevel, (lines) => process.stdout.write(lines), Date.now);
  report.warnings(settings.warnings);
  const { heldQueueUrl: queueUrl, deadLetterQueueUrl, heldMaxAttempts: maxAttempts, s3Endpoint: endpoint, maxReads: maxSockets } = settings;
  const store = s3ObjectStore({ ...lambdaAddress(process.env), maxSockets, ...(endpoint === undefined ? {} : { endpoint }) });
  const filters = once(() => loadFilters(settings, { functionName, version: VERSION }, (uri) => fetchText(uri, store)));
  filters().then(({ warnings }) => report.warnings(warnings), () => undefined);
  return {
    settings,
    report,
    filters,
    store,
    memory: new BatchMemory(),
    intake: new HttpIntake(settings, key, VERSION),
    ...(queueUrl === undefined ? {} : { held: heldQueue({ queueUrl, ...(maxAttempts === undefined ? {} : { maxAttempts }), ...(deadLetterQueueUrl === undefined ? {} : { deadLetterQueueUrl }) }) }),
  };
});

/** The Lambda function: any trigger's payload that names CloudTrail objects (see events/trigger/). */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  const { report, filters: load, ...made } = ready;
  // Without its filters nothing may be forwarded: the invocation fails, and the trigger keeps what it brought.
  const { filters, redactor } = await withoutStack(load);
  const outside = {
    ...made,
    ...(filters === undefined ? {} : { filters }),
    ...(redactor === undefined ? {} : { redactor }),
    clock: systemClock,
    random: Math.random,
    forwarder: { functionName: context.functionName, functionVersion: context.functionVersion, functionArn: context.invokedFunctionArn, version: VERSION },
  };
  const invocation = { requestId: context.awsRequestId, remainingMs: context.getRemainingTimeInMillis() };
  return withoutStack(() => handle(event, invocation, outside, heldSources, report));
}

/** The queues that a retry on demand empties: first what nothing else tries again. */
async function heldSources(): Promise<HeldSource[]> {
  const { messageQueue } = await import('../src/edge/aws/messageQueue.ts');
  const { heldQueueUrl, deadLetterQueueUrl } = ready.settings;
  return [deadLetterQueueUrl, heldQueueUrl].filter((url) => url !== undefined).map((url) => messageQueue(url));
}

/** An operator reads what, where, why and what next; a stack helps only where the fault is ours. */
function withoutStack<T>(work: () => T): T {
  const trim = (thrown: unknown): never => {
    // By its shape: the reader of filter files is a bundle of its own.
    if (isOurs(thrown) && thrown.code !== 'ERR_INTERNAL') thrown.stack = `${thrown.code}: ${thrown.message}\n${thrown.hint}`;
    throw thrown;
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(trim) as T) : result;
  } catch (thrown) {
    return trim(thrown);
  }
}

function isOurs(thrown: unknown): thrown is ForwarderError {
  return thrown instanceof Error && 'code' in thrown && 'hint' in thrown;
}

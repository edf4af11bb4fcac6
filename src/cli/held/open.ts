import { messageQueue } from '../../edge/aws/messageQueue.ts';
import type { MessageQueue } from '../../edge/aws/messageQueue.ts';
import { ForwarderError } from '../../errors.ts';
import { awsAddress } from '../awsAddress.ts';
import { awsSession } from '../awsSession.ts';
import type { Context } from '../context.ts';

export interface QueueOptions {
  queue?: string;
  dlq?: string;
  function?: string;
  region?: string;
}

export interface HeldQueues {
  /** The queue that triggers the function again. */
  retry: MessageQueue;
  /** Where an alarm watches. */
  deadLetter: MessageQueue;
}

/**
 * The two queues: as the options or the environment (DD_SQS_QUEUE_URL, DD_DLQ_URL) name them, else as the deployed
 * function does.
 *
 * @throws ForwarderError ERR_USAGE when they cannot be found
 */
export async function openQueues(ctx: Context, options: QueueOptions): Promise<HeldQueues> {
  const { env } = ctx;
  let retry = options.queue ?? env['DD_SQS_QUEUE_URL'];
  let deadLetter = options.dlq ?? env['DD_DLQ_URL'];
  if (!retry || !deadLetter) {
    const environment = await environmentOfFunction(ctx, options);
    retry ||= environment['DD_SQS_QUEUE_URL'];
    deadLetter ||= environment['DD_DLQ_URL'];
  }
  if (!retry || !deadLetter) {
    throw usage('Cannot find the held queue: the function has no DD_SQS_QUEUE_URL or no DD_DLQ_URL', 'Deploy the forwarder with its held queue, or give both URLs: --queue URL --dlq URL');
  }
  const address = awsAddress(ctx, 'SQS', options.region);
  return { retry: messageQueue(retry, address), deadLetter: messageQueue(deadLetter, address) };
}

async function environmentOfFunction(ctx: Context, { function: functionName, region }: QueueOptions): Promise<Record<string, string>> {
  // Loaded here: with both URLs known, no Lambda client is needed.
  const [{ openFunctions }, { chooseForwarder }] = await Promise.all([import('../../edge/aws/control/functions.ts'), import('../choose/forwarder.ts')]);
  const { found, candidates } = await chooseForwarder(openFunctions(awsSession(ctx, region)), functionName === undefined ? {} : { functionName });
  if (found !== undefined) return found.environment;
  if (candidates.length > 1) throw usage(`Cannot choose one of the forwarders ${candidates.join(', ')}`, `Name it: --function ${candidates[0]}`);
  throw usage(
    functionName === undefined ? 'Cannot find the held queue: there is no forwarder in this region' : `Cannot find the held queue: there is no function "${functionName}" in this region`,
    'Give the region (--region), or both URLs: --queue URL --dlq URL',
  );
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

import { openFunctions } from '../../edge/aws/control/functions.ts';
import { readIdentity } from '../../edge/aws/control/identity.ts';
import type { Session } from '../../edge/aws/control/session.ts';
import { AWS_PARTITIONS, type AwsPartition } from '../../edge/datadog/api/awsAccounts.ts';
import { ForwarderError } from '../../errors.ts';
import { awsSession } from '../awsSession.ts';
import { chooseForwarder } from '../choose/forwarder.ts';
import type { Context } from '../context.ts';

export interface TargetOptions {
  account?: string;
  region?: string;
  function?: string;
  forwarderArn?: string;
  /** False by --no-forwarder. */
  forwarder: boolean;
}

/** The account that is meant, and the forwarder in it. */
export interface Target {
  accountId: string;
  partition: AwsPartition;
  forwarderArn?: string;
}

/**
 * Takes from the options what they say and asks AWS for the rest: with --account and --forwarder-arn (or --no-forwarder)
 * no AWS credentials are needed.
 *
 * @throws ForwarderError ERR_USAGE, and ERR_API_* or ERR_CREDENTIALS of AWS
 */
export async function findTarget(ctx: Context, options: TargetOptions): Promise<Target> {
  const session = awsSession(ctx, options.region);
  const { accountId, partition } = options.account === undefined ? await readIdentity(session) : { accountId: options.account, partition: options.forwarderArn?.split(':')[1] ?? 'aws' };
  if (!/^\d{12}$/.test(accountId)) throw usage(`Cannot use "${accountId}" as an AWS account: it must be 12 digits`, 'aws sts get-caller-identity tells it.');
  const known = AWS_PARTITIONS.find((one) => one === partition);
  if (known === undefined) throw usage(`Cannot register an account of partition "${partition}": Datadog knows ${AWS_PARTITIONS.join(', ')}`, 'Forward its logs without the integration.');
  const forwarderArn = options.forwarder ? (options.forwarderArn ?? (await findForwarder(options.function, session))) : undefined;
  return { accountId, partition: known, ...(forwarderArn === undefined ? {} : { forwarderArn }) };
}

async function findForwarder(functionName: string | undefined, session: Session): Promise<string> {
  const { found, candidates } = await chooseForwarder(openFunctions(session), functionName === undefined ? {} : { functionName });
  if (found !== undefined) return found.arn;
  const because = candidates.length > 0 ? `several in this region: ${candidates.join(', ')}` : functionName === undefined ? 'none in this region' : `there is no function "${functionName}" in this region`;
  throw usage(`Cannot choose the forwarder: ${because}`, candidates.length > 0 ? `Name it: --function ${candidates[0]}` : 'Give its ARN (--forwarder-arn), or register the account without it (--no-forwarder) and run this again after the deployment.');
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

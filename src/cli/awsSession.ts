import type { Session } from '../edge/aws/control/session.ts';
import type { Context } from './context.ts';

/** Where the control plane is asked: `--region`, or what the environment says; absent: the profile's region. */
export function awsSession({ env }: Context, region?: string): Session {
  // The AWS CLI knows AWS_DEFAULT_REGION, the SDK for JavaScript does not.
  const where = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  return where ? { region: where } : {};
}

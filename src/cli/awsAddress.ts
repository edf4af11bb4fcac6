import type { AwsAddress } from '../edge/aws/address.ts';
import type { Context } from './context.ts';

/** Where AWS is for a command: `--region`, and a local server when AWS_ENDPOINT_URL (or the service's own) names one. */
export function awsAddress({ env }: Context, service: 'S3' | 'SQS', region?: string): AwsAddress {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'];
  const where = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION']);
  return { ...(endpoint && { endpoint }), ...(where && { region: where }) };
}

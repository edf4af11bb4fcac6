import type { AwsControl } from '../../edge/aws/control/open.ts';
import { ForwarderError } from '../../errors.ts';
import { organizationIn } from '../choose/organization.ts';
import { chooseTrail } from '../choose/trail.ts';
import { prefixOf, type CanaryPlace } from './canary.ts';
import type { VerifyOptions } from './command.ts';

/**
 * Where the canary goes: what the options say, and of the rest what the trail says.
 *
 * @throws ForwarderError ERR_USAGE when there is not just one trail to take it from, ERR_API_* and ERR_CREDENTIALS of AWS
 */
export async function findPlace(aws: AwsControl, { bucket, prefix, trail: trailName }: VerifyOptions): Promise<CanaryPlace & { bucket: string }> {
  const { accountId, arn: senderArn, region } = await aws.identity();
  const sender = { accountId, region, senderArn };
  if (bucket !== undefined && prefix !== undefined) return { ...sender, bucket, prefix: prefixOf(prefix) };
  const { found, candidates } = chooseTrail(await aws.trails.list(), { ...(trailName === undefined ? {} : { trail: trailName }), ...(bucket === undefined ? {} : { bucket }) });
  if (found === undefined) {
    if (bucket !== undefined && candidates.length === 0) return { ...sender, bucket, prefix: prefixOf(prefix ?? '') };
    throw new ForwarderError('ERR_USAGE', candidates.length === 0 ? 'Cannot find a trail here' : `Cannot choose one of the trails ${candidates.join(', ')}`, {
      stage: 'cli',
      retry: 'never',
      hint: candidates.length === 0 ? 'Say where its bucket is: --bucket NAME, or look in another region: --region REGION' : `Name it: --trail ${candidates[0]}`,
    });
  }
  if (prefix !== undefined) return { ...sender, bucket: found.bucket, prefix: prefixOf(prefix) };
  const organization = found.organization ? organizationIn(await aws.buckets.policy(found.bucket)) : undefined;
  return { ...sender, bucket: found.bucket, prefix: `${prefixOf(found.prefix)}${organization === undefined ? '' : `${organization}/`}` };
}

import type { Identity } from '../../../edge/aws/control/identity.ts';
import type { Trail } from '../../../edge/aws/control/trails.ts';
import { organizationIn } from '../../choose/organization.ts';
import { notOk, ok, type Check, type Finding } from '../check.ts';
import { allows, type Verdict } from '../policy/allows.ts';

const CLOUDTRAIL = { kind: 'Service', name: 'cloudtrail.amazonaws.com' } as const;

/** Whether CloudTrail may write to the bucket: the two statements of AWS's documented policy (CONTRACT E5), and what forbids it. */
export const bucketPolicy: Check = {
  id: 'bucket-policy',
  group: 'trail',
  title: 'The bucket lets the trail write',
  async run(setup) {
    const trail = await setup.trail();
    const identity = await setup.identity();
    const policy = await setup.bucketPolicy();
    if (await setup.doors.aws.buckets.requesterPays(trail.bucket)) {
      return notOk(`bucket "${trail.bucket}" is Requester Pays, which CloudTrail cannot write to`, `aws s3api put-bucket-request-payment --bucket ${trail.bucket} --request-payment-configuration Payer=BucketOwner`);
    }
    if (policy === undefined) return notOk(`bucket "${trail.bucket}" has no policy, so CloudTrail may not write`, policyFix(trail.bucket));
    const context = { 'aws:SourceArn': trail.arn, 'aws:SourceAccount': trail.arn.split(':')[4] ?? '', 'aws:SecureTransport': 'true' };
    const bucketArn = `arn:${identity.partition}:s3:::${trail.bucket}`;
    const acl = allows(policy, { principal: CLOUDTRAIL, action: 's3:GetBucketAcl', resource: bucketArn, context });
    if (!acl.allowed) return refused('s3:GetBucketAcl', acl, trail);
    const put = allows(policy, {
      principal: CLOUDTRAIL,
      action: 's3:PutObject',
      resource: `${bucketArn}/${logFolder(trail, identity, organizationIn(policy) ?? 'o-xxxxxxxxxx')}us-east-1/`,
      context: { ...context, 's3:x-amz-acl': 'bucket-owner-full-control' },
    });
    if (!put.allowed) return refused('s3:PutObject', put, trail);
    return ok(`CloudTrail may write to "${trail.bucket}" for "${trail.name}"`);
  },
  fix: "Put AWS's documented policy for CloudTrail on the bucket",
};

/** Where this account's logs go, up to the region. */
function logFolder({ prefix, organization }: Trail, { accountId }: Identity, organizationId: string): string {
  return `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${organization ? `${organizationId}/` : ''}${accountId}/CloudTrail/`;
}

function refused(action: string, { statement, unmet }: Verdict, trail: Trail): Finding {
  const because =
    statement?.effect === 'Deny'
      ? `statement "${statement.sid ?? 'without a Sid'}" denies it`
      : unmet === undefined
        ? 'no statement allows it'
        : `statement "${statement?.sid ?? 'without a Sid'}" asks for ${unmet}`;
  return notOk(`bucket "${trail.bucket}" does not let CloudTrail do ${action} for trail ${trail.arn}: ${because}`, policyFix(trail.bucket));
}

function policyFix(bucket: string): string {
  return `aws s3api get-bucket-policy --bucket ${bucket}; allow it as https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html shows`;
}

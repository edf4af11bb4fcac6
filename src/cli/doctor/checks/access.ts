import { ForwarderError } from '../../../errors.ts';
import { notOk, ok, type Check } from '../check.ts';

export const access: Check[] = [
  {
    id: 'credentials',
    group: 'access',
    title: 'AWS knows who we are',
    async run(setup) {
      try {
        const { accountId, arn, region } = await setup.identity();
        return ok(`${arn} in account ${accountId}, region ${region}`);
      } catch (thrown) {
        if (!(thrown instanceof ForwarderError) || thrown.code !== 'ERR_CREDENTIALS') throw thrown;
        return notOk(thrown.message, thrown.hint);
      }
    },
    fix: 'aws sso login, or export AWS_PROFILE and AWS_REGION',
  },
  {
    id: 'region',
    group: 'access',
    title: "The bucket is in the forwarder's region",
    async run(setup) {
      const { region } = await setup.identity();
      const bucket = await setup.bucket();
      const bucketRegion = await setup.doors.aws.buckets.region(bucket);
      if (bucketRegion === undefined) return notOk(`there is no bucket "${bucket}"`, `Create it, or point the trail elsewhere: aws s3 ls s3://${bucket}`);
      if (bucketRegion === region) return ok(`bucket "${bucket}" is in ${region}`);
      return notOk(
        `bucket "${bucket}" is in ${bucketRegion}, and S3 only calls functions, queues and topics of its own region; looked in ${region}`,
        `npx serverless deploy --region ${bucketRegion}; then: npx cloudtrail-forwarder doctor --region ${bucketRegion}`,
      );
    },
    fix: "Deploy the forwarder in the bucket's region",
  },
];

import type { Trail } from '../../../edge/aws/control/trails.ts';
import { notOk, ok, skipped, type Check } from '../check.ts';

/** CloudTrail delivers about every 5 minutes (CONTRACT E3); a quiet account may have nothing to deliver for longer. */
const LATE_AFTER_MS = 60 * 60_000;

function named({ arn, homeRegion }: Trail): string {
  return `--name ${arn} --region ${homeRegion}`;
}

export const trail: Check[] = [
  {
    id: 'trail-found',
    group: 'trail',
    title: 'There is a trail',
    async run(setup) {
      const { found, candidates } = await setup.trailChoice();
      if (found !== undefined) {
        return ok(`trail "${found.name}" writes to s3://${found.bucket}/${found.prefix === '' ? '' : `${found.prefix}/`}AWSLogs/`);
      }
      if (candidates.length > 1) return notOk(`several trails fit: ${candidates.join(', ')}`, `npx cloudtrail-forwarder doctor --trail ${candidates[0]}`);
      const { trail: name, bucket } = setup.options;
      if (name !== undefined) return notOk(`there is no trail "${name}" in this region`, 'aws cloudtrail describe-trails');
      if (bucket !== undefined) return skipped(`no trail of this account writes to "${bucket}"; if one of another account does, run doctor there`);
      return notOk('there is no trail', 'npx serverless deploy --param="bucket=new" --param="trail=account"');
    },
    fix: 'npx serverless deploy --param="bucket=new" --param="trail=account"',
  },
  {
    id: 'trail-logging',
    group: 'trail',
    title: 'The trail is logging',
    async run(setup) {
      const it = await setup.trail();
      const { logging, stoppedMs } = await setup.doors.aws.trails.status(it.arn);
      if (logging) return ok(`trail "${it.name}" is logging`);
      const since = stoppedMs === undefined ? '' : ` since ${new Date(stoppedMs).toISOString()}`;
      return notOk(`trail "${it.name}" is not logging${since}; find out who stopped it (StopLogging)`, `aws cloudtrail start-logging ${named(it)}`);
    },
    fix: 'aws cloudtrail start-logging --name TRAIL',
  },
  {
    id: 'trail-delivery',
    group: 'trail',
    title: 'The trail delivers to its bucket',
    async run(setup) {
      const it = await setup.trail();
      const { latestDeliveryError, latestDeliveryMs } = await setup.doors.aws.trails.status(it.arn);
      if (latestDeliveryError !== undefined) {
        return notOk(`the last delivery to bucket "${it.bucket}" failed: ${latestDeliveryError}`, deliveryFix(it, latestDeliveryError));
      }
      if (latestDeliveryMs === undefined) return notOk(`trail "${it.name}" has never delivered`, 'Wait 15 minutes after the trail was made; then look at bucket-policy and trail-key in this list');
      const agoMs = setup.doors.now() - latestDeliveryMs;
      const ago = `${Math.round(agoMs / 60_000)} minutes ago`;
      if (agoMs > LATE_AFTER_MS) return notOk(`the last delivery to bucket "${it.bucket}" was ${ago}`, `aws cloudtrail get-trail-status ${named(it)}`);
      return ok(`the last delivery was ${ago}`);
    },
    fix: 'aws cloudtrail get-trail-status --name TRAIL',
  },
  {
    id: 'trail-multi-region',
    group: 'trail',
    title: 'The trail records every region, and the global services',
    async run(setup) {
      const it = await setup.trail();
      const fix = `aws cloudtrail update-trail ${named(it)} --is-multi-region-trail --include-global-service-events`;
      if (!it.multiRegion) return notOk(`trail "${it.name}" records ${it.homeRegion} only: what happens in another region is not seen`, fix);
      if (!it.globalServiceEvents) return notOk(`trail "${it.name}" leaves out IAM, STS and the other global services`, fix);
      return ok('all regions, with the global services');
    },
    fix: 'aws cloudtrail update-trail --name TRAIL --is-multi-region-trail',
  },
  {
    id: 'trail-validation',
    group: 'trail',
    title: 'Log file validation is on',
    async run(setup) {
      const it = await setup.trail();
      if (it.logFileValidation) return ok('CloudTrail writes digests');
      return notOk(`trail "${it.name}" writes no digests: nobody can prove that no log file was changed or removed`, `aws cloudtrail update-trail ${named(it)} --enable-log-file-validation`);
    },
    fix: 'aws cloudtrail update-trail --name TRAIL --enable-log-file-validation',
  },
  {
    id: 'trail-selectors',
    group: 'trail',
    title: 'Management events are recorded, reads and writes',
    async run(setup) {
      const it = await setup.trail();
      const { management, excludedSources } = await setup.doors.aws.trails.selectors(it.arn);
      const missing = [management.read ? [] : ['read'], management.write ? [] : ['write']].flat();
      if (missing.length > 0) {
        return notOk(
          `trail "${it.name}" does not record ${missing.join(' and ')} management events`,
          `aws cloudtrail put-event-selectors --trail-name ${it.arn} --region ${it.homeRegion} --event-selectors '[{"ReadWriteType":"All","IncludeManagementEvents":true}]' (with the data resources that it has now)`,
        );
      }
      if (excludedSources.length > 0) return ok(`reads and writes, without those of ${excludedSources.join(', ')}`);
      return ok('reads and writes');
    },
    fix: 'aws cloudtrail put-event-selectors --trail-name TRAIL',
  },
  {
    id: 'trail-overlap',
    group: 'trail',
    title: 'No other trail writes the same events to the same place',
    async run(setup) {
      const it = await setup.trail();
      const others = (await setup.trails()).filter(({ arn, bucket, prefix }) => arn !== it.arn && bucket === it.bucket && prefix === it.prefix);
      const [other] = others;
      if (other === undefined) return ok(`only trail "${it.name}" writes there`);
      return notOk(
        `${others.map(({ name }) => `"${name}"`).join(' and ')} also write${others.length === 1 ? 's' : ''} to s3://${it.bucket}/${it.prefix}: the same event arrives, and is paid for, more than once`,
        `aws cloudtrail delete-trail ${named(other)} (or give it a prefix of its own); until then deploy with DD_DEDUPLICATE: true in serverless/environment.yml`,
      );
    },
    fix: 'aws cloudtrail delete-trail --name OTHER',
  },
  {
    id: 'bucket-loop',
    group: 'trail',
    title: "The trail does not record the reads of its own bucket",
    async run(setup) {
      const it = await setup.trail();
      const { s3DataOf, s3DataNotOf } = await setup.doors.aws.trails.selectors(it.arn);
      const partition = it.arn.split(':')[1] ?? 'aws';
      const objects = `arn:${partition}:s3:::${it.bucket}/`;
      const recorded = s3DataOf.some((prefix) => objects.startsWith(prefix) || prefix.startsWith(objects));
      const excluded = s3DataNotOf.some((prefix) => objects.startsWith(prefix));
      if (!recorded || excluded) return ok(s3DataOf.length === 0 ? 'no S3 data events are recorded' : `bucket "${it.bucket}" is not among the S3 data events`);
      return notOk(
        `trail "${it.name}" records S3 data events of its own bucket "${it.bucket}": every object that CloudTrail writes and the forwarder reads makes another event`,
        `aws cloudtrail put-event-selectors --trail-name ${it.arn} --region ${it.homeRegion} --advanced-event-selectors with resources.ARN NotStartsWith ["${objects}"]`,
      );
    },
    fix: "Leave the trail's own bucket out of its S3 data events",
  },
];

function deliveryFix({ bucket, kmsKeyArn }: Trail, error: string): string {
  if (/NoSuchBucket/.test(error)) return `aws s3 mb s3://${bucket}; then give it CloudTrail's bucket policy (bucket-policy in this list)`;
  if (/kms/i.test(error)) return `Allow cloudtrail.amazonaws.com to use the key${kmsKeyArn === undefined ? '' : ` ${kmsKeyArn}`} (trail-key in this list)`;
  return `Correct the bucket's policy (bucket-policy in this list): aws s3api get-bucket-policy --bucket ${bucket}`;
}

import { Command, InvalidArgumentError } from 'commander';
import { systemClock, type Clock } from '../../clock.ts';
import type { Context } from '../context.ts';

export interface VerifyOptions {
  bucket?: string;
  prefix?: string;
  trail?: string;
  region?: string;
  site?: string;
  /** Seconds. */
  timeout: number;
  keep?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Writes one synthetic CloudTrail object (eventName Canary, marked as synthetic) where the trail writes its own, waits
until Datadog's log search finds it by its eventID, says how long that took and whether Cloud SIEM analyses it, and
removes the object again. If it does not come, the object stays, since a held pointer may still want it.

Needs DD_API_KEY and DD_APP_KEY (with logs_read_data), and s3:PutObject and s3:DeleteObject on the bucket. It tests the
way from the bucket on; that CloudTrail itself writes, and its KMS key, is what doctor looks at.

Exit code: 0 it came, 1 it did not come or Cloud SIEM leaves it out, 2 it could not be sent or searched for.

Examples:
  $ npx cloudtrail-forwarder verify
  $ npx cloudtrail-forwarder verify --trail org-trail --timeout 600
  $ npx cloudtrail-forwarder verify --bucket central-trail-logs --prefix audit/AWSLogs/o-a1b2c3d4e5/ --json
  $ npx cloudtrail-forwarder verify --dry-run
`;

/** `verify`: sends a canary record through the real bucket and finds it again in Datadog. */
export function verifyCommand(ctx: Context, clock: Clock = systemClock): Command {
  return new Command('verify')
    .description('send one synthetic record through the real bucket and find it again in Datadog')
    .option('--bucket <name>', "the trail's bucket (default: the trail's own)")
    .option('--prefix <prefix>', "what the trigger's keys begin with (default: the trail's prefix, then AWSLogs/)")
    .option('--trail <name-or-arn>', 'the trail (default: the only one, or the one that writes to --bucket)')
    .option('--region <region>', 'where the forwarder is (default: AWS_REGION, or the profile)')
    .option('--site <site>', "Datadog's site (default: DD_SITE, or datadoghq.com)")
    .option('--timeout <seconds>', 'how long to wait for it', seconds, 300)
    .option('--keep', 'leave the object in the bucket')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--json', 'one JSON document instead of lines')
    .addHelpText('after', EXAMPLES)
    .action(async (options: VerifyOptions) => {
      const { runVerify } = await import('./run.ts');
      await runVerify(ctx, options, clock);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || value > 86_400) throw new InvalidArgumentError('Give a number of seconds, at most 86400.');
  return value;
}

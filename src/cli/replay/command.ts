import { Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import type { ReplayOptions } from './run.ts';
import { parseTime } from './time.ts';

const ABOUT = `
It lists the bucket, leaves out digests and the folders of other days, and puts one pointer an object into the held
queue; the function does the rest, and what fails lands where held list shows it. What was delivered before is delivered
again: Datadog does not recognise repeated logs, their eventID is the same.
Times are when CloudTrail delivered the object (it is in its name), UTC, usually within 15 minutes of the events.
Datadog drops logs older than 18 hours; for older ones see DD_TOO_OLD.
It needs s3:ListBucket on the bucket and sqs:SendMessage on the queue.
Exit codes: 0 done, 2 could not run, or was stopped.

Examples:
  $ npx cloudtrail-forwarder replay s3://cloudtrail-logs-123456789012 --from 6h --dry-run
  $ npx cloudtrail-forwarder replay s3://cloudtrail-logs-123456789012/AWSLogs/123456789012/CloudTrail/eu-west-1/ --from 2026-11-20T10:00Z --to 2026-11-20T12:00Z
  $ npx cloudtrail-forwarder replay s3://org-trail/AWSLogs/o-exampleorgid/ --from 12h --rate 20
`;

/** `replay`: sends the objects of a prefix and a time once more. */
export function replayCommand(ctx: Context): Command {
  const time = (text: string) => parseTime(text, ctx.now());
  return new Command('replay')
    .description("send the trail's objects of a prefix and a time (once more)")
    .argument('<place>', 's3://BUCKET, or s3://BUCKET/PREFIX')
    .requiredOption('--from <time>', 'delivered at this time or later: 2026-11-20, 2026-11-20T12:05Z, or 6h (ago)', time)
    .option('--to <time>', 'delivered before this time (default: now)', time)
    .option('--rate <objects>', 'enqueue at most so many objects a second', perSecond, 100)
    .option('--dry-run', 'print what would be sent, and send nothing')
    .option('--json', 'one line of JSON an object')
    .option('--function <name>', 'the forwarder, whose settings name the queues (default: the only one in the region)')
    .option('--queue <url>', "the held queue (default: DD_SQS_QUEUE_URL, or the function's)")
    .option('--dlq <url>', "its dead-letter queue (default: DD_DLQ_URL, or the function's)")
    .option('--region <region>', 'where the forwarder is (default: AWS_REGION, or the profile)')
    .addHelpText('after', ABOUT)
    .action(async (place: string, options: ReplayOptions) => (await import('./run.ts')).runReplay(ctx, place, options));
}

function perSecond(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate <= 10_000)) throw new InvalidArgumentError('expected a number above 0, at most 10000');
  return rate;
}

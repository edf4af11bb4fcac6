import { Command, InvalidArgumentError, Option } from 'commander';
import { isRegion } from '../../object/name.ts';
import type { Context } from '../context.ts';
import { refuseUnknownOptions } from '../query/minus.ts';
import { parseTime } from '../replay/time.ts';
import type { GrepOptions } from './run.ts';

const ABOUT = `
The query is Datadog's log search syntax. Records are read as Datadog will show them: CloudTrail's own fields, and its
pipeline's names (@evt.name, @usr.name, @network.client.ip, @error.kind, ...). Records have no message: free text finds
nothing, *:word searches all fields. query explain tells how a query is read.
On a terminal found records are a table; into a pipe they are printed whole, one a line (--raw, --table, --json decide).
A record's last column is its address: npx cloudtrail-forwarder show ADDRESS prints it.
Times are the events', UTC. An object's key tells when it was delivered, so whole days, accounts and regions are left out
without reading them; an event that was delivered later than --late after it happened is not found.
Objects that cannot be read are named on standard error and counted. S3 needs s3:ListBucket and s3:GetObject on the
bucket, and kms:Decrypt on its key.
Exit codes: 0 found, 1 nothing found, 2 could not run: also when nothing is found but something could not be read.

Who did this? Examples:
  Who stopped a trail?
  $ npx cloudtrail-forwarder grep '@evt.name:(StopLogging OR DeleteTrail)' s3://cloudtrail-logs-123456789012 --from 3d
  Who opened a port to the world, in this region, yesterday?
  $ npx cloudtrail-forwarder grep '@evt.name:AuthorizeSecurityGroupIngress *:"0.0.0.0/0"' s3://bucket --region eu-west-1 --from 2026-11-20 --to 2026-11-21
  What did this access key do, the most frequent first?
  $ npx cloudtrail-forwarder grep '@userIdentity.accessKeyId:AKIAIOSFODNN7EXAMPLE' s3://bucket --from 12h --group-by @evt.name,@error.kind
  Who is denied most?
  $ npx cloudtrail-forwarder grep '@error.kind:(AccessDenied OR *Unauthorized*)' ./AWSLogs --group-by @userIdentity.arn --limit 10
  Every sign-in without a second factor, for another tool
  $ npx cloudtrail-forwarder grep '@evt.name:ConsoleLogin -@additionalEventData.MFAUsed:Yes' ./AWSLogs --json | jq -r .record.userIdentity.arn
`;

/** `grep`: searches CloudTrail's objects where they lie. */
export function grepCommand(ctx: Context): Command {
  const time = (text: string) => parseTime(text, ctx.now());
  return new Command('grep')
    .description("search the trail's objects, on disk or in S3, with a query: who did this?")
    .argument('<query>', "Datadog's log search syntax, in quotes")
    .argument('<place...>', 's3://BUCKET, s3://BUCKET/PREFIX, folders, or files (.json, .json.gz)')
    .option('--from <time>', 'events at this time or later: 2026-11-20, 2026-11-20T12:05Z, or 6h (ago)', time)
    .option('--to <time>', 'events before this time', time)
    .addOption(new Option('--late <time>', 'how long after an event its object may have been delivered').argParser(duration).default(duration('2h'), '2h'))
    .option('--account <ids>', 'only these accounts, with commas or again', accounts)
    .option('--region <names>', 'only these regions, with commas or again', regions)
    .option('--table', 'time, event, principal, address, region, error and where it lies, a line a record')
    .option('--raw', 'records as CloudTrail wrote them, one a line')
    .option('--json', '{"pointer":"s3://BUCKET/KEY#RECORD","record":{...}}, one a line')
    .option('--count', 'only how many')
    .option('--group-by <fields>', 'count by fields: @eventName or @eventName,@userIdentity.arn')
    .option('--limit <number>', 'stop after so many records; with --group-by print so many groups (default: 20)', atLeastOne)
    .option('--parallel <objects>', 'read so many objects at once', atLeastOne, 32)
    .option('--aws-region <region>', "the bucket's region (default: AWS_REGION, or found by asking S3)")
    // A query may begin with a minus.
    .allowUnknownOption()
    .addHelpText('after', ABOUT)
    .action(async (query: string, places: string[], options: GrepOptions, command: Command) => {
      refuseUnknownOptions(command);
      await (await import('./run.ts')).runGrep(ctx, query, places, options);
    });
}

function accounts(text: string, before: string[] = []): string[] {
  const ids = text.split(',');
  if (!ids.every((id) => /^\d{12}$/.test(id))) throw new InvalidArgumentError('expected account ids of 12 digits');
  return [...before, ...ids];
}

function regions(text: string, before: string[] = []): string[] {
  const names = text.split(',');
  if (!names.every(isRegion)) throw new InvalidArgumentError('expected regions such as eu-west-1');
  return [...before, ...names];
}

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('expected a time like 90m, 6h or 2d');
  return Number(number) * UNITS_MS[unit!]!;
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a number from 1 on');
  return Number(text);
}

import { Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { parseTime } from '../replay/time.ts';
import type { CheckOptions } from './check.ts';
import type { DryRunOptions } from './dryRun.ts';
import type { ExplainOptions } from './explain.ts';

const ABOUT = `
Filters decide what is not worth sending: named rules in filters.yml, each a query in Datadog's log search syntax. The
first rule that a record matches decides about it; what none matches is sent. The file is packaged with the function when
it lies beside serverless.yml, or read from DD_FILTERS. The variables DD_INCLUDE_QUERY, DD_EXCLUDE_QUERY,
INCLUDE_AT_MATCH and EXCLUDE_AT_MATCH are asked before the file, here as in the function.

  filters:
    - name: config-reads
      exclude: '@userIdentity.invokedBy:config.amazonaws.com @readOnly:true'
    - name: health-checks
      exclude: '@eventName:GetCallerIdentity @userIdentity.assumed_role:monitor'
      rate: 0.99            # one in a hundred still goes through, always the same ones
      owner: platform team
    - preset: trail-delivery
  redact:
    - path: requestParameters.masterUserPassword
      by: mask              # or drop, or token
`;

const CHECK_HELP = `
Tells every mistake with its line, what is allowed but probably not meant, and which rules would drop events that
detections are written for: those are refused unless forced.
Exit codes: 0 fine, 1 something is probably not meant, 2 the filters cannot be used.

Examples:
  $ npx cloudtrail-forwarder filters check
  $ npx cloudtrail-forwarder filters check s3://my-config/filters.yml --json
`;

const DRY_RUN_HELP = `
Reads objects of the trail and says what the filters would do to them: records and bytes by rule, what that is worth in a
month, what is still the loudest, and some of the records that would be dropped. Nothing is sent or changed.
The month is the events' own time scaled to 30 days; take whole days for a fair one. Prices are list prices seen in
public, and yours are parameters. Datadog counts uncompressed bytes, with the forwarder's metadata.
Exit codes: 0 done, 1 some objects could not be read to their end, 2 could not run.

Examples:
  $ npx cloudtrail-forwarder filters dry-run ./AWSLogs
  $ npx cloudtrail-forwarder filters dry-run s3://cloudtrail-logs-123456789012 --from 1d --filters candidate.yml
  $ npx cloudtrail-forwarder filters dry-run s3://bucket/AWSLogs/123456789012/CloudTrail/ --from 2026-11-19 --to 2026-11-20 --siem-price 5 --json
`;

const EXPLAIN_HELP = `
The record is an address as a log carries it (s3://BUCKET/KEY#17), a file and an index (trail.json.gz#17), JSON text, or -
for standard input.
Exit codes: 0 the record would be sent, 1 it would be filtered, 2 could not run.

Examples:
  $ npx cloudtrail-forwarder filters explain 's3://bucket/AWSLogs/.../NAME.json.gz#17'
  $ npx cloudtrail-forwarder show 's3://bucket/key#17' --raw | npx cloudtrail-forwarder filters explain -
`;

const FILTERS: [string, string] = ['--filters <file>', 'the filter file: a path, s3://BUCKET/KEY or ssm:NAME (default: filters.yml, if there is one)'];

/** `filters`: check them, try them on real data, ask them about one record. */
export function filtersCommand(ctx: Context): Command {
  const filters = new Command('filters').description('check filters, try them on real data, explain what becomes of a record').addHelpText('after', ABOUT);
  const time = (text: string) => parseTime(text, ctx.now());

  filters
    .command('check [file]')
    .description('tell what is wrong with the filters')
    .option('--json', 'print filters, problems and warnings as JSON')
    .addHelpText('after', CHECK_HELP)
    .action(async (file: string | undefined, options: CheckOptions) => (await import('./check.ts')).runCheck(ctx, file, options));

  filters
    .command('dry-run <place...>')
    .description('what the filters would drop from files, folders or s3://BUCKET/PREFIX, and what that is worth')
    .option(...FILTERS)
    .option('--from <time>', 'objects delivered at this time or later: 2026-11-20, 2026-11-20T12:05Z, or 1d (ago)', time)
    .option('--to <time>', 'objects delivered before this time', time)
    .option('--ingest-price <dollars>', 'a GB of logs taken in', dollars, 0.1)
    .option('--index-price <dollars>', 'a million logs indexed', dollars, 1.7)
    .option('--siem-price <dollars>', 'a million logs analysed by Cloud SIEM (no default: it is not public)', dollars, 0)
    .option('--metadata-bytes <bytes>', 'what the forwarder adds to a record', whole, 400)
    .option('--top <number>', 'what is still kept: the most frequent', whole, 10)
    .option('--sample <number>', 'records shown of what each rule would drop', whole, 3)
    .option('--parallel <number>', 'objects read at once', whole, 16)
    .option('--aws-region <region>', "the bucket's region (default: found by asking S3)")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', DRY_RUN_HELP)
    .action(async (places: string[], options: DryRunOptions) => (await import('./dryRun.ts')).runDryRun(ctx, places, options));

  filters
    .command('explain <record>')
    .description('say which filter decides about a record, and why')
    .option(...FILTERS)
    .option('--aws-region <region>', "the bucket's region (default: found by asking S3)")
    .option('--json', 'print the steps as JSON')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (record: string, options: ExplainOptions) => (await import('./explain.ts')).runExplain(ctx, record, options));

  filters
    .command('presets')
    .description('the filters that many want, and what each hides from detections')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => (await import('./presets.ts')).runPresets(ctx, options));

  return filters;
}

function dollars(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !(price >= 0 && price < 1e6)) throw new InvalidArgumentError('expected dollars, such as 0.10');
  return price;
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

import { Command } from 'commander';
import type { Context } from '../context.ts';
import type { ShowOptions } from './run.ts';

const EXAMPLES = `
A log in Datadog names its evidence: aws.s3.bucket, aws.s3.key and aws.s3.record. This prints that record from the
trail's bucket, byte for byte (on a terminal with line breaks added, its tokens untouched).
It needs s3:GetObject on the object and kms:Decrypt on its key. Exit codes: 0 printed, 2 could not.

Examples:
  $ npx cloudtrail-forwarder show "s3://cloudtrail-logs-123456789012/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/NAME.json.gz#17"
  $ npx cloudtrail-forwarder show s3://bucket/key.json.gz | jq -r .eventName | sort | uniq -c
`;

/** `show`: the raw record a log points to. */
export function showCommand(ctx: Context): Command {
  return new Command('show')
    .description('print the raw record a log points to, or all records of an object, one after another')
    .argument('<address>', 's3://BUCKET/KEY#RECORD, or s3://BUCKET/KEY for all')
    .option('--raw', 'as it is, also on a terminal')
    .option('--version-id <id>', "a version of the object, when it was overwritten")
    .option('--region <region>', "the bucket's region (default: found by asking S3)")
    .addHelpText('after', EXAMPLES)
    .action(async (address: string, options: ShowOptions) => (await import('./run.ts')).runShow(ctx, address, options));
}

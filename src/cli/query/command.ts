import { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { LOG_KINDS } from './logKinds.ts';
import type { MatchOptions } from './match.ts';
import { refuseUnknownOptions } from './minus.ts';

const MATCH_HELP = `
Reads one JSON log a line (NDJSON), from files or standard input, and prints the lines that match, unchanged. Logs may
be as Datadog has them (attributes at the top, ddsource or source, service, host, ddtags or tags, message) or raw
CloudTrail records, whose pipeline names (@evt.name, @usr.name, @network.client.ip, ...) are read from the raw fields,
and whose source and service are cloudtrail.
A line is a CloudTrail record when its source is cloudtrail, or when it has no source and an eventName; --logs decides
otherwise. Blank lines are skipped. A line that is no JSON object is named on standard error and counted, and does not
change the exit code.
Exit codes: 0 some lines matched, 1 none, 2 could not run: the query or a file cannot be read, or no line is a log.

Examples:
  $ npx cloudtrail-forwarder query match 'service:web status:error @http.status_code:[500 TO 599]' < logs.ndjson
  $ npx cloudtrail-forwarder query match '@evt.name:ConsoleLogin -@additionalEventData.MFAUsed:Yes' records.ndjson
  $ jq -c '.Records[]' object.json | npx cloudtrail-forwarder query match --count 'CIDR(@sourceIPAddress, 192.0.2.0/24)'
`;

const EXPLAIN_HELP = `
Exit codes: 0 it can be read, 1 it can but is probably not what was meant, 2 it cannot.

Example:
  $ npx cloudtrail-forwarder query explain '@evt.name:(StopLogging or DeleteTrail) -@error.kind:*'
`;

/** `query`: Datadog's log search syntax on any logs. */
export function queryCommand(ctx: Context): Command {
  const query = new Command('query').description("Datadog's log search syntax, here: match logs, explain a query");

  query
    .command('match <query> [files...]')
    .description('print the lines of NDJSON logs that match a query')
    .option('--count', 'print only how many lines match')
    .option('--invert', 'print the lines that do not match')
    .addOption(new Option('--logs <kind>', 'what the lines are').choices(LOG_KINDS).default('auto'))
    // A query may begin with a minus.
    .allowUnknownOption()
    .addHelpText('after', MATCH_HELP)
    .action(async (text: string, files: string[], options: MatchOptions, command: Command) => {
      refuseUnknownOptions(command);
      await (await import('./match.ts')).runMatch(ctx, text, files, options);
    });

  query
    .command('explain <query>')
    .description('print how a query is read, and what is probably not meant')
    .allowUnknownOption()
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (text: string, _options: object, command: Command) => {
      refuseUnknownOptions(command);
      await (await import('./explain.ts')).runExplain(ctx, text);
    });

  return query;
}

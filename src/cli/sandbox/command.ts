import { Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import type { RunOptions } from './run.ts';

const ABOUT = `
The sandbox is everything outside the forwarder, on this machine and only reachable from it: the trail's bucket and the
queues (fauxqs), and a stand-in for Datadog's logs intake with its published limits and answers. The function is the
built bundle in a process of its own, under an emulator of Lambda's Runtime API. No account is needed, nothing is sent
anywhere.
`;

const ABOUT_RUN = `
Without paths it writes an hour of made-up CloudTrail objects with a break-in among them. With paths it takes your files:
.json, .json.gz, or folders of them, such as a copy of AWSLogs. Then each object's notification goes to the function, and
what arrives at the intake is compared with the object, record by record, byte by byte.

Exit codes: 0 every record arrived as it was, or was filtered; 1 something was held, is missing or was changed; 2 could
not run.

Examples:
  $ npm start
  $ npm start -- ~/AWSLogs
  $ npm start -- --env DD_TAGS=env:test,team:security events/cloudtrail
  $ npm start -- --json trail.json.gz > summary.json
`;

/** `sandbox`: the whole way from CloudTrail to Datadog on this machine. */
export function sandboxCommand(ctx: Context): Command {
  const sandbox = new Command('sandbox').description('the whole way on this machine, without any account').addHelpText('after', ABOUT);

  sandbox
    .command('run [paths...]')
    .description('forward made-up objects, or your own files, and compare what arrives')
    .option('--env <NAME=VALUE>', 'a variable for the function; may be repeated', variable)
    .option('--memory <MB>', "the function's memory", atLeast128, 512)
    .option('--logs', 'print what the function writes')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', ABOUT_RUN)
    .action(async (paths: string[], options: RunOptions) => (await import('./run.ts')).run(ctx, paths, options));

  sandbox
    .command('serve')
    .description('keep bucket, queues and intake running until Ctrl-C, for serverless invoke local and for the curious')
    .option('--settings <path>', "where the function's settings are written (default: .sandbox/env of this project)")
    .action(async ({ settings }: { settings?: string }) => (await import('./serve.ts')).serve(ctx, settings));

  return sandbox;
}

function variable(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected NAME=VALUE');
  return { ...before, [name]: value };
}

function atLeast128(text: string): number {
  const memoryMb = Number(text);
  if (!Number.isInteger(memoryMb) || memoryMb < 128 || memoryMb > 10_240) throw new InvalidArgumentError('expected whole MB, from 128 to 10240 as in Lambda');
  return memoryMb;
}

import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import type { Context } from './context.ts';
import { doctorCommand } from './doctor/command.ts';
import { filtersCommand } from './filters/command.ts';
import { grepCommand } from './grep/command.ts';
import { heldCommand } from './held/command.ts';
import { integrationCommand } from './integration/command.ts';
import { printError } from './printError.ts';
import { queryCommand } from './query/command.ts';
import { replayCommand } from './replay/command.ts';
import { sandboxCommand } from './sandbox/command.ts';
import { showCommand } from './show/command.ts';
import { verifyCommand } from './verify/command.ts';

/**
 * One line a command, in the order of a newcomer's needs. A command's module holds its options and examples only, and
 * loads what it runs with when it runs: `held list` must not wait for the Datadog client.
 */
const COMMANDS: readonly ((ctx: Context) => Command)[] = [sandboxCommand, integrationCommand, doctorCommand, verifyCommand, heldCommand, replayCommand, showCommand, grepCommand, filtersCommand, queryCommand];

const FOOTER = `
Data goes to standard output, words and progress to standard error. Exit codes: 0 fine, 1 found something, 2 could not run.
AWS credentials and region are the SDK's: AWS_PROFILE, AWS_REGION, ...`;

/** The whole command line, with every command. */
export function buildProgram(ctx: Context): Command {
  const program = new Command('cloudtrail-forwarder')
    .description('Carries AWS CloudTrail logs from S3 to Datadog Cloud SIEM, and loses none of them.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', FOOTER);
  for (const command of COMMANDS) program.addCommand(command(ctx));
  speakThrough(program, ctx);
  return program;
}

/**
 * Runs the command line.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function main(args: readonly string[], ctx: Context): Promise<0 | 1 | 2> {
  try {
    await buildProgram(ctx).parseAsync([...args], { from: 'user' });
    if (ctx.endsByInterrupt !== true) ctx.interrupted?.throwIfAborted();
    return ctx.exitCode;
  } catch (thrown) {
    // Commander has said it already, and gives 0 for --help and --version.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    if (ctx.interrupted?.aborted) ctx.err.write('Stopped.\n');
    else printError(ctx, thrown);
    return 2;
  }
}

/** Runs the command line as the process that somebody typed. */
export async function mainOfProcess(): Promise<void> {
  // `| head` closes the pipe: there is nobody left to read, and nothing wrong.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && process.exit(0));
  const ctx: Context = { env: process.env, out: process.stdout, err: process.stderr, in: process.stdin, now: Date.now, exitCode: 0 };
  Object.defineProperty(ctx, 'interrupted', { get: interruptOnCtrlC, enumerable: true });
  process.exitCode = await main(process.argv.slice(2), ctx);
}

let interrupt: AbortController | undefined;

/**
 * Ctrl-C as a signal, for commands that have something to put back. A second one ends the process at once, and so does
 * the first for a command that never asks for this.
 */
function interruptOnCtrlC(): AbortSignal {
  if (interrupt === undefined) {
    const controller = new AbortController();
    interrupt = controller;
    process.once('SIGINT', () => controller.abort());
  }
  return interrupt.signal;
}

/** Commander passes these on only to the commands it makes itself. */
function speakThrough(command: Command, ctx: Context): void {
  const { out, err } = ctx;
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => out.columns ?? 100,
      getErrHelpWidth: () => err.columns ?? 100,
      outputError: (text, write) => write(`ERR_USAGE: ${text.replace(/^error: /, '').trimEnd()}\n  See npx cloudtrail-forwarder ${pathOf(command)}--help\n`),
    });
  for (const sub of command.commands) speakThrough(sub, ctx);
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `;
}

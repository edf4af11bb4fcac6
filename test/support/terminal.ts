import { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Context } from '../../src/cli/context.ts';

/** A terminal for one command: what it printed, and what it would have ended with. */
export interface Ran {
  out: string;
  err: string;
  exitCode: 0 | 1 | 2;
}

export interface TerminalOptions {
  env?: Record<string, string | undefined>;
  now?: () => number;
  isTTY?: boolean;
  interrupted?: AbortSignal;
}

/** Runs a command as `npx cloudtrail-forwarder <args>` would, with commander's own exits turned into exceptions. */
export async function runCommand(make: (ctx: Context) => Command, args: string[], { env = {}, now = Date.now, isTTY = false, interrupted }: TerminalOptions = {}): Promise<Ran> {
  const out = new Screen(isTTY);
  const err = new Screen(isTTY);
  const ctx: Context = { env, out, err, in: process.stdin, now, exitCode: 0, ...(interrupted === undefined ? {} : { interrupted }) };
  await make(ctx)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) })
    .parseAsync(args, { from: 'user' });
  return { out: out.text, err: err.text, exitCode: ctx.exitCode };
}

class Screen extends Writable {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

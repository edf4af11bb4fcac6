import type { Writable } from 'node:stream';

/**
 * What a command is given instead of reaching for globals, so that a test can be the terminal.
 * Data goes to `out`, words and progress to `err`. Exit codes: 0 fine, 1 found something, 2 could not run.
 */
export interface Context {
  env: Record<string, string | undefined>;
  out: Writable & { isTTY?: boolean; columns?: number };
  err: Writable & { isTTY?: boolean; columns?: number };
  /** Standard input, for commands that read logs from a pipe. */
  in: NodeJS.ReadableStream;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Aborted by Ctrl-C: a command then puts back what it holds and ends. */
  interrupted?: AbortSignal;
  /** Set by a command that runs until Ctrl-C, for which that is the ordinary end. */
  endsByInterrupt?: boolean;
  /** Set by a command: what the process ends with. */
  exitCode: 0 | 1 | 2;
}

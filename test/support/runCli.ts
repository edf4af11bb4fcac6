import { Readable, Writable } from 'node:stream';
import { main } from '../../src/cli/main.ts';
import type { Context } from '../../src/cli/context.ts';
import { LOCAL_AWS } from './fauxqs.ts';

export interface CliResult {
  exitCode: 0 | 1 | 2;
  /** Standard output. */
  out: string;
  /** Standard error. */
  err: string;
}

/** Runs the command line in this process, with the local AWS, as a terminal or as a pipe; `input` is what is piped into it. */
export async function runCli(args: string[], { env = {}, isTTY = false, now = Date.now, interrupted, input = [] }: { env?: Record<string, string>; isTTY?: boolean; now?: () => number; interrupted?: AbortSignal; input?: string | Iterable<string | Uint8Array> } = {}): Promise<CliResult> {
  // The SDK reads its credentials from the process.
  process.env.AWS_ACCESS_KEY_ID = LOCAL_AWS.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = LOCAL_AWS.credentials.secretAccessKey;
  const [out, err] = [collector(isTTY), collector(isTTY)];
  const ctx: Context = {
    env: { AWS_ENDPOINT_URL: LOCAL_AWS.endpoint, AWS_REGION: LOCAL_AWS.region, ...env },
    out: out.stream,
    err: err.stream,
    in: Readable.from(typeof input === 'string' ? [input] : input),
    now,
    exitCode: 0,
    ...(interrupted && { interrupted }),
  };
  const exitCode = await main(args, ctx);
  return { exitCode, out: out.text(), err: err.text() };
}

function collector(isTTY: boolean): { stream: Writable & { isTTY: boolean }; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), text: () => text };
}

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startLambda } from '../src/sandbox/lambda/emulator.ts';
import type { CorpusObject } from './corpus/objects.ts';
import { eventOf } from './implementations/task.ts';
import type { Servers } from './servers/servers.ts';
import { median } from './statistics.ts';

export interface ColdStart {
  bundle: string;
  /** The function's own file, and that of the clients that it loads when it needs one. */
  bundleBytes: number;
  /** From the start of the process until the runtime asks for work. */
  initMs: number;
  /** From the start of the process until one small object was delivered and the invocation was answered. */
  toAnswerMs: number;
  rounds: number;
}

/** Cold starts of our function under the emulator of the Runtime API: a new process for each. */
export async function coldStart(bundle: string, bootstrap: string, servers: Servers, object: CorpusObject, rounds: number): Promise<ColdStart> {
  const inits: number[] = [];
  const answers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await servers.prepare();
    const lambda = startLambda({
      bundle,
      bootstrap,
      env: { DD_API_KEY: '0123456789abcdef0123456789abcdef', DD_URL: '127.0.0.1', DD_PORT: String(servers.intakePort), DD_NO_SSL: 'true', AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${servers.s3Port}` },
    });
    try {
      const outcome = await lambda.invoke(eventOf([object.key]));
      if (!outcome.ok || (await servers.received()).posts !== 1) throw new Error(`The function did not deliver: ${JSON.stringify(outcome).slice(0, 500)}`);
      inits.push(outcome.initMs ?? NaN);
      answers.push((outcome.initMs ?? NaN) + outcome.durationMs);
    } finally {
      await lambda.stop();
    }
  }
  return { bundle, bundleBytes: bytesOf(bundle) + bytesOf(join(dirname(bundle), 'aws-clients.cjs')), initMs: median(inits), toAnswerMs: median(answers), rounds };
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

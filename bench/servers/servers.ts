import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onOtherCores } from '../run.ts';
import type { Received } from './intake.ts';

/** S3 and the intake, in a process of their own. */
export interface Servers {
  s3Port: number;
  intakePort: number;
  /** Sets the latencies and what is looked at, and starts counting from nothing. */
  prepare(how?: { s3LatencyMs?: number; intakeLatencyMs?: number; check?: boolean; keep?: string }): Promise<void>;
  received(): Promise<Received>;
  close(): void;
}

export async function startServers(script: string, root: string): Promise<Servers> {
  const [execPath = process.execPath, ...execArgv] = [...onOtherCores(), process.execPath];
  const child: ChildProcess = fork(script, [root], { execPath, execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ask = async <T>(message?: object | string): Promise<T> => {
    const answered = once(child, 'message');
    if (message !== undefined) child.send(message);
    const [answer] = (await answered) as [T];
    return answer;
  };
  const ports = await ask<{ s3Port: number; intakePort: number }>();
  return {
    ...ports,
    async prepare({ s3LatencyMs = 0, intakeLatencyMs = 0, check = false, keep } = {}) {
      await ask({ s3LatencyMs, intakeLatencyMs, check, ...(keep === undefined ? {} : { keep }) });
    },
    received: () => ask<Received>('received'),
    close: () => child.disconnect(),
  };
}

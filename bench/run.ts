import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant } from './contestants.ts';
import type { Measured, Task } from './implementations/task.ts';

/** Runs a contestant in a fresh process and gives what it measured of itself. On Linux it is kept on one core. */
export async function run({ name, command, env }: Contestant | { name: string; command: string[]; env: Record<string, string> }, task: Task): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const [program = '', ...args] = [...onOneCore(), ...command, file];
  try {
    const child = spawn(program, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const result = /^BENCH (.*)$/m.exec(output.out)?.[1];
    if (code !== 0 || result === undefined) throw new Error(`"${name}" failed (exit ${code}):\n${(output.err || output.out).slice(-2000)}`);
    return JSON.parse(result) as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A Lambda function of less than 1,769 MB has less than one core; two would hide what threads cost. */
export function onOneCore(): string[] {
  return canPin ? [TASKSET, '-c', '0'] : [];
}

/** Where the measured process is not. */
export function onOtherCores(): string[] {
  return canPin && availableParallelism() > 1 ? [TASKSET, '-c', `1-${availableParallelism() - 1}`] : [];
}

const TASKSET = '/usr/bin/taskset';
const canPin = process.platform === 'linux' && existsSync(TASKSET);

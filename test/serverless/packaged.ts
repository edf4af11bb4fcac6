import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** JSON as it came; a test says what it expects of it. */
type Json = ReturnType<typeof JSON.parse>;

export interface Resource {
  Type: string;
  Properties: Record<string, Json>;
  DependsOn?: string[];
  Condition?: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
  Conditions?: Record<string, unknown>;
  Parameters?: Record<string, Record<string, unknown>>;
  Mappings?: Record<string, unknown>;
}

export interface Ran {
  exitCode: number | null;
  /** Standard output. */
  out: string;
  /** Standard output and error, as they came. */
  said: string;
}

export const ROOT = resolve(__dirname, '../..');
const FRAMEWORK = join(ROOT, 'node_modules/serverless/bin/serverless.js');

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true })));

/** An empty folder that is gone after the tests of the file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'serverless-'));
  made.push(folder);
  return folder;
}

/** A copy of what the framework reads, with a stand-in for the bundle, so that runs do not meet in one folder. */
export function serviceFolder(): string {
  const folder = emptyFolder();
  for (const each of ['serverless.yml', 'serverless', 'package.json']) cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  for (const each of ['dist', 'scripts']) mkdirSync(join(folder, each));
  writeFileSync(join(folder, 'dist/forwarder.cjs'), 'exports.handler = async (event) => ({ event, queue: process.env.DD_SQS_QUEUE_URL, region: process.env.AWS_REGION });\n');
  writeFileSync(join(folder, 'scripts/build.mjs'), '');
  return folder;
}

/** Runs a Node program as a user without an AWS account would: no credentials, no configuration of AWS. */
export function run(folder: string, args: string[], environment: Record<string, string> = {}): Promise<Ran> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('DD_'));
  const env = { ...Object.fromEntries(own), NODE_COMPILE_CACHE: join(tmpdir(), 'serverless-compile-cache'), AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', ...environment };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk)).on('data', (chunk: string) => (said += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode) => done({ exitCode, out, said }));
  });
}

/** `npx serverless ...`, as README says it. */
export function serverless(folder: string, args: string[], environment?: Record<string, string>): Promise<Ran> {
  return run(folder, [FRAMEWORK, ...args], environment);
}

export function paramOptions(params: Record<string, string>): string[] {
  return Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
}

/** What `serverless package` makes of each of these sets of parameters. */
export async function packageStacks(rows: Record<string, string>[]): Promise<Template[]> {
  const half = Math.ceil(rows.length / 2);
  const packaged = await twoAtATime([rows.slice(0, half), rows.slice(half)], async (some) => {
    const { exitCode, out, said } = await run(ROOT, [join(__dirname, 'packageAll.cjs'), serviceFolder(), JSON.stringify(some)]);
    if (exitCode !== 0) throw new Error(said);
    return JSON.parse(out) as Template[];
  });
  return packaged.flat();
}

/** Works through all, two at a time: one for each core of a small machine. */
export async function twoAtATime<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const worker = async () => {
    for (const [position, one] of left) results[position] = await work(one);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

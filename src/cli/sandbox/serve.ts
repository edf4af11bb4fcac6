import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Call } from '../../sandbox/intake/calls.ts';
import { SANDBOX_API_KEY } from '../../sandbox/intake/server.ts';
import { BUCKET, type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { makeTrail } from '../../sandbox/trail/trail.ts';
import { triggerObjects } from '../../sandbox/trail/triggers.ts';
import type { Context } from '../context.ts';
import { readHeld } from './held.ts';
import { bytes, many } from './words.ts';

/** Where the plugin of serverless.yml looks for a running sandbox. */
export const ENV_FILE = join(dirname(__dirname), '.sandbox/env');

/** Keeps bucket, queues and intake running until Ctrl-C, and then tells what arrived. */
export async function serve(ctx: Context, envFile = ENV_FILE): Promise<void> {
  ctx.endsByInterrupt = true;
  const sandbox = await startSandbox({ intake: { onCall: (call) => ctx.err.write(printCall(call)) } });
  const env = printEnv(sandbox.env);
  try {
    const objects = [...triggerObjects(ctx.now()), ...makeTrail({ bucket: BUCKET, nowMs: ctx.now() })];
    for (const { key, bytes: content } of objects) await sandbox.bucket.put(key, content);
    mkdirSync(dirname(envFile), { recursive: true });
    writeFileSync(envFile, env);
    ctx.err.write(greeting(sandbox, objects.length, relative(process.cwd(), envFile)));
    await aborted(ctx.interrupted);
    ctx.err.write('\n');
    ctx.out.write(whatArrived(sandbox));
    ctx.out.write(await whatIsHeld(sandbox));
  } finally {
    // A sandbox that was started later has put its own there.
    if (existsSync(envFile) && readFileSync(envFile, 'utf8') === env) rmSync(envFile);
    await sandbox.close();
  }
}

function greeting({ aws, intake, bucket, env }: Sandbox, objects: number, envFile: string): string {
  return `The sandbox is running; Ctrl-C ends it.
  bucket       ${aws.url}/${bucket.name}, ${objects} objects
  held queue   ${env['DD_SQS_QUEUE_URL']}
  dead letters ${env['DD_DLQ_URL']}
  intake       ${intake.url}/api/v2/logs, key ${SANDBOX_API_KEY}
  settings     ${envFile}, to be sourced: . ${envFile}

In another terminal:
  npx serverless invoke local -f forwarder -p events/trigger/s3-put.json
  curl ${intake.url}/sandbox/logs
  curl ${intake.url}/sandbox/faults -d '{"faults":[{"kind":"answer","status":503,"times":2}]}'

`;
}

function printCall({ startedMs, status, outcome, logs, bytes: raw, wireBytes, encoding, detail }: Call): string {
  const time = new Date(startedMs).toTimeString().slice(0, 8);
  const what = status === 202 ? `${many(logs, 'log')}, ${bytes(raw)}${encoding === 'identity' ? '' : `, ${bytes(wireBytes)} as ${encoding}`}` : (detail ?? '');
  return `${time}  ${status ?? outcome}  ${what}\n`;
}

/** For `source` and for the framework's plugin. No value has a quote in it. */
function printEnv(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}

function whatArrived({ intake }: Sandbox): string {
  const { logs, totals, calls } = intake;
  if (logs.length === 0) return `Nothing arrived at the intake${calls.length === 0 ? '' : `, in ${many(calls.length, 'request')}`}.\n`;
  const byName = new Map<string, number>();
  for (const { json } of logs) {
    const name = typeof json['eventName'] === 'string' ? json['eventName'] : '(no eventName)';
    byName.set(name, (byName.get(name) ?? 0) + 1);
  }
  const names = [...byName].sort(([, one], [, other]) => other - one);
  const rows = names.slice(0, 20).map(([name, count]) => `${String(count).padStart(8)}  ${name}\n`);
  if (names.length > 20) rows.push(`          and ${names.length - 20} other events\n`);
  const old = totals.tooOld === 0 ? '' : `${many(totals.tooOld, 'log')} older than 18 hours: Datadog would drop them.\n`;
  return `Arrived at the intake: ${many(totals.logs, 'log')} in ${many(calls.length, 'request')}, ${bytes(totals.bytes)}.\n${rows.join('')}${old}`;
}

async function whatIsHeld(sandbox: Sandbox): Promise<string> {
  const held = await readHeld(sandbox);
  if (held.length === 0) return 'Held: nothing.\n';
  return `Held:\n${held.map(({ object, records, reason }) => `  ${object}: ${records}\n    ${reason}\n`).join('')}`;
}

/** Without a signal it would never end: then it ends at once. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { openAwsControl } from '../../edge/aws/control/open.ts';
import { fetchApiKey } from '../../edge/aws/secrets.ts';
import { knockAtIntake } from '../../edge/datadog/api/knock.ts';
import { openDatadogApi } from '../../edge/datadog/api/open.ts';
import { ForwarderError } from '../../errors.ts';
import { awsSession } from '../awsSession.ts';
import type { Context } from '../context.ts';
import { GROUPS, type Check } from './check.ts';
import { CHECKS } from './checks.ts';
import type { DoctorOptions } from './command.ts';
import { examine, type Row } from './examine.ts';
import { exitCodeOf, printJson, printRow, printSummary, summarise } from './report.ts';
import { openSetup, type Doors, type SetupOptions } from './setup.ts';

/** Examines the setup and prints what it finds. Sets the context's exit code. */
export async function runDoctor(ctx: Context, options: DoctorOptions): Promise<void> {
  const checks = chosen(CHECKS, options);
  if (options.list) {
    list(ctx, checks, options.json ?? false);
    return;
  }
  const setup = openSetup(setupOptions(options, ctx), openDoors(ctx, options.region));
  const rows: Row[] = [];
  const widthOfId = Math.max(...checks.map(({ id }) => id.length));
  const colour = ctx.out.isTTY === true && ctx.env['NO_COLOR'] === undefined;
  progress(ctx, checks, rows.length);
  for await (const row of examine(checks, setup)) {
    clearProgress(ctx);
    if (!options.json) ctx.out.write(printRow(row, rows, { widthOfId, colour }));
    rows.push(row);
    progress(ctx, checks, rows.length);
  }
  clearProgress(ctx);
  ctx.out.write(options.json ? printJson(rows) : printSummary(summarise(rows)));
  ctx.exitCode = exitCodeOf(rows);
}

function openDoors(ctx: Context, region: string | undefined): Doors {
  return {
    aws: openAwsControl(awsSession(ctx, region)),
    openDatadog: openDatadogApi,
    readApiKey: async (source, { name, arn }) => (source.kind === 'plain' ? source.key.reveal() : fetchApiKey(source, { functionName: name, region: arn.split(':')[3] ?? '' })),
    knock: knockAtIntake,
    env: ctx.env,
    now: ctx.now,
  };
}

function setupOptions({ function: functionName, trail, bucket, roleName, site }: DoctorOptions, { env }: Context): SetupOptions {
  const apiUrl = env['DD_API_URL'];
  return {
    roleName,
    ...(functionName === undefined ? {} : { functionName }),
    ...(trail === undefined ? {} : { trail }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(site === undefined ? {} : { site }),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  };
}

function chosen(checks: readonly Check[], { only, skip = [] }: DoctorOptions): Check[] {
  const known = new Set([...Object.keys(GROUPS), ...checks.map(({ id }) => id)]);
  const unknown = [...(only ?? []), ...skip].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new ForwarderError('ERR_USAGE', `Cannot choose "${unknown}": there is no such check or group`, {
      stage: 'cli',
      retry: 'never',
      hint: 'npx cloudtrail-forwarder doctor --list names them all.',
    });
  }
  const names = (list: string[], { id, group }: Check) => list.includes(id) || list.includes(group);
  return checks.filter((check) => (only === undefined || names(only, check)) && !names(skip, check));
}

function list(ctx: Context, checks: Check[], json: boolean): void {
  if (json) {
    ctx.out.write(`${JSON.stringify(checks.map(({ id, group, title, fix }) => ({ id, group, title, fix })), null, 2)}\n`);
    return;
  }
  const width = Math.max(...checks.map(({ id }) => id.length));
  for (const [group, title] of Object.entries(GROUPS)) {
    const of = checks.filter((check) => check.group === group);
    if (of.length === 0) continue;
    ctx.out.write(`\n${title} (${group})\n${of.map(({ id, title: what }) => `  ${id.padEnd(width)}  ${what}\n`).join('')}`);
  }
}

/** Which check is waited for, on a terminal only. */
function progress(ctx: Context, checks: Check[], done: number): void {
  const waitingFor = checks[done];
  if (ctx.err.isTTY && waitingFor !== undefined) ctx.err.write(`\r\u001b[K${done + 1}/${checks.length} ${waitingFor.id} ...`);
}

function clearProgress(ctx: Context): void {
  if (ctx.err.isTTY) ctx.err.write('\r\u001b[K');
}

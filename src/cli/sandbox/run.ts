import { addCounts, type Counts, NO_COUNTS } from '../../sandbox/counts.ts';
import type { Evidence, Finding } from '../../sandbox/evidence.ts';
import { forwardObject, type Forwarded, type Source, Watch } from '../../sandbox/forward.ts';
import type { ReceivedLog } from '../../sandbox/intake/accepted.ts';
import { BUCKET, deploy, startSandbox } from '../../sandbox/sandbox.ts';
import { makeTrail } from '../../sandbox/trail/trail.ts';
import type { Context } from '../context.ts';
import { progress } from '../progress.ts';
import { findFiles, readFile } from './files.ts';
import { readHeld, type Held } from './held.ts';
import { many } from './words.ts';
import { printReport, reportJson } from './report.ts';

export interface RunOptions {
  env?: Record<string, string>;
  memory: number;
  logs?: boolean;
  json?: boolean;
}

/** What a run did and found. */
export interface Report {
  objects: { logs: number; ignored: number; failed: number };
  counts: Counts;
  finding: Finding;
  held: Held[];
  /** What must not be: by object. */
  contradictions: { key: string; what: string }[];
  sample: ReceivedLog | undefined;
  elapsedMs: number;
  coldStartMs: number | undefined;
  peakRssBytes: number;
  memoryMb: number;
}

/**
 * Forwards made-up objects or the user's files through the bundled function, and compares what arrives with what was
 * put. Exit code 0 when every record arrived as it was or was filtered, 1 when not.
 */
export async function run(ctx: Context, paths: string[], options: RunOptions): Promise<void> {
  const sources = paths.length === 0 ? madeUp(ctx.now()) : ofFiles(paths);
  const watch = new Watch();
  const sandbox = await startSandbox({ intake: { mode: 'count', onLog: watch.onLog } });
  const lambda = deploy(sandbox, __dirname, {
    env: options.env ?? {},
    memoryMb: options.memory,
    ...(options.logs === true && { onLog: ({ line }) => ctx.err.write(`${line}\n`) }),
  });
  ctx.interrupted?.addEventListener('abort', () => void lambda.stop(), { once: true });
  try {
    ctx.err.write(`CloudTrail -> S3 -> forwarder -> Datadog, all on this machine
  bucket    ${sandbox.aws.url}/${sandbox.bucket.name} (fauxqs)
  function  dist/forwarder.cjs, ${options.memory} MB, Node ${process.versions.node}
  intake    ${sandbox.intake.url} (stands in for http-intake.logs.datadoghq.com)

`);
    if (ctx.err.isTTY !== true) ctx.err.write(`forwarding ${many(sources.length, 'object')}\n`);
    const shown = progress(ctx, 'forwarding');
    const beganMs = performance.now();
    const all: Forwarded[] = [];
    let sample: ReceivedLog | undefined;
    const see = (log: ReceivedLog, { arrived, records }: Evidence) => {
      sample = betterSample(sample, log);
      if (sources.length === 1) shown.at(arrived, records);
    };
    for (const source of sources) {
      all.push(await forwardObject(sandbox, lambda, watch, source(), see));
      ctx.interrupted?.throwIfAborted();
      if (sources.length > 1) shown.at(all.length, sources.length);
    }
    const elapsedMs = performance.now() - beganMs;
    shown.end();
    const report: Report = {
      ...sumUp(all),
      held: await readHeld(sandbox),
      sample,
      elapsedMs,
      coldStartMs: all[0]?.outcome.initMs,
      peakRssBytes: lambda.peakRssBytes(),
      memoryMb: options.memory,
    };
    if (options.json === true) ctx.out.write(`${JSON.stringify(reportJson(report), null, 2)}\n`);
    else printReport(ctx, report, paths.length === 0);
    ctx.exitCode = report.contradictions.length === 0 && report.held.length === 0 ? 0 : 1;
  } finally {
    await lambda.stop();
    await sandbox.close();
  }
}

/** Read one at a time: a user's tree may be larger than the memory. */
type LazySource = () => Source;

function madeUp(nowMs: number): LazySource[] {
  return makeTrail({ bucket: BUCKET, nowMs }).map((object) => () => object);
}

function ofFiles(paths: string[]): LazySource[] {
  return findFiles(paths).map(
    ({ path, key }) =>
      () => ({ key, bytes: readFile(path) }),
  );
}

/** The log that is worth looking at: the end of the made-up break-in, else the first. */
function betterSample(sample: ReceivedLog | undefined, log: ReceivedLog): ReceivedLog {
  return sample === undefined || log.json['eventName'] === 'StopLogging' ? log : sample;
}

function sumUp(all: Forwarded[]): Pick<Report, 'objects' | 'counts' | 'finding' | 'contradictions'> {
  let counts: Counts = NO_COUNTS;
  const finding: Finding = { records: 0, arrived: 0, exact: 0, cut: 0, renamed: 0, altered: [], twice: 0, strangers: 0, tooOld: 0 };
  for (const one of all) {
    if (one.counts !== undefined) counts = addCounts(counts, one.counts);
    for (const name of ['arrived', 'exact', 'cut', 'renamed', 'twice', 'strangers', 'tooOld'] as const) finding[name] += one.finding[name];
    finding.records = (finding.records ?? 0) + (one.finding.records ?? 0);
    finding.altered.push(...one.finding.altered);
  }
  return {
    objects: { logs: counts.objects, ignored: counts.ignored, failed: all.filter(({ outcome }) => !outcome.ok).length },
    counts,
    finding,
    contradictions: all.flatMap(({ key, contradictions }) => contradictions.map((what) => ({ key, what }))),
  };
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Environment, type LogLine, startEnvironment } from './environment.ts';
import { failure, type Failure, type Outcome, type Result } from './outcome.ts';

export interface LambdaOptions {
  /** The bundle that exports the handler. */
  bundle: string;
  /** The export's name. Default `handler`. */
  handler?: string;
  /** The built bootstrap: `dist/lambda-bootstrap.cjs`. */
  bootstrap: string;
  /** The function's variables. Nothing of this process's environment is inherited. */
  env?: Record<string, string>;
  /** Default 120,000. */
  timeoutMs?: number;
  /** Default 256. It sets the heap's limits as Lambda does; the process is not killed for its RSS. */
  memoryMb?: number;
  /** More flags for Node. */
  nodeArgs?: string[];
  /** Default `cloudtrail-forwarder`. */
  functionName?: string;
  /** Default `us-east-1`. */
  region?: string;
  onLog?: (line: LogLine) => void;
}

/** A deployed function, as far as one machine can have it. */
export interface Lambda {
  functionArn: string;
  /**
   * Runs one invocation; invocations wait for each other, as in one execution environment. Never rejects.
   *
   * @param timeoutMs another timeout, for this invocation only
   */
  invoke(event: unknown, timeoutMs?: number): Promise<Outcome>;
  /** Signals the running process; false when there is none. The next invocation starts a new one. */
  kill(signal?: NodeJS.Signals): boolean;
  /** The running process, if there is one. */
  pid(): number | undefined;
  /** The most memory that any of its processes ever held; 0 before the first answer. */
  peakRssBytes(): number;
  /** How many processes were started: cold starts. */
  starts(): number;
  /** What the function wrote, in order. */
  logs: LogLine[];
  stop(): Promise<void>;
}

/** Lambda gives the initialisation ten seconds. */
const INIT_TIMEOUT_MS = 10_000;

/**
 * Runs a bundled handler as Lambda would: a process of its own that speaks the Runtime API, started when it is first
 * needed, kept warm, killed at its timeout, and started anew after a timeout, a crash or a kill.
 */
export function startLambda(options: LambdaOptions): Lambda {
  const { timeoutMs: usualTimeoutMs = 120_000, memoryMb = 256, functionName = 'cloudtrail-forwarder', region = 'us-east-1' } = options;
  const functionArn = `arn:aws:lambda:${region}:123456789012:function:${functionName}`;
  const logs: LogLine[] = [];
  let environment: Environment | undefined;
  let peak = 0;
  let starts = 0;
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const start = () => {
    starts++;
    return startEnvironment({
      ...options,
      bundle: resolve(options.bundle),
      env: options.env ?? {},
      memoryMb,
      nodeArgs: options.nodeArgs ?? [],
      functionName,
      region,
      onLog: (line) => {
        logs.push(line);
        options.onLog?.(line);
      },
      onPeakRss: (bytes) => (peak = Math.max(peak, bytes)),
    });
  };

  const discard = async () => {
    const old = environment;
    environment = undefined;
    await old?.end();
  };

  const run = async (event: unknown, timeoutMs: number): Promise<Outcome> => {
    const requestId = randomUUID();
    const begin = performance.now();
    const wasStopped = { ...failure('ResourceNotFoundException', 'The function was stopped'), requestId, durationMs: 0 };
    if (stopped) return wasStopped;
    // A process that ended after its last answer is nobody's failure: the next invocation is a cold start.
    if (environment !== undefined && (await ready(environment)) !== undefined) await discard();
    const isCold = environment === undefined;
    environment ??= await start();
    if (stopped) {
      await discard();
      return wasStopped;
    }
    const problem = await ready(environment);
    const initMs = performance.now() - begin;
    const startedMs = Date.now();
    const assignment = { requestId, payload: JSON.stringify(event ?? null), deadlineMs: startedMs + timeoutMs, functionArn };
    const result: Result =
      problem ??
      (await within(timeoutMs, environment.run(assignment), () =>
        failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`),
      ));
    if (problem !== undefined || (!result.ok && /^(Sandbox|Runtime)\./.test(result.errorType))) await discard();
    return { ...result, requestId, durationMs: performance.now() - begin - initMs, ...(isCold ? { initMs } : {}) };
  };

  return {
    functionArn,
    invoke(event, timeoutMs = usualTimeoutMs) {
      const outcome = last.then(() => run(event, timeoutMs));
      last = outcome.catch(() => undefined);
      return outcome;
    },
    kill(signal = 'SIGKILL') {
      if (environment === undefined || environment.hasExited()) return false;
      environment.kill(signal);
      return true;
    },
    pid: () => (environment?.hasExited() === false ? environment.pid : undefined),
    peakRssBytes() {
      return (peak = Math.max(peak, environment === undefined ? 0 : highWaterBytes(environment.pid)));
    },
    starts: () => starts,
    logs,
    async stop() {
      stopped = true;
      await discard();
      await last;
    },
  };
}

function ready(environment: Environment): Promise<Failure | undefined> {
  return within(INIT_TIMEOUT_MS, environment.ready(), () => failure('Sandbox.Timedout', 'The runtime did not ask for work within 10 seconds'));
}

/** The promise's value, or the other one when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<T>((settle) => {
    timer = setTimeout(() => settle(late()), ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

/** Linux's high-water mark of a process's resident memory; 0 where it cannot be asked. */
function highWaterBytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

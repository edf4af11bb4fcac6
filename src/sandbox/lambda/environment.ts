import { spawn } from 'node:child_process';
import { basename, dirname, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { failure, type Failure, type Result } from './outcome.ts';
import { type Assignment, startRuntimeApi } from './runtimeApi.ts';

/** A line that the function wrote. */
export interface LogLine {
  stream: 'stdout' | 'stderr';
  line: string;
}

export interface EnvironmentOptions {
  /** The bundle that exports the handler: a `.cjs`, `.js` or `.mjs` file. */
  bundle: string;
  /** The export's name. Default `handler`. */
  handler?: string;
  /** The built bootstrap. */
  bootstrap: string;
  /** The function's own variables; Lambda's are added, nothing of this process is inherited. */
  env: Record<string, string>;
  memoryMb: number;
  nodeArgs: string[];
  functionName: string;
  region: string;
  onLog: (line: LogLine) => void;
  onPeakRss: (bytes: number) => void;
}

/** An execution environment: one process and its Runtime API. It serves until the process ends. */
export interface Environment {
  pid: number;
  /** Resolves when the runtime asks for work; with a failure when the handler could not be loaded or the process ended. */
  ready(): Promise<Failure | undefined>;
  /** Hands the runtime an invocation; settles also when the process ends before it has answered. */
  run(assignment: Assignment): Promise<Result>;
  kill(signal: NodeJS.Signals): void;
  hasExited(): boolean;
  /** Kills the process and waits for its end. */
  end(): Promise<void>;
}

export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  let exited: Failure | undefined;
  let running: { requestId: string; settle: (result: Result) => void } | undefined;
  let readiness = later<Failure | undefined>();
  const api = await startRuntimeApi({
    ready: () => readiness.resolve(undefined),
    initFailed: (problem) => readiness.resolve(problem),
    finished: (requestId, result) => {
      if (running?.requestId !== requestId) return;
      running.settle(result);
      running = undefined;
    },
    peakRss: options.onPeakRss,
  });
  const child = spawn(process.execPath, [...memoryFlags(options.memoryMb), ...options.nodeArgs, options.bootstrap], {
    env: lambdaEnv(options, api.address),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => options.onLog({ stream: 'stdout', line }));
  createInterface({ input: child.stderr }).on('line', (line) => options.onLog({ stream: 'stderr', line }));
  // `close` and not `exit`: by then all that the function wrote has been read.
  const closed = new Promise<void>((resolve) => {
    child.on('error', (error) => readiness.resolve(failure('Runtime.ExitError', error.message)));
    child.on('close', (code, signal) => {
      exited = failure('Runtime.ExitError', `Runtime exited ${howItEnded(code, signal)}`);
      readiness.resolve(exited);
      running?.settle({ ...exited, errorMessage: `RequestId: ${running.requestId} Error: ${exited.errorMessage}` });
      void api.close().then(resolve);
    });
  });
  return {
    pid: child.pid ?? -1,
    ready: () => readiness.promise,
    run: (assignment) =>
      new Promise((settle) => {
        if (exited !== undefined) return settle(exited);
        readiness = later();
        running = { requestId: assignment.requestId, settle };
        api.assign(assignment);
      }),
    kill: (signal) => void child.kill(signal),
    hasExited: () => exited !== undefined || child.exitCode !== null || child.signalCode !== null,
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** A promise with its key outside: Promise.withResolvers is not in Node 20. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `with error: signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
  return code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
}

/** The heap limits that Lambda's own Node bootstrap derives from the function's memory. */
function memoryFlags(memoryMb: number): string[] {
  const newSpace = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(newSpace / 2)}`, `--max-old-space-size=${memoryMb - newSpace}`];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function lambdaEnv({ bundle, handler = 'handler', env, memoryMb, functionName, region }: EnvironmentOptions, api: string): Record<string, string> {
  const systemRoot = process.env.SystemRoot;
  return {
    PATH: process.env.PATH ?? '',
    ...(systemRoot === undefined ? {} : { SystemRoot: systemRoot }),
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...env,
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'sandbox',
    LAMBDA_TASK_ROOT: dirname(bundle),
    _HANDLER: `${basename(bundle, extname(bundle))}.${handler}`,
  };
}

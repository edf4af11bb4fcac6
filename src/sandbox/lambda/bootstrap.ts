/**
 * The runtime inside the emulated Lambda: a process of its own that loads the handler, asks the Runtime API for work,
 * runs one invocation at a time, and reports. It does what AWS's Node runtime does, and imports nothing but Node, so
 * that the bundle runs alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

const env = process.env;
const root = '/2018-06-01/runtime';
const [host = '', port = ''] = (env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let currentRequestId: string | undefined;

process.on('uncaughtException', (error) => void crash(error, 129));
process.on('unhandledRejection', (reason) => {
  const error = Object.assign(new Error(reason instanceof Error ? reason.message : String(reason)), { name: 'Runtime.UnhandledPromiseRejection' });
  if (reason instanceof Error && reason.stack !== undefined) error.stack = reason.stack;
  void crash(error, 128);
});
void main();

async function main(): Promise<void> {
  let handler: Handler;
  try {
    handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? '.', env._HANDLER ?? '');
  } catch (error) {
    await send(`${root}/init/error`, describe(error)).catch(() => undefined);
    process.exit(1);
  }
  for (;;) await runNext(handler);
}

async function runNext(handler: Handler): Promise<void> {
  const { headers, body } = await call('GET', `${root}/invocation/next`).catch(() => process.exit(0));
  const requestId = String(headers['lambda-runtime-aws-request-id']);
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
  currentRequestId = requestId;
  let path = `${root}/invocation/${requestId}/response`;
  let answer: string;
  try {
    const result = await handler(JSON.parse(body), contextOf(requestId, deadlineMs, String(headers['lambda-runtime-invoked-function-arn'])));
    answer = JSON.stringify(result) ?? 'null';
  } catch (error) {
    path = `${root}/invocation/${requestId}/error`;
    answer = describe(error);
  }
  currentRequestId = undefined;
  await send(path, answer).catch(() => process.exit(0));
}

function contextOf(awsRequestId: string, deadlineMs: number, invokedFunctionArn: string): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** `forwarder.handler` in the task's root: the file `forwarder` with the first extension that there is, its export `handler`. */
async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const path = ['.js', '.mjs', '.cjs'].map((extension) => join(taskRoot, name.slice(0, dot) + extension)).find((file) => existsSync(file));
  if (dot < 1 || path === undefined) throw named('Runtime.ImportModuleError', `Cannot find the module of the handler "${name}" in ${taskRoot}`);
  const module = (path.endsWith('.mjs') ? await import(pathToFileURL(path).href) : createRequire(path)(path)) as Record<string, unknown>;
  const handler = module[name.slice(dot + 1)];
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  return handler as Handler;
}

/** Something was thrown where nobody could catch it: Lambda reports it and starts a new process. */
async function crash(error: unknown, exitCode: number): Promise<void> {
  const path = currentRequestId === undefined ? `${root}/init/error` : `${root}/invocation/${currentRequestId}/error`;
  await send(path, describe(error)).catch(() => undefined);
  process.exit(exitCode);
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return JSON.stringify({ errorType: typeof thrown, errorMessage: String(thrown), trace: [] });
  return JSON.stringify({ errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function send(path: string, body: string) {
  return call('POST', path, body, { 'content-type': 'application/json', 'sandbox-peak-rss-bytes': peakRssBytes() });
}

function call(method: string, path: string, body?: string, headers: http.OutgoingHttpHeaders = {}) {
  return new Promise<{ headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = http.request({ agent, host, port, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/**
 * Linux tells the high-water mark of this very program (VmHWM). `resourceUsage` is for elsewhere: on Linux it starts
 * with the memory of the process that this one was forked from.
 */
function peakRssBytes(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

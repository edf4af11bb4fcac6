import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failure, readFailure, type Failure, type Result } from './outcome.ts';

/** One invocation, as the runtime is handed it. */
export interface Assignment {
  requestId: string;
  /** The event, as JSON. */
  payload: string;
  /** ms since the epoch. */
  deadlineMs: number;
  functionArn: string;
}

/** What the API hears from the runtime. */
export interface RuntimeListener {
  /** The runtime asks for work: the first time, its initialisation is over. */
  ready(): void;
  initFailed(error: Failure): void;
  finished(requestId: string, result: Result): void;
  /** The most memory the process ever held, as it says itself. */
  peakRss(bytes: number): void;
}

/** The Runtime API of one execution environment. */
export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API has it. */
  address: string;
  /** Hands the runtime its next invocation: at once if it asks for one already. */
  assign(assignment: Assignment): void;
  close(): Promise<void>;
}

const ROOT = '/2018-06-01/runtime';

/** The Lambda Runtime API, version 2018-06-01 (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export async function startRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  let asking: ServerResponse | undefined;
  let assigned: Assignment | undefined;
  let current: string | undefined;

  const handOver = () => {
    if (asking === undefined || assigned === undefined) return;
    const { requestId, payload, deadlineMs, functionArn } = assigned;
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': deadlineMs,
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll('-', '').slice(8, 32)};Parent=${requestId.slice(-12)}0000;Sampled=0`,
    });
    asking.end(payload);
    current = requestId;
    asking = assigned = undefined;
  };

  const finish = (response: ServerResponse, requestId: string, result: Result) => {
    if (requestId !== current) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
    current = undefined;
    response.writeHead(202).end();
    listener.finished(requestId, result);
  };

  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${ROOT}/invocation/next`) {
      asking = response;
      listener.ready();
      return handOver();
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const peak = Number(request.headers['sandbox-peak-rss-bytes']);
    if (peak > 0) listener.peakRss(peak);
    const [, requestId, what] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method !== 'POST') return refuse(response, 404, 'NotFound', `No such route: ${request.method} ${path}`);
    if (path === `${ROOT}/init/error`) {
      response.writeHead(202).end();
      return listener.initFailed(readFailure(body));
    }
    if (requestId === undefined) return refuse(response, 404, 'NotFound', `No such route: POST ${path}`);
    finish(response, requestId, what === 'error' ? readFailure(body) : readResult(body));
  };

  const server = createServer((request, response) => void route(request, response).catch(() => response.destroy()));
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    assign(assignment) {
      assigned = assignment;
      handOver();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readResult(body: string): Result {
  try {
    return { ok: true, result: body === '' ? null : (JSON.parse(body) as unknown) };
  } catch {
    return failure('Runtime.MarshalError', 'The function\'s response is not JSON');
  }
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errorType, errorMessage }));
}

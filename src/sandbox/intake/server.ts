import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accepted, type Fingerprint, type Mode, type ReceivedLog, type Totals } from './accepted.ts';
import { answer, answerJson } from './answer.ts';
import { type Call, Calls, shownHeaders } from './calls.ts';
import { control } from './control.ts';
import { FaultScript } from './faults.ts';
import { type Endpoint, postLogs, refuseKey } from './post.ts';

/** The key that a fresh sandbox takes: 32 characters, as Datadog's are. */
export const SANDBOX_API_KEY = '00000000000000000000000000005afe';

export interface IntakeOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Only this machine by default. */
  host?: string;
  apiKeys?: string[];
  mode?: Mode;
  /** The part of a log that is hashed into `totals.sum` in the mode `count`; by default all of it. */
  fingerprint?: Fingerprint;
  now?: () => number;
  /** Default 15,000. */
  requestTimeoutMs?: number;
  /** Told of every log that is accepted, in either mode. */
  onLog?: (log: ReceivedLog) => void;
  /** Told of every request to the logs endpoint when it is over. */
  onCall?: (call: Call) => void;
}

/** A running logs intake. */
export interface Intake {
  url: string;
  host: string;
  port: number;
  /** The keys it takes; change it to rotate them. */
  apiKeys: Set<string>;
  faults: FaultScript;
  /** Accepted logs in the order of their arrival (mode `keep`). */
  readonly logs: readonly ReceivedLog[];
  readonly totals: Totals;
  /** Requests to the logs endpoint, in the order of their arrival. */
  readonly calls: readonly Call[];
  /** The most requests that were ever under way together. */
  readonly mostAtOnce: number;
  /** Takes the accepted logs out; the totals stay. */
  take(): ReceivedLog[];
  /** Forgets logs, numbers and history. */
  clear(): void;
  /** Resolves as soon as `holds` is true; it is asked when a request arrives and when one is over. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/**
 * Datadog's logs intake on this machine: a real HTTP server that knows the published limits and answers, and an
 * independent judge of the client: it shares no code with the pipeline, only facts.
 */
export async function startIntake(options: IntakeOptions = {}): Promise<Intake> {
  const { port = 0, host = '127.0.0.1', now = Date.now } = options;
  const closing = new AbortController();
  const endpoint: Endpoint = {
    accepted: new Accepted(options.mode ?? 'keep', options.fingerprint, options.onLog),
    calls: new Calls(),
    faults: new FaultScript(),
    apiKeys: new Set(options.apiKeys ?? [SANDBOX_API_KEY]),
    now,
    requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
    closing: closing.signal,
  };
  const { accepted, calls, faults, apiKeys } = endpoint;
  const waiting = new Set<() => void>();

  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname: path } = new URL(request.url ?? '/', 'http://intake');
    if (path.startsWith('/sandbox/') && (await control(request, response, path, endpoint))) return;
    if (path === '/api/v1/validate' && request.method === 'GET') {
      const refused = refuseKey(request, apiKeys);
      return refused === undefined ? answerJson(response, { valid: true }) : answerJson(response, { errors: ['Forbidden'] }, 403);
    }
    if (path !== '/api/v2/logs') return answer(response, 404, `No such route: ${path}`);
    if (request.method !== 'POST') return answer(response, 405, `Use POST, not ${request.method}`, { allow: 'POST' });
    const encoding = request.headers['content-encoding'] ?? 'identity';
    const call = calls.open({ method: 'POST', path, headers: shownHeaders(request.headers), encoding, startedMs: now() });
    tell();
    await postLogs(request, response, call, endpoint);
    options.onCall?.(call);
    tell();
  };
  const tell = () => {
    for (const ask of waiting) ask();
  };
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => answer(response, 500, `A fault in the sandbox itself: ${String(error)}`));
  });
  // Longer than any client keeps a connection: a test that wants a stale one asks for a reset.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const actualPort = (server.address() as AddressInfo).port;

  return {
    url: `http://${host}:${actualPort}`,
    host,
    port: actualPort,
    apiKeys,
    faults,
    get logs() {
      return accepted.logs;
    },
    get totals() {
      return accepted.totals;
    },
    get calls() {
      return calls.list;
    },
    get mostAtOnce() {
      return calls.mostAtOnce;
    },
    take: () => accepted.take(),
    clear() {
      accepted.clear();
      calls.clear();
    },
    until: (holds) =>
      new Promise((resolve) => {
        const ask = () => {
          if (!holds()) return;
          waiting.delete(ask);
          resolve();
        };
        waiting.add(ask);
        ask();
      }),
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

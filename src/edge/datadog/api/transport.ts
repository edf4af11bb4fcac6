/**
 * How the control plane's requests travel: the API client's own transport has no timeout, retries neither network
 * failures nor 408, ignores Retry-After and prints failures to the console (CONTRACT A8), so it is given this one.
 */
import { setTimeout as sleepFor } from 'node:timers/promises';
import { ForwarderError } from '../../../errors.ts';

export interface ApiTransportOptions {
  fetch?: typeof globalThis.fetch;
  /** Time for one attempt. Default 15,000. */
  timeoutMs?: number;
  /** Default 4. */
  maxAttempts?: number;
  /** The longest wait between two attempts, whatever the server asks for. Default 20,000. */
  maxWaitMs?: number;
  sleep?: (waitMs: number) => Promise<unknown>;
  /** From 0 to 1, for the jitter. */
  random?: () => number;
}

/** What the API client hands over; its RequestContext has this shape. */
interface ApiRequest {
  getUrl(): string;
  getHttpMethod(): string;
  getHeaders(): Record<string, string>;
  getBody(): unknown;
}

/** An answer, read to its end, so that no connection is left half-read. */
export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Sends one request of the API client. 408, 429 and 5xx are tried again: after `Retry-After` or `X-RateLimit-Reset`
 * seconds when the answer names them, otherwise with full jitter below 1, 2, 4 ... s. A request that got no answer is
 * tried again only when it is a GET, because a POST may have been carried out.
 *
 * @throws ForwarderError ERR_API_UNREACHABLE when no attempt got an answer. Any answer, also a 503, is returned.
 */
export async function sendToApi(request: ApiRequest, options: ApiTransportOptions = {}): Promise<ApiAnswer> {
  const { maxAttempts = 4, maxWaitMs = 20_000, sleep = sleepFor, random = Math.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= maxAttempts;
    const jitteredMs = random() * 1000 * 2 ** (attempt - 1);
    try {
      const answer = await once(request, options);
      if (last || !isWorthAnotherTry(answer.status)) return answer;
      await sleep(Math.min(askedWaitMs(answer.headers) ?? jitteredMs, maxWaitMs));
    } catch (failure) {
      if (last || request.getHttpMethod() !== 'GET') throw unreachable(request, failure);
      await sleep(Math.min(jitteredMs, maxWaitMs));
    }
  }
}

async function once(request: ApiRequest, { fetch = globalThis.fetch, timeoutMs = 15_000 }: ApiTransportOptions): Promise<ApiAnswer> {
  const body = request.getBody();
  const response = await fetch(request.getUrl(), {
    method: request.getHttpMethod(),
    headers: request.getHeaders(),
    ...(typeof body === 'string' ? { body } : {}),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}

function isWorthAnotherTry(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function askedWaitMs(headers: Record<string, string>): number | undefined {
  const seconds = Number.parseFloat(headers['retry-after'] ?? headers['x-ratelimit-reset'] ?? '');
  return seconds >= 0 ? seconds * 1000 : undefined;
}

function unreachable(request: ApiRequest, failure: unknown): ForwarderError {
  const { host } = new URL(request.getUrl());
  return new ForwarderError('ERR_API_UNREACHABLE', `Cannot reach Datadog at "${host}": ${reason(failure)}`, {
    stage: 'cli',
    retry: 'later',
    hint: `Allow HTTPS to ${host} from here; behind a proxy set HTTPS_PROXY and NODE_USE_ENV_PROXY=1 (Node 24).`,
    cause: failure,
  });
}

/** `fetch failed` says nothing: the reason is one or two causes below. */
function reason(failure: unknown): string {
  const { cause, message, code, name } = (typeof failure === 'object' && failure !== null ? failure : {}) as { cause?: unknown; message?: string; code?: string; name?: string };
  if (cause !== undefined) return reason(cause);
  return [message, code, name].find((text) => text !== undefined && text !== '') ?? String(failure);
}

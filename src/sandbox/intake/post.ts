import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Accepted } from './accepted.ts';
import { answer } from './answer.ts';
import { decompress, receive } from './body.ts';
import type { Call, Calls } from './calls.ts';
import type { FaultScript } from './faults.ts';
import { judge, type Judged } from './judge.ts';

/** What the logs endpoint works on. */
export interface Endpoint {
  accepted: Accepted;
  calls: Calls;
  faults: FaultScript;
  apiKeys: Set<string>;
  now: () => number;
  /** After this long without the whole of a request the answer is 408. */
  requestTimeoutMs: number;
  /** Aborted when the server closes. */
  closing: AbortSignal;
}

/** `POST /api/v2/logs`: the next fault of the script, or the published judgement (CONTRACT A4 to A6). */
export async function postLogs(request: IncomingMessage, response: ServerResponse, call: Call, endpoint: Endpoint): Promise<void> {
  const { accepted, calls, faults, now } = endpoint;
  const fault = faults.next();
  if (fault !== undefined && fault.kind !== 'none') call.fault = fault.kind;
  const close = (outcome: 'answered' | 'reset' | 'silent' | 'gone') => calls.close(call, outcome, now());
  const reset = () => {
    request.socket.resetAndDestroy();
    close('reset');
  };

  const halfBody = fault?.kind === 'reset' && fault.when === 'half-body';
  const stopAtBytes = halfBody ? Math.ceil(Number(request.headers['content-length'] ?? 2) / 2) : Infinity;
  const received = await receive(request, endpoint.requestTimeoutMs, stopAtBytes);
  call.wireBytes = received.wireBytes;
  if (halfBody) return reset();
  const reply = (status: number, detail?: string, headers?: Record<string, string>, body?: string) => {
    if (response.destroyed) return close('gone');
    call.status = status;
    if (detail !== undefined) call.detail = detail;
    answer(response, status, detail, headers, body);
    close('answered');
  };
  if (received.timedOut) return reply(408, 'The request did not arrive in time', { connection: 'close' });
  if (!received.complete) return close('gone');
  if (fault?.kind === 'reset' && fault.when === 'before') return reset();
  if (fault?.kind === 'silence' && fault.when === 'before') return close('silent');

  if (fault?.kind !== 'answer' || fault.accept === true) {
    const refused = await take();
    if (refused !== undefined && fault?.kind !== 'answer') return reply(refused.status, refused.detail);
  }
  if (fault?.kind === 'reset') return reset();
  if (fault?.kind === 'silence') return close('silent');
  if (fault?.kind === 'slow' || fault?.kind === 'answer') {
    await wait(fault.delayMs ?? 0, undefined, { signal: endpoint.closing }).catch(() => undefined);
  }
  if (fault?.kind === 'answer') return reply(fault.status, 'A fault of the sandbox', fault.headers, fault.body);
  return reply(202);

  /** Judges the payload and keeps it; gives the reason when it cannot be taken. */
  async function take(): Promise<{ status: number; detail: string } | undefined> {
    const forbidden = refuseKey(request, endpoint.apiKeys);
    if (forbidden !== undefined) return forbidden;
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? 'application/json')) {
      return { status: 400, detail: `Unsupported Content-Type ${JSON.stringify(request.headers['content-type'])}: the sandbox reads application/json` };
    }
    const body = await decompress(received, call.encoding);
    if ('status' in body) return body;
    call.bytes = body.bytes.length;
    const judged: Judged | { status: number; detail: string } = judge(body.bytes);
    if ('status' in judged) return judged;
    call.logs = judged.logs.length;
    if (faults.isPoisoned(body.bytes)) return { status: 400, detail: 'The payload holds a log that the sandbox was told to refuse' };
    call.accepted = true;
    accepted.add(body.bytes, judged, { wireBytes: body.wireBytes, call: call.index, receivedMs: now() });
    return undefined;
  }
}

/** 401 without a key, 403 with one that is not known. The key comes in a header, or in the address as older clients do. */
export function refuseKey(request: IncomingMessage, apiKeys: Set<string>): { status: number; detail: string } | undefined {
  const given = request.headers['dd-api-key'] ?? new URL(request.url ?? '/', 'http://intake').searchParams.get('dd-api-key');
  if (given === null || given === undefined || given === '') return { status: 401, detail: 'API key missing' };
  return apiKeys.has(String(given)) ? undefined : { status: 403, detail: 'API key invalid' };
}

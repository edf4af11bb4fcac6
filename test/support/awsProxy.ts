import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to S3 or SQS, understood. */
export interface AwsRequest {
  service: 's3' | 'sqs';
  /** `GetObject`, `HeadObject`, `PutObject`, `ListObjects` for S3; for SQS as in its API. */
  action: string;
  bucket: string;
  key: string;
  /** What SQS was asked: QueueUrl, Entries, ... */
  input?: Record<string, unknown>;
  /** What became of it: not passed on, carried out with or without its answer passed on whole. */
  fate?: 'refused' | 'carried-out' | 'unanswered';
}

/** What happens to the requests that match; the first rule that does decides. */
export interface AwsFault {
  matches: (request: AwsRequest) => boolean;
  /** How many requests it meets; default 1, Infinity for ever. */
  times?: number;
  /** An error of the service: `{ status: 503, code: 'SlowDown' }`. */
  error?: { status: number; code: string; message?: string };
  /** The connection is reset when so many bytes of the answer's body have passed. */
  cutAfterBytes?: number;
  /** The answer waits this long. */
  delayMs?: number;
  /** No answer ever. */
  silent?: boolean;
  /** Called when it meets a request, before that is passed on. */
  before?: () => void;
  /** Called when S3 or SQS has done what was asked, before the answer is passed on. */
  after?: () => void;
}

export interface AwsProxyOptions {
  /** Messages are sent without delay, and nobody waits for a message: so no test waits for a queue's clock. */
  hasty?: boolean;
}

export interface AwsProxy {
  /** What AWS_ENDPOINT_URL is set to. */
  url: string;
  faults: AwsFault[];
  /** All requests, in the order of their arrival. */
  requests: AwsRequest[];
  close(): Promise<void>;
}

/** Stands before the local S3 and SQS and answers as AWS does on a bad day. */
export async function startAwsProxy(awsUrl: string, { hasty = false }: AwsProxyOptions = {}): Promise<AwsProxy> {
  const { hostname, port } = new URL(awsUrl);
  const faults: AwsFault[] = [];
  const requests: AwsRequest[] = [];

  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const about = understand(request);
    if (about.service === 's3') return meet(about, request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
      meet({ ...about, input }, request, response);
    });
  });

  const meet = (about: AwsRequest, request: IncomingMessage, response: ServerResponse) => {
    requests.push(about);
    const fault = faults.find((rule) => (rule.times ?? 1) > 0 && rule.matches(about));
    if (fault !== undefined) fault.times = (fault.times ?? 1) - 1;
    if (fault?.error !== undefined || fault?.silent === true) about.fate = 'refused';
    fault?.before?.();
    if (fault?.silent === true) return void request.resume();
    setTimeout(() => {
      if (response.destroyed) return;
      if (fault?.error === undefined) return forward(about, request, response, fault);
      request.resume();
      if (request.complete) answerError(response, about, fault.error);
      else request.on('end', () => answerError(response, about, fault.error!));
    }, fault?.delayMs ?? 0);
  };

  const forward = (about: AwsRequest, request: IncomingMessage, response: ServerResponse, { cutAfterBytes = Infinity, after }: Partial<AwsFault> = {}) => {
    const { method, url: path } = request;
    const body = about.input && Buffer.from(JSON.stringify(hasty ? withoutWaiting(about.input) : about.input));
    const headers = { ...request.headers, ...(body && { 'content-length': String(body.length) }) };
    const upstream = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      about.fate = cutAfterBytes === Infinity ? 'carried-out' : 'unanswered';
      after?.();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (cutAfterBytes === Infinity) return void answer.pipe(response);
      let left = cutAfterBytes;
      answer.on('data', (chunk: Buffer) => {
        if (left < 0) return;
        const part = chunk.subarray(0, left);
        left -= part.length;
        response.write(part, () => {
          if (left <= 0) response.socket?.resetAndDestroy();
        });
        if (left === 0) left = -1;
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    if (body) upstream.end(body);
    else request.pipe(upstream);
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function understand(request: IncomingMessage): AwsRequest {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return { service: 'sqs', action: target.split('.').pop() ?? '', bucket: '', key: '' };
  const [, bucket = '', ...key] = new URL(request.url ?? '/', 'http://s3').pathname.split('/').map(decodeURIComponent);
  const path = key.join('/');
  const verb = { GET: 'Get', HEAD: 'Head', PUT: 'Put', DELETE: 'Delete', POST: 'Post' }[request.method ?? ''] ?? '';
  return { service: 's3', action: path === '' && verb === 'Get' ? 'ListObjects' : `${verb}Object`, bucket, key: path };
}

function withoutWaiting(input: Record<string, unknown>): Record<string, unknown> {
  const { DelaySeconds: _, Entries, ...rest } = input;
  const entries = Array.isArray(Entries) ? { Entries: Entries.map((entry: Record<string, unknown>) => withoutWaiting(entry)) } : {};
  return { ...rest, ...entries, ...('WaitTimeSeconds' in input && { WaitTimeSeconds: 0 }) };
}

function answerError(response: ServerResponse, { service }: AwsRequest, { status, code, message = 'A fault of the test' }: NonNullable<AwsFault['error']>): void {
  if (service === 'sqs') {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${code};Sender` });
    response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }));
  } else {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>TEST</RequestId></Error>`);
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a stubbed operation answers. `json` and `xml` bring their content type; `reset` cuts the connection. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  xml?: string;
  text?: string;
  reset?: boolean;
}

/** A request as the stub understood it. */
export interface Seen {
  /** `cloudtrail:GetTrailStatus`, `s3:GET ?policy`, `lambda:GET /functions/f/policy`, `datadog:POST /api/v2/logs/events/search`. */
  operation: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body as JSON, or the fields of a form. */
  input: Record<string, unknown>;
}

type Answerer = Answer | ((seen: Seen, times: number) => Answer);

/**
 * AWS's control plane and Datadog's API in one local HTTP server, for the real clients: what an operation answers is said
 * by its name. An operation that nobody said anything about answers 404 and is named in `unexpected`.
 */
export class ControlPlane {
  readonly seen: Seen[] = [];
  readonly unexpected: string[] = [];
  #answers = new Map<string, Answerer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
      request.on('end', () => this.#answer(understand(request, body), response));
    });
  }

  static async start(): Promise<ControlPlane> {
    const plane = new ControlPlane();
    await new Promise<void>((listening) => plane.#server.listen(0, '127.0.0.1', listening));
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Forgets everything, and answers like this from now on. */
  reset(answers: Record<string, Answerer>): void {
    this.seen.length = 0;
    this.unexpected.length = 0;
    this.#answers = new Map(Object.entries(answers));
  }

  on(operation: string, answer: Answerer): void {
    this.#answers.set(operation, answer);
  }

  /** The requests for an operation, in their order. */
  calls(operation: string): Seen[] {
    return this.seen.filter((seen) => seen.operation === operation);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** The environment that leads the AWS clients here, and nowhere else. */
  awsEnvironment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'EXAMPLEKEY',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    };
  }

  #answer(seen: Seen, response: ServerResponse): void {
    this.seen.push(seen);
    const said = this.#answers.get(seen.operation);
    if (said === undefined) this.unexpected.push(seen.operation);
    const answer = said === undefined ? { status: 404, json: { __type: 'NotStubbed' } } : typeof said === 'function' ? said(seen, this.calls(seen.operation).length) : said;
    if (answer.reset) {
      response.destroy();
      return;
    }
    const [type, text] =
      answer.json !== undefined ? ['application/json', JSON.stringify(answer.json)] : answer.xml !== undefined ? ['text/xml', answer.xml] : ['text/plain', answer.text ?? ''];
    response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers }).end(answer.status === 204 ? undefined : text);
  }
}

/** An error as the JSON services send it. */
export function jsonError(status: number, type: string, message = type): Answer {
  return { status, json: { __type: type, message }, headers: { 'x-amzn-errortype': type } };
}

/** An error as S3 sends it. */
export function s3Error(status: number, code: string): Answer {
  return { status, xml: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>` };
}

/** An error as the query services (STS, IAM) send it. */
export function queryError(status: number, code: string): Answer {
  return { status, xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>` };
}

function understand(request: IncomingMessage, body: string): Seen {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'datadog';
  const form = service === 'sts' || service === 'iam';
  const input = form ? Object.fromEntries(new URLSearchParams(body)) : parse(body);
  return { operation: `${service}:${operationOf(service, request, url, input)}`, url, headers: request.headers, body, input };
}

function operationOf(service: string, request: IncomingMessage, url: URL, input: Record<string, unknown>): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? target;
  if (typeof input['Action'] === 'string') return input['Action'];
  if (service === 's3') return `${request.method} ${[...url.searchParams.keys()].filter((key) => !['x-id', 'versionId'].includes(key)).map((key) => `?${key}`)[0] ?? 'object'}`;
  return `${request.method} ${url.pathname.replace(/^\/\d{4}-\d\d-\d\d/, '')}`;
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ObjectRef } from '../../model.ts';
import { VERSION } from '../../version.ts';
import type { AwsAddress } from './address.ts';

export interface SignedGetOptions extends Required<Pick<AwsAddress, 'credentials'>>, Pick<AwsAddress, 'endpoint'> {
  maxSockets: number;
  connectTimeoutMs: number;
  answerTimeoutMs: number;
  idleTimeoutMs: number;
}

/** Regions of the partitions whose addresses end in amazonaws.com; China's, the European sovereign and isolated ones do not. */
const COMMON_REGION = /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:gov-)?[a-z]+-\d+$/;
/** A name that is a host name's label, and not that of an alias, an access point or a directory bucket. */
const PLAIN_BUCKET = /^(?!.*(?:--|-s3alias$))[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
/** SHA-256 of nothing: the body of a GET. */
const NO_BODY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * GetObject as one signed request over kept connections, by AWS's own signer: a quarter of the CPU that it takes the
 * SDK's client (PERFORMANCE 5), and most of what a small object cost. It does nothing else: what S3 answers but the
 * object is for the SDK to understand.
 */
export class SignedGet {
  readonly #options: SignedGetOptions;
  readonly #endpoint: URL | undefined;
  readonly #agent: http.Agent;
  readonly #signers = new Map<string, SignatureV4>();

  constructor(options: SignedGetOptions) {
    this.#options = options;
    this.#endpoint = options.endpoint === undefined ? undefined : new URL(options.endpoint);
    const agent = { keepAlive: true, maxSockets: options.maxSockets };
    this.#agent = this.#endpoint?.protocol === 'http:' ? new http.Agent(agent) : new https.Agent(agent);
  }

  /** Whether the object's address is one of the plain ones known here. */
  knows({ bucket }: ObjectRef, region: string): boolean {
    return this.#endpoint !== undefined ? region !== '' : COMMON_REGION.test(region) && PLAIN_BUCKET.test(bucket);
  }

  /**
   * S3's answer, whatever its status; its body is to be read or destroyed.
   *
   * @throws Error `TimeoutError` when nothing connects or answers in time; the network's own errors; the signal's reason
   */
  async get(ref: ObjectRef, region: string, signal: AbortSignal): Promise<http.IncomingMessage> {
    signal.throwIfAborted();
    const { protocol, hostname, port, path } = this.#addressOf(ref, region);
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const { headers } = await this.#signer(region).sign({
      method: 'GET',
      protocol,
      hostname,
      path,
      ...(ref.versionId === undefined ? {} : { query: { versionId: ref.versionId } }),
      headers: { host, 'user-agent': `cloudtrail-forwarder/${VERSION}`, 'x-amz-content-sha256': NO_BODY },
    });
    const target = { protocol, hostname, port, path: ref.versionId === undefined ? path : `${path}?versionId=${encode(ref.versionId)}`, headers };
    const first = await this.#request(target, signal);
    // A kept connection that S3 closed in the same moment: a fresh one is asked.
    return first === 'stale' ? this.#requestAnew(target, signal) : first;
  }

  async #requestAnew(target: http.RequestOptions, signal: AbortSignal): Promise<http.IncomingMessage> {
    const answer = await this.#request({ ...target, agent: false }, signal);
    if (answer === 'stale') throw new Error('the connection was closed');
    return answer;
  }

  #request(target: http.RequestOptions, signal: AbortSignal): Promise<http.IncomingMessage | 'stale'> {
    const { connectTimeoutMs, answerTimeoutMs, idleTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const request = (target.protocol === 'http:' ? http : https).request({ agent: this.#agent, timeout: idleTimeoutMs, ...target });
      const giveUp = () => request.destroy(signal.reason as Error);
      const late = (what: string, afterMs: number) => () => request.destroy(Object.assign(new Error(`no ${what} within ${afterMs} ms`), { name: 'TimeoutError' }));
      let timer = setTimeout(late('answer', answerTimeoutMs), answerTimeoutMs);
      signal.addEventListener('abort', giveUp, { once: true });
      request.on('socket', (socket) => {
        if (!socket.connecting) return;
        clearTimeout(timer);
        timer = setTimeout(late('connection', connectTimeoutMs), connectTimeoutMs);
        socket.once('connect', () => {
          clearTimeout(timer);
          timer = setTimeout(late('answer', answerTimeoutMs), answerTimeoutMs);
        });
      });
      request.on('timeout', late('byte', idleTimeoutMs));
      request.on('response', (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        if (request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && !signal.aborted) resolve('stale');
        else reject(error);
      });
      request.on('close', () => signal.removeEventListener('abort', giveUp));
      request.end();
    });
  }

  #addressOf({ bucket, key }: ObjectRef, region: string): { protocol: string; hostname: string; port: string | undefined; path: string } {
    const path = `/${key.split('/').map(encode).join('/')}`;
    if (this.#endpoint === undefined) return { protocol: 'https:', hostname: `${bucket}.s3.${region}.amazonaws.com`, port: undefined, path };
    const { protocol, hostname, port, pathname } = this.#endpoint;
    return { protocol, hostname, port: port === '' ? undefined : port, path: `${pathname.replace(/\/$/, '')}/${bucket}${path}` };
  }

  #signer(region: string): SignatureV4 {
    let signer = this.#signers.get(region);
    if (signer === undefined) {
      // S3 signs a path as it is sent, escaped once.
      signer = new SignatureV4({ credentials: this.#options.credentials, region, service: 's3', sha256: Sha256, uriEscapePath: false });
      this.#signers.set(region, signer);
    }
    return signer;
  }
}

/** Node's SHA-256, and HMAC with a secret, as AWS's signer asks for them. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  /** Not asked for: the signer makes a new one for every sum. */
  reset(): void {
    throw new Error('not to be used again');
  }
}

function bytesOf(secret: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(secret) ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength) : new Uint8Array(secret);
}

/** Percent-encodes whatever RFC 3986 does not leave alone, as Signature Version 4 asks for. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';
import { ForwarderError, messageOf } from '../../errors.ts';
import type { EncodedPayload, Intake, IntakeAnswer } from '../../pipeline/deliver/intake.ts';
import type { Secret } from '../../settings/secret.ts';
import type { Settings } from '../../settings/settings.ts';

/** Where the API key comes from. */
export interface ApiKey {
  /** The key, read at first use and kept. */
  read(): Promise<Secret>;
  /** Reads it again. */
  refresh(): Promise<void>;
}

/** gzip's usual trade; costs 6 ns a byte (PERFORMANCE 3). */
const GZIP_LEVEL = 6;
/** Better than gzip 6 in both, and two thirds of the CPU of level 3 for about the same bytes (bench/README.md). */
const ZSTD_LEVEL = 1;
/** What is kept of an answer's body: the intake's reason is short. */
const MAX_REASON_BYTES = 4_096;

/** In Node 22.15 and later; Lambda's nodejs24.x has it. */
const hasZstd = 'zstdCompressSync' in zlib;

/**
 * The most bytes that zstd makes of so many (ZSTD_compressBound). With room for that, the payload is compressed where it
 * lies; otherwise it is first copied, piece by piece, into a window of zstd's own, which takes 10 % longer.
 */
function zstdBound(bytes: number): number {
  return bytes + (bytes >> 8) + Math.max(0, (128 * 1024 - bytes) >> 11);
}

/** The result without the room that was left; that is given back at once instead of being garbage of 5 MB a batch. */
function fitted(result: Buffer, room: number): Buffer {
  // Not of the memory that Node's small buffers share.
  if (room <= Buffer.poolSize || result.buffer.byteLength !== room) return result;
  const body = Buffer.from(result);
  // Node has zstd since 22.15, and this since 21.
  (result.buffer as { transfer?: (bytes: number) => ArrayBuffer }).transfer?.(0);
  return body;
}

/**
 * Datadog's logs intake over HTTP(S): `POST /api/v2/logs` with the headers of CONTRACT A2, on connections that are kept.
 *
 * The public reference lists gzip and deflate; Vector and Datadog's own Agent send zstd to this intake by default
 * (CONTRACT A4). So zstd is tried where the runtime has it, and given up for the life of the process when the intake
 * refuses the first of it.
 *
 * Payloads are compressed at once, not in the thread pool: on the one core that Lambda gives below 1,769 MB that takes
 * 8 to 9 % less CPU and 10 MB less memory, and a batch takes 2 ms (zstd) or 10 (gzip).
 */
export class HttpIntake implements Intake {
  readonly #settings: Settings;
  readonly #key: ApiKey;
  readonly #agent: http.Agent;
  readonly #headers: Record<string, string>;
  #encoding: EncodedPayload['encoding'];
  #zstdTaken = false;

  constructor(settings: Settings, key: ApiKey, version: string) {
    const { intake, maxPosts } = settings;
    this.#settings = settings;
    this.#key = key;
    const options = { keepAlive: true, maxSockets: maxPosts, ...(settings.proxy === undefined ? {} : { proxyEnv: settings.proxy }) };
    this.#agent = intake.protocol === 'https:' ? new https.Agent({ ...options, rejectUnauthorized: intake.verifyCertificate }) : new http.Agent(options);
    this.#encoding = settings.compression === 'none' ? undefined : settings.compression !== 'gzip' && hasZstd ? 'zstd' : 'gzip';
    this.#headers = {
      'content-type': 'application/json',
      'dd-evp-origin': 'cloudtrail-forwarder',
      'dd-evp-origin-version': version,
      ...(settings.enrichS3Tags ? { 'dd-storage-tag': 's3' } : {}),
    };
  }

  encode(payload: Uint8Array): EncodedPayload {
    const level = this.#settings.compressionLevel;
    if (this.#encoding === 'zstd') {
      const room = zstdBound(payload.length);
      const options = { chunkSize: room, pledgedSrcSize: payload.length, params: { [zlib.constants.ZSTD_c_compressionLevel]: level ?? ZSTD_LEVEL } };
      return { body: fitted(zlib.zstdCompressSync(payload, options), room), encoding: 'zstd' };
    }
    // A copy: the batch's memory is used again once it has an answer, which an intake may give before it has read all.
    if (this.#encoding === undefined) return { body: Buffer.from(payload), encoding: undefined };
    // Mostly room for the whole result, which is then not put together of many.
    return { body: zlib.gzipSync(payload, { chunkSize: Math.max(1024, Math.ceil(payload.length / 6)), level: level ?? GZIP_LEVEL }), encoding: 'gzip' };
  }

  async post(payload: EncodedPayload, signal: AbortSignal): Promise<IntakeAnswer> {
    const { intake } = this.#settings;
    let key: Secret;
    try {
      key = await this.#key.read();
    } catch (thrown) {
      throw thrown instanceof ForwarderError ? thrown : this.#unreachable(thrown);
    }
    const headers: Record<string, string | number> = { ...this.#headers, 'dd-api-key': key.reveal(), 'content-length': payload.body.length };
    if (payload.encoding !== undefined) headers['content-encoding'] = payload.encoding;
    const answer = await new Promise<IntakeAnswer>((resolve, reject) => {
      const request = (intake.protocol === 'https:' ? https : http).request(
        { agent: this.#agent, host: intake.host, port: intake.port, path: '/api/v2/logs', method: 'POST', headers, signal },
        (response) => {
          // The status says it all: an answer that breaks off after it is still an answer.
          const answered = (reason: string) => {
            clearTimeout(timer);
            const { 'retry-after': retryAfter, 'x-ratelimit-reset': reset } = response.headers;
            resolve({
              status: response.statusCode ?? 0,
              ...(retryAfter === undefined ? {} : { retryAfter }),
              ...(typeof reset === 'string' ? { rateLimitReset: reset } : {}),
              reason,
            });
          };
          let reason = '';
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            if (reason.length < MAX_REASON_BYTES) reason += text;
          });
          response.on('end', () => answered(reason));
          response.on('error', () => answered(reason));
        },
      );
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${this.#settings.postTimeoutMs} ms`)), this.#settings.postTimeoutMs);
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(this.#unreachable(error));
      });
      request.end(payload.body);
    });
    if (payload.encoding === 'zstd' && answer.status >= 200 && answer.status < 300) this.#zstdTaken = true;
    return answer;
  }

  giveUpEncoding(encoding: EncodedPayload['encoding']): boolean {
    // Batches in flight together may all be refused: each is sent again as gzip, whoever was first to know.
    if (encoding !== 'zstd' || this.#zstdTaken || this.#settings.compression === 'zstd') return false;
    this.#encoding = 'gzip';
    return true;
  }

  refreshKey(): Promise<void> {
    return this.#key.refresh();
  }

  #unreachable(cause: unknown): ForwarderError {
    const { protocol, host, port } = this.#settings.intake;
    return new ForwarderError('ERR_INTAKE_UNREACHABLE', `No answer from the logs intake ${protocol}//${host}:${port}: ${messageOf(cause)}`, {
      stage: 'deliver',
      retry: 'later',
      hint: 'Check DD_SITE (or DD_URL, DD_PORT), and in a VPC the route to it; held records are sent again by themselves.',
      cause,
    });
  }
}

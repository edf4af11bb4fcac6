import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { MAX_PAYLOAD_BYTES } from '../../edge/datadog/limits.ts';

/** A request's payload, decompressed. */
export interface Body {
  bytes: Buffer;
  wireBytes: number;
}

/** Why there is no payload to judge: the status that says so. */
export interface Refusal {
  status: number;
  detail: string;
  wireBytes: number;
}

/** What came over the wire before it is decompressed; `complete` is false when the client went away. */
export interface Received {
  bytes: Buffer;
  wireBytes: number;
  complete: boolean;
  timedOut: boolean;
}

/** More than this is read, so that the client can finish and hear its 413, but not kept. */
const MAX_KEPT_BYTES = 2 * MAX_PAYLOAD_BYTES;

/** Reads all that the client sends. `stopAtBytes` ends it early, for the fault of a body that is only half read. */
export async function receive(request: IncomingMessage, timeoutMs: number, stopAtBytes = Infinity): Promise<Received> {
  const chunks: Buffer[] = [];
  let wireBytes = 0;
  let complete = false;
  let timedOut = false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      timedOut = true;
      resolve();
    }, timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      wireBytes += chunk.length;
      if (wireBytes <= MAX_KEPT_BYTES) chunks.push(chunk);
      if (wireBytes >= stopAtBytes) {
        request.pause();
        finish();
      }
    });
    request.on('end', () => {
      complete = true;
      finish();
    });
    request.on('close', finish);
    request.on('error', finish);
  });
  return { bytes: Buffer.concat(chunks), wireBytes, complete, timedOut };
}

/** Decompresses what was received, by the intake's rules: 413 above 5 MB uncompressed, 400 for what it cannot read. */
export async function decompress(received: Received, encoding: string): Promise<Body | Refusal> {
  const { bytes, wireBytes } = received;
  const refuse = (status: number, detail: string): Refusal => ({ status, detail, wireBytes });
  if (wireBytes > MAX_PAYLOAD_BYTES) return refuse(413, `Payload too large: ${wireBytes} bytes`);
  if (encoding === 'identity') return { bytes, wireBytes };
  const inflate = DECODERS[encoding];
  if (inflate === undefined) return refuse(400, `Unsupported Content-Encoding ${JSON.stringify(encoding)} on Node ${process.versions.node}`);
  try {
    return { bytes: await inflate(bytes, { maxOutputLength: MAX_PAYLOAD_BYTES }), wireBytes };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return refuse(413, `Payload too large: more than ${MAX_PAYLOAD_BYTES} bytes uncompressed`);
    }
    return refuse(400, `Cannot decompress the ${encoding} payload: ${(error as Error).message}`);
  }
}

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** gzip and deflate are in the API reference; zstd is not, but Vector and the Agent send it by default. */
const DECODERS: Record<string, Decoder | undefined> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.inflate),
  zstd: 'zstdDecompress' in zlib ? promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.zstdDecompress) : undefined,
};

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import * as zlib from 'node:zlib';

/** What came since the last reset. */
export interface Received {
  posts: number;
  /** As they came over the wire. */
  bytes: number;
  /** Only when checking: logs, bytes before compression, and a sum over `eventID` that does not depend on the order. */
  logs: number;
  plainBytes: number;
  checksum: string;
}

/**
 * The logs intake, counting. While measuring it only counts; `check` makes it look into every payload, and `keep` makes
 * it write payloads, uncompressed, into a folder.
 */
export class IntakeStub {
  received = none();
  check = false;
  keep: string | undefined;
  latencyMs = 0;
  #sum = 0n;

  readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const looking = this.check || this.keep !== undefined;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (looking) chunks.push(chunk);
    });
    request.on('end', () => {
      if (request.method === 'POST') {
        this.received.posts++;
        this.received.bytes += bytes;
        if (looking) this.#look(Buffer.concat(chunks), request.headers['content-encoding']);
      }
      const answer = () => response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json' }).end(request.method === 'POST' ? '{}' : '{"valid":true}');
      if (this.latencyMs > 0) setTimeout(answer, this.latencyMs);
      else answer();
    });
  });

  reset(): void {
    this.received = none();
    this.#sum = 0n;
  }

  #look(body: Buffer, encoding: string | undefined): void {
    const plain = encoding === 'gzip' ? gunzipSync(body) : encoding === 'deflate' ? inflateSync(body) : encoding === 'zstd' ? zlib.zstdDecompressSync(body) : body;
    this.received.plainBytes += plain.length;
    if (this.keep !== undefined) {
      mkdirSync(this.keep, { recursive: true });
      writeFileSync(join(this.keep, `${String(this.received.posts).padStart(5, '0')}.json`), plain);
    }
    if (!this.check) return;
    const logs = JSON.parse(plain.toString()) as { eventID?: string; message?: string }[];
    for (const log of logs) {
      const eventID = log.eventID ?? (JSON.parse(log.message ?? '{}') as { eventID?: string }).eventID ?? '';
      this.#sum ^= createHash('sha256').update(eventID).digest().readBigUInt64LE();
    }
    this.received.logs += logs.length;
    this.received.checksum = this.#sum.toString(16);
  }
}

function none(): Received {
  return { posts: 0, bytes: 0, logs: 0, plainBytes: 0, checksum: '' };
}

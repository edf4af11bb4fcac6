import { createReadStream, statSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';

/**
 * S3 as far as GetObject needs it: files below `root` at `/bucket/key`. It reads from the disk as it answers, so that
 * an object of 500 MB costs it no memory. `latencyMs` is the time to the first byte.
 */
export function s3Stub(root: string, latencyMs: () => number): http.Server {
  return http.createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://s3').pathname);
    const file = join(root, path);
    request.resume();
    const answer = () => {
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      if (size === undefined) {
        response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
        return;
      }
      response.writeHead(200, { 'content-length': size, 'content-type': 'application/x-gzip', etag: '"0123456789abcdef0123456789abcdef"', 'last-modified': 'Fri, 20 Nov 2026 12:00:00 GMT', 'accept-ranges': 'bytes' });
      createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(response);
    };
    if (latencyMs() > 0) setTimeout(answer, latencyMs());
    else answer();
  });
}

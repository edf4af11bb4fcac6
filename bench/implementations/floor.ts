// The floor: nothing but to inflate the objects and to compress the very bytes that were emitted for them, with the
// same codec and level, in one process that waits for nobody.
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { readTask, measure } from './task.ts';

const task = readTask();
const payloads = task.payloads!.flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name))));
const { name, level } = task.codec!;

void measure({ ...task, warmUp: [], measured: [[]] }, async () => {
  for (const file of task.files!) {
    // The largest chunks are the fastest.
    const inflated = createReadStream(file, { highWaterMark: 1024 * 1024 }).pipe(zlib.createGunzip({ chunkSize: 1024 * 1024 }));
    await new Promise((resolve, reject) => inflated.on('end', resolve).on('error', reject).resume());
  }
  for (const payload of payloads) {
    if (name === 'zstd') zlib.zstdCompressSync(payload, { chunkSize: 1024 * 1024, params: { [zlib.constants.ZSTD_c_compressionLevel]: level } });
    else zlib.gzipSync(payload, { level, chunkSize: 1024 * 1024 });
  }
});

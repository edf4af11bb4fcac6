import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes, and waits while the reader of a pipe is slower than we are: what is not read yet is not kept in memory. */
export async function write(out: Writable, data: string | Uint8Array): Promise<void> {
  if (!out.write(data) && !out.destroyed) await once(out, 'drain');
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const CLI = join(__dirname, '../../../scripts/cloudtrail-forwarder.mjs');

/** Runs the command as it is typed, with bytes through real pipes. */
async function match(args: string[], input: Iterable<Uint8Array>): Promise<{ exitCode: number | null; bytes: number; hash: string; err: string }> {
  const child = spawn(process.execPath, ['--max-old-space-size=64', CLI, 'query', 'match', ...args]);
  const hash = createHash('sha256');
  let [bytes, err] = [0, ''];
  child.stdout.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  Readable.from(input).pipe(child.stdin);
  const exitCode = await new Promise<number | null>((exit) => child.on('close', exit));
  return { exitCode, bytes, hash: hash.digest('hex'), err };
}

const sha256 = (bytes: Iterable<Uint8Array>) => {
  const hash = createHash('sha256');
  for (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
};

describe('query match as it is typed', () => {
  test('gives back bytes that are no UTF-8 as they came', async () => {
    const line = Buffer.concat([Buffer.from('{"service":"web","raw":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}\n')]);
    expect(await match(['service:web'], [line])).toEqual({ exitCode: 0, bytes: line.length, hash: sha256([line]), err: '' });
  });

  test('runs through 200 MB in a heap of 64 MB, and loses no byte', async () => {
    const block = Buffer.from(Array.from({ length: 1000 }, (_, i) => `{"service":"web","i":${i},"text":"${'x'.repeat(1000)}"}\r\n`).join(''));
    const blocks = Array<Buffer>(Math.ceil(200e6 / block.length)).fill(block);
    expect(await match(['service:web @i:>=0'], blocks)).toEqual({ exitCode: 0, bytes: block.length * blocks.length, hash: sha256(blocks), err: '' });
  }, 60_000);
});

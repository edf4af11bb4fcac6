import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { startLambda } from '../../../src/sandbox/lambda/emulator.ts';

const folder = mkdtempSync(join(tmpdir(), 'serve-'));
afterAll(() => rmSync(folder, { recursive: true }));
const envFile = join(folder, 'sandbox/env');

/** Runs `npm run sandbox` until `during` is done, then presses Ctrl-C. */
async function serving(during: (env: Record<string, string>) => Promise<void>): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [resolve('scripts/sandbox.mjs'), '--settings', envFile], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const running = new Promise<void>((done, fail) => {
    child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()).includes('In another terminal') && done());
    child.on('close', () => fail(new Error(text.err)));
  });
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  await running;
  try {
    await during(parseEnv(readFileSync(envFile, 'utf8')) as Record<string, string>);
  } finally {
    child.kill('SIGINT');
  }
  return { code: await ended, ...text };
}

test('the function works in it with the settings it writes, on the objects that events/trigger/ names', async () => {
  const files = ['s3-put', 's3-put-several', 's3-put-encoded-key', 'eventbridge-object-created', 'sqs-sns-s3'];
  const results: unknown[] = [];
  const { code, out, err } = await serving(async (env) => {
    const lambda = startLambda({ bundle: resolve('dist/forwarder.cjs'), bootstrap: resolve('dist/lambda-bootstrap.cjs'), env });
    for (const file of files) results.push(await lambda.invoke(JSON.parse(readFileSync(join('events/trigger', `${file}.json`), 'utf8'))));
    await lambda.stop();
  });
  expect(results).toEqual(files.map((file) => expect.objectContaining({ ok: true, result: file.startsWith('sqs') ? { batchItemFailures: [] } : expect.objectContaining({ held: 0 }) })));
  expect(err).toMatch(/\d\d:\d\d:\d\d {2}202 {2}11 logs, 16\.\d kB, \d\.\d kB as (gzip|zstd)\n/);
  expect(out).toMatch(/^Arrived at the intake: 52 logs in 5 requests, .* kB\.\n/);
  expect(out).toContain('  StopLogging\n');
  expect(out).toContain('Held: nothing.');
  expect(code).toBe(0);
});

test('it takes its settings away when it ends, but not those of a sandbox that was started later', async () => {
  const [isUp, goOn] = [gate(), gate()];
  let later: ReturnType<typeof serving> | undefined;
  const earlier = await serving(async () => {
    later = serving(async (env) => {
      isUp.open();
      await goOn.opened;
      expect(parseEnv(readFileSync(envFile, 'utf8'))).toEqual(env);
    });
    await Promise.race([isUp.opened, later]);
  });
  expect(earlier).toMatchObject({ code: 0, out: 'Nothing arrived at the intake.\nHeld: nothing.\n' });
  goOn.open();
  expect((await later)?.code).toBe(0);
  expect(existsSync(envFile)).toBe(false);
});

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((done) => (open = done));
  return { opened, open };
}

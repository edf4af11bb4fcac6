import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeShared, SHARED } from '../../support/sharedData.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sandbox-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** `npm start -- ARGS`, without npm: the script that a user's clone runs. */
const start = (...args: string[]) => startUntil(undefined, ...args);

/** The same, and presses Ctrl-C when these words appear on standard error. */
async function startUntil(words: string | undefined, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [resolve('scripts/start.mjs'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
    if (words !== undefined && text.err.includes(words)) {
      words = undefined;
      child.kill('SIGINT');
    }
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, ...text };
}

function given(files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

describe('npm start', () => {
  test('forwards made-up objects and shows the end of the break-in, the reconciliation and the proof', async () => {
    const { code, out, err } = await start();
    expect(err).toContain('(stands in for http-intake.logs.datadoghq.com)');
    expect(out).toMatch(/"eventName": "StopLogging"[^]*"ddsource": "cloudtrail"/);
    expect(out).toContain('2,620 records in = 2,620 delivered + 0 filtered + 0 held.');
    expect(out).toContain('The intake holds all 2,620 that were delivered, each with its record\'s own text, byte for byte.');
    expect(out).not.toMatch(/older than 18 hours|WRONG/);
    expect(code).toBe(0);
  });

  test('takes the user\'s files and folders, plain and gzipped', async () => {
    given({
      'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/a.json.gz': gzipSync('{"Records":[{"eventName":"One","n":1.10},{"eventName":"Two","service":"clash"}]}'),
      'more/b.json': '{"Records": [ {"eventName": "Three", "eventTime": "2020-01-01T00:00:00Z"} ]}',
    });
    const { code, out } = await start('--json', '--env', 'DD_TAGS=env:test', folder);
    const summary = JSON.parse(out) as Record<string, unknown>;
    expect(summary).toMatchObject({
      ok: true,
      objects: { logs: 2, ignored: 0, failed: 0 },
      counts: { recordsIn: 3, delivered: 3, filtered: 0, held: 0 },
      finding: { records: 3, arrived: 3, exact: 2, renamed: 1, tooOld: 1 },
      sample: { eventName: 'One', ddtags: expect.stringContaining('env:test') },
    });
    expect(code).toBe(0);
  });

  test('says what is held and why, and ends with 1', async () => {
    given({ 'broken.json.gz': gzipSync('{"Records":[{"eventName":"One"}]}').subarray(0, 25), 'package.json': '{"name":"no trail"}', 'fine.json': '{"Records":[{"eventName":"Two"}]}' });
    const { code, out } = await start(folder);
    expect(out).toMatch(/broken\.json\.gz[^]*ERR_GZIP_BROKEN/);
    expect(out).toMatch(/package\.json[^]*ERR_NOT_CLOUDTRAIL/);
    expect(out).toContain('"eventName": "Two"');
    expect(code).toBe(1);
  });

  test('a function that cannot start is a contradiction, told once an object, and ends with 1', async () => {
    given({ 'a.json': '{"Records":[{}]}' });
    const { code, out } = await start('--env', 'DD_TASG=typo:true', folder);
    expect(out).toMatch(/WRONG .*a\.json: the invocation failed: .*DD_TASG/);
    expect(code).toBe(1);
  });

  test('Ctrl-C ends it at once, also while the function waits for an intake that is not there', async () => {
    const { code, out, err } = await startUntil('forwarding', '--env', 'DD_PORT=1');
    expect(err).toMatch(/Stopped\.\n$/);
    expect([code, out]).toEqual([2, '']);
  });

  test.each([
    [['/nowhere/at/all'], /^ERR_USAGE: Cannot read "\/nowhere\/at\/all": no such file or folder\n  .*\n$/],
    [['--memory', 'lots'], /^ERR_USAGE: .*'lots' is invalid/],
    [['--env', 'NONSENSE'], /^ERR_USAGE: .*expected NAME=VALUE/],
  ])('%j is one clear error, without a stack, and ends with 2', async (args, words) => {
    const { code, out, err } = await start(...args);
    expect(err).toMatch(words);
    expect(err).not.toContain('    at ');
    expect([code, out]).toEqual([2, '']);
  });
});

describe('the objects of events/cloudtrail', () => {
  const readme = readFileSync('events/cloudtrail/README.md', 'utf8');

  test('each has a line that says why it is here', () => {
    const files = ['whole', 'broken'].flatMap((folder) => readdirSync(`events/cloudtrail/${folder}`));
    expect([...readme.matchAll(/^\| `(\S+)` \|/gm)].map(([, file]) => file).sort()).toEqual(files.sort());
  });

  test('whole ones arrive, each record as it was or with its clash renamed', async () => {
    const { code, out } = await start('--json', 'events/cloudtrail/whole');
    expect(JSON.parse(out)).toMatchObject({ ok: true, objects: { logs: 10, ignored: 1 }, counts: { recordsIn: 36, delivered: 36 }, finding: { records: 36, exact: 30, renamed: 6 }, held: [] });
    expect(code).toBe(0);
  });

  test('of broken ones the whole records arrive, and the object is held with the reason', async () => {
    const { code, out } = await start('--json', 'events/cloudtrail/broken');
    const { counts, finding, held, contradictions } = JSON.parse(out) as { counts: object; finding: object; held: { object: string; reason: string }[]; contradictions: string[] };
    expect(counts).toMatchObject({ recordsIn: 3, delivered: 3, objectsHeld: 11 });
    expect(finding).toMatchObject({ exact: 3, altered: [] });
    expect(contradictions).toEqual([]);
    const expected = [...readme.matchAll(/^\| `(\S+)` \|.*\| `(ERR_\w+)` \|$/gm)].map(([, file, code]) => `${file} ${code}`);
    expect(held.map(({ object, reason }) => `${basename(object)} ${reason.split(':')[0]}`).sort()).toEqual(expected.sort());
    expect(code).toBe(1);
  });
});

describeShared('npm start on real data', () => {
  test('all 954 records of the invictus data set arrive as they were', async () => {
    const { code, out } = await start('--json', join(SHARED, 'cloudtrail-data/invictus-aws_dataset'));
    expect(JSON.parse(out)).toMatchObject({ ok: true, counts: { recordsIn: 954, delivered: 954 }, finding: { records: 954, exact: 954, altered: [] } });
    expect(code).toBe(0);
  });
});

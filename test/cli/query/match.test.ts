import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { LineCutter } from '../../../src/cli/query/lines.ts';
import { runCli } from '../../support/runCli.ts';

const WEB = '{"ddsource":"nginx","service":"web","host":"a","ddtags":"env:prod,team:shop","message":"GET /cart took long","status":"Error","http":{"status_code":503}}';
const SHOP = '{ "source": "node" , "service":"shop","tags":["env:dev"],"message":"started","n":1.10}';
const TRAIL = '{"eventVersion":"1.11","eventName":"StopLogging","eventSource":"cloudtrail.amazonaws.com","sourceIPAddress":"203.0.113.66","userIdentity":{"type":"IAMUser","userName":"paulo"}}';
const LOGS = [WEB, SHOP, TRAIL];

const match = (query: string, input: string | Uint8Array[] = `${LOGS.join('\n')}\n`, ...options: string[]) => runCli(['query', 'match', ...options, query], { input });

describe('query match', () => {
  test.each([
    ['service:web', [WEB]],
    ['source:nginx @http.status_code:[500 TO 599]', [WEB]],
    ['env:(prod OR dev)', [WEB, SHOP]],
    ['tags:"team:shop" OR @n:>1', [WEB, SHOP]],
    ['cart long', [WEB]],
    ['status:error', [WEB]],
    ['@evt.name:StopLogging @usr.name:paulo', [TRAIL]],
    ['source:cloudtrail CIDR(@network.client.ip, 203.0.113.0/24)', [TRAIL]],
    ['*', LOGS],
    ['', LOGS],
    ['-service:web', [SHOP, TRAIL]],
    ['-*:*', []],
  ])('%s', async (query, expected) => {
    expect(await match(query)).toEqual({ exitCode: expected.length > 0 ? 0 : 1, out: expected.map((line) => `${line}\n`).join(''), err: expect.anything() });
  });

  test('lines come out byte for byte: CRLF, spaces, odd numbers and escapes stay', async () => {
    const lines = ['{"a":1.0,"b":"\\u00fc"}\r\n', '  {"a" : 1, "big":12345678901234567890}\t\n', '{"a":1,"a":1}\n'];
    expect(await match('@a:1', lines.join(''))).toEqual({ exitCode: 0, out: lines.join(''), err: '' });
  });

  test('the last line needs no line break; it is given one', async () => {
    expect((await match('service:*', `${WEB}\n${SHOP}`)).out).toBe(`${WEB}\n${SHOP}\n`);
  });

  test('blank lines and a byte order mark are passed over in silence', async () => {
    expect(await match('service:*', `\uFEFF${WEB}\n\n  \r\n${SHOP}\n\n`)).toEqual({ exitCode: 0, out: `\uFEFF${WEB}\n${SHOP}\n`, err: '' });
  });

  test('a line that is no log is named and counted; the others are judged all the same', async () => {
    const { exitCode, out, err } = await match('service:web', `{"a":\n[1]\n42\nnull\n\n${WEB}\n`);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: `${WEB}\n` });
    expect(err).toBe(
      'standard input, line 1: not JSON\nstandard input, line 2: a log is a JSON object, this is an array\n' +
        'standard input, line 3: a log is a JSON object, this is a number\nstandard input, line 4: a log is a JSON object, this is null\n' +
        '4 of 5 lines are no JSON objects; they were passed over.\n',
    );
  });

  test('of many such lines ten are named', async () => {
    const { err } = await match('service:web', 'x\n'.repeat(1000) + WEB);
    expect(err.split('\n')).toHaveLength(12);
    expect(err).toContain('1000 of 1001 lines');
  });

  test('where no line is a log, nothing could be judged: exit code 2', async () => {
    const { exitCode, err } = await match('*', 'a text\nof two lines\n');
    expect(exitCode).toBe(2);
    expect(err).toContain('ERR_USAGE: Cannot match: no line is a JSON object');
  });

  test('nothing in, nothing found: exit code 1', async () => {
    expect(await match('service:web', '')).toEqual({ exitCode: 1, out: '', err: '' });
  });

  test('--count prints how many, --invert asks for the others', async () => {
    expect(await match('message:*', undefined, '--count')).toEqual({ exitCode: 0, out: '2\n', err: '' });
    expect(await match('service:nobody', undefined, '--count')).toEqual({ exitCode: 1, out: '0\n', err: '' });
    expect((await match('service:web', undefined, '--invert')).out).toBe(`${SHOP}\n${TRAIL}\n`);
  });

  test('--logs decides what lines are', async () => {
    expect((await match('source:cloudtrail', undefined, '--logs', 'any')).exitCode).toBe(1);
    expect((await match('@evt.name:StopLogging', undefined, '--logs', 'any')).exitCode).toBe(1);
    expect((await match('source:cloudtrail', '{"a":1}', '--logs', 'cloudtrail')).out).toBe('{"a":1}\n');
  });

  test('options may stand behind a query that begins with a minus', async () => {
    expect((await runCli(['query', 'match', '-service:web', '--count'], { input: LOGS.join('\n') })).out).toBe('2\n');
  });

  test('a mistyped option is not taken for a query', async () => {
    const { exitCode, err } = await runCli(['query', 'match', '--cuont', 'service:web'], { input: WEB });
    expect(exitCode).toBe(2);
    expect(err).toContain("ERR_USAGE: unknown option '--cuont'");
  });

  test('a query that cannot be read is shown with a caret and a hint, before anything is read', async () => {
    const { exitCode, out, err } = await match('@a:(b OR');
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toBe('ERR_QUERY: Cannot read the query: OR needs an expression after it\n  @a:(b OR\n        ^^\nhint: to search for the text itself, escape it: \\OR\n');
  });

  test('what is probably not meant is said on standard error', async () => {
    const { exitCode, err } = await match('service:web or service:shop');
    expect(exitCode).toBe(1);
    expect(err).toContain("warning: 'or' is a word to search for here");
  });

  describe('files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'query-match-'));
    const file = (name: string, content: string | Uint8Array) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    afterAll(() => rmSync(folder, { recursive: true }));

    test('are read one after another, - is standard input, and each counts its own lines', async () => {
      const [one, two] = [file('one', `${WEB}\nx\n`), file('two', SHOP)];
      expect(await runCli(['query', 'match', 'service:*', one, '-', two], { input: `y\n${WEB}` })).toEqual({
        exitCode: 0,
        out: `${WEB}\n${WEB}\n${SHOP}\n`,
        err: `${one}, line 2: not JSON\nstandard input, line 1: not JSON\n2 of 5 lines are no JSON objects; they were passed over.\n`,
      });
    });

    test('one that is missing or compressed is an error, exit code 2', async () => {
      expect(await runCli(['query', 'match', '*', join(folder, 'none')])).toMatchObject({ exitCode: 2, err: expect.stringContaining('Cannot read') });
      expect(await runCli(['query', 'match', '*', file('z', gzipSync(WEB))])).toMatchObject({ exitCode: 2, err: expect.stringContaining('gunzip -c') });
    });
  });

  test('a line longer than any log is named and passed over, not kept', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const { exitCode, out, err } = await match('service:web', [Buffer.from('{"a":"'), ...Array<Buffer>(33).fill(megabyte), Buffer.from(`"}\n${WEB}\n`)]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: `${WEB}\n` });
    expect(err).toContain('line 1: longer than 32 MiB');
  });
});

const CASES = '../shared/query-cases.json';
(existsSync(CASES) ? describe : describe.skip)("the cases written from Datadog's documentation (skipped where ../shared is absent)", () => {
  interface Case {
    id: string;
    query: string;
    log: object;
    expected: boolean;
  }
  const cases = existsSync(CASES) ? (JSON.parse(readFileSync(CASES, 'utf8')) as { cases: Case[] }).cases : [];

  test.each(cases.map((one) => [one.id, one.query, one] as const))('%s: %s', async (_, query, { log, expected }) => {
    const line = `${JSON.stringify(log)}\n`;
    expect(await match(query, line)).toMatchObject({ exitCode: expected ? 0 : 1, out: expected ? line : '' });
  });
});

describe('lines', () => {
  test('are the same however the bytes are cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '\r', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const cutter = new LineCutter(1000);
        const lines = [...places.slice(1).flatMap((end, i) => cutter.push(bytes.subarray(places[i], end))), ...cutter.end()];
        const expected = whole.match(/[^\n]*\n|[^\n]+/g) ?? [];
        return lines.length === expected.length && lines.every((line, i) => line.number === i + 1 && line.bytes.toString() === expected[i]);
      }),
    );
  });

  test('longer than the limit are told, empty, and the next line is whole', () => {
    const cutter = new LineCutter(4);
    const lines = [...cutter.push(Buffer.from('abc\nabcd\nab')), ...cutter.push(Buffer.from('cdefgh')), ...cutter.push(Buffer.from('i\nok\n'))];
    expect(lines.map(({ bytes, tooLong }) => (tooLong ? undefined : bytes.toString()))).toEqual(['abc\n', undefined, undefined, 'ok\n']);
  });
});

import zlib, { deflateSync, gzipSync } from 'node:zlib';
import { type Intake, type IntakeOptions, SANDBOX_API_KEY, startIntake } from '../../../src/sandbox/intake/server.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
let intake: Intake;

async function start(options: IntakeOptions = {}): Promise<void> {
  intake = await startIntake({ now: () => NOW, ...options });
}

afterEach(() => intake.close());

async function post(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${intake.url}/api/v2/logs`, {
    method: 'POST',
    body,
    headers: { 'dd-api-key': SANDBOX_API_KEY, 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as { errors?: { detail: string }[] } };
}

const entry = (more = '') => `{"eventTime":"2026-11-20T11:59:00Z","eventName":"GetUser"${more}}`;

describe('the intake accepts', () => {
  test('one log, an array of logs, and the empty object of a connection check', async () => {
    await start();
    expect(await post(entry())).toEqual({ status: 202, body: {} });
    expect(await post(`[${entry()},\n${entry(',"n":1.10')}]`)).toEqual({ status: 202, body: {} });
    expect(await post('{}')).toEqual({ status: 202, body: {} });
    expect(intake.logs.map((log) => log.text)).toEqual([entry(), entry(), entry(',"n":1.10')]);
    expect(intake.totals).toMatchObject({ payloads: 3, logs: 3, truncated: 0, tooOld: 0 });
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('%s', async (encoding, compress) => {
    await start();
    const payload = `[${entry()}]`;
    expect(await post(compress(payload), { 'content-encoding': encoding })).toEqual({ status: 202, body: {} });
    expect(intake.logs[0]?.json).toEqual(JSON.parse(entry()));
    expect(intake.calls[0]).toMatchObject({ encoding, bytes: payload.length, wireBytes: compress(payload).length, logs: 1, accepted: true, status: 202 });
  });

  test('zstd where Node has it; elsewhere it says that it cannot', async () => {
    await start();
    const compressed = 'zstdCompressSync' in zlib ? zlib.zstdCompressSync(Buffer.from(entry())) : Buffer.from('zstd');
    expect((await post(compressed, { 'content-encoding': 'zstd' })).status).toBe('zstdCompressSync' in zlib ? 202 : 400);
  });

  test('exactly 1,000 logs and exactly 5,000,000 bytes', async () => {
    await start();
    const logs = Array.from({ length: 1000 }, () => entry());
    logs[0] = entry(`,"pad":"${'x'.repeat(5_000_000 - `[${logs.join(',')}]`.length - ',"pad":""'.length)}"`);
    const payload = `[${logs.join(',')}]`;
    expect(payload.length).toBe(5_000_000);
    expect((await post(gzipSync(payload), { 'content-encoding': 'gzip' })).status).toBe(202);
    expect(intake.totals.logs).toBe(1000);
  });

  test('a log over 1 MB, and says that Datadog would cut it', async () => {
    await start();
    expect((await post(`[${entry()},${entry(`,"pad":"${'x'.repeat(1_000_000)}"`)}]`)).status).toBe(202);
    expect(intake.logs.map((log) => log.truncated)).toEqual([false, true]);
    expect(intake.totals.truncated).toBe(1);
  });

  test('a log older than 18 hours with 202, and says that Datadog would drop it', async () => {
    await start();
    expect((await post('[{"eventTime":"2026-11-19T17:59:59Z"},{"eventTime":"2026-11-19T18:00:00Z"},{"message":"no date"}]')).status).toBe(202);
    expect(intake.logs.map((log) => log.tooOld)).toEqual([true, false, false]);
  });
});

describe('the intake refuses', () => {
  test.each<[string, number, RegExp, string | Uint8Array, Record<string, string>]>([
    ['no key', 401, /key missing/, '[]', { 'dd-api-key': '' }],
    ['a wrong key', 403, /key invalid/, '[]', { 'dd-api-key': 'f'.repeat(32) }],
    ['broken JSON', 400, /Invalid JSON/, '[{"a":1},', {}],
    ['a byte order mark', 400, /Invalid JSON/, '\uFEFF[{"a":1}]', {}],
    ['bytes that are not UTF-8', 400, /UTF-8/, Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), {}],
    ['a log that is no object', 400, /index 1/, '[{"a":1},2]', {}],
    ['a payload that is a text', 400, /expected a JSON object/, '"log"', {}],
    ['1,001 logs', 400, /1001, the limit is 1000/, `[${Array.from({ length: 1001 }, () => '{}').join(',')}]`, {}],
    ['a payload over 5 MB', 413, /too large/, `[{"a":"${'x'.repeat(5_000_000)}"}]`, {}],
    ['a payload over 5 MB before compression', 413, /uncompressed/, gzipSync(`[{"a":"${'x'.repeat(5_000_000)}"}]`), { 'content-encoding': 'gzip' }],
    ['broken gzip', 400, /Cannot decompress/, gzipSync('[{}]').subarray(0, 15), { 'content-encoding': 'gzip' }],
    ['an unknown encoding', 400, /Content-Encoding "br"/, '[]', { 'content-encoding': 'br' }],
    ['another content type', 400, /Content-Type/, '[]', { 'content-type': 'application/xml' }],
  ])('%s', async (_name, status, detail, body, headers) => {
    await start();
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.detail).toMatch(detail);
    expect(intake.totals.logs).toBe(0);
    expect(intake.calls).toMatchObject([{ status, accepted: false, outcome: 'answered' }]);
  });

  test('a request that does not arrive in time', async () => {
    await start({ requestTimeoutMs: 30 });
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('[')) });
    const response = await fetch(`${intake.url}/api/v2/logs`, { method: 'POST', body, duplex: 'half', headers: { 'dd-api-key': SANDBOX_API_KEY } });
    expect(response.status).toBe(408);
  });

  test('another method, and another route', async () => {
    await start();
    expect((await fetch(`${intake.url}/api/v2/logs`)).status).toBe(405);
    expect((await fetch(`${intake.url}/api/v2/log`, { method: 'POST', body: '[]' })).status).toBe(404);
  });
});

test('the history shows the API key only by its end', async () => {
  await start();
  await post(entry(), { 'dd-evp-origin': 'cloudtrail-forwarder' });
  expect(intake.calls[0]?.headers).toMatchObject({ 'dd-api-key': '***5afe', 'dd-evp-origin': 'cloudtrail-forwarder' });
});

test('GET /api/v1/validate knows the keys, also after they were rotated', async () => {
  await start();
  const validate = () => fetch(`${intake.url}/api/v1/validate`, { headers: { 'dd-api-key': SANDBOX_API_KEY } });
  expect(await (await validate()).json()).toEqual({ valid: true });
  intake.apiKeys.clear();
  expect((await validate()).status).toBe(403);
});

test('in the mode count nothing is kept, and the sum is the same for the same logs in any order and batches', async () => {
  const logs = Array.from({ length: 7 }, (_, k) => entry(`,"n":${k}`));
  const sums: string[] = [];
  for (const batches of [[logs], [logs.slice(4).reverse(), logs.slice(0, 4)], [logs.slice(1)], [logs, logs.slice(0, 1)]]) {
    await start({ mode: 'count' });
    for (const batch of batches) await post(`[${batch.join(',')}]`);
    expect(intake.logs).toEqual([]);
    sums.push(`${intake.totals.logs} ${intake.totals.sum}`);
    await intake.close();
  }
  await start();
  expect(sums[1]).toBe(sums[0]);
  expect(new Set(sums).size).toBe(3);
});

test('until resolves when what is waited for has come', async () => {
  await start();
  const two = intake.until(() => intake.totals.logs === 2);
  await post(entry());
  await post(entry());
  await two;
  expect(intake.totals.logs).toBe(2);
});

import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { HttpIntake, type ApiKey } from '../../../src/edge/datadog/intake.ts';
import { readSettings } from '../../../src/settings/readSettings.ts';
import { Secret } from '../../../src/settings/secret.ts';

const KEY: ApiKey = { read: () => Promise.resolve(new Secret('k-1')), refresh: () => Promise.resolve() };
const [MAJOR = 0, MINOR = 0] = process.versions.node.split('.').map(Number);
const HAS_ZSTD = 'zstdCompress' in zlib;

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  socket: net.Socket;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An HTTP server that answers as told; gives what it has seen. */
async function server(respond: (seen: Seen, response: http.ServerResponse) => void): Promise<{ port: number; seen: Seen[]; server: http.Server }> {
  const seen: Seen[] = [];
  const listening = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks), socket: request.socket };
      seen.push(one);
      respond(one, response);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    listening.close();
    listening.closeAllConnections();
  });
  return { port: (listening.address() as AddressInfo).port, seen, server: listening };
}

const intakeAt = (port: number, env: Record<string, string> = {}): HttpIntake => new HttpIntake(readSettings({ DD_API_KEY: 'k-1', DD_URL: '127.0.0.1', DD_PORT: String(port), DD_NO_SSL: 'true', ...env }), KEY, '1.2.3');
const post = (intake: HttpIntake, text = '[{"a":1}]') => intake.post(intake.encode(Buffer.from(text)), new AbortController().signal);
const accepted = (_seen: Seen, response: http.ServerResponse) => void response.writeHead(202).end('{}');

test('a post is what the intake\'s reference says, on a connection that is kept', async () => {
  const { port, seen } = await server(accepted);
  const intake = intakeAt(port, { DD_COMPRESSION: 'gzip' });
  for (let k = 0; k < 3; k++) expect(await post(intake)).toEqual({ status: 202, reason: '{}' });
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/api/v2/logs',
    headers: { 'dd-api-key': 'k-1', 'content-type': 'application/json', 'content-encoding': 'gzip', 'dd-evp-origin': 'cloudtrail-forwarder', 'dd-evp-origin-version': '1.2.3', 'dd-storage-tag': 's3' },
  });
  expect(zlib.gunzipSync(seen[0]!.body).toString()).toBe('[{"a":1}]');
  expect(new Set(seen.map(({ socket }) => socket)).size).toBe(1);
});

test.each([['none', undefined], ['gzip', 'gzip'], ['auto', HAS_ZSTD ? 'zstd' : 'gzip']])('DD_COMPRESSION=%s', async (compression, encoding) => {
  const { port, seen } = await server(accepted);
  await post(intakeAt(port, { DD_COMPRESSION: compression }));
  expect(seen[0]!.headers['content-encoding']).toBe(encoding);
});

test.each(HAS_ZSTD ? ['gzip', 'zstd'] : ['gzip'])('%s gives every payload its own memory, whatever its size and however it compresses', (compression) => {
  const intake = intakeAt(1, { DD_COMPRESSION: compression });
  const payloads = [2, 900, 5_000, 40_000, 70_000, 300_000, 4_900_000].flatMap((bytes) => [randomBytes(bytes), Buffer.alloc(bytes, '{"eventID":"x"},')]);
  const encoded = payloads.map((payload) => intake.encode(payload).body);
  const decoded = encoded.map((body) => (compression === 'gzip' ? zlib.gunzipSync(body) : zlib.zstdDecompressSync(body)));
  expect(decoded.map((plain, k) => plain.equals(payloads[k]!))).toEqual(payloads.map(() => true));
});

test('a level is taken: 0 stores, 9 is smaller than 1', () => {
  const size = (level: string) => intakeAt(1, { DD_COMPRESSION: 'gzip', DD_COMPRESSION_LEVEL: level }).encode(Buffer.from(JSON.stringify(Array.from({ length: 2000 }, (_, k) => ({ k, k2: k * k }))))).body.length;
  const [none, low, high] = [size('0'), size('1'), size('9')];
  expect(none).toBeGreaterThan(low);
  expect(low).toBeGreaterThan(high);
});

test('an answer is told with the intake\'s own reason and how long it asks to wait', async () => {
  const { port } = await server((_seen, response) => void response.writeHead(429, { 'retry-after': '7', 'x-ratelimit-reset': '3' }).end('{"errors":[]}'));
  expect(await post(intakeAt(port))).toEqual({ status: 429, retryAfter: '7', rateLimitReset: '3', reason: '{"errors":[]}' });
});

test('an answer whose body breaks off is still an answer', async () => {
  const { port } = await server((_seen, response) => {
    response.writeHead(202, { 'content-length': '100' });
    response.write('{');
    setImmediate(() => response.destroy());
  });
  expect(await post(intakeAt(port))).toMatchObject({ status: 202 });
});

test.each<[string, (seen: Seen, response: http.ServerResponse) => void, RegExp]>([
  ['a reset connection', (seen) => void seen.socket.resetAndDestroy(), /No answer from the logs intake http:\/\/127\.0\.0\.1:\d+: .*(ECONNRESET|hang up)/],
  ['no answer in time', () => undefined, /no answer within 150 ms/],
])('%s is no answer', async (_name, respond, message) => {
  const { port } = await server(respond);
  await expect(post(intakeAt(port, { DD_POST_TIMEOUT_MS: '150' }))).rejects.toMatchObject({ code: 'ERR_INTAKE_UNREACHABLE', message: expect.stringMatching(message), retry: 'later' });
});

test('nobody there is no answer', async () => {
  const { port, server: gone } = await server(accepted);
  await new Promise((resolve) => gone.close(resolve));
  await expect(post(intakeAt(port))).rejects.toMatchObject({ code: 'ERR_INTAKE_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') });
});

(HAS_ZSTD ? describe : describe.skip)('zstd (skipped on a Node without it)', () => {
  test('is given up for gzip when the intake refuses the first of it', async () => {
    const { port, seen } = await server((one, response) => void response.writeHead(one.headers['content-encoding'] === 'zstd' ? 415 : 202).end());
    const intake = intakeAt(port);
    expect(await post(intake)).toMatchObject({ status: 415 });
    expect(intake.giveUpEncoding('zstd')).toBe(true);
    expect(await post(intake)).toMatchObject({ status: 202 });
    expect(seen.map(({ headers }) => headers['content-encoding'])).toEqual(['zstd', 'gzip']);
  });

  test('is kept when the intake has taken it before: then a refusal has another reason', async () => {
    const { port } = await server(accepted);
    const intake = intakeAt(port);
    await post(intake);
    expect(intake.giveUpEncoding('zstd')).toBe(false);
  });

  test('is not given up when it was asked for', () => {
    expect(intakeAt(1, { DD_COMPRESSION: 'zstd' }).giveUpEncoding('zstd')).toBe(false);
  });
});

const knowsProxies = MAJOR > 24 || (MAJOR === 24 && MINOR >= 5);
(knowsProxies ? test : test.skip)('HTTP_PROXY is the way, and NO_PROXY the exception (skipped on a Node before 24.5)', async () => {
  const direct = await server(accepted);
  const asked: string[] = [];
  const proxy = await server((seen, response) => {
    asked.push(seen.url ?? '');
    accepted(seen, response);
  });
  expect(await post(intakeAt(direct.port, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }))).toMatchObject({ status: 202 });
  expect(asked).toEqual([`http://127.0.0.1:${direct.port}/api/v2/logs`]);
  expect(direct.seen).toEqual([]);
  await post(intakeAt(direct.port, { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.1' }));
  expect(direct.seen).toHaveLength(1);
});

(knowsProxies ? test.skip : test)('a proxy on a Node that knows none is a warning (skipped from Node 24.5 on)', () => {
  expect(readSettings({ DD_API_KEY: 'k-1', HTTPS_PROXY: 'http://proxy.example.com:3128' }).warnings).toContainEqual(expect.stringContaining('knows no proxies'));
});

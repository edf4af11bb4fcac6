import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Summary } from '../../src/metrics/summary.ts';
import { createBucket } from '../../src/sandbox/aws/bucket.ts';
import { startIntake, SANDBOX_API_KEY, type Intake } from '../../src/sandbox/intake/server.ts';
import { startLambda, type Lambda } from '../../src/sandbox/lambda/emulator.ts';
import { freshName, LOCAL_AWS } from '../support/fauxqs.ts';
import { describeShared, sharedFiles } from '../support/sharedData.ts';

/** The bundled function in a process of its own, under the emulator of Lambda's Runtime API, with S3 and an intake. */
interface Stage {
  bucket: { name: string; put(key: string, bytes: Uint8Array): Promise<void> };
  intake: Intake;
  lambda: Lambda;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function stage(env: Record<string, string> = {}): Promise<Stage> {
  const intake = await startIntake();
  const lambda = startLambda({
    bundle: resolve('dist/forwarder.cjs'),
    bootstrap: resolve('dist/lambda-bootstrap.cjs'),
    env: {
      AWS_ENDPOINT_URL: LOCAL_AWS.endpoint,
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
      DD_API_KEY: SANDBOX_API_KEY,
      DD_URL: intake.host,
      DD_PORT: String(intake.port),
      DD_NO_SSL: 'true',
      ...env,
    },
  });
  closers.push(() => lambda.stop(), () => intake.close());
  return { bucket: await createBucket(LOCAL_AWS.endpoint, freshName('trail')), intake, lambda };
}

const notification = (bucket: string, ...keys: string[]) => ({
  Records: keys.map((key) => ({ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', awsRegion: 'us-east-1', s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } } })),
});

async function succeed({ lambda }: Stage, event: unknown): Promise<Summary> {
  const outcome = await lambda.invoke(event);
  if (!outcome.ok) throw new Error(`${outcome.errorMessage}\n${lambda.logs.map((each) => each.line).join('\n')}`);
  return outcome.result as Summary;
}

describeShared('the function on real data', () => {
  test('delivers every record of the invictus data set, each with its original text', async () => {
    const on = await stage();
    const originals: string[] = [];
    const files = sharedFiles('cloudtrail-data/invictus-aws_dataset', /\.json$/);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      // The slow twin of the splitter for minified files: a record's text is where its parsed form starts and ends.
      originals.push(...cutByHand(text));
      await on.bucket.put(`${file.split('/').slice(-8).join('/')}.gz`, gzipSync(text));
    }
    const summary = await succeed(on, notification(on.bucket.name, ...files.map((file) => `${file.split('/').slice(-8).join('/')}.gz`)));
    expect(originals).toHaveLength(954);
    expect(summary).toMatchObject({ objects: files.length, recordsIn: 954, delivered: 954, filtered: 0, held: 0 });
    const logs = new Set(on.intake.logs.map(({ text }) => text.slice(0, text.indexOf(',"aws":{"s3":{"bucket"'))));
    expect(originals.filter((text) => !logs.has(text.slice(0, -1)))).toEqual([]);
    expect(on.intake.logs).toHaveLength(954);
  });
});

/** The texts of the records, by counting brackets outside strings, a character at a time. */
function cutByHand(text: string): string[] {
  const records: string[] = [];
  let [depth, start, inString] = [0, 0, false];
  for (let at = text.indexOf('[') + 1; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' && depth++ === 0) start = at;
    else if (character === '}' && --depth === 0) records.push(text.slice(start, at + 1));
  }
  return records;
}

test('an object of 500 MB is forwarded in less than 256 MB of memory', async () => {
  // The sandbox's intake would look into every log; here one is enough that counts bytes.
  let received = 0;
  const counting = http.createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (received += chunk.length)).on('end', () => response.writeHead(202).end('{}'));
  });
  await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => counting.close(() => resolve())));
  const on = await stage({ DD_COMPRESSION: 'gzip', DD_COMPRESSION_LEVEL: '1', DD_PORT: String((counting.address() as AddressInfo).port) });
  const record = (k: number) => JSON.stringify({ eventVersion: '1.11', eventTime: new Date().toISOString().slice(0, 19) + 'Z', eventID: `e-${k * 2654435761}`, eventName: 'GetObject', requestParameters: { key: `k/${k * 7919}`, list: Array.from({ length: 40 }, (_, n) => `v-${n * k}`) } });
  const block = Array.from({ length: 1500 }, (_, k) => `,${record(k)}`).join('');
  // Gzip members after each other are one content, so that half a gigabyte is made of one megabyte.
  const member = gzipSync(block);
  const times = Math.ceil(500_000_000 / block.length);
  await on.bucket.put('big.json.gz', Buffer.concat([gzipSync(`{"Records":[${record(0)}`), ...Array.from({ length: times }, () => member), gzipSync(']}')]));
  const summary = await succeed(on, notification(on.bucket.name, 'big.json.gz'));
  expect(summary).toMatchObject({ recordsIn: times * 1500 + 1, delivered: times * 1500 + 1, held: 0 });
  expect(received).toBe(summary.bytesWire);
  expect(summary.bytesRaw).toBeGreaterThan(500_000_000);
  expect(on.lambda.peakRssBytes()).toBeGreaterThan(30 * 1024 * 1024);
  expect(on.lambda.peakRssBytes()).toBeLessThan(256 * 1024 * 1024);
}, 90_000);

test('a filter file that cannot be read stops everything, until it can', async () => {
  const rules = await createBucket(LOCAL_AWS.endpoint, freshName('rules'));
  const on = await stage({ DD_FILTERS: `s3://${rules.name}/filters.yml` });
  await on.bucket.put('k.json', Buffer.from('{"Records":[{"eventID":"1","eventName":"Decrypt"},{"eventID":"2","eventName":"CreateUser"}]}'));
  const event = notification(on.bucket.name, 'k.json');
  const failed = await on.lambda.invoke(event);
  expect(failed).toMatchObject({ ok: false, errorMessage: expect.stringContaining(`s3://${rules.name}/filters.yml`) as string });
  expect(on.intake.logs).toEqual([]);

  await rules.put('filters.yml', Buffer.from("filters:\n  - name: decrypt\n    exclude: '@evt.name:Decrypt'\n"));
  expect(await succeed(on, event)).toMatchObject({ recordsIn: 2, delivered: 1, filtered: 1, held: 0 });
});

describe('bad input gets a clear error and loses nothing', () => {
  const object = `{"Records":[${Array.from({ length: 50 }, (_, k) => JSON.stringify({ eventID: `e-${k}` })).join(',')}]}`;

  test.each<[string, Uint8Array | undefined, RegExp]>([
    ['truncated gzip', gzipSync(object).subarray(0, -9), /ERR_GZIP_BROKEN Cannot read "s3:\/\/trail-.*\/o\.json\.gz" to its end: it ends before its gzip stream does/],
    ['broken JSON', gzipSync(`${object.slice(0, -2)},{"a":}]}`), /records 50-: ERR_JSON_BROKEN Broken JSON at byte \d+, in record 50: unexpected "}"/],
    ['a file that is no log file', gzipSync('{"hello":1}'), /ERR_NOT_CLOUDTRAIL .*it has no array "Records", it is a JSON object with "hello"/],
    ['a missing object', undefined, /records 0-: ERR_OBJECT_NOT_FOUND .*there is no such object/],
  ])('%s', async (_name, bytes, message) => {
    const on = await stage();
    if (bytes !== undefined) await on.bucket.put('o.json.gz', bytes);
    await on.bucket.put('good.json.gz', gzipSync(object));
    const outcome = await on.lambda.invoke(notification(on.bucket.name, 'o.json.gz', 'good.json.gz'));
    expect(outcome).toMatchObject({ ok: false, errorType: 'ForwarderError', errorMessage: expect.stringMatching(message) });
    const good = on.intake.logs.filter(({ text }) => text.includes('good.json.gz'));
    expect(good).toHaveLength(50);
  });

  test('an unknown event says what was expected', async () => {
    const on = await stage();
    expect(await on.lambda.invoke({ hello: 'world' })).toMatchObject({ ok: false, errorMessage: expect.stringMatching(/Cannot understand the payload/) });
  });

  test('a wrong setting is told at the start, without a stack', async () => {
    const on = await stage({ DD_SITE: 'US1', DD_TAG: 'x' });
    const outcome = await on.lambda.invoke(notification(on.bucket.name, 'o.json.gz'));
    expect(outcome).toMatchObject({ ok: false, errorMessage: expect.stringMatching(/DD_SITE is "US1": use datadoghq\.com.*DD_TAG|DD_TAG is not a variable.*DD_SITE/) });
    expect(JSON.stringify(outcome)).not.toMatch(/forwarder\.cjs:\d+/);
  });

  test('a refused key is an error that says so, and the key is nowhere in the logs', async () => {
    const key = 'fedcba9876543210fedcba9876543210';
    const on = await stage({ DD_API_KEY: key, DD_LOG_LEVEL: 'debug' });
    await on.bucket.put('o.json.gz', gzipSync(object));
    expect(await on.lambda.invoke(notification(on.bucket.name, 'o.json.gz'))).toMatchObject({ ok: false, errorMessage: expect.stringContaining('ERR_INTAKE_AUTH The logs intake refuses the API key (status 403') });
    const logs = on.lambda.logs.map((each) => each.line).join('\n');
    expect(logs).toContain('ERR_INTAKE_AUTH');
    expect(logs).not.toContain(key);
    expect(logs).not.toContain('e-17');
  });
});

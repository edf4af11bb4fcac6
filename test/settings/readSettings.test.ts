import { inspect } from 'node:util';
import { ForwarderError } from '../../src/errors.ts';
import { readSettings } from '../../src/settings/readSettings.ts';
import { VARIABLES } from '../../src/settings/variables.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const read = (env: Record<string, string>) => readSettings({ DD_API_KEY: KEY, ...env });

function problems(env: Record<string, string | undefined>): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof ForwarderError && error.code === 'ERR_SETTINGS') return error.message;
    throw error;
  }
  return '';
}

test('with nothing but a key: US1 over HTTPS, the official forwarder\'s metadata, nothing filtered', () => {
  expect(read({})).toMatchObject({
    site: 'datadoghq.com',
    intake: { protocol: 'https:', host: 'http-intake.logs.datadoghq.com', port: 443, verifyCertificate: true },
    tags: [],
    metadata: 'full',
    forwardLog: true,
    enrichS3Tags: true,
    compression: 'auto',
    maxPosts: 8,
    maxReads: 16,
    tooOld: 'send',
    deduplicate: false,
    logLevel: 'info',
    warnings: [],
  });
});

test('the key: Secrets Manager before SSM before KMS before plain', () => {
  const all = { DD_API_KEY_SECRET_ARN: 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:dd-AbCdEf', DD_API_KEY_SSM_NAME: '/dd/key', DD_KMS_API_KEY: 'Y2lwaGVydGV4dA==', DD_API_KEY: KEY };
  expect(readSettings(all).apiKey).toMatchObject({ kind: 'secrets-manager' });
  const { DD_API_KEY_SECRET_ARN: _arn, ...three } = all;
  expect(readSettings(three).apiKey).toEqual({ kind: 'ssm', name: '/dd/key' });
  const { DD_API_KEY_SSM_NAME: _ssm, ...two } = three;
  expect(readSettings(two).apiKey).toEqual({ kind: 'kms', ciphertext: 'Y2lwaGVydGV4dA==' });
  expect(readSettings({ DD_API_KEY: ` ${KEY}\n` }).apiKey).toMatchObject({ kind: 'plain' });
});

test('the key is never printed', () => {
  const settings = read({});
  for (const printed of [JSON.stringify(settings), inspect(settings, { depth: 9 }), JSON.stringify(settings.apiKey)]) {
    expect(printed).not.toContain(KEY);
    expect(printed).toContain('***cdef');
  }
  expect(problems({ DD_API_KEY: `${KEY}\u0001` })).not.toContain(KEY);
});

test.each([
  [{ DD_SITE: 'datadoghq.eu' }, { protocol: 'https:', host: 'http-intake.logs.datadoghq.eu', port: 443 }],
  [{ DD_URL: '127.0.0.1', DD_PORT: '8080', DD_NO_SSL: 'True' }, { protocol: 'http:', host: '127.0.0.1', port: 8080 }],
  [{ DD_URL: 'http://localhost:8126' }, { protocol: 'http:', host: 'localhost', port: 8126 }],
  [{ DD_URL: 'https://logs.example.com/' }, { protocol: 'https:', host: 'logs.example.com', port: 443 }],
  [{ DD_URL: 'http://[::1]:99' }, { protocol: 'http:', host: '::1', port: 99 }],
  [{ DD_SKIP_SSL_VALIDATION: 'true' }, { verifyCertificate: false }],
])('%j is the intake %j', (env, intake) => {
  expect(read(env as Record<string, string>).intake).toMatchObject(intake);
});

test.each<[Record<string, string>, RegExp]>([
  [{ DD_SITE: 'https://app.datadoghq.eu/logs' }, /DD_SITE is "https:\/\/app\.datadoghq\.eu\/logs": use datadoghq\.eu/],
  [{ DD_SITE: 'US3' }, /use us3\.datadoghq\.com/],
  [{ DD_PORT: '70000' }, /DD_PORT is "70000": it must be a whole number from 1 to 65535/],
  [{ DD_NO_SSL: 'yes' }, /DD_NO_SSL is "yes": it must be true or false/],
  [{ DD_COMPRESSION: 'brotli' }, /must be one of auto, zstd, gzip, none/],
  [{ DD_COMPRESSION_LEVEL: '10' }, /from 0 to 9/],
  [{ DD_API_KEY_SECRET_ARN: 'my-secret' }, /must be the ARN/],
  [{ DD_KMS_API_KEY: '{}' }, /not base64/],
  [{ DD_DLQ_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/dlq' }, /DD_DLQ_URL is set without DD_SQS_QUEUE_URL/],
  [{ DD_SQS_QUEUE_URL: 'held' }, /must be a URL/],
  [{ DD_URL: 'http://' }, /must be a host name/],
  [{ DD_APIKEY: 'x' }, /DD_APIKEY is not a variable of this function; did you mean DD_API_KEY\?/],
  [{ DD_COMPRESION_LEVEL: '3' }, /did you mean DD_COMPRESSION_LEVEL\?/],
  [{ DD_NOBODY_KNOWS_THIS: '3' }, /DD_NOBODY_KNOWS_THIS is not a variable of this function/],
])('%j is refused', (env, why) => {
  expect(problems({ DD_API_KEY: KEY, ...env })).toMatch(why);
});

test('all problems are told together', () => {
  const told = problems({ DD_SITE: 'US1', DD_PORT: 'x', DD_LOG_LEVEL: 'loud', DD_TAG: 'a:b' });
  for (const part of ['no Datadog API key', 'DD_SITE', 'DD_PORT', 'DD_LOG_LEVEL', 'did you mean DD_TAGS?']) expect(told).toContain(part);
});

test('an environment of the official forwarder, or with Datadog\'s Lambda instrumentation, is let through', () => {
  expect(read({ DD_ENHANCED_METRICS: 'true', DD_STORE_FAILED_EVENTS: 'true' }).warnings).toEqual([expect.stringContaining('DD_ENHANCED_METRICS has no effect here'), expect.stringContaining('DD_STORE_FAILED_EVENTS')]);
  expect(read({ DD_ENV: 'prod', DD_TRACE_ENABLED: 'true', DD_SERVERLESS_LOGS_ENABLED: 'false' }).warnings).toEqual([]);
});

test('an unknown site, or a key of an unusual form, is a warning', () => {
  expect(read({ DD_SITE: 'us9.datadoghq.com' })).toMatchObject({ intake: { host: 'http-intake.logs.us9.datadoghq.com' }, warnings: [expect.stringContaining('not one of the sites')] });
  expect(readSettings({ DD_API_KEY: 'short' }).warnings).toHaveLength(1);
});

test('an empty variable is an absent one', () => {
  const empty = Object.fromEntries(VARIABLES.map((name) => [name, ' ']));
  expect(readSettings({ ...empty, DD_API_KEY: KEY })).toEqual(read({}));
});

test.each([['DD_USE_COMPRESSION', 'false', { compression: 'none' }], ['DD_LOG_LEVEL', 'WARNING', { logLevel: 'warn' }], ['DD_TAGS', ' env:prod ,, team:sec', { tags: ['env:prod', 'team:sec'] }], ['DD_MAX_WORKERS', '20', { maxPosts: 20 }]])('%s=%s', (name, value, expected) => {
  expect(read({ [name]: value })).toMatchObject(expected);
});

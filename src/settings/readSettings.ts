import { findSite, intakeHost, meantSite, DEFAULT_SITE } from '../edge/datadog/sites.ts';
import { ForwarderError } from '../errors.ts';
import { Secret } from './secret.ts';
import type { ApiKeySource, Compression, FilterSettings, IntakeAddress, RedactSettings, Settings } from './settings.ts';
import { judgeVariable, type BareVariable, type Variable } from './variables.ts';

export type Environment = Record<string, string | undefined>;

/** Reads variables one by one and remembers every problem, so that all can be told together. */
class Reader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The value without surrounding white space; undefined when absent or empty. */
  text(name: Variable | BareVariable): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** Any spelling of true or false; the official forwarder takes everything but "true" for false, which hides typos. */
  flag(name: Variable | BareVariable, otherwise: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    this.problems.push(`${name} is "${value}": it must be true or false`);
    return otherwise;
  }

  whole<T extends number | undefined>(name: Variable, from: number, to: number, otherwise: T): number | T {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (Number.isInteger(number) && number >= from && number <= to) return number;
    this.problems.push(`${name} is "${value}": it must be a whole number from ${from} to ${to}`);
    return otherwise;
  }

  choice<T extends string>(name: Variable, choices: readonly T[], otherwise: T): T {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) this.problems.push(`${name} is "${value}": it must be one of ${choices.join(', ')}`);
    return chosen ?? otherwise;
  }

  url(name: Variable): string | undefined {
    const value = this.text(name);
    if (value !== undefined && !URL.canParse(value)) this.problems.push(`${name} is "${value}": it must be a URL, such as https://sqs.us-east-1.amazonaws.com/123456789012/name`);
    return value;
  }
}

/**
 * Reads the settings from an environment; pure.
 *
 * @throws ForwarderError ERR_SETTINGS that names every wrong value and every unknown `DD_*` name at once, each unknown
 *   one with the nearest known name. Values of secrets are never in it.
 */
export function readSettings(env: Environment): Settings {
  const read = new Reader(env);
  judgeNames(env, read);
  const apiKey = readApiKey(read);
  const site = readSite(read);
  const intake = readIntake(read, site);
  const source = read.text('DD_SOURCE');
  const heldMaxAttempts = read.whole('DD_HELD_MAX_ATTEMPTS', 1, 1000, undefined);
  const compressionLevel = read.whole('DD_COMPRESSION_LEVEL', 0, 9, undefined);
  const heldQueueUrl = read.url('DD_SQS_QUEUE_URL');
  const deadLetterQueueUrl = read.url('DD_DLQ_URL');
  if (deadLetterQueueUrl !== undefined && heldQueueUrl === undefined) {
    read.problems.push('DD_DLQ_URL is set without DD_SQS_QUEUE_URL: held records need the queue that they are retried from');
  }
  // The SDK's own variables; S3 needs to know, since a local server has no host name for each bucket.
  const s3Endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const proxy = readProxy(env, read);
  const settings: Settings = {
    apiKey: apiKey ?? { kind: 'plain', key: new Secret('') },
    site,
    intake,
    tags: (read.text('DD_TAGS') ?? '').split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''),
    ...(source === undefined ? {} : { source }),
    metadata: read.choice('DD_METADATA', ['full', 'lean'], 'full'),
    forwardLog: read.flag('DD_FORWARD_LOG', true),
    enrichS3Tags: read.flag('DD_ENRICH_S3_TAGS', true),
    compression: readCompression(read),
    ...(compressionLevel === undefined ? {} : { compressionLevel }),
    maxPosts: read.whole('DD_MAX_WORKERS', 1, 64, 8),
    maxReads: read.whole('DD_MAX_READS', 1, 64, 16),
    postTimeoutMs: read.whole('DD_POST_TIMEOUT_MS', 100, 300_000, 10_000),
    retryForMs: read.whole('DD_RETRY_FOR_MS', 0, 900_000, 30_000),
    ...(heldQueueUrl === undefined ? {} : { heldQueueUrl }),
    ...(deadLetterQueueUrl === undefined ? {} : { deadLetterQueueUrl }),
    ...(heldMaxAttempts === undefined ? {} : { heldMaxAttempts }),
    tooOld: read.choice('DD_TOO_OLD', ['send', 'hold'], 'send'),
    filters: readFilterSettings(env, read),
    redact: readRedactSettings(env, read),
    deduplicate: read.flag('DD_DEDUPLICATE', false),
    logLevel: readLogLevel(read),
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
    ...(proxy === undefined ? {} : { proxy }),
    warnings: read.warnings,
  };
  if (read.problems.length > 0) {
    throw new ForwarderError('ERR_SETTINGS', `Cannot start with these settings: ${read.problems.join('; ')}`, {
      stage: 'settings',
      retry: 'never',
      hint: 'Correct the variables in serverless.yml (or the function\'s environment) and deploy again.',
    });
  }
  return settings;
}

function judgeNames(env: Environment, read: Reader): void {
  for (const name of Object.keys(env).filter((key) => key.startsWith('DD_')).sort()) {
    const judged = judgeVariable(name);
    if (judged === 'without-effect') read.warnings.push(`${name} has no effect here: it is the official forwarder's, for what this function does otherwise or not at all`);
    else if (judged === 'unknown') read.problems.push(`${name} is not a variable of this function`);
    else if (typeof judged === 'object') read.problems.push(`${name} is not a variable of this function; did you mean ${judged.meant}?`);
  }
}

function readApiKey(read: Reader): ApiKeySource | undefined {
  const arn = read.text('DD_API_KEY_SECRET_ARN');
  if (arn !== undefined) {
    if (!/^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:/.test(arn)) read.problems.push(`DD_API_KEY_SECRET_ARN is "${arn}": it must be the ARN of a Secrets Manager secret`);
    return { kind: 'secrets-manager', arn };
  }
  const name = read.text('DD_API_KEY_SSM_NAME');
  if (name !== undefined) return { kind: 'ssm', name };
  const ciphertext = read.text('DD_KMS_API_KEY');
  if (ciphertext !== undefined) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(ciphertext)) read.problems.push('DD_KMS_API_KEY is not base64: it must be the ciphertext that `aws kms encrypt` prints');
    return { kind: 'kms', ciphertext };
  }
  const key = read.text('DD_API_KEY');
  if (key === undefined) {
    read.problems.push('no Datadog API key: set DD_API_KEY_SECRET_ARN, DD_API_KEY_SSM_NAME, DD_KMS_API_KEY or DD_API_KEY');
    return undefined;
  }
  if (!/^[\x21-\x7e]+$/.test(key)) read.problems.push('DD_API_KEY has characters that no API key has; was it copied whole?');
  else if (!/^[0-9a-f]{32}$/i.test(key)) read.warnings.push('DD_API_KEY is not 32 hexadecimal characters, as Datadog\'s API keys are');
  return { kind: 'plain', key: new Secret(key) };
}

function readSite(read: Reader): string {
  const site = read.text('DD_SITE') ?? DEFAULT_SITE;
  if (findSite(site) !== undefined) return site;
  // An address or a name of a known site is a mistake; a host like a site's may be a new site.
  const meant = /[:/]|^(app|api|www|[a-z-]*http-intake)\.|^[^.]*$/i.test(site) ? meantSite(site) : undefined;
  if (meant !== undefined) read.problems.push(`DD_SITE is "${site}": use ${meant.site}`);
  else if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(site)) read.problems.push(`DD_SITE is "${site}": it must be a Datadog site, such as ${DEFAULT_SITE}`);
  else read.warnings.push(`DD_SITE is "${site}", which is not one of the sites known to this version`);
  return site;
}

/** DD_URL is a host, as in the official forwarder; a whole URL is understood too. */
function readIntake(read: Reader, site: string): IntakeAddress {
  const given = read.text('DD_URL') ?? intakeHost(site);
  const noSsl = read.flag('DD_NO_SSL', false);
  const verifyCertificate = !read.flag('DD_SKIP_SSL_VALIDATION', false);
  const whole = given.includes('://') ? given : `${noSsl ? 'http' : 'https'}://${given}`;
  if (!URL.canParse(whole) || !/^https?:/.test(whole)) {
    read.problems.push(`DD_URL is "${given}": it must be a host name, such as ${intakeHost(DEFAULT_SITE)}`);
    return { protocol: 'https:', host: 'localhost', port: 443, verifyCertificate };
  }
  const url = new URL(whole);
  if (url.pathname !== '/' && url.pathname !== '/api/v2/logs') read.problems.push(`DD_URL is "${given}": give the host alone, logs are posted to its /api/v2/logs`);
  const protocol = url.protocol === 'http:' || noSsl ? 'http:' : 'https:';
  const port = read.whole('DD_PORT', 1, 65_535, url.port === '' ? (protocol === 'http:' ? 80 : 443) : Number(url.port));
  return { protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port, verifyCertificate };
}

/** Node's agents know proxies from 24.5 on, which Lambda's nodejs24.x has (https://nodejs.org/api/http.html#built-in-proxy-support). */
function readProxy(env: Environment, read: Reader): Record<string, string> | undefined {
  const set = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]).filter((name) => env[name]);
  const proxies = set.filter((name) => !/^no_proxy$/i.test(name));
  for (const name of proxies) if (!URL.canParse(env[name]!)) read.problems.push(`${name} is not a URL: it must be like http://proxy.example.com:3128`);
  if (proxies.length === 0) return undefined;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 5)) {
    read.warnings.push(`${proxies[0]} is set, but Node ${process.versions.node} knows no proxies: logs are posted directly; nodejs24.x knows them`);
    return undefined;
  }
  return Object.fromEntries(set.map((name) => [name, env[name]!]));
}

/** The official forwarder stops at an empty pattern, so its two variables are passed on as they came. */
function readFilterSettings(env: Environment, read: Reader): FilterSettings {
  const uri = read.text('DD_FILTERS');
  if (uri !== undefined && !/^(s3:\/\/[^/]+\/.+|ssm:.+)$/.test(uri)) read.problems.push(`DD_FILTERS is "${uri}": it must be s3://bucket/key or ssm:name; a filters.yml beside serverless.yml is packaged without it`);
  const texts = { includeQuery: read.text('DD_INCLUDE_QUERY'), excludeQuery: read.text('DD_EXCLUDE_QUERY'), includeAtMatch: env['INCLUDE_AT_MATCH'], excludeAtMatch: env['EXCLUDE_AT_MATCH'] };
  return { ...(uri === undefined ? {} : { uri }), ...(Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as Omit<FilterSettings, 'uri'>) };
}

function readRedactSettings(env: Environment, read: Reader): RedactSettings {
  const scrubbingRule = read.text('DD_SCRUBBING_RULE');
  // An empty replacement takes the match out.
  const scrubbingReplacement = env['DD_SCRUBBING_RULE_REPLACEMENT'];
  const tokenKey = read.text('DD_REDACT_KEY');
  return {
    redactIp: read.flag('REDACT_IP', false),
    redactEmail: read.flag('REDACT_EMAIL', false),
    ...(scrubbingRule === undefined ? {} : { scrubbingRule }),
    ...(scrubbingRule === undefined || scrubbingReplacement === undefined ? {} : { scrubbingReplacement }),
    ...(tokenKey === undefined ? {} : { tokenKey: new Secret(tokenKey) }),
  };
}

function readCompression(read: Reader): Compression {
  const inUse = read.flag('DD_USE_COMPRESSION', true);
  const compression = read.choice('DD_COMPRESSION', ['auto', 'zstd', 'gzip', 'none'], 'auto');
  return inUse ? compression : 'none';
}

/** Python's names too, since the official forwarder takes those. */
function readLogLevel(read: Reader): Settings['logLevel'] {
  const level = read.choice('DD_LOG_LEVEL', ['debug', 'info', 'warn', 'warning', 'error', 'critical'], 'info');
  return level === 'warning' ? 'warn' : level === 'critical' ? 'error' : level;
}

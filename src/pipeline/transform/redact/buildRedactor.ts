import { isJsonObject } from '../../../json.ts';
import type { TrailRecord } from '../../../model.ts';
import { FiltersError, type Problem } from '../filters/filtersError.ts';
import { pointAt } from '../../../query/queryError.ts';
import type { PathRedaction } from '../filters/rule.ts';
import { PatternError } from '../pythonRegex/patternError.ts';
import { replacementOf } from '../pythonRegex/replacement.ts';
import { compilePython } from '../pythonRegex/translate.ts';
import { Redactor, type TextRedaction } from './redactor.ts';

/** What the operator has set; absent is not set. The names in capitals are the official forwarder's. */
export interface RedactOptions {
  /** From the filter file. */
  paths?: readonly PathRedaction[];
  /** What tokens are keyed with; at least 16 characters. Whoever has it can test guesses. */
  tokenKey?: string;
  /** REDACT_IP */
  redactIp?: boolean;
  /** REDACT_EMAIL */
  redactEmail?: boolean;
  /** DD_SCRUBBING_RULE: a Python pattern. */
  scrubbingRule?: string;
  /** DD_SCRUBBING_RULE_REPLACEMENT: a Python template. Default `xxxxx`, as the official forwarder's documentation says. */
  scrubbingReplacement?: string;
}

/** The official forwarder's patterns and marks (CONTRACT B4). */
const IP: TextRedaction = { regex: /[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/g, replacement: 'xxx.xxx.xxx.xxx' };
const EMAIL: TextRedaction = { regex: /[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+/g, replacement: 'xxxxx@xxxxx.com' };

/**
 * The redactor for what is set, or undefined when nothing is. Patterns are applied to one text value at a time, so that
 * a pattern can neither break the JSON nor reach from one record into the next, as it can in the official forwarder.
 *
 * @throws FiltersError with every problem at once
 */
export function buildRedactor(options: RedactOptions): { redactor: Redactor; warnings: string[] } | undefined {
  const { paths = [], tokenKey = '', redactIp = false, redactEmail = false, scrubbingRule, scrubbingReplacement = 'xxxxx' } = options;
  const problems: Problem[] = [];
  const warnings: string[] = [];
  if (paths.some(({ by }) => by === 'token') && tokenKey.length < 16) {
    problems.push({ place: 'the key for tokens', message: tokenKey === '' ? 'it is missing' : 'it is shorter than 16 characters', hint: 'set a random secret of 32 characters, or use mask instead of token' });
  }
  const texts: { name: string; redaction: TextRedaction }[] = [
    ...(redactIp ? [{ name: 'REDACT_IP', redaction: IP }] : []),
    ...(redactEmail ? [{ name: 'REDACT_EMAIL', redaction: EMAIL }] : []),
  ];
  if (scrubbingRule !== undefined) {
    const scrubbing = scrubbingOf(scrubbingRule, scrubbingReplacement);
    if ('problem' in scrubbing) problems.push(scrubbing.problem);
    else {
      texts.push({ name: 'DD_SCRUBBING_RULE', redaction: scrubbing.redaction });
      warnings.push(...scrubbing.warnings);
    }
  }
  if (problems.length > 0) throw new FiltersError(problems);
  if (paths.length === 0 && texts.length === 0) return undefined;
  for (const path of paths) warnings.push(...blinded(`redact ${path.path}`, new Redactor([path], [], tokenKey)));
  for (const { name, redaction } of texts) warnings.push(...blinded(name, new Redactor([], [redaction], '')));
  return { redactor: new Redactor(paths, texts.map(({ redaction }) => redaction), tokenKey), warnings };
}

function scrubbingOf(pattern: string, template: string): { redaction: TextRedaction; warnings: string[] } | { problem: Problem } {
  const place = 'DD_SCRUBBING_RULE';
  if (pattern === '') return { problem: { place, message: 'it is empty', hint: 'remove the variable: an empty pattern would match between all characters' } };
  try {
    const { regex, warnings } = compilePython(pattern, 'g');
    if (''.search(regex) >= 0) return { problem: { place, message: 'the pattern matches the empty text, so it would match between all characters', hint: 'write + instead of *' } };
    const about = warnings.map((warning) => `${place}: ${warning}`);
    if (pattern.includes('"')) about.push(`${place}: the pattern holds a quote, but it is applied to values, without their quotes and keys; use redact: in the filter file to redact by key`);
    return { redaction: { regex, replacement: replacementOf(template, regex) }, warnings: about };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const isTemplate = error.pattern === template && error.pattern !== pattern;
    return { problem: { place: isTemplate ? `${place}_REPLACEMENT` : place, message: `it cannot be used: ${error.message}`, hint: 'write it without that, or use redact: in the filter file', frame: pointAt(error.pattern, error.offset, 1) } };
  }
}

/** Fields that detections stand on, and which of them. */
const NEEDED: Record<string, string> = {
  sourceIPAddress: 'everything that looks at the address: impossible travel, GeoIP, threat intelligence, @network.client.ip',
  eventName: 'nearly all rules: they ask for @evt.name',
  eventSource: 'rules that ask for @eventSource',
  eventTime: 'the time of the log: Datadog takes the time of arrival',
  eventID: 'telling repeated events apart',
  errorCode: 'rules that tell failed calls from successful ones: @error.kind, status',
  userAgent: 'rules on tools by their @http.useragent',
  'userIdentity.type': 'rules on root and on kinds of identities',
  'userIdentity.arn': 'rules that count by who it was: most group by @userIdentity.arn',
  'userIdentity.accessKeyId': 'following an access key from event to event',
  recipientAccountId: 'telling accounts apart',
};

/** A record with a value in every field that is needed; its session is named by an e-mail address, as single sign-on does. */
const SAMPLE: Record<string, unknown> = {
  eventTime: '2026-11-20T12:05:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateAccessKey',
  sourceIPAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.15.0',
  errorCode: 'AccessDenied',
  eventID: '22222222-2222-4222-8222-222222222222',
  recipientAccountId: '123456789012',
  userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com', accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
};

/** What a redaction takes from detections: seen by what it does to a sample. A token keeps values apart, so only addresses lose by it. */
function blinded(name: string, redactor: Redactor): string[] {
  const bytes = Buffer.from(JSON.stringify(SAMPLE));
  const redacted = redactor.apply(wholeRecord(bytes));
  if (!redacted) return [];
  const after: unknown = JSON.parse(Buffer.from(redacted.bytes).toString());
  return Object.entries(NEEDED).flatMap(([path, loss]) => {
    const value = at(after, path);
    const isToken = typeof value === 'string' && value.startsWith('tok_');
    return value === at(SAMPLE, path) || (isToken && path !== 'sourceIPAddress' && !path.startsWith('event')) ? [] : [`${name} changes ${path}, which blinds ${loss}`];
  });
}

function at(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), object);
}

/** A record that says nothing about its members, so that it is read whole. */
function wholeRecord(bytes: Buffer): TrailRecord {
  return { index: 0, bytes, start: 0, end: bytes.length, members: new Int32Array(0), firstMember: 0, memberCount: 0, escapedKeys: true, lengthBytes: bytes.length };
}

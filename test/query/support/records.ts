import fc from 'fast-check';
import { TEXTS } from './queries.ts';

/**
 * Records as raw JSON text, with everything that makes raw text differ from what it is parsed to: escapes in values and
 * keys, keys twice, white space, numbers in odd spellings, dotted keys, names that differ in case only.
 */

function escaped(text: string, how: number): string {
  const plain = JSON.stringify(text);
  if (how === 0) return plain.replaceAll('/', '\\/');
  if (how === 1) return `"${[...text].map((character) => [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')).join('')}"`;
  return plain;
}

const string = fc.tuple(fc.oneof({ arbitrary: fc.constantFrom(...TEXTS, 'arn:aws:sts::123456789012:assumed-role/Admin/i-0123456789abcdef0', 'arn:aws:iam::123456789012:root', 'Describe*', 'env:prod,team:x', 'DescribeInstances'), weight: 5 }, { arbitrary: fc.string({ unit: 'binary', maxLength: 5 }), weight: 1 }), fc.integer({ min: 0, max: 12 })).map(([text, how]) => escaped(text, how));
const scalar = fc.oneof({ arbitrary: string, weight: 6 }, { arbitrary: fc.constantFrom('true', 'false', 'null', '0', '-0', '443', '443.0', '1.10', '1e3', '1E400', '12345678901234567890', '{}', '[]'), weight: 3 });

const NAMES: Record<string, string[]> = {
  top: ['eventName', 'eventSource', 'errorCode', 'errorMessage', 'readOnly', 'sourceIPAddress', 'userAgent', 'userIdentity', 'requestParameters', 'responseElements', 'resources', 'a', 'a.b', 'a.b.c', 'evt', 'evt.name', 'usr', 'level', 'status', 'message', 'tags', 'ddtags', 'source', 'service', 'host', 'x', 'EventName', 'eventTime', 'network', 'env'],
  inner: ['type', 'arn', 'userName', 'principalId', 'sessionContext', 'session_name', 'attributes', 'mfaAuthenticated', 'attributes.mfaAuthenticated', 'bucketName', 'tagSet', 'items', 'key', 'Key', 'a', 'b', 'a.b', 'c', 'n', 'name', 'ConsoleLogin', 'ARN', 'client', 'ip', 'tagSet.items.key'],
};

const space = fc.constantFrom('', '', '', ' ', '\n  ');

function key(names: string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 40 })).map(([name, how]) => (how === 1 ? escaped(name, 1) : how === 2 ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"` : `"${name}"`));
}

function object(names: string[], value: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.tuple(key(names), space, value, space), { maxLength }).map((members) => `{${members.map(([name, before, text, after]) => `${before}${name}${after}:${before}${text}${after}`).join(',')}}`);
}

const nested: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: scalar, weight: 5 },
    { arbitrary: object(NAMES.inner!, tie('value'), 5), weight: 3 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((elements) => `[${elements.join(', ')}]`), weight: 1 },
  ),
})).value;

/** Mostly the fields that a record has, in their places; sometimes anything anywhere. */
const usual = fc.record(
  { eventName: string, eventSource: string, sourceIPAddress: string, userAgent: string, userIdentity: object(NAMES.inner!, nested, 5), requestParameters: nested, errorCode: string, readOnly: scalar, resources: nested, message: nested, tags: nested },
  { requiredKeys: ['eventName'] },
);

export const record: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: usual.map((members) => `{${Object.entries(members).map(([name, value]) => `"${name}":${value}`).join(',')}}`), weight: 3 },
  { arbitrary: object(NAMES.top!, nested, 9), weight: 3 },
  { arbitrary: scalar, weight: 1 },
);

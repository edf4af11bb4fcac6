import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { isJsonObject } from '../../../../src/json.ts';
import type { TrailRecord } from '../../../../src/model.ts';
import { FiltersError } from '../../../../src/pipeline/transform/filters/filtersError.ts';
import { readFilterYaml } from '../../../../src/pipeline/transform/filters/yamlFile.ts';
import { buildRedactor, type RedactOptions } from '../../../../src/pipeline/transform/redact/buildRedactor.ts';
import { recordOf } from '../../../query/support/recordOf.ts';
import { record } from '../../../query/support/records.ts';
import { recordsOf } from '../../../support/records.ts';

const KEY = '0123456789abcdef0123456789abcdef';

function textOf({ bytes, start, end }: TrailRecord): string {
  return Buffer.from(bytes.subarray(start, end)).toString();
}

/** The record's text after redaction, `unchanged` when the redactor left it. */
function redacted(options: RedactOptions, text: string): string {
  const result = buildRedactor({ tokenKey: KEY, ...options })!.redactor.apply(recordsOf(text)[0]!);
  return result === undefined ? 'unchanged' : textOf(result);
}

const token = (text: string) => `tok_${createHmac('sha256', KEY).update(text).digest('base64url').slice(0, 22)}`;

test.each<[RedactOptions, string, string]>([
  [{ paths: [{ path: 'a', by: 'mask' }] }, '{"a":"secret","b":1.10}', '{"a":"[redacted]","b":1.10}'],
  [{ paths: [{ path: 'a', by: 'mask' }] }, '{"a":{"x":[1,true,null,"s"]}}', '{"a":{"x":["[redacted]","[redacted]",null,"[redacted]"]}}'],
  [{ paths: [{ path: 'a.b', by: 'mask' }] }, '{"a":{"b":"x"},"a.b":"y","b":"z"}', '{"a":{"b":"[redacted]"},"a.b":"[redacted]","b":"z"}'],
  [{ paths: [{ path: 'a.b', by: 'mask' }] }, '{"a":[{"b":1},{"c":2},[{"b":3}]]}', '{"a":[{"b":"[redacted]"},{"c":2},[{"b":"[redacted]"}]]}'],
  [{ paths: [{ path: 'a', by: 'mask' }] }, '{"\\u0061":"x"}', '{"\\u0061":"[redacted]"}'],
  [{ paths: [{ path: 'a', by: 'mask' }] }, '{"a":1,"a":2}', '{"a":"[redacted]","a":"[redacted]"}'],
  [{ paths: [{ path: 'é', by: 'mask' }] }, '{"é":"x"}', '{"é":"[redacted]"}'],
  [{ paths: [{ path: 'a', by: 'token' }] }, '{"a":"x","b":"x"}', `{"a":"${token('x')}","b":"x"}`],
  [{ paths: [{ path: 'a', by: 'token' }] }, '{"a":["443",443,true]}', `{"a":["${token('443')}","${token('443')}","${token('true')}"]}`],
  [{ paths: [{ path: 'a', by: 'token' }, { path: 'b', by: 'token' }] }, '{"a":"caf\\u00e9","b":"café"}', `{"a":"${token('café')}","b":"${token('café')}"}`],
  [{ paths: [{ path: 'a', by: 'drop' }] }, '{"a":1,"b":2,"c":3}', '{"b":2,"c":3}'],
  [{ paths: [{ path: 'b', by: 'drop' }] }, '{"a":1,"b":2,"c":3}', '{"a":1,"c":3}'],
  [{ paths: [{ path: 'c', by: 'drop' }] }, '{"a":1,"b":2,"c":3}', '{"a":1,"b":2}'],
  [{ paths: [{ path: 'a', by: 'drop' }, { path: 'b', by: 'drop' }] }, '{"a":1,"b":2,"c":3}', '{"c":3}'],
  [{ paths: [{ path: 'a', by: 'drop' }] }, '{"a":{"x":[1,{"y":"},"}]}}', '{}'],
  [{ paths: [{ path: 'x.a', by: 'drop' }] }, '{"x":[{"a":1},{"b":2,"a":3}],"n":12345678901234567890}', '{"x":[{},{"b":2}],"n":12345678901234567890}'],
  [{ paths: [{ path: 'a', by: 'drop' }] }, '{ "a" : 1 ,\n "b" : 2 }', '{ \n "b" : 2 }'],
  [{ paths: [{ path: 'a', by: 'mask' }, { path: 'a.b', by: 'token' }] }, '{"a":{"b":"x"}}', '{"a":{"b":"[redacted]"}}'],
  [{ paths: [{ path: 'a.b', by: 'drop' }, { path: 'a', by: 'mask' }] }, '{"a":{"b":"x","c":"y"}}', '{"a":{"c":"[redacted]"}}'],
  [{ paths: [{ path: 'absent', by: 'drop' }] }, '{"a":1}', 'unchanged'],
  [{ paths: [{ path: 'a', by: 'mask' }] }, '{"a":null}', 'unchanged'],
  [{ redactIp: true }, '{"a":"from 192.0.2.7 to 198.51.100.1","b":1.2,"c":"1.2.3"}', '{"a":"from xxx.xxx.xxx.xxx to xxx.xxx.xxx.xxx","b":1.2,"c":"1.2.3"}'],
  [{ redactIp: true }, '{"a":"192.0.2\\u002e7"}', '{"a":"xxx.xxx.xxx.xxx"}'],
  [{ redactIp: true }, '{"192.0.2.7":"x"}', 'unchanged'],
  [{ redactEmail: true }, '{"a":{"b":["me+x@mail.example.com"]}}', '{"a":{"b":["xxxxx@xxxxx.com"]}}'],
  [{ scrubbingRule: 'AKIA\\w{16}' }, '{"k":"AKIAIOSFODNN7EXAMPLE","l":"x AKIAIOSFODNN7EXAMPLE"}', '{"k":"xxxxx","l":"x xxxxx"}'],
  [{ scrubbingRule: '(\\w+)@', scrubbingReplacement: '<\\1>"\\\\' }, '{"k":"me@x"}', '{"k":"<me>\\"\\\\x"}'],
  [{ scrubbingRule: '.+', scrubbingReplacement: '"}' }, '{"k":"v","n":[1]}', '{"k":"\\"}","n":[1]}'],
  [{ redactIp: true, redactEmail: true, paths: [{ path: 'a', by: 'mask' }] }, '{"a":"192.0.2.7","b":"192.0.2.7 a@b.cc"}', '{"a":"[redacted]","b":"xxx.xxx.xxx.xxx xxxxx@xxxxx.com"}'],
  [{ redactIp: true }, '"192.0.2.7"', '"xxx.xxx.xxx.xxx"'],
])('%j on %s', (options, text, expected) => {
  expect(redacted(options, text)).toBe(expected);
});

/** The slow twin: on parsed values, for one path. */
function twin(value: unknown, names: string[], by: 'drop' | 'mask' | 'token', inside = false): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((element) => twin(element, names, by, inside));
  if (!isJsonObject(value)) {
    if (!inside) return value;
    return by === 'mask' ? '[redacted]' : token(JSON.stringify(value));
  }
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (inside) {
      out[name] = twin(member, [], by, true);
      continue;
    }
    const used = names.findIndex((_, i) => names.slice(0, i + 1).join('.') === name) + 1;
    if (used > 0 && used === names.length && by === 'drop') continue;
    out[name] = used === 0 ? member : twin(member, names.slice(used), by, used === names.length);
  }
  return out;
}

test('redaction by path does what its slow twin does to the parsed record, and its member table is that of its text', () => {
  const path = fc.constantFrom('eventName', 'userIdentity', 'userIdentity.arn', 'userIdentity.sessionContext.attributes', 'requestParameters', 'requestParameters.a.b', 'requestParameters.tagSet.items.key', 'a.b', 'a.b.c', 'message');
  // Tokens are made of the text of a number, which parsing does not keep.
  fc.assert(
    fc.property(record, path, fc.constantFrom('drop', 'mask'), (text, where, by) => {
      const before = recordOf(text);
      const after = buildRedactor({ paths: [{ path: where, by }] })!.redactor.apply(before);
      const expected = JSON.stringify(twin(JSON.parse(text), where.split('.'), by));
      const got = after === undefined ? text : textOf(after);
      if (JSON.stringify(JSON.parse(got)) !== expected) throw new Error(`${text}\nbecomes ${got}\nnot ${expected}`);
      if (after === undefined) return;
      const again = recordOf(got);
      const windows = (of: TrailRecord) => Array.from(of.members.subarray(4 * of.firstMember, 4 * (of.firstMember + Math.max(0, of.memberCount))));
      if (JSON.stringify(windows(after)) !== JSON.stringify(windows(again)) || after.memberCount !== again.memberCount) throw new Error(`${got} has the members ${String(windows(again))}, not ${String(windows(after))}`);
    }),
    { numRuns: 2_500 },
  );
});

test('whatever a scrubbing pattern does, the record stays JSON of the same shape, and what it does not touch stays as it was', () => {
  fc.assert(
    fc.property(record, fc.constantFrom('.', '["\\\\]', '[{}]', '\\d', '.+', 'o', '\\n'), fc.string({ unit: 'binary', maxLength: 4 }), (text, scrubbingRule, replacement) => {
      const scrubbingReplacement = replacement.replaceAll('\\', '\\\\');
      const after = buildRedactor({ scrubbingRule, scrubbingReplacement })!.redactor.apply(recordOf(text));
      if (after === undefined) return;
      const shape = (json: string) => json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/gs, (string, colon) => (colon === undefined ? '""' : string));
      if (shape(textOf(after)) !== shape(text)) throw new Error(`${text} becomes ${textOf(after)}`);
      JSON.parse(textOf(after));
    }),
    { numRuns: 1_500 },
  );
});

test('nothing set is no redactor; a record that was not kept is left alone', () => {
  expect(buildRedactor({})).toBeUndefined();
  const { redactor } = buildRedactor({ redactIp: true })!;
  expect(redactor.apply({ ...recordsOf('{"a":"192.0.2.7"}')[0]!, unkept: 'too-large' })).toBeUndefined();
});

test('bytes that are no UTF-8 stay as they are beside what is redacted', () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","b":"x"}')]);
  const { redactor } = buildRedactor({ paths: [{ path: 'b', by: 'mask' }] })!;
  const after = redactor.apply({ ...recordOf('{}'), bytes, start: 0, end: bytes.length, escapedKeys: true })!;
  expect(Buffer.from(after.bytes)).toEqual(Buffer.concat([bytes.subarray(0, bytes.length - 4), Buffer.from('"[redacted]"}')]));
});

describe('warnings', () => {
  test.each<[RedactOptions, string[]]>([
    [{ redactIp: true }, ['REDACT_IP changes sourceIPAddress, which blinds everything that looks at the address']],
    [{ redactEmail: true }, ['REDACT_EMAIL changes userIdentity.arn, which blinds rules that count by who it was']],
    [{ paths: [{ path: 'sourceIPAddress', by: 'token' }] }, ['redact sourceIPAddress changes sourceIPAddress']],
    [{ paths: [{ path: 'userIdentity', by: 'mask' }] }, ['userIdentity.type', 'userIdentity.arn', 'userIdentity.accessKeyId']],
    [{ paths: [{ path: 'userIdentity.arn', by: 'token' }] }, []],
    [{ paths: [{ path: 'eventName', by: 'drop' }] }, ['nearly all rules']],
    [{ paths: [{ path: 'requestParameters.password', by: 'mask' }] }, []],
    [{ scrubbingRule: '\\d+\\.\\d+\\.\\d+\\.\\d+' }, ['DD_SCRUBBING_RULE changes sourceIPAddress']],
    [{ scrubbingRule: '"password":\\s*"[^"]*"' }, ['it is applied to values, without their quotes and keys']],
  ])('%j', (options, expected) => {
    const { warnings } = buildRedactor({ tokenKey: KEY, ...options })!;
    expect(warnings).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
});

test.each<[RedactOptions, string]>([
  [{ scrubbingRule: '' }, 'DD_SCRUBBING_RULE: it is empty'],
  [{ scrubbingRule: 'x*' }, 'the pattern matches the empty text'],
  [{ scrubbingRule: '(?>x)' }, 'atomic groups'],
  [{ scrubbingRule: 'x', scrubbingReplacement: '\\1' }, 'DD_SCRUBBING_RULE_REPLACEMENT: it cannot be used: the pattern has no group 1'],
  [{ paths: [{ path: 'a', by: 'token' }] }, 'the key for tokens: it is missing'],
  [{ paths: [{ path: 'a', by: 'token' }], tokenKey: 'short' }, 'it is shorter than 16 characters'],
])('%j is refused: %s', (options, problem) => {
  expect(() => buildRedactor(options)).toThrow(problem);
  expect(() => buildRedactor(options)).toThrow(FiltersError);
});

test('redactions come from the filter file, with a warning for a path that no record has', () => {
  const file = readFilterYaml('redact:\n  - path: "@requestParameters.password"\n    by: mask\n  - path: network.client.geoip\n    by: drop\n  - path: sourceIpAddress\n    by: mask\n', 'f.yml');
  expect(file.redactions).toEqual([{ path: 'requestParameters.password', by: 'mask' }, { path: 'network.client.geoip', by: 'drop' }, { path: 'sourceIpAddress', by: 'mask' }]);
  expect(file.warnings).toEqual([expect.stringContaining('f.yml:4:11: @network.client.geoip is added by Datadog'), expect.stringContaining('f.yml:6:11: CloudTrail logs have no @sourceIpAddress; did you mean @sourceIPAddress?')]);
});

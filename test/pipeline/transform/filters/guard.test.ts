import { buildFilters } from '../../../../src/pipeline/transform/filters/buildFilters.ts';
import { CRITICAL_EVENTS } from '../../../../src/pipeline/transform/filters/criticalEvents.ts';
import { PRESETS } from '../../../../src/pipeline/transform/filters/presets.ts';
import { readFilterYaml } from '../../../../src/pipeline/transform/filters/yamlFile.ts';
import { recordsOf } from '../../../support/records.ts';

function build(text: string) {
  return buildFilters({ file: readFilterYaml(text, 'filters.yml') });
}

test.each([
  ["@eventSource:cloudtrail.amazonaws.com", 'CloudTrail is switched off (StopLogging)'],
  ['*', '; and 19 more'],
  ['@userIdentity.type:Root', 'root signs in (ConsoleLogin)'],
  ['-@readOnly:true', 'CloudTrail is switched off (StopLogging)'],
  ['@error.kind:*', 'somebody is denied again and again (ListUsers)'],
  ['@eventSource:secretsmanager.amazonaws.com', 'a secret is read by a person (GetSecretValue)'],
])('a filter %s is refused: it would filter %s', (query, lost) => {
  expect(() => build(`filters:\n  - name: too-much\n    exclude: '${query}'\n`)).toThrow(lost);
});

test('a rate does not help, since chance would decide; nor does keeping a share', () => {
  expect(() => build("filters: [{name: x, exclude: '@eventName:StopLogging', rate: 0.01}]")).toThrow('StopLogging');
  expect(() => build("filters: [{name: x, keep: '@eventName:StopLogging', rate: 0.5}]")).toThrow('StopLogging');
});

test('a rule before it that keeps the events helps', () => {
  expect(build("filters: [{name: writes, keep: '-@readOnly:true'}, {name: cloudtrail, exclude: '@eventSource:cloudtrail.amazonaws.com'}]")).toBeDefined();
});

test('force, with a reason, lets one rule through, and only that', () => {
  expect(build("filters: [{name: x, exclude: '@eventName:CreateUser', force: 'another trail covers IAM'}]")).toBeDefined();
  expect(() => build("filters: [{name: x, exclude: '@eventName:CreateUser', force: 'because'}, {name: y, exclude: '@eventName:StopLogging'}]")).toThrow('filters.yml, filter y: it would filter');
});

test('a query in a variable is guarded, too; an official pattern is warned about', () => {
  expect(() => buildFilters({ includeQuery: '@eventName:ConsoleLogin' })).toThrow('DD_INCLUDE_QUERY: it would filter');
  expect(buildFilters({ includeQuery: '@eventName:ConsoleLogin', guard: 'warn' })?.warnings).toEqual([expect.stringContaining('DD_INCLUDE_QUERY: it would filter')]);
  expect(buildFilters({ excludeAtMatch: 'StopLogging' })?.warnings).toEqual([expect.stringContaining('EXCLUDE_AT_MATCH: it would filter what detections are written for: CloudTrail is switched off')]);
});

test('rules as code can bring events of their own to protect', () => {
  const protect = [{ what: 'our crown jewels are touched', record: { eventName: 'Decrypt' } }];
  expect(() => buildFilters({ excludeQuery: '@eventName:Decrypt', protect })).toThrow('our crown jewels are touched (Decrypt)');
});

test('every critical event has a name, a time and an identity, and no two say the same', () => {
  expect(new Set(CRITICAL_EVENTS.map(({ what }) => what)).size).toBe(CRITICAL_EVENTS.length);
  for (const { record } of CRITICAL_EVENTS) expect(record).toMatchObject({ eventName: expect.any(String), eventTime: expect.any(String), userIdentity: expect.any(Object) });
});

describe.each(PRESETS)('the preset $name', ({ name, hides, title, needsRoles }) => {
  const text = `filters: [{preset: ${name}${needsRoles ? ', roles: [Scanner, "ci-*"]' : ''}}]`;

  test('passes the guard and the lints, and says what it hides', () => {
    expect(build(text)?.warnings).toEqual([]);
    expect(title.length).toBeGreaterThan(10);
    expect(hides.length).toBeGreaterThan(20);
  });
});

test.each([
  ['kms-by-aws-services', { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', userIdentity: { invokedBy: 'ebs.amazonaws.com' } }, { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', userIdentity: { type: 'IAMUser' } }],
  ['kms-data-plane', { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt' }, { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', errorCode: 'AccessDenied' }],
  ['aws-config', { readOnly: true, userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForConfig/x' } }, { readOnly: true, userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/Config/x' } }],
  ['trail-delivery', { eventSource: 's3.amazonaws.com', eventName: 'PutObject', userIdentity: { invokedBy: 'cloudtrail.amazonaws.com' } }, { eventSource: 's3.amazonaws.com', eventName: 'PutObject', userIdentity: { type: 'IAMUser' } }],
  ['assume-role-by-aws-services', { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', userIdentity: { type: 'AWSService' } }, { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRole', userIdentity: { type: 'AWSAccount' } }],
  ['cloudwatch-reads', { eventSource: 'monitoring.amazonaws.com', eventName: 'DescribeAlarms' }, { eventSource: 'monitoring.amazonaws.com', eventName: 'DeleteAlarms' }],
])('the preset %s filters %j and not %j', (name, noise, near) => {
  const { filters } = build(`filters: [{preset: ${name}}]`)!;
  const [first, second] = recordsOf(JSON.stringify(noise), JSON.stringify(near));
  expect([filters.decide(first!), filters.decide(second!)]).toEqual([{ fate: 'filtered', rule: name }, { fate: 'keep' }]);
});

test('presets for roles take names and wildcards', () => {
  const { filters } = build("filters: [{preset: reads-by-roles, roles: [Scanner, 'ci-*'], rate: 1, name: scanners}]")!;
  const by = (role: string) => recordsOf(JSON.stringify({ readOnly: true, eventName: 'ListBuckets', eventSource: 's3.amazonaws.com', userIdentity: { arn: `arn:aws:sts::123456789012:assumed-role/${role}/s` } }))[0]!;
  expect(['Scanner', 'ci-deploy', 'Scanner2'].map((role) => filters.decide(by(role)).rule)).toEqual(['scanners', 'scanners', undefined]);
});

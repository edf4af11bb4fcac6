import { compileForLogs, RecordMatcher } from '../../../src/query/compile.ts';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { cloudtrailLog } from '../../../src/query/view/cloudtrailLog.ts';
import type { JsonObject } from '../../../src/query/view/json.ts';
import { recordOf } from '../support/recordOf.ts';

const user: JsonObject = {
  eventName: 'CreateAccessKey',
  eventSource: 'iam.amazonaws.com',
  eventTime: '2026-11-20T12:05:00Z',
  sourceIPAddress: '192.0.2.7',
  userAgent: 'aws-cli/2.15',
  errorCode: 'AccessDenied',
  errorMessage: 'not authorized',
  userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: 'arn:aws:iam::123456789012:user/path/alice', accountId: '123456789012', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'alice' },
  resources: [{ ARN: 'arn:aws:s3:::b', accountId: '123456789012', type: 'AWS::S3::Bucket' }],
};
const role: JsonObject = { eventName: 'ListBuckets', userIdentity: { type: 'AssumedRole', arn: 'arn:aws-us-gov:sts::123456789012:assumed-role/path/Admin/i-0123456789abcdef0' } };
const root: JsonObject = { eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Failure' }, userIdentity: { type: 'Root', arn: 'arn:aws:iam::123456789012:root' } };
const service: JsonObject = { eventName: 'Decrypt', requestParameters: null, userIdentity: { type: 'AWSService', invokedBy: 'config.amazonaws.com' } };
const insight: JsonObject = { eventType: 'AwsCloudTrailInsight', insightDetails: { state: 'Start' } };
const enriched: JsonObject = {
  ...user,
  evt: { name: 'Renamed', outcome: 'success' },
  network: { client: { ip: '198.51.100.1' } },
  usr: { name: 'bob' },
  status: 'warn',
  level: 'Warn',
  ddsource: 'other',
  service: 'api',
  host: 'h',
  ddtags: 'env:dev',
  userIdentity: { arn: 'arn:aws:iam::123456789012:user/alice', session_name: 's' },
};
const partly: JsonObject = { ...user, evt: { category: 'x' }, usr: null, network: [] };

const LOGS = { user, role, root, service, insight, enriched, partly };

test.each([
  ['@evt.name:CreateAccessKey', ['user', 'partly']],
  ['@evt.name:Renamed', ['enriched']],
  ['@eventName:CreateAccessKey', ['user', 'enriched', 'partly']],
  ['@evt.name:*', ['user', 'role', 'root', 'service', 'enriched', 'partly']],
  ['@evt.outcome:failure', ['user', 'root', 'partly']],
  ['@evt.outcome:success', ['role', 'service', 'enriched']],
  ['@error.kind:AccessDenied', ['user', 'enriched', 'partly']],
  ['@error.message:"not authorized"', ['user', 'enriched', 'partly']],
  ['@http.useragent:aws-cli*', ['user', 'enriched', 'partly']],
  ['CIDR(@network.client.ip, 192.0.2.0/24)', ['user', 'partly']],
  ['CIDR(@network.client.ip, 198.51.100.0/24)', ['enriched']],
  ['@usr.name:alice', ['user', 'partly']],
  ['@usr.name:bob', ['enriched']],
  ['@usr.name:root', ['root']],
  ['@usr.name:i-0123456789abcdef0', ['role']],
  ['@usr.id:AIDAEXAMPLE', ['user', 'partly']],
  ['@usr.account_id:123456789012', ['user', 'partly']],
  ['@usr.access_key_id:AKIA*', ['user', 'partly']],
  ['@userIdentity.assumed_role:path/Admin', ['role']],
  ['@userIdentity.session_name:i-*', ['role']],
  ['@userIdentity.session_name:s', ['enriched']],
  ['@userIdentity.session_name:*', ['role', 'enriched']],
  ['@resource.ARN:arn\\:aws\\:s3*', ['user', 'enriched', 'partly']],
  ['@level:Error', ['user', 'partly']],
  ['@level:*', ['user', 'enriched', 'partly']],
  ['-@level:Error', ['role', 'root', 'service', 'insight', 'enriched']],
  ['status:error', ['user', 'partly']],
  ['status:info', ['role', 'root', 'service', 'insight']],
  ['status:warn', ['enriched']],
  ['source:cloudtrail', ['user', 'role', 'root', 'service', 'insight', 'partly']],
  ['source:other', ['enriched']],
  ['service:trail', ['user', 'role', 'root', 'service', 'insight', 'partly']],
  ['service:api', ['enriched']],
  ['env:prod', ['user', 'role', 'root', 'service', 'insight', 'partly']],
  ['env:dev', ['enriched']],
  ['tags:bare', ['user', 'role', 'root', 'service', 'insight', 'partly']],
  ['host:i-0123456789abcdef0', ['role']],
  ['host:*', ['role', 'enriched']],
  ['timestamp:>2026-01-01', ['user', 'enriched', 'partly']],
  ['@requestParameters:*', []],
  ['CreateAccessKey', []],
  ['*:createaccesskey', ['user', 'enriched', 'partly']],
])('%s finds %j', (text, expected) => {
  const metadata = { service: 'trail', tags: ['env:prod', 'bare'] };
  const query = parseQuery(text);
  const parsed = compileForLogs(query, cloudtrailLog(metadata));
  const matcher = new RecordMatcher(metadata);
  const raw = matcher.add(query);
  const found = Object.entries(LOGS).filter(([, log]) => parsed(log));
  const foundRaw = Object.entries(LOGS).filter(([, log]) => {
    matcher.open(recordOf(JSON.stringify(log)));
    return raw.matches();
  });
  expect(found.map(([name]) => name)).toEqual(expected);
  expect(foundRaw.map(([name]) => name)).toEqual(expected);
});

test('the service follows the source when only the source is set', () => {
  expect(compileForLogs(parseQuery('source:mine service:mine'), cloudtrailLog({ source: 'mine' }))({})).toBe(true);
});

/** How much of CloudTrail's logs a security filter takes, judged by the query engine on records that have little in common. */
import type { SecurityFilter } from '../../../edge/datadog/api/securityFilters.ts';
import { ForwarderError } from '../../../errors.ts';
import { compileForLogs } from '../../../query/compile.ts';
import { parseQuery } from '../../../query/language/parser.ts';
import { cloudtrailLog } from '../../../query/view/cloudtrailLog.ts';

/** `unknown`: this version cannot read the query. */
export type Coverage = 'all' | 'some' | 'none' | 'unknown';

/** A query that takes all of these asks for nothing but CloudTrail; one that takes some of them asks for more. */
const SAMPLES = [
  {
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    awsRegion: 'us-east-1',
    recipientAccountId: '123456789012',
    readOnly: false,
    eventCategory: 'Management',
    eventType: 'AwsApiCall',
    sourceIPAddress: '192.0.2.1',
    userIdentity: { type: 'IAMUser', userName: 'alice', accountId: '123456789012', arn: 'arn:aws:iam::123456789012:user/alice' },
  },
  {
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    awsRegion: 'eu-west-3',
    recipientAccountId: '111122223333',
    readOnly: true,
    eventCategory: 'Management',
    eventType: 'AwsConsoleSignIn',
    errorMessage: 'Failed authentication',
    sourceIPAddress: '198.51.100.7',
    userIdentity: { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root' },
  },
  {
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'ap-southeast-2',
    recipientAccountId: '444455556666',
    readOnly: true,
    eventCategory: 'Data',
    eventType: 'AwsApiCall',
    errorCode: 'AccessDenied',
    sourceIPAddress: 'cloudfront.amazonaws.com',
    userIdentity: { type: 'AssumedRole', accountId: '444455556666', arn: 'arn:aws:sts::444455556666:assumed-role/reader/i-0123456789abcdef0' },
  },
];

/** What a query takes of CloudTrail's logs. */
export function coverageOf(query: string): Coverage {
  try {
    const takes = compileForLogs(parseQuery(query), cloudtrailLog());
    const taken = SAMPLES.filter((record) => takes(record)).length;
    return taken === SAMPLES.length ? 'all' : taken === 0 ? 'none' : 'some';
  } catch (thrown) {
    if (thrown instanceof ForwarderError && thrown.code === 'ERR_QUERY') return 'unknown';
    throw thrown;
  }
}

/** What the filter lets through to Cloud SIEM, its own exclusions taken away. An exclusion of some is meant. */
export function coverageOfFilter({ query, exclusions }: Pick<SecurityFilter, 'query' | 'exclusions'>): Coverage {
  const taken = coverageOf(query);
  return taken !== 'none' && exclusions.some((exclusion) => coverageOf(exclusion.query) === 'all') ? 'none' : taken;
}

import { createRequire } from 'node:module';

export interface Parameter {
  name: string;
  section: string;
  meaning: string;
  value: string | number;
  answers?: string[];
}

export const { readParameters } = createRequire(__filename)('../../serverless/parameters.cjs') as { readParameters: () => Parameter[] };

/** The choices of serverless.yml, each with the answers that have a file. */
export function choices(): Record<string, string[]> {
  return Object.fromEntries(readParameters().flatMap(({ name, answers }) => (answers === undefined ? [] : [[name, answers]])));
}

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';

/** A value for each parameter that some answer needs, and for those that only add something. */
export const VALUES = {
  queueArn: 'arn:aws:sqs:us-east-1:123456789012:theirs',
  topicArn: 'arn:aws:sns:us-east-1:123456789012:theirs',
  bucketName: 'example-trail-bucket',
  organizationId: 'o-exampleorg1',
  keyArn: KEY,
  apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:datadog-AbCdEf',
  apiKeySsmName: '/datadog/api-key',
  apiKeyCiphertext: 'AQICAHgexample=',
  apiKeyKeyArn: KEY,
  filtersKeyArn: KEY,
  integrationExternalId: '0123456789abcdef0123456789abcdef',
  subnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  securityGroupIds: 'sg-0123456789abcdef0',
  alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:alarms',
};

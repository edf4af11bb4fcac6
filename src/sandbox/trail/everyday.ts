import { ACCOUNT, iamUser, roleSession, service } from './identities.ts';
import { Raw } from './json.ts';
import { HEX, LETTERS_AND_DIGITS, type Random } from './random.ts';
import type { Happening } from './record.ts';

const CONSOLE = 'AWS Internal';
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const SDK_GO = 'aws-sdk-go-v2/1.41.5 ua/2.1 os/linux lang/go#1.25.8 md/GOOS#linux md/GOARCH#arm64 api/s3#1.97.3 m/E,g';
const BOTO = 'Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#6.12.37 md/arch#x86_64 lang/python#3.13.5 cfg/retry-mode#standard Botocore/1.40.21';

/** An ordinary hour in an ordinary account: what most of a trail is made of. */
export const EVERYDAY: readonly ((random: Random, atMs: number, region: string) => Happening)[] = [
  // An instance reads and writes its bucket. The numbers are written as S3 writes them: JSON.stringify would change them.
  (random, atMs) => {
    const key = `orders/2026/${random.text(16, HEX)}.json`;
    const reading = random.int(3) > 0;
    return {
      who: roleSession('order-service', `i-0${random.pick(['a1b2c3d4e5f60718', 'f0e1d2c3b4a59687'])}`, atMs),
      source: 's3',
      name: reading ? 'GetObject' : 'PutObject',
      from: '192.0.2.24',
      agent: `[${SDK_GO}]`,
      readOnly: reading,
      category: 'Data',
      request: { bucketName: 'orders-123456789012', key, Host: 'orders-123456789012.s3.amazonaws.com' },
      response: reading ? null : { 'x-amz-server-side-encryption': 'aws:kms' },
      additional: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_AES_128_GCM_SHA256',
        bytesTransferredIn: new Raw(reading ? '0.0' : `${random.int(9000)}.0`),
        AuthenticationMethod: 'AuthHeader',
        'x-amz-id-2': new Raw(`"${random.text(74, LETTERS_AND_DIGITS)}\\u003d\\u003d"`),
        bytesTransferredOut: new Raw(reading ? `${random.int(90_000)}.0` : '0.0'),
      },
      resources: [
        { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::orders-123456789012/${key}` },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::orders-123456789012' },
      ],
    };
  },
  // S3 decrypts for the same instance.
  (random, atMs, region) => ({
    who: { ...roleSession('order-service', 'i-0a1b2c3d4e5f60718', atMs), invokedBy: 's3.amazonaws.com' },
    source: 'kms',
    name: 'Decrypt',
    from: 's3.amazonaws.com',
    agent: 's3.amazonaws.com',
    readOnly: true,
    request: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::orders-123456789012/orders/2026/${random.text(16, HEX)}.json` } },
    resources: [{ type: 'AWS::KMS::Key', ARN: `arn:aws:kms:${region}:${ACCOUNT}:key/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9` }],
  }),
  // Lambda assumes a function's role. The session token is as long as real ones are.
  (random, atMs, region) => ({
    who: service('lambda.amazonaws.com'),
    source: 'sts',
    name: 'AssumeRole',
    from: 'lambda.amazonaws.com',
    agent: 'lambda.amazonaws.com',
    readOnly: true,
    sharedEventID: true,
    request: { roleArn: `arn:aws:iam::${ACCOUNT}:role/invoice-${region}`, roleSessionName: 'invoice' },
    response: { credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', sessionToken: `EXAMPLE${random.text(380, LETTERS_AND_DIGITS)}`, expiration: new Date(atMs + 43_200_000).toUTCString() } },
    resources: [{ type: 'AWS::IAM::Role', ARN: `arn:aws:iam::${ACCOUNT}:role/invoice-${region}` }],
  }),
  // Somebody looks at the console.
  (random, atMs) => ({
    who: iamUser(random.pick(['mateo', 'nikki']), atMs, true),
    source: 'ec2',
    name: random.pick(['DescribeInstances', 'DescribeSecurityGroups', 'DescribeVolumes', 'DescribeNatGateways']),
    from: random.pick(['192.0.2.101', '192.0.2.102']),
    agent: CONSOLE,
    readOnly: true,
    request: { filterSet: {}, maxResults: 1000 },
  }),
  // A monitoring product asks the same things over and over.
  (random, atMs) => ({
    who: roleSession('DatadogIntegrationRole', 'datadog-integration', atMs),
    source: random.pick(['monitoring', 'rds', 'lambda']),
    name: random.pick(['ListMetrics', 'DescribeDBInstances', 'ListFunctions20150331']),
    from: '198.51.100.40',
    agent: BOTO,
    readOnly: true,
  }),
  // An application without the permission it needs: noise too, until it is more than that.
  (random, atMs, region) => ({
    who: roleSession('report-builder', 'report-builder', atMs),
    source: 'dynamodb',
    name: 'DescribeTable',
    from: '192.0.2.57',
    agent: BOTO,
    readOnly: true,
    error: {
      code: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/report-builder/report-builder is not authorized to perform: dynamodb:DescribeTable on resource: arn:aws:dynamodb:${region}:${ACCOUNT}:table/orders because no identity-based policy allows the dynamodb:DescribeTable action`,
    },
    request: { tableName: `orders-${random.int(4)}` },
  }),
  // Names outside ASCII, and a key that differs from another only in its case.
  (_random, atMs) => ({
    who: roleSession('platform', 'terraform', atMs),
    source: 's3',
    name: 'PutBucketTagging',
    from: '192.0.2.88',
    agent: `[APN/1.0 HashiCorp/1.0 Terraform/1.13.5 ${SDK_GO}]`,
    readOnly: false,
    request: { bucketName: 'archive-123456789012', tagging: '', Tagging: { TagSet: { Tag: [{ Key: 'büro', Value: 'Zürich – Ångström 東京' }] } }, Host: 's3.amazonaws.com' },
    resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::archive-123456789012' }],
  }),
  // A sign-in as it should be.
  (random, atMs) => ({
    who: withoutSession(iamUser(random.pick(['mateo', 'nikki']), atMs, true)),
    source: 'signin',
    name: 'ConsoleLogin',
    from: '192.0.2.101',
    agent: BROWSER,
    readOnly: false,
    type: 'AwsConsoleSignIn',
    response: { ConsoleLogin: 'Success' },
    additional: { LoginTo: 'https://console.aws.amazon.com/console/home', MobileVersion: 'No', MFAIdentifier: `arn:aws:iam::${ACCOUNT}:mfa/phone`, MFAUsed: 'Yes' },
  }),
];

/** A sign-in comes before the session. */
export function withoutSession(identity: Record<string, unknown>): Record<string, unknown> {
  const { sessionContext: _session, accessKeyId: _key, ...rest } = identity;
  return rest;
}

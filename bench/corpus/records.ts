import { roleSession, iamUser, service, type Identity } from '../../src/sandbox/trail/identities.ts';
import { HEX, LETTERS_AND_DIGITS, type Random } from '../../src/sandbox/trail/random.ts';
import { recordText, type Happening } from '../../src/sandbox/trail/record.ts';

/** What is asked most in real trails, by service; `r` reads, `w` writes. */
const CALLS: Record<string, string> = {
  s3: 'r:GetObject r:HeadObject w:PutObject r:GetBucketAcl r:ListObjects w:DeleteObject',
  kms: 'r:Decrypt w:GenerateDataKey r:DescribeKey',
  sts: 'r:AssumeRole r:GetCallerIdentity',
  ec2: 'r:DescribeInstances r:DescribeVolumes r:DescribeSecurityGroups w:RunInstances w:CreateTags r:DescribeSubnets',
  iam: 'r:ListAttachedRolePolicies r:GetRole w:CreateAccessKey r:ListUsers r:GetPolicyVersion',
  lambda: 'r:GetFunction20150331v2 r:ListFunctions20150331 w:UpdateFunctionCode20150331v2 r:ListTags20170331',
  dynamodb: 'r:DescribeTable w:CreateTable r:ListTagsOfResource',
  monitoring: 'r:DescribeAlarms r:ListMetrics',
  logs: 'w:CreateLogStream r:DescribeLogGroups w:PutRetentionPolicy',
  ssm: 'r:GetParameter w:UpdateInstanceInformation r:DescribeInstanceInformation w:OpenControlChannel',
  secretsmanager: 'r:GetSecretValue r:DescribeSecret',
  rds: 'r:DescribeDBInstances r:DescribeDBClusters',
  ecs: 'r:DescribeTasks w:RegisterTaskDefinition w:SubmitTaskStateChange',
  config: 'w:PutEvaluations r:DescribeConfigRules',
};
const KINDS = Object.entries(CALLS).flatMap(([source, calls]) => calls.split(' ').map((call) => ({ source, name: call.slice(2), readOnly: call.startsWith('r') })));

const AGENTS = [
  'aws-sdk-go-v2/1.41.5 ua/2.1 os/linux lang/go#1.25.8 md/GOOS#linux md/GOARCH#arm64 api/s3#1.97.3 m/E,g',
  'Boto3/1.40.21 md/Botocore#1.40.21 ua/2.1 os/linux#6.12.37 md/arch#x86_64 lang/python#3.13.5 cfg/retry-mode#standard Botocore/1.40.21',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'APN/1.0 HashiCorp/1.0 Terraform/1.13.5 (+https://www.terraform.io) aws-sdk-go-v2/1.41.5 ua/2.1 os/linux lang/go#1.25.8',
  'AWS Internal',
  'aws-cli/2.31.18 md/awscrt#0.27.6 ua/2.1 os/linux#6.12.37 md/arch#aarch64 lang/python#3.13.7 md/prompt#off md/command#ec2.describe-instances',
];
const NAMES = 'orders billing search media ingest web api payments audit reports users inventory mail gateway scheduler export'.split(' ');

/** A caller keeps doing the same for a while: what compresses well in real files. */
interface Session {
  who: Identity;
  from: string;
  agent: string;
  left: number;
}

/**
 * An endless run of CloudTrail records as text: many services, callers that come back, ids that never do. Sizes and
 * compressibility are near those of real trails (`bench corpus` prints the comparison).
 */
export function* records(random: Random, startMs: number): Generator<string> {
  let atMs = startMs;
  const sessions = Array.from({ length: 12 }, () => newSession(random, atMs));
  for (;;) {
    const k = random.int(sessions.length);
    if (sessions[k]!.left-- === 0) sessions[k] = newSession(random, atMs);
    const session = sessions[k]!;
    const kind = random.pick(KINDS);
    for (let run = 1 + (random.int(3) === 0 ? random.int(6) : 0); run > 0; run--) {
      atMs += random.int(40);
      yield recordText({ ...happening(kind, session, random), source: kind.source, name: kind.name, readOnly: kind.readOnly }, atMs, REGIONS[k % REGIONS.length]!, random);
    }
  }
}

const REGIONS = ['us-east-1', 'eu-central-1', 'ap-southeast-2'];

function newSession(random: Random, atMs: number): Session {
  const name = `${random.pick(NAMES)}-${random.pick(NAMES)}`;
  const kind = random.int(10);
  const who =
    kind < 5 ? roleSession(`${name}-role`, `i-0${random.text(16, HEX)}`, atMs)
    : kind < 7 ? roleSession(name, `${random.pick(NAMES)}-${random.text(12, HEX)}`, atMs)
    : kind < 8 ? iamUser(`${random.pick(NAMES)}.${random.int(40)}`, atMs, true)
    : service(`${random.pick(['lambda', 'config', 'ecs-tasks', 'cloudtrail'])}.amazonaws.com`);
  return { who, from: kind >= 8 ? String(who['invokedBy']) : `198.51.100.${random.int(250)}`, agent: kind >= 8 ? String(who['invokedBy']) : random.pick(AGENTS), left: 1 + random.int(60) };
}

function happening(kind: { source: string; readOnly: boolean }, { who, from, agent }: Session, random: Random): Omit<Happening, 'source' | 'name' | 'readOnly'> {
  const thing = `${random.pick(NAMES)}-${random.text(6, HEX)}`;
  const arn = `arn:aws:${kind.source}:us-east-1:123456789012:${random.pick(NAMES)}/${random.uuid()}`;
  const chance = random.int(100);
  return {
    who,
    from,
    agent,
    request: chance < 18 ? null : { [`${random.pick(NAMES)}Name`]: thing, ...(chance < 50 ? { maxResults: 100 + random.int(900), nextToken: random.text(40 + random.int(80), LETTERS_AND_DIGITS) } : {}), ...(chance > 80 ? { filterSet: { items: [{ name: 'tag:team', valueSet: { items: [{ value: random.pick(NAMES) }, { value: thing }] } }] } } : {}) },
    response: kind.readOnly && kind.source !== 'sts' ? null : { requestId: random.uuid(), [`${random.pick(NAMES)}Id`]: random.text(17, HEX), ...(kind.source === 'sts' ? { credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', expiration: 'Nov 20, 2026, 1:00:00 PM', sessionToken: random.text(180, LETTERS_AND_DIGITS) } } : { status: 'SUCCEEDED', arn }) },
    ...(kind.source === 's3' ? { additional: { SignatureVersion: 'SigV4', CipherSuite: 'TLS_AES_128_GCM_SHA256', bytesTransferredIn: 0, AuthenticationMethod: 'AuthHeader', 'x-amz-id-2': `${random.text(74, LETTERS_AND_DIGITS)}==`, bytesTransferredOut: random.int(90_000) } } : {}),
    ...(chance % 12 === 5 ? { error: { code: 'AccessDenied', message: `User: ${typeof who['arn'] === 'string' ? who['arn'] : from} is not authorized to perform: ${kind.source}:${thing} on resource: \"${arn}\" because no identity-based policy allows it` } } : {}),
    ...(chance < 55 ? { resources: [{ type: `AWS::${kind.source.toUpperCase()}::${random.pick(['Key', 'Object', 'Role', 'Table'])}`, ARN: arn }] } : {}),
    category: kind.source === 's3' ? 'Data' : 'Management',
  };
}

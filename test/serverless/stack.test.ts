import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SITES } from '../../src/edge/datadog/sites.ts';
import { FILTER_METRIC, METRICS, NAMESPACE } from '../../src/metrics/names.ts';
import { VARIABLES } from '../../src/settings/variables.ts';
import { choices, VALUES } from './answers.ts';
import { packageStacks, ROOT } from './packaged.ts';
import type { Resource, Template } from './packaged.ts';
import { pairwise } from './pairs.ts';
import { actionsOfTheBundle, statements, statementsOfTheRole } from './permissions.ts';
import { unresolved } from './references.ts';
import { findingsOf } from './validated.ts';

/**
 * Every two answers meet in one of these stacks; the key sources and the places of the filter file, which touch nothing
 * else, take turns. Odd rows also switch on what is optional.
 */
const { apiKey: keySources, ...others } = choices();
const FILTER_FILES = ['', 's3://example-config/cloudtrail/filters.yml', 'ssm:/datadog/filters', 's3://example-config/filters.json', 'ssm:filters'];
const ROWS = pairwise(others).map((row, position): Record<string, string> => ({ ...row, apiKey: keySources![position % keySources!.length]!, filters: FILTER_FILES[position % FILTER_FILES.length]!, more: position % 2 === 1 ? 'on' : 'off' }));

function paramsOf({ more, filters, ...row }: Record<string, string>): Record<string, string> {
  const optional = { s3DataEvents: 'on', lambdaDataEvents: 'on', insights: 'on', resourceCollection: 'on', reservedConcurrency: '20', permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary', privateLinkService: 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0', vpcId: 'vpc-0123456789abcdef0' };
  const { apiKeyKeyArn, filtersKeyArn, ...values } = VALUES;
  return { ...row, ...values, ...(filters === '' ? {} : { filters: filters! }), ...(more === 'on' || row['apiKey'] === 'kms' ? { apiKeyKeyArn } : {}), ...(more === 'on' ? { ...optional, filtersKeyArn } : {}) };
}

const titleOf = (row: Record<string, string>) => Object.entries(row).map(([name, value]) => `${name} ${value === '' ? 'none' : value}`).join(', ');

interface Stack {
  row: Record<string, string>;
  template: Template;
  findings: string[];
}

let stacks: Stack[];
let actionsOfCode: Set<string>;

beforeAll(async () => {
  actionsOfCode = await actionsOfTheBundle();
  const templates = await packageStacks(ROWS.map(paramsOf));
  const found = await findingsOf(templates);
  stacks = templates.map((template, position) => ({ row: ROWS[position]!, template, findings: found[position]! }));
}, 240_000);

const all = (template: Template, type: string): [string, Resource][] => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
const with_ = (name: string, value: string): Stack[] => stacks.filter(({ row }) => row[name] === value);

describe.each(ROWS.map((row, position) => [titleOf(row), position] as const))('the stack of %s', (_, position) => {
  const stack = () => stacks[position]!;

  it('is valid CloudFormation', () => {
    expect(stack().findings).toEqual([]);
  });

  it('names only what it has', () => {
    expect(unresolved(stack().template)).toEqual([]);
  });

  it('leaves no condition open but the partition it is deployed in', () => {
    expect(Object.keys(stack().template.Conditions ?? {}).filter((name) => name !== 'InGovCloud')).toEqual([]);
  });

  it('lets the function do what its code and Lambda do for it, and nothing else', () => {
    const { row, template } = stack();
    const byLambda = ['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    const byLambdaInVpc = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];
    const keySource = { new: 'secretsmanager:GetSecretValue', secret: 'secretsmanager:GetSecretValue', ssm: 'ssm:GetParameter', kms: 'kms:Decrypt' }[row['apiKey']!];
    const decrypts = row['key'] !== 'none' || row['more'] === 'on';
    const readsParameter = row['filters']!.startsWith('ssm:');
    const chosen = (action: string) => !/^(secretsmanager|ssm|kms):/.test(action) || action === keySource || (action === 'kms:Decrypt' && decrypts) || (action === 'ssm:GetParameter' && readsParameter);
    const expected = new Set([...[...actionsOfCode].filter(chosen), ...byLambda, ...(row['network'] === 'vpc' ? byLambdaInVpc : [])]);
    expect([...new Set(statementsOfTheRole(template).flatMap(({ Action }) => Action))].sort()).toEqual([...expected].sort());
  });

  it('decrypts only through S3 from the trail, or what holds the API key or the filters', () => {
    for (const { in: id, Action, Condition } of statementsOfTheRole(stack().template)) {
      if (!Action.includes('kms:Decrypt') || (id === 'ReadApiKeyPolicy' && stack().row['apiKey'] === 'kms')) continue;
      const conditions = Object.values(Condition ?? {}).flatMap(Object.keys);
      expect(conditions).toContain('kms:ViaService');
      expect(conditions.some((each) => each.startsWith('kms:EncryptionContext:'))).toBe(true);
    }
  });

  it('keeps every message for 14 days, encrypted, and hidden for six times the function\'s timeout', () => {
    const { Timeout } = stack().template.Resources['ForwarderLambdaFunction']!.Properties;
    for (const [id, { Properties }] of all(stack().template, 'AWS::SQS::Queue')) {
      expect({ id, ...Properties }).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
      expect(Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Timeout);
      if (id !== 'DeadLetterQueue') expect(Properties['RedrivePolicy'].deadLetterTargetArn).toEqual({ 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] });
    }
  });

  it('answers for each message of a queue by itself, with bounded concurrency', () => {
    const mappings = all(stack().template, 'AWS::Lambda::EventSourceMapping');
    expect(mappings.map(([id]) => id)).toContain('HeldQueueReader');
    for (const [, { Properties }] of mappings) {
      expect(Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      expect(Properties['ScalingConfig'].MaximumConcurrency).toBeGreaterThanOrEqual(2);
    }
  });

  it('sends what Lambda gives up to the held queue', () => {
    const { Properties } = stack().template.Resources['ForwarderLambdaEvConf']!;
    expect(Properties['DestinationConfig'].OnFailure.Destination).toEqual({ 'Fn::GetAtt': ['HeldQueue', 'Arn'] });
    expect(stack().template.Resources['ForwarderLambdaFunction']!.Properties['RecursiveLoop']).toBe('Allow');
  });

  it('alarms on metrics that exist, tells the topic, and says what to do', () => {
    const alarms = all(stack().template, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThanOrEqual(12);
    for (const [, { Properties }] of alarms) {
      expect(Properties['AlarmActions']).toEqual([VALUES.alarmTopicArn]);
      expect(Properties['AlarmDescription'].length).toBeGreaterThan(150);
      expect(Properties['AlarmDescription'].length).toBeLessThanOrEqual(1024);
      const metrics = Properties['Metrics']?.flatMap(({ MetricStat }: { MetricStat?: { Metric: unknown } }) => (MetricStat ? [MetricStat.Metric] : [])) ?? [Properties];
      expect(metrics.length).toBeGreaterThan(0);
      for (const { Namespace, MetricName, Dimensions } of metrics) {
        if (Namespace === NAMESPACE) expect(Object.keys(METRICS)).toContain(MetricName);
        const dimensions: Record<string, string[]> = {
          [NAMESPACE]: ['FunctionName'],
          'AWS/Lambda': ['FunctionName'],
          'AWS/SQS': ['QueueName'],
        };
        expect(Dimensions.map(({ Name }: { Name: string }) => Name)).toEqual(dimensions[Namespace]);
      }
    }
  });

  it('shows metrics that exist on its dashboard', () => {
    const body = JSON.parse(stack().template.Resources['ForwarderDashboard']!.Properties['DashboardBody']['Fn::Sub']) as { widgets: { properties: { metrics?: unknown[][] } }[] };
    const shown: string[] = [];
    for (const { properties } of body.widgets) {
      let before: unknown[] = [];
      for (const line of properties.metrics ?? []) {
        if (typeof line[0] === 'object') continue;
        // A dot repeats the line above.
        before = line.map((each, position) => (each === '.' ? before[position] : each));
        if (before[0] === NAMESPACE) shown.push(before[1] as string);
      }
    }
    expect(shown.filter((name) => !(name in METRICS))).toEqual([]);
    expect(Object.keys(METRICS).filter((name) => !shown.includes(name))).toEqual([]);
    // Which filters there are is known only when they have hits, or none.
    const searches = body.widgets.flatMap(({ properties }) => (properties.metrics ?? []).flat()).flatMap((each) => /SEARCH\('\{([^}]*)\} MetricName="(\w+)"/.exec((each as { expression?: string }).expression ?? '')?.slice(1) ?? []);
    expect(searches).toEqual([`${NAMESPACE},Filter,FunctionName`, FILTER_METRIC]);
  });

  it('gives the function only settings that it knows', () => {
    const { Variables } = stack().template.Resources['ForwarderLambdaFunction']!.Properties['Environment'];
    const ours = Object.keys(Variables as object).filter((name) => name.startsWith('DD_'));
    expect(ours.filter((name) => !(VARIABLES as readonly string[]).includes(name))).toEqual([]);
    expect(Variables).toMatchObject({ DD_SQS_QUEUE_URL: { Ref: 'HeldQueue' }, DD_DLQ_URL: { Ref: 'DeadLetterQueue' } });
    expect(Variables).not.toHaveProperty('DD_API_KEY');
  });

  it('encrypts on the way to every queue and bucket of its own', () => {
    const denied = statements(stack().template).filter(({ Effect, Condition }) => Effect === 'Deny' && Condition?.['Bool']?.['aws:SecureTransport'] !== undefined);
    const guarded = JSON.stringify(denied.map(({ Resource }) => Resource));
    for (const [id] of [...all(stack().template, 'AWS::SQS::Queue'), ...all(stack().template, 'AWS::S3::Bucket')]) expect(guarded).toContain(id);
  });
});

describe('all stacks together', () => {
  it('allow something on all resources only where wildcards.yml says why', () => {
    const reasons = parse(readFileSync(join(ROOT, 'serverless/wildcards.yml'), 'utf8')) as Record<string, string>;
    const found = stacks.flatMap(({ template }) => statements(template).filter(({ Effect, Resource }) => Effect === 'Allow' && Resource.includes('*')).map((each) => each.in));
    expect([...new Set(found)].sort()).toEqual(Object.keys(reasons).sort());
  });

  it('give every logical id the same type, and what holds something the same name: an update replaces nothing', () => {
    const types: Record<string, string> = {};
    for (const { template } of stacks) for (const [id, { Type }] of Object.entries(template.Resources)) expect((types[id] ??= Type)).toBe(Type);
    const { HeldQueue, DeadLetterQueue, ForwarderLambdaFunction, ForwarderLogGroup } = stacks[0]!.template.Resources;
    expect(HeldQueue!.Properties['QueueName']).toBe('cloudtrail-forwarder-prod-held');
    expect(DeadLetterQueue!.Properties['QueueName']).toBe('cloudtrail-forwarder-prod-dead-letter');
    expect(ForwarderLambdaFunction!.Properties['FunctionName']).toBe('cloudtrail-forwarder-prod');
    expect(ForwarderLogGroup!.Properties['LogGroupName']).toBe('/aws/lambda/cloudtrail-forwarder-prod');
    expect(Object.keys(types).sort()).toEqual(LOGICAL_IDS);
  });

  it('keep the trail\'s bucket and key when the stack is removed', () => {
    for (const { template } of stacks) for (const id of ['TrailBucket', 'TrailKey']) if (id in template.Resources) expect(template.Resources[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('the function', () => {
  it('runs on arm64 with a runtime that AWS still creates', () => {
    expect(stacks[0]!.template.Resources['ForwarderLambdaFunction']!.Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'dist/forwarder.handler', MemorySize: 512, Timeout: 300 });
  });

  it('keeps its log for the days that were asked for', () => {
    expect(stacks[0]!.template.Resources['ForwarderLogGroup']!.Properties['RetentionInDays']).toBe(30);
  });

  it('reserves concurrency only when told', () => {
    for (const { row, template } of stacks) expect(template.Resources['ForwarderLambdaFunction']!.Properties['ReservedConcurrentExecutions']).toBe(row['more'] === 'on' ? '20' : undefined);
  });

  it('joins the subnets it is given, and waits for the permission to', () => {
    for (const { template } of with_('network', 'vpc')) {
      const { Properties, DependsOn } = template.Resources['ForwarderLambdaFunction']!;
      expect(Properties['VpcConfig'].SubnetIds['Fn::Split'][1]).toBe(VALUES.subnetIds);
      expect(DependsOn).toContain('NetworkPolicy');
    }
    for (const { template } of with_('network', 'public')) expect(template.Resources['ForwarderLambdaFunction']!.Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('the filter file', () => {
  const readsOf = ({ template }: Stack) => statementsOfTheRole(template).filter((each) => each.in === 'ReadFiltersPolicy');
  const inS3 = (path: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${path}` });
  const parameter = (name: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${name}` });
  const EXACTLY: Record<string, [action: string, resource: object]> = {
    's3://example-config/cloudtrail/filters.yml': ['s3:GetObject', inS3('example-config/cloudtrail/filters.yml')],
    's3://example-config/filters.json': ['s3:GetObject', inS3('example-config/filters.json')],
    'ssm:/datadog/filters': ['ssm:GetParameter', parameter('datadog/filters')],
    'ssm:filters': ['ssm:GetParameter', parameter('filters')],
  };

  it.each(Object.entries(EXACTLY))('%s: the function reads it, and its role may do exactly that', (filters, [action, resource]) => {
    expect(with_('filters', filters).length).toBeGreaterThan(1);
    for (const stack of with_('filters', filters)) {
      const [read, decrypt, ...more] = readsOf(stack);
      expect(read).toMatchObject({ Effect: 'Allow', Action: [action], Resource: [resource] });
      expect(more).toEqual([]);
      if (stack.row['more'] === 'on') {
        expect(decrypt).toMatchObject({ Action: ['kms:Decrypt'], Resource: [VALUES.filtersKeyArn] });
        expect(JSON.stringify(decrypt!.Condition)).toContain(JSON.stringify(resource));
      } else expect(decrypt).toBeUndefined();
      expect(stack.template.Resources['ForwarderLambdaFunction']!.Properties['Environment'].Variables['DD_FILTERS']).toBe(filters);
    }
  });

  it('in the package, or none: the role gets nothing for it', () => {
    expect(with_('filters', '').length).toBeGreaterThan(1);
    for (const stack of with_('filters', '')) {
      expect(stack.template.Resources).not.toHaveProperty('ReadFiltersPolicy');
      expect(stack.template.Resources['ForwarderLambdaFunction']!.Properties['Environment'].Variables['DD_FILTERS']).toBe('');
    }
  });
});

describe('the trigger', () => {
  /** What the bucket is told, wherever it stands. */
  const notification = ({ row, template }: Stack) => (row['bucket'] === 'new' ? template.Resources['TrailBucket']!.Properties['NotificationConfiguration'] : template.Resources['BucketNotification']?.Properties['Notification']);
  const filter = { S3Key: { Rules: [{ Name: 'prefix', Value: 'AWSLogs/' }, { Name: 'suffix', Value: '.json.gz' }] } };

  it('s3: the bucket, of this account alone, calls the function for new log files', () => {
    for (const stack of with_('trigger', 's3')) {
      expect(notification(stack)).toEqual({ LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: { 'Fn::GetAtt': ['ForwarderLambdaFunction', 'Arn'] }, Filter: filter }] });
      expect(stack.template.Resources['BucketMayInvoke']!.Properties).toMatchObject({ Principal: 's3.amazonaws.com', SourceAccount: { Ref: 'AWS::AccountId' }, SourceArn: { 'Fn::Sub': expect.anything() } });
    }
  });

  it('sqs: the bucket writes to the queue, and the function reads it', () => {
    for (const stack of with_('trigger', 'sqs')) {
      expect(notification(stack)).toEqual({ QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: { 'Fn::GetAtt': ['TrailQueue', 'Arn'] }, Filter: filter }] });
      const sends = statements(stack.template).filter((each) => each.in === 'TrailQueuePolicy' && each.Effect === 'Allow');
      expect(sends).toMatchObject([{ Principal: { Service: 's3.amazonaws.com' }, Action: ['sqs:SendMessage'], Condition: { ArnEquals: { 'aws:SourceArn': expect.anything() }, StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } }]);
      expect(stack.template.Resources['TrailQueueReader']!.Properties).toMatchObject({ BatchSize: 100, MaximumBatchingWindowInSeconds: 5 });
      expect(stack.template.Resources).toHaveProperty('BacklogAlarm');
    }
  });

  it('sns: the bucket tells the topic, and what the topic cannot hand over is a dead letter', () => {
    for (const stack of with_('trigger', 'sns')) {
      expect(notification(stack)).toEqual({ TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: { Ref: 'TrailTopic' }, Filter: filter }] });
      expect(stack.template.Resources['TrailTopicSubscription']!.Properties).toMatchObject({ Protocol: 'lambda', RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } } });
      expect(senders(stack)).toEqual(['sns.amazonaws.com']);
    }
  });

  it('eventbridge: a rule for the bucket\'s log files, and what the rule cannot hand over is a dead letter', () => {
    for (const stack of with_('trigger', 'eventbridge')) {
      expect(notification(stack)).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
      const { EventPattern, Targets } = stack.template.Resources['TrailRule']!.Properties;
      expect(EventPattern).toMatchObject({ source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { object: { key: [{ wildcard: 'AWSLogs/*.json.gz' }] } } });
      expect(Targets[0].DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } });
      expect(senders(stack)).toEqual(['events.amazonaws.com']);
    }
  });

  it('none: a queue and a topic of somebody else, and no word to the bucket', () => {
    for (const stack of with_('trigger', 'none')) {
      expect(notification(stack) ?? {}).toEqual({});
      expect(stack.template.Resources['QueueReader']!.Properties['EventSourceArn']).toBe(VALUES.queueArn);
      expect(stack.template.Resources['TopicSubscription']!.Properties['TopicArn']).toBe(VALUES.topicArn);
      expect(Object.keys(stack.template.Resources).filter((id) => id.startsWith('BucketNotification'))).toEqual([]);
    }
  });

  it('changes the notifications of an existing bucket through a function that may do only that', () => {
    for (const stack of with_('bucket', 'existing').filter(({ row }) => row['trigger'] !== 'none')) {
      const own = statements(stack.template).filter((each) => each.in === 'BucketNotificationRole' && each.Action[0]!.startsWith('s3:'));
      expect(own).toMatchObject([{ Action: ['s3:GetBucketNotification', 's3:PutBucketNotification'], Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${VALUES.bucketName}` }] }]);
      expect(stack.template.Resources).not.toHaveProperty('TrailBucket');
    }
  });

  it('is there before the bucket is told of it', () => {
    const ready: Record<string, string[] | undefined> = { s3: ['BucketMayInvoke'], sqs: ['TrailQueuePolicy'], sns: ['TrailTopicPolicy'], eventbridge: undefined, none: undefined };
    for (const { row, template } of stacks) expect((template.Resources['TrailBucket'] ?? template.Resources['BucketNotification'])?.DependsOn).toEqual(ready[row['trigger']!]);
  });

  function senders({ template }: Stack): string[] {
    const allowed = statements(template).filter((each) => each.in === 'HeldQueuePolicy' && each.Effect === 'Allow');
    return allowed.map(({ Principal }) => (Principal as { Service: string }).Service);
  }
});

describe('the trail', () => {
  it('covers all regions, validates its files, and records reads and writes', () => {
    for (const { row, template } of stacks.filter((each) => each.row['trail'] !== 'none')) {
      const { AdvancedEventSelectors, InsightSelectors, ...properties } = template.Resources['Trail']!.Properties;
      expect(properties).toMatchObject({ IsLogging: true, IsMultiRegionTrail: true, EnableLogFileValidation: true, IncludeGlobalServiceEvents: true, IsOrganizationTrail: row['trail'] === 'organization' });
      expect(AdvancedEventSelectors[0].FieldSelectors).toEqual([{ Field: 'eventCategory', Equals: ['Management'] }]);
      expect(AdvancedEventSelectors).toHaveLength(row['more'] === 'on' ? 3 : 1);
      expect(InsightSelectors !== undefined).toBe(row['more'] === 'on');
      expect('KMSKeyId' in properties).toBe(row['key'] !== 'none');
    }
  });

  it('does not record the function\'s own reads, when it records reads of S3', () => {
    for (const { template } of stacks.filter(({ row }) => row['trail'] !== 'none' && row['more'] === 'on')) {
      const [, s3] = template.Resources['Trail']!.Properties['AdvancedEventSelectors'];
      expect(s3.FieldSelectors[2]).toMatchObject({ Field: 'resources.ARN', NotStartsWith: [expect.anything()] });
    }
  });

  it('alone may write to a new bucket, below its own accounts', () => {
    for (const { row, template } of with_('bucket', 'new')) {
      const write = statements(template).find(({ in: id, Action }) => id === 'TrailBucketPolicy' && Action.includes('s3:PutObject'))!;
      expect(write.Condition).toMatchObject({ StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' }, ArnLike: { 'aws:SourceArn': expect.anything() } });
      expect(write.Resource).toHaveLength(row['trail'] === 'organization' ? 2 : 1);
      expect(JSON.stringify(write.Resource).includes(`/AWSLogs/${VALUES.organizationId}/*`)).toBe(row['trail'] === 'organization');
    }
  });

  it('finds a new bucket private, versioned, encrypted and with an end to every object', () => {
    for (const { template } of with_('bucket', 'new')) {
      expect(template.Resources['TrailBucket']!.Properties).toMatchObject({
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 365 }] },
      });
    }
  });
});

describe('the integration role', () => {
  it('trusts the account that each site\'s Datadog comes from, and the external id', () => {
    for (const { template } of with_('integration', 'role')) {
      const accounts = (template.Mappings as { DatadogAccount: Record<string, { commercial: string; govCloud: string }> }).DatadogAccount;
      expect(accounts).toEqual(Object.fromEntries(SITES.map(({ site, awsAccountId, govCloudAwsAccountId = 'none-for-this-site' }) => [site, { commercial: awsAccountId, govCloud: govCloudAwsAccountId }])));
      const [trust] = template.Resources['IntegrationRole']!.Properties['AssumeRolePolicyDocument'].Statement;
      expect(trust.Condition).toEqual({ StringEquals: { 'sts:ExternalId': VALUES.integrationExternalId } });
    }
  });
});

/** Renaming one of these replaces what it names: the old is removed with all that it holds. */
const LOGICAL_IDS = [
  'ApiKeySecret',
  'BacklogAlarm',
  'BucketMayInvoke',
  'BucketNotification',
  'BucketNotificationFunction',
  'BucketNotificationLogGroup',
  'BucketNotificationRole',
  'DatadogEndpoint',
  'DeadLetterQueue',
  'DeadLettersAlarm',
  'DecryptTrailPolicy',
  'ErrorsAlarm',
  'ForwarderDashboard',
  'ForwarderLambdaEvConf',
  'ForwarderLambdaFunction',
  'ForwarderLogGroup',
  'ForwarderRole',
  'HeldAlarm',
  'HeldForLongAlarm',
  'HeldQueue',
  'HeldQueuePolicy',
  'HeldQueueReader',
  'IdentityAlarm',
  'IntegrationRole',
  'LateAlarm',
  'NearTimeoutAlarm',
  'NetworkPolicy',
  'NotHeldAlarm',
  'OldestHeldAlarm',
  'QueueReader',
  'ReadApiKeyPolicy',
  'ReadFiltersPolicy',
  'ReadQueuePolicy',
  'ReadTrailQueuePolicy',
  'RuleMayInvoke',
  'ServerlessDeploymentBucket',
  'ServerlessDeploymentBucketPolicy',
  'SilentAlarm',
  'ThrottlesAlarm',
  'TooOldAlarm',
  'TopicMayInvoke',
  'TopicSubscription',
  'Trail',
  'TrailBucket',
  'TrailBucketPolicy',
  'TrailKey',
  'TrailKeyAlias',
  'TrailQueue',
  'TrailQueuePolicy',
  'TrailQueueReader',
  'TrailRule',
  'TrailTopic',
  'TrailTopicPolicy',
  'TrailTopicSubscription',
];

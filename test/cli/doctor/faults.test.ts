import { doctorCommand } from '../../../src/cli/doctor/command.ts';
import { ControlPlane, jsonError, queryError, s3Error, type Answer, type Seen } from '../../support/controlPlane.ts';
import {
  ACCOUNT,
  BUCKET,
  BUCKET_POLICY,
  configuration,
  DEAD_ARN,
  FUNCTION,
  FUNCTION_ARN,
  healthy,
  HELD_ARN,
  INVOKE_POLICY,
  KEY_ARN,
  KEY_POLICY,
  notification,
  NOW_MS,
  queueAttributes,
  role,
  ROLE_ARN,
  SECRET_ARN,
  simulation,
  STATUS,
  TRAIL,
  TRAIL_ARN,
  TRUST_POLICY,
} from './healthySetup.ts';
import { runCommand } from '../../support/terminal.ts';

/** Set-up faults as AWS would describe them, through the real AWS clients. What Datadog has to say is in doctor.test.ts. */
let plane: ControlPlane;

beforeAll(async () => {
  plane = await ControlPlane.start();
  Object.assign(process.env, plane.awsEnvironment());
});
beforeEach(() => plane.reset(healthy(plane)));
afterAll(() => plane.stop());

interface Found {
  id: string;
  state: string;
  why: string;
  next?: string;
}

async function doctor(...args: string[]): Promise<{ checks: Found[]; exitCode: number; of(id: string): Found; wrong: string[]; skipped: string[] }> {
  const ran = await runCommand(doctorCommand, ['--json', '--skip', 'siem', 'integration-account', ...args], { env: {}, now: () => NOW_MS });
  const { checks } = JSON.parse(ran.out) as { checks: Found[] };
  const ids = (state: string) => checks.filter((check) => check.state === state).map(({ id }) => id);
  return { checks, exitCode: ran.exitCode, of: (id) => checks.find((check) => check.id === id)!, wrong: ids('not ok'), skipped: ids('skipped') };
}

function trail(changes: Record<string, unknown>): Answer {
  return { json: { trailList: [{ ...TRAIL, ...changes }] } };
}

function setFunction(changes: Record<string, unknown> = {}, environment: Record<string, string> = {}): void {
  plane.on(`lambda:GET /functions/${FUNCTION}`, { json: { Configuration: configuration(plane, changes, environment), Tags: { stage: 'prod' } } });
}

function eventSource(changes: Record<string, unknown> = {}): Answer {
  return { json: { EventSourceMappings: [{ UUID: 'u-1', EventSourceArn: HELD_ARN, State: 'Enabled', FunctionResponseTypes: ['ReportBatchItemFailures'], ...changes }] } };
}

function policy(statements: unknown[]): Answer {
  return { json: { Version: '2012-10-17', Statement: statements } };
}

function queues(changes: Record<string, Record<string, string>>): (seen: Seen) => Answer {
  return (seen) => queueAttributes(seen, changes);
}

describe('doctor on a setup in which nothing is wrong', () => {
  test('is ok with every check and ends with 0', async () => {
    const { checks, exitCode } = await doctor();
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(checks.length).toBeGreaterThan(20);
    expect(exitCode).toBe(0);
    expect(plane.unexpected).toEqual([]);
  });

  test.each<[string, () => void]>([
    ['an SQS queue between bucket and function', () => {
      const queue = `arn:aws:sqs:us-east-1:${ACCOUNT}:${FUNCTION}-trail`;
      plane.on('s3:GET ?notification', notification({ queue }));
      plane.on('lambda:GET /event-source-mappings', { json: { EventSourceMappings: [HELD_ARN, queue].map((arn) => ({ UUID: arn, EventSourceArn: arn, State: 'Enabled', FunctionResponseTypes: ['ReportBatchItemFailures'] })) } });
      plane.on('sqs:GetQueueAttributes', queues({ [`${FUNCTION}-trail`]: { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queue, Condition: { ArnLike: { 'aws:SourceArn': `arn:aws:s3:*:*:${BUCKET}` } } }] }) } }));
      plane.on(`lambda:GET /functions/${FUNCTION}/policy`, jsonError(404, 'ResourceNotFoundException'));
    }],
    ['an SNS topic', () => {
      const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:trail`;
      plane.on('s3:GET ?notification', notification({ topic }));
      plane.on(`lambda:GET /functions/${FUNCTION}/policy`, { json: { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: FUNCTION_ARN, Condition: { ArnLike: { 'AWS:SourceArn': topic } } }] }) } });
    }],
    ["CloudTrail's own SNS topic", () => {
      const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:cloudtrail`;
      plane.on('cloudtrail:DescribeTrails', trail({ SnsTopicARN: topic }));
      plane.on('s3:GET ?notification', notification({}));
      plane.on(`lambda:GET /functions/${FUNCTION}/policy`, { json: { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: FUNCTION_ARN, Condition: { ArnLike: { 'AWS:SourceArn': topic } } }] }) } });
    }],
    ['EventBridge, beside somebody else\'s notification', () => {
      plane.on('s3:GET ?notification', notification({ lambda: 'arn:aws:lambda:us-east-1:123456789012:function:other', eventBridge: true }));
      plane.on(`lambda:GET /functions/${FUNCTION}/policy`, { json: { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: FUNCTION_ARN, Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/x' } } }] }) } });
    }],
    ['a trail of the organisation, with a prefix', () => {
      plane.on('cloudtrail:DescribeTrails', trail({ IsOrganizationTrail: true, S3KeyPrefix: 'audit' }));
      plane.on('s3:GET ?notification', notification({ lambda: FUNCTION_ARN, prefix: 'audit/AWSLogs/o-a1b2c3d4e5/' }));
      const [acl, write] = BUCKET_POLICY.Statement;
      plane.on('s3:GET ?policy', policy([acl, write, { ...write, Resource: `arn:aws:s3:::${BUCKET}/audit/AWSLogs/o-a1b2c3d4e5/*` }]));
    }],
    ['advanced event selectors that leave the bucket out', () => {
      plane.on('cloudtrail:GetEventSelectors', {
        json: {
          AdvancedEventSelectors: [
            { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
            { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::S3::Object'] }, { Field: 'resources.ARN', NotStartsWith: [`arn:aws:s3:::${BUCKET}/`] }] },
          ],
        },
      });
    }],
    ['a trail without a key of its own', () => plane.on('cloudtrail:DescribeTrails', trail({ KmsKeyId: undefined }))],
    ['a filter file in S3', () => setFunction({}, { DD_FILTERS: 's3://example-config/filters.yml' })],
    ['an API key in a parameter', () => setFunction({}, { DD_API_KEY_SECRET_ARN: '', DD_API_KEY_SSM_NAME: '/datadog/api-key' })],
  ])('is ok with %s too', async (_, arrange) => {
    arrange();
    plane.on('ssm:GetParameter', { json: { Parameter: { Name: '/datadog/api-key', Type: 'SecureString', Value: '0123456789abcdef0123456789abcdef' } } });
    expect((await doctor()).checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  });
});

describe('doctor recognises, and says what to do', () => {
  test.each<[fault: string, arrange: () => void, check: string, why: RegExp, next: RegExp, alsoWrong?: string[]]>([
    [
      'a bucket in another region than the function',
      () => plane.on('s3:GET ?location', { xml: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>' }),
      'region',
      /is in eu-west-1.*looked in us-east-1/,
      /--region eu-west-1/,
    ],
    ['a bucket that is gone', () => plane.on('s3:GET ?location', s3Error(404, 'NoSuchBucket')), 'region', /no bucket "trail-logs/, /aws s3 ls/],
    ['an account without a trail', () => plane.on('cloudtrail:DescribeTrails', { json: { trailList: [] } }), 'trail-found', /there is no trail/, /--param="trail=account"/],
    [
      'two trails to choose from',
      () => plane.on('cloudtrail:DescribeTrails', { json: { trailList: [TRAIL, { ...TRAIL, Name: 'other', TrailARN: `${TRAIL_ARN}2`, S3BucketName: 'other' }] } }),
      'trail-found',
      /several trails fit: management, other/,
      /doctor --trail management/,
    ],
    [
      'a trail that somebody stopped',
      () => plane.on('cloudtrail:GetTrailStatus', { json: { ...STATUS, IsLogging: false, StopLoggingTime: NOW_MS / 1000 - 600 } }),
      'trail-logging',
      /not logging since 2026-11-20T11:50/,
      /start-logging --name arn:aws:cloudtrail.*--region us-east-1/,
    ],
    ['a delivery that S3 refuses', () => plane.on('cloudtrail:GetTrailStatus', { json: { ...STATUS, LatestDeliveryError: 'AccessDenied' } }), 'trail-delivery', /failed: AccessDenied/, /get-bucket-policy/],
    ['a delivery to a bucket that is gone', () => plane.on('cloudtrail:GetTrailStatus', { json: { ...STATUS, LatestDeliveryError: 'NoSuchBucket' } }), 'trail-delivery', /NoSuchBucket/, /aws s3 mb/],
    ['a trail that went quiet', () => plane.on('cloudtrail:GetTrailStatus', { json: { ...STATUS, LatestDeliveryTime: NOW_MS / 1000 - 7200 } }), 'trail-delivery', /120 minutes ago/, /get-trail-status/],
    ['a trail of one region', () => plane.on('cloudtrail:DescribeTrails', trail({ IsMultiRegionTrail: false })), 'trail-multi-region', /records us-east-1 only/, /--is-multi-region-trail/],
    ['a trail without global services', () => plane.on('cloudtrail:DescribeTrails', trail({ IncludeGlobalServiceEvents: false })), 'trail-multi-region', /IAM, STS/, /--include-global-service-events/],
    ['a trail without validation', () => plane.on('cloudtrail:DescribeTrails', trail({ LogFileValidationEnabled: false })), 'trail-validation', /no digests/, /--enable-log-file-validation/],
    [
      'selectors that leave the reads out',
      () => plane.on('cloudtrail:GetEventSelectors', { json: { EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }] } }),
      'trail-selectors',
      /does not record read management events/,
      /put-event-selectors/,
    ],
    [
      'advanced selectors without management events',
      () => plane.on('cloudtrail:GetEventSelectors', { json: { AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }, { Field: 'resources.type', Equals: ['AWS::Lambda::Function'] }] }] } }),
      'trail-selectors',
      /read and write/,
      /put-event-selectors/,
    ],
    [
      'two trails into the same folder',
      () => plane.on('cloudtrail:DescribeTrails', { json: { trailList: [TRAIL, { ...TRAIL, Name: 'second', TrailARN: `${TRAIL_ARN}-second` }] } }),
      'trail-overlap',
      /"second" also writes/,
      /delete-trail --name .*-second.*DD_DEDUPLICATE/,
    ],
    [
      "a trail that records its own bucket's reads",
      () => plane.on('cloudtrail:GetEventSelectors', { json: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] } }),
      'bucket-loop',
      /its own bucket/,
      /NotStartsWith/,
    ],
    ['a bucket without a policy', () => plane.on('s3:GET ?policy', s3Error(404, 'NoSuchBucketPolicy')), 'bucket-policy', /has no policy/, /create-s3-bucket-policy-for-cloudtrail/],
    [
      "a bucket policy for another trail's ARN",
      () => plane.on('s3:GET ?policy', policy(BUCKET_POLICY.Statement.map((statement) => JSON.parse(JSON.stringify(statement).replaceAll('trail/management', 'trail/old')) as unknown))),
      'bucket-policy',
      /s3:GetBucketAcl.*AWSCloudTrailAclCheck20150319.*asks for StringEquals aws:SourceArn = .*trail\/old/,
      /get-bucket-policy/,
    ],
    [
      'a bucket policy for another prefix',
      () => plane.on('s3:GET ?policy', policy([BUCKET_POLICY.Statement[0], { ...BUCKET_POLICY.Statement[1], Resource: `arn:aws:s3:::${BUCKET}/elsewhere/AWSLogs/*` }])),
      'bucket-policy',
      /s3:PutObject.*no statement allows it/,
      /create-s3-bucket-policy-for-cloudtrail/,
    ],
    [
      'a bucket policy that denies',
      () => plane.on('s3:GET ?policy', policy([...BUCKET_POLICY.Statement, { Sid: 'Nobody', Effect: 'Deny', Principal: '*', Action: 's3:Put*', Resource: `arn:aws:s3:::${BUCKET}/*` }])),
      'bucket-policy',
      /statement "Nobody" denies it/,
      /get-bucket-policy/,
    ],
    [
      'a bucket that lets the requester pay',
      () => plane.on('s3:GET ?requestPayment', { xml: '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>Requester</Payer></RequestPaymentConfiguration>' }),
      'bucket-policy',
      /Requester Pays/,
      /Payer=BucketOwner/,
    ],
    ['a disabled key', () => plane.on('kms:DescribeKey', { json: { KeyMetadata: { KeyId: 'k', Arn: KEY_ARN, Enabled: false, KeyState: 'Disabled' } } }), 'trail-key', /is Disabled/, /aws kms enable-key/],
    ['a key that will be deleted', () => plane.on('kms:DescribeKey', { json: { KeyMetadata: { KeyId: 'k', Arn: KEY_ARN, Enabled: false, KeyState: 'PendingDeletion' } } }), 'trail-key', /PendingDeletion/, /cancel-key-deletion.*enable-key/],
    ['a key that is gone', () => plane.on('kms:DescribeKey', jsonError(400, 'NotFoundException')), 'trail-key', /there is no key/, /--kms-key-id/],
    [
      'a key policy without CloudTrail',
      () => plane.on('kms:GetKeyPolicy', { json: { Policy: JSON.stringify({ Statement: [KEY_POLICY.Statement[0]] }) } }),
      'trail-key',
      /does not let cloudtrail.amazonaws.com do kms:GenerateDataKey/,
      /create-kms-key-policy-for-cloudtrail/,
    ],
    ['a role that may not decrypt', () => plane.on('iam:SimulatePrincipalPolicy', simulation((action) => action !== 'kms:Decrypt')), 'kms-decrypt', /may not do kms:Decrypt/, /--param="keyArn=arn:aws:kms/],
    [
      'a key policy that leaves the forwarder out',
      () => plane.on('kms:GetKeyPolicy', { json: { Policy: JSON.stringify({ Statement: [KEY_POLICY.Statement[1]] }) } }),
      'kms-decrypt',
      /lets neither the role nor its account/,
      new RegExp(`"AWS":"${ROLE_ARN}"`),
    ],
    ['a region without a forwarder', () => plane.on('lambda:GET /functions', { json: { Functions: [] } }), 'function', /no forwarder in this region/, /npx serverless deploy/],
    ['an update that failed', () => setFunction({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'subnet is full' }), 'function', /failed: subnet is full/, /npx serverless deploy$/],
    ['a retired runtime', () => setFunction({ Runtime: 'nodejs20.x' }), 'function', /nodejs20.x/, /nodejs24.x/],
    ['no concurrency', () => plane.on(`lambda:GET /functions/${FUNCTION}/concurrency`, { json: { ReservedConcurrentExecutions: 0 } }), 'function', /never runs/, /delete-function-concurrency/],
    ['a misspelt setting', () => setFunction({}, { DD_SIET: 'datadoghq.eu' }), 'function-settings', /DD_SIET.*did you mean DD_SITE/, /environment.yml/],
    ["a site that is the browser's address", () => setFunction({}, { DD_SITE: 'https://app.datadoghq.eu' }), 'function-settings', /use datadoghq.eu/, /npx serverless deploy/],
    ['a role that may not read the bucket', () => plane.on('iam:SimulatePrincipalPolicy', simulation((action) => action !== 's3:GetObject')), 'bucket-read', /may not do s3:GetObject/, /--param="bucketName=trail-logs/],
    ['a role that may not read the secret', () => plane.on('iam:SimulatePrincipalPolicy', simulation((action) => action !== 'secretsmanager:GetSecretValue')), 'secret', /secretsmanager:GetSecretValue/, /--param="apiKeySecretArn=arn:aws:secretsmanager/],
    ['a role that may not read the filter file in S3', () => {
      setFunction({}, { DD_FILTERS: 's3://example-config/filters.yml' });
      plane.on('iam:SimulatePrincipalPolicy', simulation((action, resource) => action !== 's3:GetObject' || resource !== 'arn:aws:s3:::example-config/filters.yml'));
    }, 'filter-file', /may not do s3:GetObject on arn:aws:s3:::example-config\/filters.yml: nothing is forwarded/, /--param="filters=s3:\/\/example-config\/filters.yml"/],
    ['a role that may not read the filter file in a parameter', () => {
      setFunction({}, { DD_FILTERS: 'ssm:/datadog/filters' });
      plane.on('iam:SimulatePrincipalPolicy', simulation((action) => action !== 'ssm:GetParameter'));
    }, 'filter-file', /may not do ssm:GetParameter on arn:aws:ssm:us-east-1:123456789012:parameter\/datadog\/filters/, /--param="filters=ssm:\/datadog\/filters"/],
    ['a secret that is still empty', () => plane.on('secretsmanager:GetSecretValue', jsonError(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")), 'secret', new RegExp(SECRET_ARN), /put-secret-value/],
    ['a key in plain text', () => setFunction({}, { DD_API_KEY_SECRET_ARN: '', DD_API_KEY: '0123456789abcdef0123456789abcdef' }), 'secret', /for everybody to read/, /--param="apiKey=secret"/],
    ['a bucket that tells nobody', () => plane.on('s3:GET ?notification', notification({})), 'notification', /tells nobody that leads to/, /npx serverless deploy --param="bucketName=trail-logs/],
    [
      "a bucket whose notifications are somebody else's",
      () => plane.on('s3:GET ?notification', notification({ lambda: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:DatadogForwarder` })),
      'notification-clash',
      /tells .*DatadogForwarder of the same objects, and S3 allows only one/,
      /trigger=eventbridge/,
      ['notification'],
    ],
    [
      "a topic of somebody else's",
      () => plane.on('s3:GET ?notification', notification({ topic: `arn:aws:sns:us-east-1:${ACCOUNT}:central` })),
      'notification-clash',
      /central/,
      /topicArn=arn:aws:sns:us-east-1:123456789012:central/,
      ['notification'],
    ],
    ['a suffix that fits no log', () => plane.on('s3:GET ?notification', notification({ lambda: FUNCTION_ARN, suffix: '.log' })), 'notification', /suffix ".log" fits no log of CloudTrail/, /npx serverless deploy/],
    ["a prefix that is not the trail's", () => plane.on('cloudtrail:DescribeTrails', trail({ S3KeyPrefix: 'audit' })), 'notification', /prefix "AWSLogs\/" fits nothing/, /--param="prefix=audit\/AWSLogs\/"/, ['bucket-policy']],
    ['a prefix that is too narrow', () => plane.on('s3:GET ?notification', notification({ lambda: FUNCTION_ARN, prefix: `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/` })), 'notification', /leaves out others.*eu-west-3/, /--param="prefix=AWSLogs\/"/],
    ['a notification of removals', () => plane.on('s3:GET ?notification', notification({ lambda: FUNCTION_ARN, event: 's3:ObjectRemoved:*' })), 'notification', /not for s3:ObjectCreated/, /npx serverless deploy/],
    ['two triggers for the same objects', () => {
      plane.on('s3:GET ?notification', notification({ lambda: FUNCTION_ARN, eventBridge: true }));
      plane.on(`lambda:GET /functions/${FUNCTION}/policy`, { json: { Policy: JSON.stringify({ Statement: [...INVOKE_POLICY.Statement, { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: FUNCTION_ARN }] }) } });
    }, 'notification', /arrive 2 times/, /all but one/],
    ['a bucket that may not invoke', () => plane.on(`lambda:GET /functions/${FUNCTION}/policy`, jsonError(404, 'ResourceNotFoundException')), 'invoke-permission', /may not invoke/, /aws lambda add-permission/],
    [
      'an invoke permission for another bucket',
      () => plane.on(`lambda:GET /functions/${FUNCTION}/policy`, { json: { Policy: JSON.stringify(INVOKE_POLICY).replaceAll(BUCKET, 'old-bucket') } }),
      'invoke-permission',
      /may not invoke/,
      new RegExp(`--source-arn arn:aws:s3:::${BUCKET}`),
    ],
    ['a queue that shows messages again too soon', () => plane.on('sqs:GetQueueAttributes', queues({ [`${FUNCTION}-held`]: { VisibilityTimeout: '30' } })), 'queue-timeouts', /after 30 s, while the function may work 300 s/, /VisibilityTimeout=1800/],
    ['a queue that is not read', () => plane.on('lambda:GET /event-source-mappings', eventSource({ State: 'Disabled' })), 'queue-timeouts', /is Disabled/, /update-event-source-mapping --uuid u-1 --enabled/],
    ['a queue answered as a whole', () => plane.on('lambda:GET /event-source-mappings', eventSource({ FunctionResponseTypes: [] })), 'queue-timeouts', /sends all the others round again/, /ReportBatchItemFailures/],
    ['no held queue', () => setFunction({}, { DD_SQS_QUEUE_URL: '', DD_DLQ_URL: '' }), 'held-queue', /DD_SQS_QUEUE_URL is not set/, /npx serverless deploy/],
    ['a role that may not hold', () => plane.on('iam:SimulatePrincipalPolicy', simulation((action) => action !== 'sqs:SendMessage')), 'held-queue', /may not do sqs:SendMessage/, /npx serverless deploy/],
    ['no on-failure destination', () => plane.on(`lambda:GET /functions/${FUNCTION}/event-invoke-config`, jsonError(404, 'ResourceNotFoundException')), 'held-queue', /goes nowhere/, new RegExp(`put-function-event-invoke-config.*${HELD_ARN}`)],
    ['a held queue that forgets', () => plane.on('sqs:GetQueueAttributes', queues({ [`${FUNCTION}-held`]: { MessageRetentionPeriod: '345600' } })), 'held-queue', /forgets after 4 days/, /MessageRetentionPeriod=1209600/],
    ['a held queue that nobody reads', () => plane.on('lambda:GET /event-source-mappings', { json: { EventSourceMappings: [] } }), 'held-queue', /nobody reads/, /npx serverless deploy/],
    ['given-up pointers', () => plane.on('sqs:GetQueueAttributes', queues({ [`${FUNCTION}-dead-letter`]: { ApproximateNumberOfMessages: '7' } })), 'dead-letters', /7 held pointers were given up/, /held replay/],
    [
      'errors in the last day',
      () => plane.on('logs:FilterLogEvents', { json: { events: [{ timestamp: NOW_MS - 1000, message: '{"level":"ERROR","code":"ERR_INTAKE_AUTH","message":"Cannot post logs: 403"}' }] } }),
      'function-errors',
      /1, the last at 2026-11-20T11:59:59.000Z: ERR_INTAKE_AUTH: Cannot post logs: 403/,
      /aws logs tail/,
    ],
    ['no integration role', () => plane.on('iam:GetRole', queryError(404, 'NoSuchEntity')), 'integration-role', /there is no role "DatadogIntegrationRole"/, /integration create/],
    [
      "a role that trusts another site's account",
      () => plane.on('iam:GetRole', role(JSON.parse(JSON.stringify(TRUST_POLICY).replaceAll('464622532012', '417141415827')))),
      'integration-role',
      /does not trust arn:aws:iam::464622532012:root/,
      /--param="integration=role"/,
    ],
    [
      'a role without an external id',
      () => plane.on('iam:GetRole', role({ Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::464622532012:root' }, Action: 'sts:AssumeRole' }] })),
      'integration-role',
      /without an external id/,
      /sts:ExternalId/,
    ],
  ])('%s', async (_, arrange, check, why, next, alsoWrong = []) => {
    arrange();
    const found = await doctor();
    expect(found.of(check)).toMatchObject({ state: 'not ok', why: expect.stringMatching(why), next: expect.stringMatching(next) });
    expect(found.wrong.toSorted()).toEqual([check, ...alsoWrong].toSorted());
    expect(found.exitCode).toBe(1);
  });

  test('queues that are gone, each by its own check', async () => {
    plane.on('sqs:GetQueueAttributes', jsonError(400, 'QueueDoesNotExist'));
    plane.on('sqs:GetQueueUrl', jsonError(400, 'QueueDoesNotExist'));
    const found = await doctor();
    expect(found.of('held-queue').why).toMatch(/there is no queue .*-held/);
    expect(found.of('dead-letters').why).toMatch(/there is no queue .*-dead-letter/);
    expect(found.wrong.toSorted()).toEqual(['dead-letters', 'held-queue', 'queue-timeouts']);
    expect(DEAD_ARN).toContain('dead-letter');
  });
});

describe('doctor, when AWS does not answer as it should', () => {
  const EVERYTHING_DENIED: Record<string, Answer> = {
    'cloudtrail:DescribeTrails': jsonError(400, 'AccessDeniedException'),
    'lambda:GET /functions': jsonError(403, 'AccessDeniedException'),
    'iam:GetRole': queryError(403, 'AccessDenied'),
  };

  test.each<[string, Answer, string, RegExp]>([
    ['cloudtrail:GetTrailStatus', jsonError(400, 'AccessDeniedException'), 'trail-logging', /cloudtrail:GetTrailStatus/],
    ['cloudtrail:GetEventSelectors', jsonError(400, 'AccessDeniedException'), 'trail-selectors', /cloudtrail:GetEventSelectors/],
    ['s3:GET ?policy', s3Error(403, 'AccessDenied'), 'bucket-policy', /s3:GetBucketPolicy/],
    ['s3:GET ?location', s3Error(403, 'AccessDenied'), 'region', /s3:GetBucketLocation/],
    ['s3:GET ?notification', s3Error(403, 'AccessDenied'), 'notification', /s3:GetBucketNotification/],
    ['kms:GetKeyPolicy', jsonError(400, 'AccessDeniedException'), 'trail-key', /kms:GetKeyPolicy/],
    ['iam:SimulatePrincipalPolicy', queryError(403, 'AccessDenied'), 'bucket-read', /iam:SimulatePrincipalPolicy/],
    ['sqs:GetQueueAttributes', jsonError(403, 'AccessDenied'), 'held-queue', /sqs:GetQueueAttributes/],
    ['logs:FilterLogEvents', jsonError(400, 'AccessDeniedException'), 'function-errors', /logs:FilterLogEvents/],
    [`lambda:GET /functions/${FUNCTION}/policy`, jsonError(403, 'AccessDeniedException'), 'invoke-permission', /lambda:GetPolicy/],
  ])('skips what it may not ask (%s) and names the permission', async (operation, answer, check, permission) => {
    plane.on(operation, answer);
    const found = await doctor();
    expect(found.of(check)).toMatchObject({ state: 'skipped', why: expect.stringMatching(permission), next: expect.stringMatching(/SecurityAudit/) });
    expect(found.wrong).toEqual([]);
    expect(found.exitCode).toBe(0);
    expect(JSON.stringify(found.checks)).not.toMatch(/\bat .*\.(ts|js):\d+/);
  });

  test('asks again when it is throttled', async () => {
    plane.on('cloudtrail:GetTrailStatus', (_, times) => (times <= 2 ? jsonError(400, 'ThrottlingException', 'Rate exceeded') : { json: STATUS }));
    expect((await doctor()).of('trail-logging').state).toBe('ok');
  });

  test('skips what stays throttled, and says to wait', async () => {
    plane.on('logs:FilterLogEvents', jsonError(400, 'ThrottlingException', 'Rate exceeded'));
    expect((await doctor()).of('function-errors')).toMatchObject({ state: 'skipped', why: expect.stringMatching(/busy/), next: expect.stringMatching(/Wait a minute/) });
  });

  test.each<[string, Answer]>([
    ['half a JSON', { text: '{"IsLogging": tr', headers: { 'content-type': 'application/x-amz-json-1.1' } }],
    ['a page of a proxy', { text: '<html>Please log in</html>', headers: { 'content-type': 'text/html' } }],
  ])('skips what is answered with %s, without a stack', async (_, answer) => {
    plane.on('cloudtrail:GetTrailStatus', answer);
    expect((await doctor()).of('trail-logging')).toMatchObject({ state: 'skipped', why: expect.stringMatching(/not one that AWS gives/), next: expect.stringMatching(/proxy/) });
  });

  test('skips what a cut connection leaves unanswered', async () => {
    plane.on('sts:GetCallerIdentity', { reset: true });
    const found = await doctor('--only', 'credentials');
    expect(found.of('credentials')).toMatchObject({ state: 'skipped', why: expect.stringMatching(/no answer/) });
    expect(found.exitCode).toBe(2);
  });

  test('ends with 2 when AWS does not know us, and says it once', async () => {
    plane.reset({});
    plane.on('sts:GetCallerIdentity', queryError(403, 'InvalidClientTokenId'));
    for (const [operation, answer] of Object.entries(EVERYTHING_DENIED)) plane.on(operation, { ...answer, ...jsonError(400, 'UnrecognizedClientException') });
    plane.on('iam:GetRole', queryError(403, 'InvalidClientTokenId'));
    const found = await doctor();
    expect(found.of('credentials')).toMatchObject({ state: 'not ok', next: expect.stringMatching(/aws sso login/) });
    expect(found.of('trail-logging')).toMatchObject({ state: 'skipped', why: 'waits for "credentials"' });
    expect(found.exitCode).toBe(2);
  });

  test('ends with 2 when no region is set', async () => {
    const { AWS_REGION } = process.env;
    delete process.env.AWS_REGION;
    try {
      const found = await doctor();
      expect(found.of('credentials')).toMatchObject({ state: 'not ok', why: expect.stringMatching(/no AWS region/), next: expect.stringMatching(/--region us-east-1/) });
      expect(found.exitCode).toBe(2);
    } finally {
      process.env.AWS_REGION = AWS_REGION;
    }
  });

  test('ends with 2 when it may not look at anything', async () => {
    plane.reset(EVERYTHING_DENIED);
    const found = await doctor('--skip', 'siem', 'access', 'integration');
    expect(found.wrong).toEqual([]);
    expect(found.exitCode).toBe(2);
  });
});

import type { Answer, ControlPlane, Seen } from '../../support/controlPlane.ts';

/** A setup in which every check is ok, as AWS and Datadog would describe it. */
export const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
export const ACCOUNT = '123456789012';
export const BUCKET = 'trail-logs-123456789012';
export const TRAIL_ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/management`;
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
export const FUNCTION = 'cloudtrail-forwarder-prod';
export const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FUNCTION}`;
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${FUNCTION}-role`;
export const HELD_ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:${FUNCTION}-held`;
export const DEAD_ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:${FUNCTION}-dead-letter`;
export const SECRET_ARN = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:datadog-api-key-AbCdEf`;
export const API_KEY = '0123456789abcdef0123456789abcdef';

export const TRAIL = {
  Name: 'management',
  TrailARN: TRAIL_ARN,
  HomeRegion: 'us-east-1',
  S3BucketName: BUCKET,
  KmsKeyId: KEY_ARN,
  IsMultiRegionTrail: true,
  IncludeGlobalServiceEvents: true,
  LogFileValidationEnabled: true,
  IsOrganizationTrail: false,
};

export const STATUS = { IsLogging: true, LatestDeliveryTime: NOW_MS / 1000 - 240 };

export const BUCKET_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AWSCloudTrailAclCheck20150319',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:GetBucketAcl',
      Resource: `arn:aws:s3:::${BUCKET}`,
      Condition: { StringEquals: { 'aws:SourceArn': TRAIL_ARN } },
    },
    {
      Sid: 'AWSCloudTrailWrite20150319',
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${BUCKET}/AWSLogs/${ACCOUNT}/*`,
      Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': TRAIL_ARN } },
    },
    { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ],
};

export const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 'kms:GenerateDataKey*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceArn': TRAIL_ARN }, StringLike: { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${ACCOUNT}:trail/*` } },
    },
  ],
};

export const INVOKE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'BucketMayInvoke',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: FUNCTION_ARN,
      Condition: { StringEquals: { 'AWS:SourceAccount': ACCOUNT }, ArnLike: { 'AWS:SourceArn': `arn:aws:s3:::${BUCKET}` } },
    },
  ],
};

export const TRUST_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::464622532012:root' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'external-id-of-example' } } }],
};

export function notification(configuration: { lambda?: string; queue?: string; topic?: string; prefix?: string; suffix?: string; event?: string; eventBridge?: boolean }): Answer {
  const { lambda, queue, topic, prefix = 'AWSLogs/', suffix = '.json.gz', event = 's3:ObjectCreated:*' } = configuration;
  const filter = `<Event>${event}</Event><Filter><S3Key><FilterRule><Name>Prefix</Name><Value>${prefix}</Value></FilterRule><FilterRule><Name>Suffix</Name><Value>${suffix}</Value></FilterRule></S3Key></Filter>`;
  const entries = [
    lambda === undefined ? '' : `<CloudFunctionConfiguration><CloudFunction>${lambda}</CloudFunction>${filter}</CloudFunctionConfiguration>`,
    queue === undefined ? '' : `<QueueConfiguration><Queue>${queue}</Queue>${filter}</QueueConfiguration>`,
    topic === undefined ? '' : `<TopicConfiguration><Topic>${topic}</Topic>${filter}</TopicConfiguration>`,
    configuration.eventBridge ? '<EventBridgeConfiguration/>' : '',
  ];
  return { xml: `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${entries.join('')}</NotificationConfiguration>` };
}

export function configuration(plane: ControlPlane, changes: Record<string, unknown> = {}, environment: Record<string, string> = {}): Record<string, unknown> {
  return {
    FunctionName: FUNCTION,
    FunctionArn: FUNCTION_ARN,
    Runtime: 'nodejs24.x',
    Handler: 'dist/forwarder.handler',
    Role: ROLE_ARN,
    Timeout: 300,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LastModified: '2026-11-01T08:00:00.000+0000',
    Environment: {
      Variables: {
        DD_SITE: 'datadoghq.com',
        DD_API_KEY_SECRET_ARN: SECRET_ARN,
        DD_SQS_QUEUE_URL: `${plane.url}/${ACCOUNT}/${FUNCTION}-held`,
        DD_DLQ_URL: `${plane.url}/${ACCOUNT}/${FUNCTION}-dead-letter`,
        DD_URL: '127.0.0.1',
        DD_PORT: String(plane.port),
        DD_NO_SSL: 'true',
        ...environment,
      },
    },
    ...changes,
  };
}

export function queueAttributes(seen: Seen, changes: Record<string, Record<string, string>> = {}): Answer {
  const name = String(seen.input['QueueUrl']).split('/').at(-1) ?? '';
  return {
    json: {
      Attributes: { QueueArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`, ApproximateNumberOfMessages: '0', VisibilityTimeout: '1800', MessageRetentionPeriod: '1209600', ...changes[name] },
    },
  };
}

export function simulation(allowed: (action: string, resource: string) => boolean): (seen: Seen) => Answer {
  return ({ input }) => {
    const action = String(input['ActionNames.member.1']);
    const resource = String(input['ResourceArns.member.1']);
    return {
      xml: `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults><member><EvalActionName>${action}</EvalActionName><EvalDecision>${allowed(action, resource) ? 'allowed' : 'implicitDeny'}</EvalDecision></member></EvaluationResults><IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
    };
  };
}

export function role(trust: unknown): Answer {
  return {
    xml: `<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>DatadogIntegrationRole</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>arn:aws:iam::${ACCOUNT}:role/DatadogIntegrationRole</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${encodeURIComponent(JSON.stringify(trust))}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`,
  };
}

export function registeredAccount(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '11111111-aaaa-bbbb-cccc-222222222222',
    type: 'account',
    attributes: {
      aws_account_id: ACCOUNT,
      aws_partition: 'aws',
      account_tags: [`aws_account:${ACCOUNT}`],
      auth_config: { role_name: 'DatadogIntegrationRole', external_id: 'external-id-of-example' },
      logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
      ...changes,
    },
  };
}

export function securityFilter(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 'abc-def', type: 'security_filters', attributes: { name: 'cloudtrail', query: 'source:cloudtrail', is_enabled: true, filtered_data_type: 'logs', exclusion_filters: [], version: 1, ...changes } };
}

export function foundLog(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 'AAAA', type: 'log', attributes: { timestamp: '2026-11-20T11:57:00.000Z', tags: ['source:cloudtrail', 'datadog.cloud_siem:true'], attributes: {}, ...changes } };
}

/** Answers for every operation that doctor asks. */
export function healthy(plane: ControlPlane): Record<string, Answer | ((seen: Seen) => Answer)> {
  return {
    'sts:GetCallerIdentity': {
      xml: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::${ACCOUNT}:user/operator</Arn><UserId>AIDAEXAMPLE</UserId><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    },
    'cloudtrail:DescribeTrails': { json: { trailList: [TRAIL] } },
    'cloudtrail:GetTrailStatus': { json: STATUS },
    'cloudtrail:GetEventSelectors': { json: { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] }] } },
    's3:GET ?location': { xml: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>' },
    's3:GET ?policy': { json: BUCKET_POLICY },
    's3:GET ?requestPayment': { xml: '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>BucketOwner</Payer></RequestPaymentConfiguration>' },
    's3:GET ?notification': notification({ lambda: FUNCTION_ARN }),
    'kms:DescribeKey': { json: { KeyMetadata: { KeyId: 'k', Arn: KEY_ARN, Enabled: true, KeyState: 'Enabled' } } },
    'kms:GetKeyPolicy': { json: { Policy: JSON.stringify(KEY_POLICY) } },
    'iam:GetRole': role(TRUST_POLICY),
    'iam:SimulatePrincipalPolicy': simulation(() => true),
    'lambda:GET /functions': { json: { Functions: [configuration(plane), { FunctionName: `${FUNCTION}-bucket-notification`, Handler: 'index.handler' }] } },
    [`lambda:GET /functions/${FUNCTION}`]: { json: { Configuration: configuration(plane), Tags: { stage: 'prod' } } },
    [`lambda:GET /functions/${FUNCTION}/policy`]: { json: { Policy: JSON.stringify(INVOKE_POLICY) } },
    [`lambda:GET /functions/${FUNCTION}/concurrency`]: { json: {} },
    [`lambda:GET /functions/${FUNCTION}/event-invoke-config`]: { json: { DestinationConfig: { OnFailure: { Destination: HELD_ARN } } } },
    'lambda:GET /event-source-mappings': { json: { EventSourceMappings: [{ UUID: 'u-1', EventSourceArn: HELD_ARN, State: 'Enabled', FunctionResponseTypes: ['ReportBatchItemFailures'] }] } },
    'sqs:GetQueueUrl': ({ input }) => ({ json: { QueueUrl: `${plane.url}/${ACCOUNT}/${String(input['QueueName'])}` } }),
    'sqs:GetQueueAttributes': (seen) => queueAttributes(seen),
    'secretsmanager:GetSecretValue': { json: { ARN: SECRET_ARN, Name: 'datadog-api-key', SecretString: API_KEY } },
    'logs:FilterLogEvents': { json: { events: [] } },
    'datadog:GET /api/v1/validate': { json: { valid: true } },
    'datadog:GET /api/v2/integration/aws/accounts': { json: { data: [registeredAccount()] } },
    'datadog:GET /api/v2/security_monitoring/configuration/security_filters': { json: { data: [securityFilter()] } },
    'datadog:POST /api/v2/logs/events/search': { json: { data: [foundLog()] } },
    'datadog:POST /api/v2/logs': { status: 202, json: {} },
  };
}

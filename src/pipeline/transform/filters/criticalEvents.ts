/** A record that detections are written for, and what is lost with it. */
export interface CriticalEvent {
  what: string;
  /** As CloudTrail writes it, as JSON. */
  record: Record<string, unknown>;
}

const ACCOUNT = '123456789012';
const ALICE = { type: 'IAMUser', principalId: 'AIDAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, accountId: ACCOUNT, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'alice' };
const ADMIN = {
  type: 'AssumedRole',
  principalId: 'AROAEXAMPLE:bob',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/bob`,
  accountId: ACCOUNT,
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  sessionContext: { sessionIssuer: { type: 'Role', principalId: 'AROAEXAMPLE', arn: `arn:aws:iam::${ACCOUNT}:role/Admin`, accountId: ACCOUNT, userName: 'Admin' }, attributes: { mfaAuthenticated: 'false', creationDate: '2026-11-20T12:00:00Z' } },
};
const ROOT = { type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT };

function call(what: string, service: string, eventName: string, requestParameters: Record<string, unknown>, more: Record<string, unknown> = {}): CriticalEvent {
  return {
    what,
    record: {
      eventVersion: '1.11',
      userIdentity: ADMIN,
      eventTime: '2026-11-20T12:05:00Z',
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: 'us-east-1',
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.15.0',
      requestParameters,
      responseElements: null,
      requestID: '11111111-1111-4111-8111-111111111111',
      eventID: '22222222-2222-4222-8222-222222222222',
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
      ...more,
    },
  };
}

function signIn(what: string, userIdentity: Record<string, unknown>, result: 'Success' | 'Failure', mfa: 'Yes' | 'No'): CriticalEvent {
  return call(what, 'signin', 'ConsoleLogin', {}, {
    userIdentity,
    eventType: 'AwsConsoleSignIn',
    responseElements: { ConsoleLogin: result },
    additionalEventData: { MFAUsed: mfa, MobileVersion: 'No' },
    ...(result === 'Failure' ? { errorMessage: 'Failed authentication' } : {}),
  });
}

/**
 * What no filter may drop unless it is forced to: one event for each way of detection that most public rule sets share
 * (DETECTION, appendix A). When rules as code exist, their test events stand beside these.
 */
export const CRITICAL_EVENTS: readonly CriticalEvent[] = [
  call('CloudTrail is switched off', 'cloudtrail', 'StopLogging', { name: 'org-trail' }),
  call('the trail is deleted', 'cloudtrail', 'DeleteTrail', { name: 'org-trail' }),
  call('the trail no longer records management events', 'cloudtrail', 'PutEventSelectors', { trailName: 'org-trail', eventSelectors: [{ includeManagementEvents: false }] }),
  signIn('root signs in', ROOT, 'Success', 'No'),
  signIn('a user signs in without MFA', ALICE, 'Success', 'No'),
  signIn('a sign-in fails', ALICE, 'Failure', 'No'),
  call('root makes an API call', 's3', 'PutBucketPolicy', { bucketName: 'b' }, { userIdentity: ROOT }),
  call('an access key is created', 'iam', 'CreateAccessKey', { userName: 'alice' }),
  call('a user is created', 'iam', 'CreateUser', { userName: 'mallory' }),
  call('a user is given a password', 'iam', 'CreateLoginProfile', { userName: 'alice' }),
  call('a user is made administrator', 'iam', 'AttachUserPolicy', { userName: 'alice', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  call('a role may be assumed from elsewhere', 'iam', 'UpdateAssumeRolePolicy', { roleName: 'Admin', policyDocument: '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}' }),
  call('MFA is taken off a user', 'iam', 'DeactivateMFADevice', { userName: 'alice', serialNumber: `arn:aws:iam::${ACCOUNT}:mfa/alice` }),
  call('a port is opened to the world', 'ec2', 'AuthorizeSecurityGroupIngress', { groupId: 'sg-0', ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] } }),
  call('a snapshot is shared with everybody', 'ec2', 'ModifySnapshotAttribute', { snapshotId: 'snap-0', createVolumePermission: { add: { items: [{ group: 'all' }] } } }),
  call('a bucket is made public', 's3', 'PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }] } }),
  call('GuardDuty is switched off', 'guardduty', 'DeleteDetector', { detectorId: 'd' }),
  call('flow logs are deleted', 'ec2', 'DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: { content: 'fl-0' } } }),
  call('a KMS key is scheduled for deletion', 'kms', 'ScheduleKeyDeletion', { keyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/1` }),
  call('the account leaves its organisation', 'organizations', 'LeaveOrganization', {}),
  call('a secret is read by a person', 'secretsmanager', 'GetSecretValue', { secretId: 'prod/db' }, { readOnly: true }),
  call('somebody is denied again and again', 'iam', 'ListUsers', {}, { readOnly: true, errorCode: 'AccessDenied', errorMessage: 'not authorized to perform: iam:ListUsers' }),
];

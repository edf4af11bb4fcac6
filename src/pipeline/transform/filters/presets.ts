/** A filter that many want, off by default. */
export interface Preset {
  name: string;
  /** What it filters. */
  title: string;
  /** `{roles}` stands for the roles that the file names. */
  query: string;
  /** What detections no longer see. */
  hides: string;
  /** The preset needs `roles: [...]`. */
  needsRoles?: boolean;
}

/** What a failed call tells about an attacker is worth more than its bytes: no preset takes it. */
const SUCCEEDED = '-@error.kind:*';
/** Reading these is what an attacker does with stolen credentials. */
const SENSITIVE_READS = '-@eventSource:(secretsmanager.amazonaws.com OR ssm.amazonaws.com OR kms.amazonaws.com OR sts.amazonaws.com OR iam.amazonaws.com OR organizations.amazonaws.com)';

export const PRESETS: readonly Preset[] = [
  {
    name: 'kms-by-aws-services',
    title: 'KMS data keys that AWS services ask for on somebody\'s behalf',
    query: `@eventSource:kms.amazonaws.com @eventName:(Decrypt OR Encrypt OR GenerateDataKey OR GenerateDataKeyWithoutPlaintext OR ReEncrypt) @userIdentity.invokedBy:(*.amazonaws.com OR "AWS Internal") ${SUCCEEDED}`,
    hides: 'which key a service used for whom; the call to the service itself (GetObject, CreateVolume, ...) stays, where it is recorded.',
  },
  {
    name: 'kms-data-plane',
    title: 'every successful use of a KMS key for data',
    query: `@eventSource:kms.amazonaws.com @eventName:(Decrypt OR Encrypt OR GenerateDataKey OR GenerateDataKeyWithoutPlaintext OR GenerateDataKeyPair OR GenerateDataKeyPairWithoutPlaintext OR ReEncrypt OR Verify OR Sign OR GenerateMac OR VerifyMac) ${SUCCEEDED}`,
    hides: 'decryption with stolen credentials (T1552, T1530), and new principals that use a key; ScheduleKeyDeletion, DisableKey, PutKeyPolicy and denied calls stay.',
  },
  {
    name: 'aws-config',
    title: 'what AWS Config reads to record the configuration',
    query: `(@userIdentity.invokedBy:config.amazonaws.com OR @userIdentity.assumed_role:AWSServiceRoleForConfig) @readOnly:true ${SUCCEEDED}`,
    hides: 'discovery that is done through Config\'s service role, which only Config can assume.',
  },
  {
    name: 'trail-delivery',
    title: 'CloudTrail\'s own deliveries into its bucket',
    query: `@userIdentity.invokedBy:cloudtrail.amazonaws.com ((@eventSource:s3.amazonaws.com @eventName:(PutObject OR GetBucketAcl)) OR (@eventSource:kms.amazonaws.com @eventName:GenerateDataKey)) ${SUCCEEDED}`,
    hides: 'nothing that detections use; a trail that stops delivering is seen by its missing logs and by StopLogging.',
  },
  {
    name: 'assume-role-by-aws-services',
    title: 'roles that AWS services assume for themselves',
    query: `@eventSource:sts.amazonaws.com @eventName:AssumeRole @userIdentity.type:AWSService ${SUCCEEDED}`,
    hides: 'the first use of a role by a service (a new Lambda function, a new instance), and the link from a role session back to the service.',
  },
  {
    name: 'cloudwatch-reads',
    title: 'metrics and alarms that dashboards and autoscaling read',
    query: `@eventSource:(monitoring.amazonaws.com OR autoscaling.amazonaws.com OR application-autoscaling.amazonaws.com) @eventName:(Describe* OR Get* OR List*) ${SUCCEEDED}`,
    hides: 'discovery of alarms and scaling groups before they are tampered with; the tampering itself (DeleteAlarms, ...) stays.',
  },
  {
    name: 'reads-by-roles',
    title: 'describe, list and get calls of roles that you name: scanners, inventories, monitoring',
    query: `@readOnly:true @eventName:(Describe* OR List* OR Get*) @userIdentity.assumed_role:({roles}) ${SENSITIVE_READS} ${SUCCEEDED}`,
    hides: 'discovery by whoever takes over one of these roles; secrets, parameters, KMS, STS, IAM, the organisation and denied calls stay.',
    needsRoles: true,
  },
  {
    name: 'object-reads-by-roles',
    title: 'S3 objects read by roles that you name, such as this forwarder\'s own',
    query: `@eventSource:s3.amazonaws.com @eventName:(GetObject OR HeadObject OR ListObjects) @userIdentity.assumed_role:({roles}) ${SUCCEEDED}`,
    hides: 'objects taken out by whoever takes over one of these roles (T1530).',
    needsRoles: true,
  },
];

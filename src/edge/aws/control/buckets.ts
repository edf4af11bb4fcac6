import {
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketRequestPaymentCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { asking, askingFor } from './asking.ts';
import { parsePolicy, type PolicyDocument } from './policyDocument.ts';
import { clientSettings, type Session } from './session.ts';

/** Whom a bucket tells of new objects. */
export interface Notification {
  to: 'lambda' | 'sqs' | 'sns';
  arn: string;
  /** As S3 writes them: `s3:ObjectCreated:*`. */
  events: string[];
  prefix: string;
  suffix: string;
}

export interface Notifications {
  configured: Notification[];
  /** The bucket sends every event to EventBridge. */
  eventBridge: boolean;
}

export interface Buckets {
  /** Undefined when the bucket has none. */
  policy(bucket: string): Promise<PolicyDocument | undefined>;
  notifications(bucket: string): Promise<Notifications>;
  requesterPays(bucket: string): Promise<boolean>;
  /** Undefined when there is no such bucket. */
  region(bucket: string): Promise<string | undefined>;
  /** Writes an object; gives its version when the bucket keeps versions. */
  put(bucket: string, key: string, body: Uint8Array): Promise<{ versionId?: string }>;
  /** Deletes an object, or that version of it, so that nothing of it is left. */
  remove(bucket: string, key: string, versionId?: string): Promise<void>;
}

export function openBuckets(session: Session): Buckets {
  const s3 = new S3Client({ ...clientSettings(session), followRegionRedirects: true });
  return {
    policy: (bucket) =>
      askingFor({ what: `read the policy of bucket "${bucket}"`, permission: 's3:GetBucketPolicy' }, ['NoSuchBucketPolicy'], async () => {
        const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
        return parsePolicy(Policy ?? '');
      }),

    notifications: (bucket) =>
      asking({ what: `read the notifications of bucket "${bucket}"`, permission: 's3:GetBucketNotification' }, async () => {
        const answer = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
        const configured = [
          ...(answer.LambdaFunctionConfigurations ?? []).map((entry) => read('lambda', entry.LambdaFunctionArn, entry)),
          ...(answer.QueueConfigurations ?? []).map((entry) => read('sqs', entry.QueueArn, entry)),
          ...(answer.TopicConfigurations ?? []).map((entry) => read('sns', entry.TopicArn, entry)),
        ];
        return { configured, eventBridge: answer.EventBridgeConfiguration !== undefined };
      }),

    requesterPays: (bucket) =>
      asking({ what: `read who pays for requests to bucket "${bucket}"`, permission: 's3:GetBucketRequestPayment' }, async () => {
        const { Payer } = await s3.send(new GetBucketRequestPaymentCommand({ Bucket: bucket }));
        return Payer === 'Requester';
      }),

    region: (bucket) =>
      askingFor({ what: `find bucket "${bucket}"`, permission: 's3:GetBucketLocation' }, ['NoSuchBucket'], async () => {
        const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
        // S3's oldest region answers with nothing, Ireland may answer with its first name.
        if (LocationConstraint === undefined) return 'us-east-1';
        return LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint;
      }),

    put: (bucket, key, body) =>
      asking({ what: `write "s3://${bucket}/${key}"`, permission: 's3:PutObject' }, async () => {
        const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
        return VersionId === undefined ? {} : { versionId: VersionId };
      }),

    remove: (bucket, key, versionId) =>
      asking({ what: `delete "s3://${bucket}/${key}"`, permission: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion' }, async () => {
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) }));
      }),
  };
}

interface Entry {
  Events?: string[] | undefined;
  Filter?: { Key?: { FilterRules?: { Name?: string | undefined; Value?: string | undefined }[] | undefined } | undefined } | undefined;
}

function read(to: Notification['to'], arn: string | undefined, { Events, Filter }: Entry): Notification {
  const rule = (name: string) => Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
  return { to, arn: arn ?? '', events: Events ?? [], prefix: rule('prefix'), suffix: rule('suffix') };
}

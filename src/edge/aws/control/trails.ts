import { CloudTrailClient, DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand } from '@aws-sdk/client-cloudtrail';
import { asking } from './asking.ts';
import { clientSettings, type Session } from './session.ts';

export interface Trail {
  name: string;
  arn: string;
  homeRegion: string;
  bucket: string;
  /** What stands before `AWSLogs/`, without a slash at its end; often empty. */
  prefix: string;
  kmsKeyArn?: string;
  /** The topic that CloudTrail itself tells of each delivery. */
  snsTopicArn?: string;
  multiRegion: boolean;
  logFileValidation: boolean;
  globalServiceEvents: boolean;
  organization: boolean;
}

export interface TrailStatus {
  logging: boolean;
  /** Ms since the epoch; absent when it never delivered. */
  latestDeliveryMs?: number;
  /** S3's error code at the last delivery: `AccessDenied`, `NoSuchBucket`, ... */
  latestDeliveryError?: string;
  stoppedMs?: number;
}

/** What a trail records, whichever of the two kinds of selector says so. */
export interface EventSelectors {
  /** `read`, `write`: kinds of management event that are recorded. */
  management: { read: boolean; write: boolean };
  /** Event sources that are kept out of the management events: `kms.amazonaws.com`, `rdsdata.amazonaws.com`. */
  excludedSources: string[];
  /** ARN prefixes of the S3 objects whose data events are recorded; `arn:aws:s3` is every object. */
  s3DataOf: string[];
  /** ARN prefixes that an advanced selector keeps out of them. */
  s3DataNotOf: string[];
}

export interface Trails {
  /** Every trail that records this region, also those of other regions and of the organisation. */
  list(): Promise<Trail[]>;
  status(arn: string): Promise<TrailStatus>;
  selectors(arn: string): Promise<EventSelectors>;
}

export function openTrails(session: Session): Trails {
  const cloudTrail = new CloudTrailClient(clientSettings(session));
  return {
    list: () =>
      asking({ what: 'list the trails', permission: 'cloudtrail:DescribeTrails' }, async () => {
        const { trailList } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
        return (trailList ?? []).map((trail) => ({
          name: trail.Name ?? '',
          arn: trail.TrailARN ?? '',
          homeRegion: trail.HomeRegion ?? '',
          bucket: trail.S3BucketName ?? '',
          prefix: (trail.S3KeyPrefix ?? '').replace(/\/$/, ''),
          ...(trail.KmsKeyId === undefined ? {} : { kmsKeyArn: trail.KmsKeyId }),
          ...(trail.SnsTopicARN === undefined ? {} : { snsTopicArn: trail.SnsTopicARN }),
          multiRegion: trail.IsMultiRegionTrail ?? false,
          logFileValidation: trail.LogFileValidationEnabled ?? false,
          globalServiceEvents: trail.IncludeGlobalServiceEvents ?? false,
          organization: trail.IsOrganizationTrail ?? false,
        }));
      }),

    status: (arn) =>
      asking({ what: `read the status of trail "${arn}"`, permission: 'cloudtrail:GetTrailStatus' }, async () => {
        const status = await cloudTrail.send(new GetTrailStatusCommand({ Name: arn }));
        return {
          logging: status.IsLogging ?? false,
          ...(status.LatestDeliveryTime === undefined ? {} : { latestDeliveryMs: status.LatestDeliveryTime.getTime() }),
          ...(status.LatestDeliveryError ? { latestDeliveryError: status.LatestDeliveryError } : {}),
          ...(status.StopLoggingTime === undefined ? {} : { stoppedMs: status.StopLoggingTime.getTime() }),
        };
      }),

    selectors: (arn) =>
      asking({ what: `read the event selectors of trail "${arn}"`, permission: 'cloudtrail:GetEventSelectors' }, async () => {
        const answer = await cloudTrail.send(new GetEventSelectorsCommand({ TrailName: arn }));
        const selectors: EventSelectors = { management: { read: false, write: false }, excludedSources: [], s3DataOf: [], s3DataNotOf: [] };
        for (const selector of answer.EventSelectors ?? []) readBasic(selector, selectors);
        for (const selector of answer.AdvancedEventSelectors ?? []) readAdvanced(selector.FieldSelectors ?? [], selectors);
        return selectors;
      }),
  };
}

interface BasicSelector {
  ReadWriteType?: string | undefined;
  IncludeManagementEvents?: boolean | undefined;
  DataResources?: { Type?: string | undefined; Values?: string[] | undefined }[] | undefined;
  ExcludeManagementEventSources?: string[] | undefined;
}

function readBasic(selector: BasicSelector, into: EventSelectors): void {
  if (selector.IncludeManagementEvents ?? true) {
    if (selector.ReadWriteType !== 'WriteOnly') into.management.read = true;
    if (selector.ReadWriteType !== 'ReadOnly') into.management.write = true;
    into.excludedSources.push(...(selector.ExcludeManagementEventSources ?? []));
  }
  for (const { Type, Values } of selector.DataResources ?? []) {
    if (Type === 'AWS::S3::Object') into.s3DataOf.push(...(Values ?? []));
  }
}

interface FieldSelector {
  Field: string | undefined;
  Equals?: string[] | undefined;
  StartsWith?: string[] | undefined;
  NotEquals?: string[] | undefined;
  NotStartsWith?: string[] | undefined;
}

function readAdvanced(fields: FieldSelector[], into: EventSelectors): void {
  const field = (name: string) => fields.find(({ Field }) => Field === name);
  const category = field('eventCategory')?.Equals?.[0];
  if (category === 'Management') {
    const readOnly = field('readOnly')?.Equals?.[0];
    if (readOnly !== 'false') into.management.read = true;
    if (readOnly !== 'true') into.management.write = true;
    into.excludedSources.push(...(field('eventSource')?.NotEquals ?? []));
  }
  if (category === 'Data' && (field('resources.type')?.Equals ?? []).includes('AWS::S3::Object')) {
    const arn = field('resources.ARN');
    into.s3DataNotOf.push(...(arn?.NotStartsWith ?? []), ...(arn?.NotEquals ?? []));
    const only = [...(arn?.StartsWith ?? []), ...(arn?.Equals ?? [])];
    into.s3DataOf.push(...(only.length > 0 ? only : ['arn:aws:s3']));
  }
}

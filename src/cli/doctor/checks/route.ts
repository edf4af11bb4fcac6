/** How new objects of the trail get from the bucket to the function: by which of the ways that S3 and CloudTrail offer. */
import type { Notification, Notifications } from '../../../edge/aws/control/buckets.ts';
import type { DeployedFunction } from '../../../edge/aws/control/functions.ts';
import type { PolicyDocument, Statement } from '../../../edge/aws/control/policyDocument.ts';
import type { Queue } from '../../../edge/aws/control/queues.ts';
import type { Trail } from '../../../edge/aws/control/trails.ts';
import { matchesWildcards } from '../policy/wildcards.ts';

/** What decides whether a notification reaches the function. */
export interface Surroundings {
  trail: Trail;
  accountId: string;
  notifications: Notifications;
  forwarder: DeployedFunction;
  /** Who may invoke the function. */
  policy: PolicyDocument | undefined;
  /** The queues it reads. */
  queues: Queue[];
}

export interface Route {
  /** The first hop, as people would say it. */
  by: string;
  /** The bucket's notification, where the way starts with one. */
  notification?: Notification;
}

/** Every way that leads from the trail to the function, whether or not its filter lets the trail's objects through. */
export function findRoutes(around: Surroundings): Route[] {
  const routes: Route[] = around.notifications.configured
    .filter((notification) => leadsHere(notification, around))
    .map((notification) => ({ by: `S3 ${notification.to === 'lambda' ? 'calls the function' : `tells ${notification.arn}`}`, notification }));
  if (around.notifications.eventBridge && isHeard('events.amazonaws.com', undefined, around)) routes.push({ by: 'S3 tells EventBridge, whose rule calls the function' });
  const { snsTopicArn } = around.trail;
  if (snsTopicArn !== undefined && isHeard('sns.amazonaws.com', snsTopicArn, around)) routes.push({ by: `CloudTrail tells ${snsTopicArn}` });
  return routes;
}

function leadsHere({ to, arn }: Notification, around: Surroundings): boolean {
  switch (to) {
    case 'lambda':
      return arn === around.forwarder.arn || arn.startsWith(`${around.forwarder.arn}:`);
    case 'sqs':
      return around.queues.some((queue) => queue.arn === arn);
    case 'sns':
      return isHeard('sns.amazonaws.com', arn, around);
  }
}

/** Whether the service (from that source; absent: from any) may invoke the function, or write to a queue that it reads. */
function isHeard(service: string, sourceArn: string | undefined, { policy, queues, forwarder }: Surroundings): boolean {
  const readQueues = queues.filter((queue) => !isHoldOnly(queue, forwarder));
  return [policy, ...readQueues.map((queue) => queue.policy)].some((document) =>
    document?.statements.some(
      (statement) =>
        statement.effect === 'Allow' &&
        statement.principals['Service']?.includes(service) &&
        (sourceArn === undefined || sourcesOf(statement).some((source) => matchesWildcards(source, sourceArn))),
    ),
  );
}

/** The `aws:SourceArn`s that a statement asks for; `*` when it asks for none. */
function sourcesOf({ conditions }: Statement): string[] {
  const keys = Object.values(conditions).flatMap((keysOf) => Object.entries(keysOf));
  return keys.find(([key]) => key.toLowerCase() === 'aws:sourcearn')?.[1] ?? ['*'];
}

/** The forwarder's own held queue: topics and rules may write to it what they could not hand over. */
function isHoldOnly({ url }: Queue, { environment }: DeployedFunction): boolean {
  return url === environment['DD_SQS_QUEUE_URL'] || url === environment['DD_DLQ_URL'];
}

/** Why a notification's filter keeps objects of this trail away; undefined when all of them pass. */
export function filterFault({ prefix, suffix, events }: Notification, trail: Trail, accountId: string): string | undefined {
  if (!events.some((event) => event === 's3:ObjectCreated:*' || event === 's3:ObjectCreated:Put')) return `it is for ${events.join(', ')}, not for s3:ObjectCreated:*`;
  const keys = sampleKeys(trail, accountId, prefix);
  if (!keys.some((key) => key.endsWith(suffix))) return `its suffix "${suffix}" fits no log of CloudTrail, which end in .json.gz`;
  const fitting = keys.filter((key) => key.startsWith(prefix));
  if (fitting.length === 0) return `its prefix "${prefix}" fits nothing that this trail writes, such as ${keys[0]}`;
  const [missed] = keys.filter((key) => !fitting.includes(key));
  return missed === undefined ? undefined : `its prefix "${prefix}" leaves out others that this trail writes, such as ${missed}`;
}

/** Whether a notification takes (some of) the keys that the trail writes, so that S3 refuses another one for them. */
export function overlaps(notification: Notification, trail: Trail, accountId: string): boolean {
  if (!notification.events.some((event) => event.startsWith('s3:ObjectCreated:'))) return false;
  return sampleKeys(trail, accountId, notification.prefix).some((key) => key.startsWith(notification.prefix) && key.endsWith(notification.suffix));
}

/** Keys as the trail writes them: of another region and of another account too, when it records those. */
function sampleKeys({ prefix, organization, multiRegion, homeRegion }: Trail, accountId: string, filterPrefix: string): string[] {
  const organizationId = /(?:^|\/)AWSLogs\/(o-[a-z0-9]{10,32})(?:\/|$)/.exec(filterPrefix)?.[1] ?? 'o-exampleorgid';
  const accounts = organization ? [accountId, '111122223333'] : [accountId];
  const regions = multiRegion ? [homeRegion, homeRegion === 'eu-west-3' ? 'us-east-1' : 'eu-west-3'] : [homeRegion];
  return accounts.flatMap((account) =>
    regions.map(
      (region) =>
        `${prefix === '' ? '' : `${prefix}/`}AWSLogs/${organization ? `${organizationId}/` : ''}${account}/CloudTrail/${region}/2026/11/20/${account}_CloudTrail_${region}_20261120T1205Z_EXAMPLEexample01.json.gz`,
    ),
  );
}

/**
 * A custom resource: one notification in a bucket that exists already. It reads the bucket's whole configuration, since
 * S3 knows no smaller unit, changes the entries that are its own (by their Id), and writes the rest back as it was.
 * CloudFormation takes this file inline; the AWS SDK is the Lambda runtime's own. The framework looks for its variables
 * in this text too, so a dollar sign's braces hold no parenthesis and no colon.
 */
const {
  S3Client,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} = require('@aws-sdk/client-s3');

const KINDS = [
  { told: 'LambdaConfigurations', kept: 'LambdaFunctionConfigurations', from: 'Function', to: 'LambdaFunctionArn' },
  { told: 'QueueConfigurations', kept: 'QueueConfigurations', from: 'Queue', to: 'QueueArn' },
  { told: 'TopicConfigurations', kept: 'TopicConfigurations', from: 'Topic', to: 'TopicArn' },
];

/** Everything in `present` that is not ours, and what `wanted` (in CloudFormation's words) adds to it (in S3's). */
function merge(present, wanted, owner) {
  const merged = {};
  for (const { told, kept, from, to } of KINDS) {
    const others = (present[kept] ?? []).filter(({ Id }) => Id !== owner);
    const ours = (wanted[told] ?? []).map(({ Event, Filter, [from]: target }) => ({
      Id: owner,
      [to]: target,
      Events: [Event],
      Filter: { Key: { FilterRules: Filter.S3Key.Rules } },
    }));
    merged[kept] = [...others, ...ours];
  }
  // Once on, it stays on: others may listen by now.
  if (present.EventBridgeConfiguration || wanted.EventBridgeConfiguration) merged.EventBridgeConfiguration = {};
  return merged;
}

async function notify(s3, { Bucket, Owner, Notification }) {
  const { $metadata, ...present } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  const NotificationConfiguration = merge(present, Notification, Owner);
  try {
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  } catch (error) {
    const others = KINDS.flatMap(({ kept }) => present[kept] ?? []).map(({ Id }) => `"${Id}"`).join(', ');
    if (error.name !== 'InvalidArgument' || others === '') throw error;
    throw new Error(
      `Cannot notify of new objects in "${Bucket}": it has ${others} already, and S3 allows one notification ` +
        `for the same keys (${error.message}). Deploy with trigger=eventbridge, which goes beside them, or let that ` +
        'notification publish to a topic and deploy with trigger=none and topicArn',
    );
  }
}

async function change(s3, event) {
  if (event.RequestType !== 'Delete') return notify(s3, event.ResourceProperties);
  try {
    await notify(s3, { ...event.ResourceProperties, Notification: {} });
  } catch (error) {
    // A bucket that is gone, or that the stack has just been given up for another, must not keep the stack from ending.
    if (!['NoSuchBucket', 'AccessDenied'].includes(error.name)) throw error;
    console.log(`Left the bucket's notifications alone: ${error.message}`);
  }
}

exports.handler = async (event, context) => {
  const answer = {
    Status: 'SUCCESS',
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    PhysicalResourceId: `${event.ResourceProperties.Bucket}/${event.ResourceProperties.Owner}`,
  };
  try {
    await change(new S3Client({}), event);
  } catch (error) {
    answer.Status = 'FAILED';
    answer.Reason = `${error.message} (log stream ${context.logStreamName})`;
  }
  const body = JSON.stringify(answer);
  await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
};

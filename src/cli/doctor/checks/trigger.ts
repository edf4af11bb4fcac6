import type { Setup } from '../setup.ts';
import { notOk, ok, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';
import { allows } from '../policy/allows.ts';
import { filterFault, findRoutes, overlaps, type Surroundings } from './route.ts';

async function surroundingsOf(setup: Setup): Promise<Surroundings> {
  const [trail, { accountId }, notifications, forwarder, policy, sources] = await Promise.all([
    setup.trail(),
    setup.identity(),
    setup.notifications(),
    setup.forwarder(),
    setup.forwarderPolicy(),
    setup.eventSources(),
  ]);
  return { trail, accountId, notifications, forwarder, policy, queues: sources.flatMap(({ queue }) => queue ?? []) };
}

export const trigger: Check[] = [
  {
    id: 'notification',
    group: 'forwarder',
    title: 'New objects of the trail reach the forwarder',
    async run(setup) {
      const around = await surroundingsOf(setup);
      const { trail, forwarder, accountId } = around;
      const routes = findRoutes(around);
      const [route] = routes;
      if (route === undefined) {
        return notOk(`bucket "${trail.bucket}" tells nobody that leads to "${forwarder.name}"`, `${deployAgain(forwarder, `--param="bucketName=${trail.bucket}"`)}; if S3 refuses that, notification-clash in this list says what to do`);
      }
      const faults = routes.map(({ notification }) => (notification === undefined ? undefined : filterFault(notification, trail, accountId)));
      if (faults.includes(undefined)) {
        if (routes.length > 1) return notOk(`objects arrive ${routes.length} times: ${routes.map(({ by }) => by).join('; ')}`, 'Take away all but one of these triggers');
        return ok(route.by);
      }
      const prefix = trail.prefix === '' ? 'AWSLogs/' : `${trail.prefix}/AWSLogs/`;
      return notOk(`${route.by}, but ${faults.join('; ')}`, deployAgain(forwarder, `--param="bucketName=${trail.bucket}" --param="prefix=${prefix}"`));
    },
    fix: 'npx serverless deploy',
  },
  {
    id: 'notification-clash',
    group: 'forwarder',
    title: "No other notification takes the trail's objects",
    async run(setup) {
      const around = await surroundingsOf(setup);
      const { notifications, trail, accountId, forwarder } = around;
      const routes = findRoutes(around);
      const [other] = notifications.configured.filter((one) => overlaps(one, trail, accountId) && !routes.some(({ notification }) => notification === one));
      if (other === undefined) return ok('no other notification for the same objects');
      if (routes.length > 0) return ok(`${other.arn} is told of the same objects as well; both work`);
      const more = other.to === 'sns' ? `${deployAgain(forwarder, `--param="trigger=none" --param="topicArn=${other.arn}"`)} joins that topic` : `${deployAgain(forwarder, '--param="trigger=eventbridge"')} works beside it`;
      return notOk(`bucket "${trail.bucket}" tells ${other.arn} of the same objects, and S3 allows only one for the same keys`, more);
    },
    fix: 'npx serverless deploy --param="trigger=eventbridge"',
  },
  {
    id: 'invoke-permission',
    group: 'forwarder',
    title: 'The bucket may call the function, or write to its queue',
    async run(setup) {
      const { notifications, forwarder, policy, queues, trail, accountId } = await surroundingsOf(setup);
      const caller = {
        principal: { kind: 'Service', name: 's3.amazonaws.com' } as const,
        context: { 'aws:SourceArn': `arn:${trail.arn.split(':')[1] ?? 'aws'}:s3:::${trail.bucket}`, 'aws:SourceAccount': accountId, 'aws:SecureTransport': 'true' },
      };
      for (const { to, arn } of notifications.configured) {
        if (to === 'lambda' && arn.startsWith(forwarder.arn) && !allows(policy, { ...caller, action: 'lambda:InvokeFunction', resource: forwarder.arn }).allowed) {
          return notOk(
            `S3 may not invoke "${forwarder.name}" for bucket "${trail.bucket}"`,
            `aws lambda add-permission --function-name ${forwarder.name} --statement-id s3 --action lambda:InvokeFunction --principal s3.amazonaws.com --source-arn ${caller.context['aws:SourceArn']} --source-account ${accountId}`,
          );
        }
        const queue = queues.find((one) => one.arn === arn);
        if (queue !== undefined && !allows(queue.policy, { ...caller, action: 'sqs:SendMessage', resource: arn }).allowed) {
          return notOk(`S3 may not write to queue ${arn} for bucket "${trail.bucket}"`, `Allow s3.amazonaws.com sqs:SendMessage with ArnLike aws:SourceArn ${caller.context['aws:SourceArn']} in the queue's policy, or: ${deployAgain(forwarder, '--param="trigger=sqs"')}`);
        }
      }
      return ok(`S3 may hand over what bucket "${trail.bucket}" tells`);
    },
    fix: 'npx serverless deploy',
  },
];

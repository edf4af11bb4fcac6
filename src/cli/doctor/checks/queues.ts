import { notOk, ok, skipped, type Check } from '../check.ts';
import { deployAgain } from '../commands.ts';

const FOURTEEN_DAYS_SECONDS = 1_209_600;

export const queues: Check[] = [
  {
    id: 'queue-timeouts',
    group: 'forwarder',
    title: 'The queues wait long enough, and are read',
    async run(setup) {
      const it = await setup.forwarder();
      const sources = await setup.eventSources();
      const wantedSeconds = 6 * it.timeoutSeconds;
      for (const { source, queue } of sources) {
        const name = source.arn.split(':').at(-1) ?? source.arn;
        if (queue === undefined) return notOk(`queue "${name}", which the function should read, does not exist`, deployAgain(it));
        if (source.state === 'Disabled' || source.state === 'Disabling') {
          return notOk(`the function does not read queue "${name}": its event source is ${source.state}`, `aws lambda update-event-source-mapping --uuid ${source.uuid} --enabled`);
        }
        if (!source.answersPerMessage) {
          return notOk(`one bad message in queue "${name}" sends all the others round again`, `aws lambda update-event-source-mapping --uuid ${source.uuid} --function-response-types ReportBatchItemFailures`);
        }
        if (queue.visibilityTimeoutSeconds < wantedSeconds) {
          return notOk(
            `queue "${name}" shows a message again after ${queue.visibilityTimeoutSeconds} s, while the function may work ${it.timeoutSeconds} s on it: set ${wantedSeconds} s or more`,
            `aws sqs set-queue-attributes --queue-url ${queue.url} --attributes VisibilityTimeout=${wantedSeconds}`,
          );
        }
      }
      return ok(sources.length === 0 ? 'the function reads no queue' : `${sources.length} queue${sources.length === 1 ? '' : 's'}, visibility timeout at least ${wantedSeconds} s`);
    },
    fix: 'npx serverless deploy',
  },
  {
    id: 'held-queue',
    group: 'forwarder',
    title: 'What cannot be delivered is held, and failed invocations are too',
    async run(setup) {
      const it = await setup.forwarder();
      const { heldQueueUrl } = await setup.settings();
      const { queues: asked, functions, roles } = setup.doors.aws;
      if (heldQueueUrl === undefined) return notOk('DD_SQS_QUEUE_URL is not set: what Datadog does not take now is lost after three tries', deployAgain(it));
      const held = await asked.read(heldQueueUrl);
      if (held === undefined) return notOk(`there is no queue ${heldQueueUrl}`, deployAgain(it));
      if (!(await roles.mayDo(it.roleArn, 'sqs:SendMessage', held.arn))) return notOk(`the role ${it.roleArn} may not do sqs:SendMessage to ${held.arn}: nothing can be held`, deployAgain(it));
      const destination = await functions.onFailure(it.name);
      if (destination === undefined) {
        return notOk(
          'a failed asynchronous invocation (a crash, a timeout) goes nowhere',
          `aws lambda put-function-event-invoke-config --function-name ${it.name} --destination-config '{"OnFailure":{"Destination":"${held.arn}"}}'`,
        );
      }
      const sources = await setup.eventSources();
      if (!sources.some(({ source }) => source.arn === held.arn)) return notOk(`nobody reads ${held.arn}: what is held stays there`, deployAgain(it));
      if (held.retentionSeconds < FOURTEEN_DAYS_SECONDS) {
        return notOk(`queue ${held.arn} forgets after ${Math.floor(held.retentionSeconds / 86_400)} days`, `aws sqs set-queue-attributes --queue-url ${held.url} --attributes MessageRetentionPeriod=${FOURTEEN_DAYS_SECONDS}`);
      }
      return ok(held.visibleMessages === 0 ? 'nothing is held' : `${held.visibleMessages} held pointers wait for their next try`);
    },
    fix: 'npx serverless deploy',
  },
  {
    id: 'dead-letters',
    group: 'forwarder',
    title: 'Nothing was given up',
    async run(setup) {
      const { deadLetterQueueUrl } = await setup.settings();
      if (deadLetterQueueUrl === undefined) return skipped('DD_DLQ_URL is not set');
      const queue = await setup.doors.aws.queues.read(deadLetterQueueUrl);
      if (queue === undefined) return notOk(`there is no queue ${deadLetterQueueUrl}`, deployAgain(await setup.forwarder()));
      if (queue.visibleMessages === 0) return ok('the dead-letter queue is empty');
      return notOk(`${queue.visibleMessages} held pointers were given up; their records are still in the bucket`, 'npx cloudtrail-forwarder held list tells why; mend that; then: npx cloudtrail-forwarder held replay --all');
    },
    fix: 'npx cloudtrail-forwarder held list',
  },
];

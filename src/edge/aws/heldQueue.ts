import { ForwarderError } from '../../errors.ts';
import type { HeldPointer } from '../../model.ts';
import { printUri } from '../../object/uri.ts';
import type { HeldStore } from '../../pipeline/held/heldStore.ts';
import { pointerMessages } from '../../pipeline/held/messages.ts';
import { DEFAULT_MAX_ATTEMPTS, nextStop } from '../../pipeline/held/policy.ts';
import type { AwsAddress } from './address.ts';

/** Where there is no dead-letter queue: as rare as SQS's delay can make it. */
const PATIENCE_S = 900;
/** Objects named in an error; the others are counted. */
const MAX_NAMED = 10;

export interface HeldQueueOptions extends AwsAddress {
  queueUrl: string;
  /** Absent: what would go there waits in the held queue, too, and is tried again every {@link PATIENCE_S}. */
  deadLetterQueueUrl?: string;
  /** Tries until the dead-letter queue. Default {@link DEFAULT_MAX_ATTEMPTS}. */
  maxAttempts?: number;
  /** A number in [0, 1); default Math.random. */
  random?: () => number;
  /** Between two sends of what SQS did not take, ms times a random number. Default 200. */
  waitMs?: number;
}

/** Pointers in an SQS queue that triggers the function again, and in a dead-letter queue that an alarm watches. */
export function heldQueue(options: HeldQueueOptions): HeldStore {
  const { queueUrl, deadLetterQueueUrl, maxAttempts = DEFAULT_MAX_ATTEMPTS, random = Math.random, waitMs = 200 } = options;
  let loaded: ReturnType<typeof load> | undefined;

  return {
    async hold(pointers) {
      if (pointers.length === 0) return;
      const outgoing = [];
      const lost: Lost[] = [];
      for (const pointer of pointers) {
        const stop = nextStop(pointer, maxAttempts, random);
        const to =
          stop.queue === 'retry'
            ? { queueUrl, delaySeconds: stop.delaySeconds }
            : deadLetterQueueUrl === undefined
              ? { queueUrl, delaySeconds: PATIENCE_S }
              : { queueUrl: deadLetterQueueUrl, delaySeconds: 0 };
        for (const message of pointerMessages(pointer)) outgoing.push({ ...message, ...to });
      }
      loaded ??= load(options);
      const { sqs, sendMessages } = await loaded;
      const unsent = await sendMessages(sqs, outgoing, () => random() * waitMs);
      lost.push(...unsent.map(({ message, why }) => ({ pointer: message.pointer, why })));
      if (lost.length > 0) throw notStored(lost);
    },
  };
}

/** The SQS client, loaded when something must be held: most invocations hold nothing, and cold start need not wait for it. */
async function load(options: HeldQueueOptions) {
  const [{ queueClient }, { sendMessages }] = await Promise.all([import('./queueClient.ts'), import('./sendMessages.ts')]);
  return { sqs: queueClient(options.queueUrl, options), sendMessages };
}

interface Lost {
  pointer: HeldPointer;
  why: string;
}

function notStored(lost: readonly Lost[]): ForwarderError {
  const named = [...new Set(lost.map(({ pointer }) => printUri(pointer)))];
  const more = named.length > MAX_NAMED ? ` and ${named.length - MAX_NAMED} more objects` : '';
  const reasons = [...new Set(lost.map(({ why }) => why))].slice(0, 3).join('; ');
  return new ForwarderError('ERR_HOLD', `Cannot hold what was not delivered of ${named.slice(0, MAX_NAMED).join(', ')}${more}: ${reasons}`, {
    stage: 'held',
    retry: 'later',
    hint: "Allow the function's role sqs:SendMessage on the held queue and its dead-letter queue (and kms:GenerateDataKey and kms:Decrypt on their key), and see that both exist. Until then the trigger keeps and repeats the event.",
  });
}

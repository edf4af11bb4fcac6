import type { MessageQueue, QueueMessage } from '../../edge/aws/messageQueue.ts';
import type { Context } from '../context.ts';
import { progress } from '../progress.ts';
import { readLetter } from './letter.ts';
import type { Letter } from './letter.ts';

/**
 * How long what is looked at stays hidden when nobody releases it: long enough to read thousands of messages, short
 * enough that a killed command hides nothing for long.
 */
const HIDDEN_SECONDS = 300;

/**
 * Goes through a queue, ten letters at a time, each once. Whatever is not in `taken` when it ends, fails or is
 * interrupted is released again, so that the function and other people see it at once. Ctrl-C ends it early, without an
 * error: what was done is then still reported.
 *
 * @param take what to do with ten letters; gives those that left the queue. False: stop.
 */
export async function lookThrough(ctx: Context, queue: MessageQueue, take: (letters: Letter[]) => Promise<Letter[] | false>): Promise<void> {
  const { waiting } = await queue.counts();
  const bar = progress(ctx, `reading ${queue.name}`);
  const seen = new Set<string>();
  const hidden = new Map<string, QueueMessage>();
  try {
    while (ctx.interrupted?.aborted !== true) {
      bar.at(seen.size, Math.max(waiting, seen.size));
      let messages = await queue.receive(HIDDEN_SECONDS, 0);
      // SQS counts more than came: ask again, this time all its servers.
      if (messages.length === 0 && seen.size < waiting) messages = await queue.receive(HIDDEN_SECONDS, 1);
      const fresh = messages.filter(({ id }) => !seen.has(id));
      // The newest receipt is the one that releases.
      for (const message of messages) hidden.set(message.id, message);
      // Nothing left, or what was looked at first is already back.
      if (fresh.length === 0) break;
      for (const { id } of fresh) seen.add(id);
      const taken = await take(fresh.map(readLetter));
      if (taken === false) break;
      for (const { message } of taken) hidden.delete(message.id);
    }
  } finally {
    bar.end();
    await queue.release([...hidden.values()]);
  }
}

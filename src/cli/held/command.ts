import { Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import type { DropOptions } from './drop.ts';
import type { ListOptions } from './list.ts';
import type { ReplayHeldOptions } from './replay.ts';
import type { ShowOptions } from './show.ts';

const ABOUT = `
What cannot be delivered is held as pointers (bucket, key, which records, why), never as copies. Two queues keep them:
- the held queue: tried again by itself, with longer and longer waits, for about 18 hours;
- its dead-letter queue: what waiting cannot heal (a permission, a broken object, a refused record) or what was tried
  too often. An alarm watches it. Mend the cause, then: held replay.

SQS has no look without a receive. So while a command reads, the messages it has read are hidden from others; they are
released when it ends or is stopped with Ctrl-C, and come back by themselves within 5 minutes if it is killed. Nothing is
removed but by replay (after the new message is confirmed) and by drop --yes. Each look counts as one receive towards a
queue's redrive policy: the dead-letter queue has none; in the held queue (--waiting) a message that is looked at again
and again moves to the dead-letter queue early. It is not lost either way. The function needs no receive to be counted:
each try is a new message.

Exit codes: 0 nothing waits for you (list) or it is done, 1 something waits for you, 2 it could not run.

Examples:
  $ npx cloudtrail-forwarder held list
  $ npx cloudtrail-forwarder held show 059f36b4
  $ npx cloudtrail-forwarder held replay --code ERR_OBJECT_KMS_DENIED --dry-run
  $ npx cloudtrail-forwarder held replay --all
  $ npx cloudtrail-forwarder held drop --match /CloudTrail/us-east-1/2026/11/20/ --yes --json > dropped.json
`;

/** `held`: what could not be delivered: look at it, send it round again, let it go. */
export function heldCommand(ctx: Context): Command {
  const held = new Command('held').description('what could not be delivered: look at it, send it round again, let it go').addHelpText('after', ABOUT);

  withQueues(held.command('list'))
    .description('list what waits for somebody to act, and count what is tried again by itself')
    .option('--waiting', 'list the messages of the held queue too (see below what a look costs)')
    .option('--limit <messages>', 'read at most so many of a queue', atLeastOne, 1000)
    .action(async (options: ListOptions) => (await import('./list.ts')).runList(ctx, options));

  withQueues(held.command('show <id>'))
    .description('show one message whole; the first characters of its id are enough')
    .option('--waiting', 'look into the held queue, not into its dead-letter queue')
    .action(async (id: string, options: ShowOptions) => (await import('./show.ts')).runShow(ctx, id, options));

  withSelection(withQueues(held.command('replay')))
    .description('send messages of the dead-letter queue round again')
    .option('--dry-run', 'say what would be sent, and send nothing')
    .action(async (options: ReplayHeldOptions) => (await import('./replay.ts')).runReplayHeld(ctx, options));

  withSelection(withQueues(held.command('drop')))
    .description('remove messages from the dead-letter queue; the records stay in the bucket')
    .option('--yes', 'really remove them')
    .option('--dry-run', 'say what would be removed, and remove nothing (the default without --yes)')
    .action(async (options: DropOptions) => (await import('./drop.ts')).runDrop(ctx, options));

  return held;
}

function withQueues(command: Command): Command {
  return command
    .option('--function <name>', 'the forwarder, whose settings name the queues (default: the only one in the region)')
    .option('--queue <url>', 'the held queue (default: DD_SQS_QUEUE_URL, or the function\'s)')
    .option('--dlq <url>', 'its dead-letter queue (default: DD_DLQ_URL, or the function\'s)')
    .option('--region <region>', 'where they are (default: AWS_REGION, or the profile)')
    .option('--json', 'one JSON document instead of text');
}

function withSelection(command: Command): Command {
  return command
    .option('--all', 'every message')
    .option('--id <ids...>', 'messages with these ids, or beginnings of ids')
    .option('--code <codes...>', 'messages held for these reasons, such as ERR_OBJECT_DENIED')
    .option('--match <text>', 'messages that name an object with this text in its s3:// address');
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a number from 1 on');
  return Number(text);
}

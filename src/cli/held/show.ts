import { ForwarderError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { isoTime, letterJson, printTarget } from './letter.ts';
import type { Letter } from './letter.ts';
import { lookThrough } from './look.ts';
import { openQueues } from './open.ts';
import type { QueueOptions } from './open.ts';

export interface ShowOptions extends QueueOptions {
  waiting?: boolean;
  json?: boolean;
}

/** Shows one message whole: why it is held, what to do, and the command that prints its first record. */
export async function runShow(ctx: Context, id: string, options: ShowOptions): Promise<void> {
  const { retry, deadLetter } = await openQueues(ctx, options);
  const queue = options.waiting ? retry : deadLetter;
  let found: Letter | undefined;
  await lookThrough(ctx, queue, async (letters) => {
    found = letters.find(({ message }) => message.id.startsWith(id));
    return found === undefined ? [] : false;
  });
  ctx.interrupted?.throwIfAborted();
  if (found === undefined) {
    throw new ForwarderError('ERR_USAGE', `Cannot show message "${id}": there is none of that id in ${queue.name}`, {
      stage: 'cli',
      retry: 'never',
      hint: options.waiting ? 'It may be with the function now, or wait for its time; try without --waiting.' : 'npx cloudtrail-forwarder held list names those there are; --waiting looks into the retry queue.',
    });
  }
  ctx.out.write(options.json ? `${JSON.stringify({ ...letterJson(found), body: found.message.body }, null, 2)}\n` : describe(found));
}

function describe({ message, reason, sinceMs, attempts, records, objects, pointer }: Letter): string {
  const [first] = objects;
  const record = first?.ranges?.[0]?.first ?? 0;
  const rows: [string, string | undefined][] = [
    ['message', message.id],
    ['held since', isoTime(sinceMs) ?? 'unknown'],
    ['last tried', pointer && (isoTime(pointer.lastTriedMs) ?? undefined)],
    ['oldest event', pointer?.oldestEventMs === undefined ? undefined : (isoTime(pointer.oldestEventMs) ?? undefined)],
    ['tries', String(attempts)],
    ['records', records === null ? 'not counted' : String(records)],
    ...objects.map((object): [string, string] => ['what', printTarget(object)]),
    ['why', `${reason.code}: ${reason.message}`],
    ['next', reason.hint],
    ['look', first && `npx cloudtrail-forwarder show "s3://${first.bucket}/${first.key}#${record}"`],
    ['body', objects.length === 0 ? message.body.slice(0, 2000) : undefined],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(12)}  ${value}\n`])).join('');
}

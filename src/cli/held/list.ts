import type { MessageQueue, QueueCounts } from '../../edge/aws/messageQueue.ts';
import type { Context } from '../context.ts';
import { countLetters, isoTime, letterJson, printTarget } from './letter.ts';
import type { Letter } from './letter.ts';
import { lookThrough } from './look.ts';
import { openQueues } from './open.ts';
import type { QueueOptions } from './open.ts';

export interface ListOptions extends QueueOptions {
  waiting?: boolean;
  limit: number;
  json?: boolean;
}

interface Looked {
  queue: MessageQueue;
  counts: QueueCounts;
  letters: Letter[];
}

/** Lists what waits for somebody to act, and how much is tried again by itself. Exit code 1 when somebody must act. */
export async function runList(ctx: Context, options: ListOptions): Promise<void> {
  const { retry, deadLetter } = await openQueues(ctx, options);
  const dead = await look(ctx, deadLetter, options.limit);
  const alive = options.waiting ? await look(ctx, retry, options.limit) : { queue: retry, counts: await retry.counts(), letters: [] };
  ctx.interrupted?.throwIfAborted();
  ctx.exitCode = dead.letters.length > 0 ? 1 : 0;
  if (options.json) {
    ctx.out.write(`${JSON.stringify({ deadLetter: asJson(dead), retry: asJson(alive) }, null, 2)}\n`);
    return;
  }
  ctx.out.write(`Held until somebody acts (${deadLetter.name}): ${sizeOf(dead)}\n`);
  ctx.out.write(table(dead.letters));
  ctx.out.write(reasons(dead.letters));
  const { waiting, inFlight, delayed } = alive.counts;
  ctx.out.write(`Tried again by itself (${retry.name}): ${waiting} waiting, ${inFlight} with the function, ${delayed} later\n`);
  ctx.out.write(table(alive.letters));
}

async function look(ctx: Context, queue: MessageQueue, limit: number): Promise<Looked> {
  const counts = await queue.counts();
  const letters: Letter[] = [];
  await lookThrough(ctx, queue, async (more) => {
    letters.push(...more);
    return letters.length >= limit ? false : [];
  });
  letters.sort((a, b) => a.sinceMs - b.sinceMs);
  return { queue, counts, letters };
}

function asJson({ queue, counts, letters }: Looked): object {
  return { url: queue.url, ...counts, messages: letters.map(letterJson) };
}

function sizeOf({ letters, counts }: Looked): string {
  if (letters.length === 0) return 'nothing';
  const { records, uncounted } = countLetters(letters);
  const unseen = counts.waiting - letters.length;
  return [
    `${letters.length} ${letters.length === 1 ? 'message' : 'messages'}`,
    records > 0 && `${records} records`,
    uncounted > 0 && `${uncounted} objects not counted`,
    unseen > 0 && `about ${unseen} more not read (--limit)`,
  ]
    .filter(Boolean)
    .join(', ');
}

function table(letters: readonly Letter[]): string {
  if (letters.length === 0) return '';
  const rows = letters.flatMap(({ message, sinceMs, attempts, reason, records, objects }) =>
    (objects.length === 0 ? ['-'] : objects.map(printTarget)).map((target, at) =>
      at === 0 ? [message.id.slice(0, 8), isoTime(sinceMs)?.slice(0, 16).replace('T', ' ') ?? '-', String(attempts), reason.code, records === null ? '?' : String(records), target] : ['', '', '', '', '', target],
    ),
  );
  const all = [['ID', 'SINCE (UTC)', 'TRIES', 'WHY', 'RECORDS', 'WHAT'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return `${all.map((row) => `  ${row.map((cell, column) => (column === 5 ? cell : cell.padEnd(widths[column]!))).join('  ')}`).join('\n')}\n`;
}

/** Each reason once, with what to do about it. */
function reasons(letters: readonly Letter[]): string {
  const first = new Map(letters.toReversed().map(({ reason }) => [reason.code, reason]));
  return [...first.values()].reverse().map(({ code, message, hint }) => `\n${code}: ${message}\n  ${hint}\n`).join('') + (letters.length > 0 ? '\n' : '');
}

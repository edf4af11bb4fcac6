import { ForwarderError } from '../../errors.ts';
import type { HeldPointer } from '../../model.ts';
import { printPointer } from '../../object/pointer.ts';
import type { Context } from '../context.ts';
import { countLetters, letterJson, targetsOf } from './letter.ts';
import type { Letter } from './letter.ts';
import { lookThrough } from './look.ts';
import { openQueues } from './open.ts';
import type { QueueOptions } from './open.ts';
import { selector } from './select.ts';
import type { Selection } from './select.ts';

export interface ReplayHeldOptions extends QueueOptions, Selection {
  dryRun?: boolean;
  json?: boolean;
}

/**
 * Sends what waits for somebody round again: from the dead-letter queue into the held queue, its attempts counted from
 * 0. A message leaves the dead-letter queue only after SQS has confirmed the new one.
 */
export async function runReplayHeld(ctx: Context, options: ReplayHeldOptions): Promise<void> {
  const isMeant = selector(options);
  const { retry, deadLetter } = await openQueues(ctx, options);
  const sent: Letter[] = [];
  const senseless: Letter[] = [];
  const unsent: string[] = [];
  let stillThere = 0;
  let again = 0;
  // What fails again is back here before this ends: each object is sent round once.
  const rounds = new Set<string>();
  const isFirst = (letter: Letter): boolean => {
    const targets = targetsOf(letter);
    if (targets.some((target) => rounds.has(target))) {
      again += 1;
      return false;
    }
    for (const target of targets) rounds.add(target);
    return true;
  };

  try {
    await lookThrough(ctx, deadLetter, async (letters) => {
      const meant = letters.filter(isMeant);
      senseless.push(...meant.filter(({ isUnderstood }) => !isUnderstood));
      const going = meant.filter((letter) => letter.isUnderstood && isFirst(letter));
      if (options.dryRun) {
        sent.push(...going);
        return [];
      }
      const bodies = new Map(going.map((letter) => [letter, bodyAgain(letter)]));
      const refused = new Set<string>();
      for (const { body, why } of await retry.send([...bodies.values()])) {
        refused.add(body);
        unsent.push(why);
      }
      const gone = going.filter((letter) => !refused.has(bodies.get(letter)!));
      const kept = new Set((await deadLetter.remove(gone.map(({ message }) => message))).map(({ id }) => id));
      stillThere += kept.size;
      sent.push(...gone);
      return gone.filter(({ message }) => !kept.has(message.id));
    });
  } finally {
    report(ctx, options, sent, senseless);
  }
  if (again > 0) ctx.err.write(`${again} more name what was sent round just now: they failed again, or were there twice. See held list.\n`);
  if (stillThere > 0) ctx.err.write(`${stillThere} were sent and could not be removed: they are in both queues, and their records may arrive twice.\n`);
  if (unsent.length > 0) {
    throw new ForwarderError('ERR_HOLD', `Cannot send ${unsent.length} messages round again: ${[...new Set(unsent)].slice(0, 3).join('; ')}`, {
      stage: 'cli',
      retry: 'later',
      hint: `They are still in ${deadLetter.name}: allow yourself sqs:SendMessage on ${retry.name} and run it again.`,
    });
  }
}

function bodyAgain({ message, pointer }: Letter): string {
  if (pointer === undefined) return message.body;
  const fresh: HeldPointer = { ...pointer, attempts: 0, permanent: false };
  return printPointer(fresh);
}

function report(ctx: Context, { dryRun = false, json }: ReplayHeldOptions, sent: readonly Letter[], senseless: readonly Letter[]): void {
  const { records, uncounted } = countLetters(sent);
  if (json) {
    ctx.out.write(`${JSON.stringify({ dryRun, sent: sent.map(letterJson), notUnderstood: senseless.map(letterJson) }, null, 2)}\n`);
    return;
  }
  const size = `${sent.length} ${sent.length === 1 ? 'message' : 'messages'} (${records} records${uncounted > 0 ? `, ${uncounted} objects not counted` : ''})`;
  if (dryRun) for (const letter of sent) for (const target of targetsOf(letter)) ctx.out.write(`${target}\n`);
  ctx.out.write(dryRun ? `Would send ${size} round again. Nothing was sent.\n` : `Sent ${size} round again.\n`);
  if (senseless.length > 0) ctx.out.write(`Left ${senseless.length} that name no object: look at them with held show, then held drop.\n`);
}

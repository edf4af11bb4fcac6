import type { Context } from '../context.ts';
import { countLetters, letterJson, targetsOf } from './letter.ts';
import type { Letter } from './letter.ts';
import { lookThrough } from './look.ts';
import { openQueues } from './open.ts';
import type { QueueOptions } from './open.ts';
import { selector } from './select.ts';
import type { Selection } from './select.ts';

export interface DropOptions extends QueueOptions, Selection {
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/**
 * Removes messages from the dead-letter queue for good. The records stay in the trail's bucket, and nobody will be
 * reminded of them: so it only says what it would do, until --yes.
 */
export async function runDrop(ctx: Context, options: DropOptions): Promise<void> {
  const isMeant = selector(options);
  const forGood = options.yes === true && options.dryRun !== true;
  const { deadLetter } = await openQueues(ctx, options);
  const dropped: Letter[] = [];
  let stillThere = 0;

  try {
    await lookThrough(ctx, deadLetter, async (letters) => {
      const meant = letters.filter(isMeant);
      if (!forGood) {
        dropped.push(...meant);
        return [];
      }
      const kept = new Set((await deadLetter.remove(meant.map(({ message }) => message))).map(({ id }) => id));
      const gone = meant.filter(({ message }) => !kept.has(message.id));
      stillThere += kept.size;
      dropped.push(...gone);
      return gone;
    });
  } finally {
    // Also when it breaks off: what is gone must be named somewhere.
    report(ctx, dropped, forGood, options.json === true);
  }
  if (!forGood && dropped.length > 0) ctx.err.write('Nothing was dropped: add --yes to do it.\n');
  if (stillThere > 0) {
    ctx.err.write(`${stillThere} could not be removed and are still there.\n`);
    ctx.exitCode = 1;
  }
}

function report({ out }: Context, dropped: readonly Letter[], forGood: boolean, json: boolean): void {
  if (json) {
    out.write(`${JSON.stringify({ dryRun: !forGood, dropped: dropped.map(letterJson) }, null, 2)}\n`);
    return;
  }
  const { records, uncounted } = countLetters(dropped);
  for (const letter of dropped) {
    const targets = targetsOf(letter);
    for (const target of targets.length > 0 ? targets : [`message ${letter.message.id}`]) out.write(`${target}\n`);
  }
  out.write(`${forGood ? 'Dropped' : 'Would drop'} ${dropped.length} messages (${records} records${uncounted > 0 ? `, ${uncounted} objects not counted` : ''}).\n`);
}

import { ForwarderError } from '../../src/errors.ts';
import type { HeldPointer } from '../../src/model.ts';
import { parsePointer } from '../../src/object/pointer.ts';
import type { HeldStore } from '../../src/pipeline/held/heldStore.ts';
import { pointerMessages } from '../../src/pipeline/held/messages.ts';
import { DEFAULT_MAX_ATTEMPTS, nextStop } from '../../src/pipeline/held/policy.ts';

export interface MemoryHeldStore extends HeldStore {
  /** What waits to be tried again. */
  retry: { pointer: HeldPointer; delaySeconds: number }[];
  /** What waits for somebody to act. */
  deadLetter: HeldPointer[];
  /** How many of the next pointers cannot be stored. */
  failing: number;
}

/** The held queue and its dead-letter queue in memory, as durable as a test needs. */
export function memoryHeldStore({ maxAttempts = DEFAULT_MAX_ATTEMPTS, random = Math.random } = {}): MemoryHeldStore {
  const store: MemoryHeldStore = {
    retry: [],
    deadLetter: [],
    failing: 0,
    async hold(pointers) {
      const lost: string[] = [];
      for (const pointer of pointers) {
        if (store.failing > 0) {
          store.failing -= 1;
          lost.push(`s3://${pointer.bucket}/${pointer.key}`);
          continue;
        }
        const stop = nextStop(pointer, maxAttempts, random);
        for (const { body } of pointerMessages(pointer)) {
          const kept = parsePointer(JSON.parse(body) as Record<string, unknown>);
          if (stop.queue === 'retry') store.retry.push({ pointer: kept, delaySeconds: stop.delaySeconds });
          else store.deadLetter.push(kept);
        }
      }
      if (lost.length > 0) throw new ForwarderError('ERR_HOLD', `Cannot hold what was not delivered of ${lost.join(', ')}`, { stage: 'held', retry: 'later', hint: 'A test wants it so.' });
    },
  };
  return store;
}

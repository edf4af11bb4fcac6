import type { RetrySummary } from '../../src/pipeline/retryHeld.ts';
import { retryHeld } from '../../src/pipeline/retryHeld.ts';
import type { HeldMessage, HeldSource } from '../../src/pipeline/held/heldSource.ts';
import type { Report } from '../../src/metrics/report.ts';
import { pointerMessages } from '../../src/pipeline/held/messages.ts';
import { world, type World } from '../support/doubles.ts';

const SILENT: Report = { warnings: () => undefined, invocation: () => undefined, failure: () => undefined };

class MemoryQueue implements HeldSource {
  readonly messages: HeldMessage[] = [];
  readonly hidden = new Set<string>();

  put(bodies: string[], sentMs: number): void {
    for (const body of bodies) this.messages.push({ id: `m${this.messages.length}`, body, sentMs });
  }

  receive(): Promise<HeldMessage[]> {
    const some = this.messages.filter(({ id }) => !this.hidden.has(id)).slice(0, 10);
    for (const { id } of some) this.hidden.add(id);
    return Promise.resolve(some);
  }

  release(messages: readonly HeldMessage[]): Promise<void> {
    for (const { id } of messages) this.hidden.delete(id);
    return Promise.resolve();
  }

  remove(messages: readonly HeldMessage[]): Promise<HeldMessage[]> {
    for (const message of messages) this.messages.splice(this.messages.indexOf(message), 1);
    return Promise.resolve([]);
  }
}

/** Held pointers of objects that could not be found, `count` of them, as message bodies; the objects are put afterwards. */
async function heldBodies(at: World, count: number): Promise<string[]> {
  const { forward } = await import('../../src/pipeline/forward.ts');
  at.store.objects.clear();
  const objects = Array.from({ length: count }, (_, k) => ({ bucket: 'trail', key: `o${k}`, attempts: 0 }));
  await forward({ answer: 'whole', trigger: 's3', envelopes: [{ objects, ignored: [] }] }, 300_000, at);
  const bodies = at.held.pointers.splice(0).flatMap((pointer) => pointerMessages(pointer).map(({ body }) => body));
  for (const { key } of objects) at.store.put(key, [{ eventID: key }]);
  return bodies;
}

const retry = (at: World, ...queues: MemoryQueue[]): Promise<RetrySummary> => retryHeld({ requestId: 'r', remainingMs: 300_000 }, queues, at, SILENT);

test('everything that waits in the queues is sent, by tens, and leaves its queue', async () => {
  const at = world();
  const [dead, held] = [new MemoryQueue(), new MemoryQueue()];
  const bodies = await heldBodies(at, 24);
  dead.put(bodies.slice(0, 23), at.clock.now() - 1);
  held.put(bodies.slice(23), at.clock.now() - 1);
  expect(await retry(at, dead, held)).toMatchObject({ messages: 24, messagesKept: 0, recordsIn: 24, delivered: 24, held: 0 });
  expect([dead.messages, held.messages]).toEqual([[], []]);
  expect(at.intake.logs.map((log) => log['eventID']).sort()).toEqual(Array.from({ length: 24 }, (_, k) => `o${k}`).sort());
});

test('what cannot be held again stays where it is; what is not understood stays too', async () => {
  const at = world();
  const queue = new MemoryQueue();
  queue.put([...(await heldBodies(at, 1)), 'nonsense'], at.clock.now() - 1);
  at.store.objects.clear();
  at.held.refuse = true;
  expect(await retry(at, queue)).toMatchObject({ messages: 2, messagesKept: 2, delivered: 0 });
  expect(queue.messages).toHaveLength(2);
});

test('while the intake is down one round is tried, and the rest stays', async () => {
  const at = world({ DD_RETRY_FOR_MS: '0' });
  const queue = new MemoryQueue();
  queue.put(await heldBodies(at, 15), at.clock.now() - 1);
  at.intake.answer = () => ({ status: 503 });
  expect(await retry(at, queue)).toMatchObject({ messages: 10, delivered: 0, held: 10 });
  expect(queue.messages).toHaveLength(5);
  expect(at.held.pointers).toHaveLength(10);
});

test('what was held by this very retry is not taken up again', async () => {
  const at = world();
  const queue = new MemoryQueue();
  queue.put(await heldBodies(at, 1), at.clock.now() - 1);
  queue.put(await heldBodies(at, 1), at.clock.now() + 1);
  expect(await retry(at, queue)).toMatchObject({ messages: 1, delivered: 1 });
  expect(queue.messages).toHaveLength(1);
  expect(queue.hidden.has(queue.messages[0]!.id)).toBe(false);
});

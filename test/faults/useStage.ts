import { SANDBOX_API_KEY } from '../../src/sandbox/intake/server.ts';
import { type Stage, type StageOptions, startStage } from './stage.ts';
import { strangers } from './reckoning.ts';
import { NEVER_LOGGED } from './trail.ts';

/**
 * One stage for the tests of a file or group. After each test the promises that every fault must leave standing are
 * looked at: the identity of the counts, the bytes of the records, and that our own logs and queues hold none of them.
 */
export function useStage(options: StageOptions = {}): () => Stage {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage(options);
  });
  afterEach(async () => {
    await stage.ear.catchUp(stage.lambda);
    const { lines, snapshots } = stage.ear;
    const queued = (await Promise.all([stage.trail, stage.held, stage.deadLetter].map((queue) => queue.peek()))).flat();
    const delivered = strangers(stage);
    await stage.reset();

    expect(delivered).toEqual([]);
    expect(snapshots.length).toBeGreaterThan(0);
    expect(snapshots.filter(({ RecordsIn, RecordsDelivered, RecordsFiltered, RecordsHeld }) => RecordsIn !== RecordsDelivered! + RecordsFiltered! + RecordsHeld!)).toEqual([]);
    expect(snapshots.filter(({ IdentityBroken }) => IdentityBroken !== 0)).toEqual([]);
    expect([...lines, ...queued].filter((text) => text.includes(NEVER_LOGGED) || text.includes(SANDBOX_API_KEY))).toEqual([]);
  });
  afterAll(() => stage.stop());
  return () => stage;
}

import { judge, POST_TIMEOUT_MS, POSTS_AT_ONCE } from './judgement.ts';
import { play } from './play.ts';
import { scheduleOf } from './schedule.ts';
import { type Stage, startStage } from './stage.ts';

/**
 * Random fault schedules: a few in `npm test`, the same ones each time; as many as asked for, new ones each time, in
 * `npm run test:faults`. FAULT_SEED=n plays the one of a failure again.
 */
const { FAULT_SEED, FAULT_RUNS } = process.env;
const SEEDS = FAULT_SEED !== undefined ? [Number(FAULT_SEED)] : FAULT_RUNS !== undefined ? seedsFrom(Date.now() % 1_000_000, Number(FAULT_RUNS)) : seedsFrom(1, 12);
/** Schedules at once: they mostly wait. */
const STAGES = Math.min(3, SEEDS.length);

function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => first + k);
}

describe('whatever goes wrong, every record arrives or is named in the dead-letter queue, and none more often than explained', () => {
  const verdicts = new Map<number, Promise<string[]>>();
  const stages: Promise<Stage>[] = [];
  let stopping = false;

  beforeAll(() => {
    // Each stage takes the next schedule when it has played one.
    const waiting = SEEDS.map((seed) => {
      let give: (verdict: Promise<string[]>) => void = () => undefined;
      verdicts.set(seed, new Promise((resolve) => (give = resolve)));
      return { seed, give: (verdict: Promise<string[]>) => give(verdict) };
    }).values();
    for (let k = 0; k < STAGES; k++) {
      const starting = startStage({ env: { DD_RETRY_FOR_MS: '400', DD_POST_TIMEOUT_MS: String(POST_TIMEOUT_MS), DD_MAX_WORKERS: String(POSTS_AT_ONCE), DD_MAX_READS: '4' } });
      stages.push(starting);
      void starting.then(async (stage) => {
        for (const { seed, give } of waiting) {
          if (stopping) return;
          const verdict = verdictOf(seed, stage);
          give(verdict);
          await verdict.catch(() => undefined);
        }
      });
    }
  });
  afterAll(async () => {
    stopping = true;
    for (const stage of stages) await (await stage).stop();
  });

  async function verdictOf(seed: number, stage: Stage): Promise<string[]> {
    await stage.reset();
    const schedule = scheduleOf(seed);
    const wrong = judge(schedule, await play(schedule, stage), stage);
    return wrong.length === 0 ? [] : [`FAULT_SEED=${seed} npm run test:faults plays it again`, ...wrong, ...schedule.steps.map((step, k) => `step ${k}: ${JSON.stringify(step)}`)];
  }

  test.each(SEEDS)('schedule %d', async (seed) => {
    expect(await verdicts.get(seed)).toEqual([]);
  }, 120_000);
});

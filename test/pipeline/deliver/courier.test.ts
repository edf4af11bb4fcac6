import { ForwarderError } from '../../../src/errors.ts';
import type { LogEntry } from '../../../src/model.ts';
import { Batch } from '../../../src/pipeline/batch/batch.ts';
import { Deadline } from '../../../src/pipeline/deadline.ts';
import { Courier, type Fate } from '../../../src/pipeline/deliver/courier.ts';
import type { EncodedPayload, Intake, IntakeAnswer } from '../../../src/pipeline/deliver/intake.ts';
import { shrink } from '../../../src/pipeline/transform/shrink.ts';
import { FakeClock } from '../../support/fakeClock.ts';

type Answer = Partial<IntakeAnswer> | 'unreachable';

/** An intake that answers by a function of the payload's logs and the post's number, and keeps what it accepted. */
class ScriptedIntake implements Intake {
  readonly posts: { n: number[]; atMs: number; encoding: string | undefined }[] = [];
  readonly accepted: number[] = [];
  readonly texts: string[] = [];
  encoding: EncodedPayload['encoding'] = undefined;
  refreshed = 0;
  inFlight = 0;
  mostInFlight = 0;
  readonly #clock: FakeClock;
  readonly #answer: (n: number[], post: number) => Answer;
  readonly #latencyMs: number;

  constructor(clock: FakeClock, answer: (n: number[], post: number) => Answer, latencyMs = 0) {
    this.#clock = clock;
    this.#answer = answer;
    this.#latencyMs = latencyMs;
  }

  encode(payload: Uint8Array): EncodedPayload {
    return { body: payload, encoding: this.encoding };
  }

  async post(payload: EncodedPayload, signal: AbortSignal): Promise<IntakeAnswer> {
    const text = Buffer.from(payload.body).toString();
    const n = (JSON.parse(text) as { n: number }[]).map((log) => log.n);
    this.posts.push({ n, atMs: this.#clock.now(), encoding: payload.encoding });
    const answer = this.#answer(n, this.posts.length);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    if (this.#latencyMs > 0) await this.#clock.sleep(this.#latencyMs, signal);
    this.inFlight--;
    if (answer === 'unreachable' || signal.aborted) throw new ForwarderError('ERR_INTAKE_UNREACHABLE', 'no answer', { stage: 'deliver', retry: 'later', hint: '' });
    const whole = { status: 202, reason: '{}', ...answer };
    if (whole.status < 300) {
      this.accepted.push(...n);
      this.texts.push(text);
    }
    return whole;
  }

  giveUpEncoding(encoding: EncodedPayload['encoding']): boolean {
    if (encoding !== 'zstd') return false;
    this.encoding = 'gzip';
    return true;
  }

  refreshKey(): Promise<void> {
    this.refreshed++;
    return Promise.resolve();
  }
}

function setUp(answer: (n: number[], post: number) => Answer, { remainingMs = 300_000, retryForMs = 30_000, maxPosts = 4, latencyMs = 0 } = {}) {
  const clock = new FakeClock();
  const intake = new ScriptedIntake(clock, answer, latencyMs);
  const fates = new Map<number, string>();
  const deadline = new Deadline(clock, remainingMs);
  const courier = new Courier<string>({
    intake,
    clock,
    deadline,
    random: () => 0.5,
    maxPosts,
    retryForMs,
    shrink,
    settle: ({ first, count }, fate: Fate) => {
      for (let k = 0; k < count; k++) {
        if (fates.has(first + k)) throw new Error(`record ${first + k} has two fates`);
        fates.set(first + k, fate.kind === 'held' ? fate.error.code : fate.truncated ? 'cut' : 'delivered');
      }
    },
    done: () => undefined,
  });
  return { clock, intake, fates, courier, startMs: clock.now(), deadline };
}

function batchOf(from: number, to: number, padding = ''): Batch<string> {
  const batch = new Batch<string>(Buffer.alloc(1000));
  for (let n = from; n < to; n++) {
    const bytes = Buffer.from(`{"n":${n},"p":"${padding}"}`);
    const entry: LogEntry = { index: -1, bytes, start: 0, end: bytes.length, head: Buffer.alloc(0), tail: Buffer.alloc(0), lengthBytes: bytes.length, eventTimeMs: NaN };
    batch.add(entry, 'o', n);
  }
  return batch;
}

async function deliver(set: ReturnType<typeof setUp>, ...batches: Batch<string>[]): Promise<Record<string, number[]>> {
  for (const batch of batches) await set.courier.send(batch);
  await set.courier.drain();
  set.deadline.clear();
  const byFate: Record<string, number[]> = {};
  for (const [n, fate] of [...set.fates].sort(([a], [b]) => a - b)) (byFate[fate] ??= []).push(n);
  return byFate;
}

describe('Courier tries again what can pass', () => {
  test.each<[string, Answer]>([...[408, 429, 500, 502, 503, 504, 404].map((status): [string, Answer] => [String(status), { status }]), ['no answer', 'unreachable']])('%s, then 202: all delivered once', async (_name, answer) => {
    const set = setUp((_n, post) => (post <= 2 ? answer : {}));
    expect(await deliver(set, batchOf(0, 3))).toEqual({ delivered: [0, 1, 2] });
    expect(set.intake.accepted).toEqual([0, 1, 2]);
    expect(set.courier.tally).toMatchObject({ batches: 1, posts: 3, retries: 2 });
    expect(set.intake.posts.map(({ atMs }) => atMs - set.startMs)).toEqual([0, 100, 300]);
  });

  test.each([
    ['Retry-After in seconds', { retryAfter: '7' }, 7_100],
    ['Retry-After as a date', { retryAfter: 'Fri, 20 Nov 2026 12:00:09 GMT' }, 9_100],
    ['X-RateLimit-Reset in seconds', { rateLimitReset: '3' }, 3_100],
  ])('%s is waited for', async (_name, asked, atMs) => {
    const set = setUp((_n, post) => (post === 1 ? { status: 429, ...asked } : {}));
    await deliver(set, batchOf(0, 1));
    expect(set.intake.posts[1]!.atMs - set.startMs).toBe(atMs);
  });

  test('what does not pass within the time for retries is held, and nothing more is sent', async () => {
    const set = setUp(() => ({ status: 503 }), { retryForMs: 10_000, maxPosts: 1 });
    expect(await deliver(set, batchOf(0, 2), batchOf(2, 4))).toEqual({ ERR_INTAKE_BUSY: [0, 1, 2, 3] });
    expect(set.clock.now() - set.startMs).toBeLessThanOrEqual(10_000);
    expect(set.courier.closed?.code).toBe('ERR_INTAKE_BUSY');
    expect(set.intake.posts.every(({ n }) => n[0] === 0)).toBe(true);
  });

  test('a wait that is longer than the time left is not begun', async () => {
    const set = setUp(() => ({ status: 429, retryAfter: '3600' }));
    expect(await deliver(set, batchOf(0, 1))).toEqual({ ERR_INTAKE_BUSY: [0] });
    expect(set.intake.posts).toHaveLength(1);
  });

  test('one batch that fails among others that pass does not stop the others', async () => {
    const set = setUp((n) => (n.includes(0) ? { status: 500 } : {}), { maxPosts: 2, latencyMs: 1_000, retryForMs: 3_000 });
    const fates = await deliver(set, batchOf(0, 1), ...Array.from({ length: 9 }, (_, k) => batchOf(k + 1, k + 2)));
    expect(fates).toEqual({ ERR_INTAKE_BUSY: [0], delivered: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
  });
});

describe('Courier and the API key', () => {
  test.each([401, 403])('%d: the key is read again once for all batches, and each is sent again', async (status) => {
    const set = setUp(() => (set.intake.refreshed === 0 ? { status } : {}), { latencyMs: 10 });
    expect(await deliver(set, batchOf(0, 2), batchOf(2, 4), batchOf(4, 6))).toEqual({ delivered: [0, 1, 2, 3, 4, 5] });
    expect(set.intake.refreshed).toBe(1);
  });

  test('still refused: held, and nothing more is sent', async () => {
    const set = setUp(() => ({ status: 403, reason: '{"errors":[{"title":"Forbidden"}]}' }), { maxPosts: 1 });
    expect(await deliver(set, batchOf(0, 2), batchOf(2, 4))).toEqual({ ERR_INTAKE_AUTH: [0, 1, 2, 3] });
    expect(set.intake.posts).toHaveLength(2);
    expect(set.courier.closed?.message).toContain('status 403: {"errors":[{"title":"Forbidden"}]}');
  });
});

describe('Courier and what the intake refuses', () => {
  test('400: one poisoned record of 1,000 is found; the others are delivered once', async () => {
    for (const poison of [0, 1, 499, 998, 999]) {
      const set = setUp((n) => (n.includes(poison) ? { status: 400 } : {}));
      const fates = await deliver(set, batchOf(0, 1000));
      expect(fates['ERR_INTAKE_REFUSED']).toEqual([poison]);
      expect(fates['delivered']).toHaveLength(999);
      expect(new Set(set.intake.accepted).size).toBe(set.intake.accepted.length);
      expect(set.intake.posts.length).toBeLessThanOrEqual(21);
    }
  });

  test('several poisoned records', async () => {
    const set = setUp((n) => (n.some((k) => k % 97 === 5) ? { status: 400 } : {}));
    const fates = await deliver(set, batchOf(0, 1000));
    expect(fates['ERR_INTAKE_REFUSED']).toEqual(Array.from({ length: 11 }, (_, k) => 97 * k + 5));
    expect(fates['delivered']).toHaveLength(989);
  });

  test('an intake that refuses everything is not asked a thousand times', async () => {
    const set = setUp(() => ({ status: 400 }));
    expect((await deliver(set, batchOf(0, 1000)))['ERR_INTAKE_REFUSED']).toHaveLength(1000);
    expect(set.intake.posts.length).toBeLessThan(60);
  });

  test('413: the batch is split until it passes', async () => {
    const set = setUp((n) => (n.length > 3 ? { status: 413 } : {}));
    expect(await deliver(set, batchOf(0, 20))).toEqual({ delivered: Array.from({ length: 20 }, (_, k) => k) });
    expect(set.intake.accepted).toHaveLength(20);
  });

  test('413 for a single log: it is cut until it passes, or held when it is small', async () => {
    const set = setUp((_n, post) => (post < 2 ? { status: 413 } : {}));
    expect(await deliver(set, batchOf(0, 1, 'x'.repeat(200_000)))).toEqual({ cut: [0] });
    expect(set.intake.texts[0]).toContain('_truncated');
    const never = setUp(() => ({ status: 413 }));
    expect(await deliver(never, batchOf(0, 1, 'x'.repeat(200_000)))).toEqual({ ERR_INTAKE_TOO_LARGE: [0] });
    expect(never.intake.posts.length).toBeLessThan(6);
  });

  test.each([400, 415])('%d for zstd: sent again as gzip, nothing lost', async (status) => {
    const set = setUp((_n, post) => (set.intake.posts[post - 1]!.encoding === 'zstd' ? { status } : {}));
    set.intake.encoding = 'zstd';
    expect(await deliver(set, batchOf(0, 2))).toEqual({ delivered: [0, 1] });
    expect(set.intake.posts.map(({ encoding }) => encoding)).toEqual(['zstd', 'gzip']);
  });
});

describe('Courier keeps several posts in flight', () => {
  test('ten batches at 200 ms each take less than 600 ms with eight at once', async () => {
    const set = setUp(() => ({}), { maxPosts: 8, latencyMs: 200 });
    await deliver(set, ...Array.from({ length: 10 }, (_, k) => batchOf(k, k + 1)));
    expect(set.intake.mostInFlight).toBe(8);
    expect(set.intake.accepted).toHaveLength(10);
  });

  test('near the end of the time what is in flight is given up and held', async () => {
    const set = setUp(() => ({}), { remainingMs: 10_000, latencyMs: 60_000, maxPosts: 2 });
    expect(await deliver(set, batchOf(0, 1), batchOf(1, 2), batchOf(2, 3))).toEqual({ ERR_DEADLINE: [0, 1, 2] });
    expect(set.clock.now() - set.startMs).toBeLessThan(10_000);
  });
});

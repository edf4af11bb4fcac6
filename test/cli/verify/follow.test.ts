import { follow, SEARCH_EVERY_MS } from '../../../src/cli/verify/follow.ts';
import type { FoundLog } from '../../../src/edge/datadog/api/logs.ts';
import { ForwarderError } from '../../../src/errors.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const LOG: FoundLog = { id: 'A', timestampMs: 0, tags: [], attributes: {} };

function apiError(code: 'ERR_API_BUSY' | 'ERR_API_DENIED', retry: 'later' | 'never'): ForwarderError {
  return new ForwarderError(code, code, { stage: 'cli', retry, hint: '' });
}

describe('follow', () => {
  test('searches every 5 s until the canary is there', async () => {
    const clock = new FakeClock();
    const startMs = clock.now();
    const askedMs: number[] = [];
    const logs = await follow({
      eventId: 'e-1',
      sinceMs: startMs,
      timeoutMs: 300_000,
      clock,
      search: async ({ query }) => {
        askedMs.push(clock.now() - startMs);
        expect(query).toBe('source:cloudtrail @eventID:e-1');
        return askedMs.length === 4 ? [LOG] : [];
      },
    });
    expect(logs).toEqual([LOG]);
    expect(askedMs).toEqual([0, 1, 2, 3].map((times) => times * SEARCH_EVERY_MS));
  });

  test('gives up when the time is over, after one last search', async () => {
    const clock = new FakeClock();
    const startMs = clock.now();
    const askedMs: number[] = [];
    const logs = await follow({ eventId: 'e', sinceMs: startMs, timeoutMs: 12_000, clock, search: async () => (askedMs.push(clock.now() - startMs), []) });
    expect(logs).toEqual([]);
    expect(askedMs).toEqual([0, 5_000, 10_000, 12_000]);
  });

  test('takes a search that fails in passing for one that found nothing', async () => {
    const clock = new FakeClock();
    let times = 0;
    const search = async () => {
      times += 1;
      if (times === 1) throw apiError('ERR_API_BUSY', 'later');
      return [LOG];
    };
    expect(await follow({ eventId: 'e', sinceMs: clock.now(), timeoutMs: 60_000, clock, search })).toEqual([LOG]);
  });

  test('throws what waiting does not help against', async () => {
    const clock = new FakeClock();
    const search = async () => Promise.reject(apiError('ERR_API_DENIED', 'never'));
    await expect(follow({ eventId: 'e', sinceMs: clock.now(), timeoutMs: 60_000, clock, search })).rejects.toMatchObject({ code: 'ERR_API_DENIED' });
  });

  test('stops at once when the user interrupts', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    let times = 0;
    const search = async () => {
      times += 1;
      if (times === 2) stop.abort();
      return [];
    };
    expect(await follow({ eventId: 'e', sinceMs: clock.now(), timeoutMs: 3_600_000, clock, search, interrupted: stop.signal })).toEqual([]);
    expect(times).toBe(2);
  });
});

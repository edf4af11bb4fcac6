import fc from 'fast-check';
import type { BucketListing } from '../../../src/edge/aws/bucketListing.ts';
import { trailObjects } from '../../../src/cli/replay/walk.ts';
import type { Passed, Window } from '../../../src/cli/replay/walk.ts';
import { isDigestKey, parseTrailKey } from '../../../src/object/layout.ts';

/** A bucket in memory that notes what was listed. */
function bucketOf(keys: readonly string[]): BucketListing & { listed: string[] } {
  const listed: string[] = [];
  return {
    listed,
    async *level(prefix) {
      listed.push(prefix);
      const below = keys.filter((key) => key.startsWith(prefix)).sort();
      const folders = below.flatMap((key) => {
        const slash = key.indexOf('/', prefix.length);
        return slash < 0 ? [] : [key.slice(0, slash + 1)];
      });
      for (const folder of new Set(folders)) yield { folder };
      for (const key of below) if (!key.slice(prefix.length).includes('/')) yield { key, sizeBytes: 10, modifiedMs: Date.parse('2026-11-20T12:00Z') };
    },
  };
}

const stamp = (timeMs: number) => new Date(timeMs).toISOString().replace(/[-:]/g, '').replace(/(\d{8}T\d{4}).*/, '$1Z');
const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '/');
const logKey = (timeMs: number, { region = 'us-east-1', folder = 'CloudTrail', prefix = '', org = '' } = {}) =>
  `${prefix}AWSLogs/${org}123456789012/${folder}/${region}/${day(timeMs)}/123456789012_${folder}_${region}_${stamp(timeMs)}_Ab3dEf6hIj9kLm2n.json.gz`;

const newPassed = (): Passed => ({ digests: 0, otherTimes: 0, folderMarkers: 0 });
async function found(keys: readonly string[], window: Window, prefix = ''): Promise<{ keys: string[]; passed: Passed; listed: string[] }> {
  const bucket = bucketOf(keys);
  const passed = newPassed();
  const objects = [];
  for await (const { key } of trailObjects(bucket, prefix, window, passed)) objects.push(key);
  return { keys: objects, passed, listed: bucket.listed };
}
const at = (text: string) => Date.parse(text);

describe('trailObjects', () => {
  test('finds what was delivered from one time on, until before another', async () => {
    const times = ['09:59', '10:00', '11:59', '12:00'].map((time) => at(`2026-11-20T${time}Z`));
    const { keys, passed } = await found(times.map((time) => logKey(time)), { fromMs: at('2026-11-20T10:00Z'), toMs: at('2026-11-20T12:00Z') });
    expect(keys).toEqual([logKey(times[1]!), logKey(times[2]!)]);
    expect(passed.otherTimes).toBe(2);
  });

  test('lists no folder of another day, month or year, and no digests', async () => {
    const keys = ['2024-05-01', '2026-01-15', '2026-11-01', '2026-11-20', '2026-11-25'].map((date) => logKey(at(`${date}T12:00Z`)));
    const digest = logKey(at('2026-11-20T12:00Z'), { folder: 'CloudTrail-Digest' });
    const { keys: objects, listed, passed } = await found([...keys, digest], { fromMs: at('2026-11-20T00:00Z'), toMs: at('2026-11-21T00:00Z') });
    expect(objects).toEqual([keys[3]]);
    expect(listed.filter((prefix) => /\/\d{4}\//.test(prefix))).toEqual(['2026/', '2026/11/', '2026/11/20/'].map((part) => `AWSLogs/123456789012/CloudTrail/us-east-1/${part}`));
    expect(passed.digests).toBe(1);
  });

  test('finds a file in the folder of the day before or after its own', async () => {
    const late = logKey(at('2026-11-21T00:01Z')).replace('/2026/11/21/', '/2026/11/20/');
    expect((await found([late], { fromMs: at('2026-11-21T00:00Z'), toMs: at('2026-11-21T01:00Z') })).keys).toEqual([late]);
  });

  test('judges files without a stamp by when they were written', async () => {
    const { keys } = await found(['exports/a.json.gz', 'exports/deep/b.json'], { fromMs: at('2026-11-20T11:00Z'), toMs: at('2026-11-20T13:00Z') });
    expect(keys).toEqual(['exports/a.json.gz', 'exports/deep/b.json']);
  });

  test('is, however it prunes, what going through every key finds', async () => {
    const key = fc
      .record({
        timeMs: fc.integer({ min: at('2025-11-01'), max: at('2027-02-01') }),
        region: fc.constantFrom('us-east-1', 'eusc-de-east-1'),
        folder: fc.constantFrom('CloudTrail', 'CloudTrail-Insight', 'CloudTrail-Digest'),
        prefix: fc.constantFrom('', 'audit/2026/11/'),
        org: fc.constantFrom('', 'o-exampleorgid/'),
      })
      .map(({ timeMs, ...rest }) => logKey(timeMs, rest));
    const window = fc.tuple(fc.integer({ min: at('2025-11-01'), max: at('2027-02-01') }), fc.integer({ min: 1, max: 90 * 86_400_000 })).map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 30 }), window, async (keys, { fromMs, toMs }) => {
        const wanted = keys.filter((one) => {
          const { deliveredMs = NaN } = parseTrailKey(one) ?? {};
          return !isDigestKey(one) && deliveredMs >= fromMs && deliveredMs < toMs;
        });
        return JSON.stringify((await found(keys, { fromMs, toMs })).keys.sort()) === JSON.stringify(wanted.sort());
      }),
    );
  });
});

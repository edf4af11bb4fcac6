import fc from 'fast-check';
import { inOrder } from '../../../src/cli/trailObjects/inOrder.ts';
import { walk, type PassedOver, type Wanted } from '../../../src/cli/trailObjects/walk.ts';
import type { BucketListing } from '../../../src/edge/aws/bucketListing.ts';
import { parseTrailKey } from '../../../src/object/layout.ts';
import { logKey } from '../../../src/sandbox/trail/keys.ts';

/** A bucket in memory that remembers which prefixes were listed. */
function bucketOf(keys: readonly string[]): BucketListing & { listed: string[] } {
  const listed: string[] = [];
  return {
    listed,
    async *level(prefix) {
      listed.push(prefix);
      const folders = new Set<string>();
      for (const key of [...keys].sort()) {
        if (!key.startsWith(prefix)) continue;
        const slash = key.indexOf('/', prefix.length);
        if (slash < 0) yield { key, sizeBytes: 1, modifiedMs: NaN };
        else folders.add(key.slice(0, slash + 1));
      }
      for (const folder of folders) yield { folder };
    },
  };
}

const nothing = (): PassedOver => ({ outside: 0, digests: 0, others: 0, faults: [] });
const ALL: Wanted = { fromMs: -Infinity, toMs: Infinity, accounts: [], regions: [] };

async function keysOf(listing: BucketListing, prefix: string, wanted: Wanted, passed = nothing()): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of walk(listing, prefix, wanted, passed)) keys.push(key);
  return keys;
}

const ACCOUNTS = ['123456789012', '210987654321'];
const REGIONS = ['us-east-1', 'eu-central-1'];
const DAY_MS = 86_400_000;
const START_MS = Date.parse('2025-12-29T00:00:00Z');
const time = fc.integer({ min: 0, max: 6 * 24 * 12 }).map((steps) => START_MS + steps * 300_000);
const key = fc
  .record({ prefix: fc.constantFrom('', 'p/'), isOrganisation: fc.boolean(), account: fc.constantFrom(...ACCOUNTS), region: fc.constantFrom(...REGIONS), deliveredMs: time, unique: fc.stringMatching(/^[a-z]{4}$/) })
  .map(({ isOrganisation, unique, ...place }) => logKey({ ...place, ...(isOrganisation && { organisation: 'o-exampleorgid' }) }, unique));
const wanted = fc.record({ fromMs: fc.oneof(time, fc.constant(-Infinity)), toMs: fc.oneof(time, fc.constant(Infinity)), accounts: fc.subarray(ACCOUNTS), regions: fc.subarray(REGIONS) });

describe('walk', () => {
  test('finds what listing everything and judging each key finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 30 }), wanted, async (keys, want) => {
        const found = await keysOf(bucketOf(keys), '', want);
        const expected = keys.filter((one) => {
          const { account, region, deliveredMs } = parseTrailKey(one)!;
          return deliveredMs >= want.fromMs && deliveredMs < want.toMs && (want.accounts.length === 0 || want.accounts.includes(account)) && (want.regions.length === 0 || want.regions.includes(region));
        });
        return found.sort().join() === expected.sort().join();
      }),
    );
  });

  test('does not list other accounts, regions, days, digests and services', async () => {
    const at = (account: string, region: string, deliveredMs: number, folder?: string) => logKey({ account, region, deliveredMs }, 'x', folder);
    const wantedKey = at(ACCOUNTS[0]!, 'us-east-1', START_MS);
    const bucket = bucketOf([wantedKey, at(ACCOUNTS[1]!, 'us-east-1', START_MS), at(ACCOUNTS[0]!, 'eu-central-1', START_MS), at(ACCOUNTS[0]!, 'us-east-1', START_MS - 40 * DAY_MS), at(ACCOUNTS[0]!, 'us-east-1', START_MS, 'CloudTrail-Digest'), `AWSLogs/${ACCOUNTS[0]}/Config/us-east-1/x.json`]);
    const passed = nothing();
    expect(await keysOf(bucket, '', { fromMs: START_MS, toMs: START_MS + DAY_MS, accounts: [ACCOUNTS[0]!], regions: ['us-east-1'] }, passed)).toEqual([wantedKey]);
    const own = `AWSLogs/${ACCOUNTS[0]}/`;
    expect(bucket.listed.sort()).toEqual(['', 'AWSLogs/', own, `${own}CloudTrail/`, `${own}CloudTrail/us-east-1/`, `${own}CloudTrail/us-east-1/2025/`, `${own}CloudTrail/us-east-1/2025/12/`, `${own}CloudTrail/us-east-1/2025/12/29/`]);
    expect(passed).toEqual({ outside: 3, digests: 1, others: 1, faults: [] });
  });

  test('a folder that cannot be listed is a fault; the others are walked', async () => {
    const bucket = bucketOf(['a/1.json', 'b/2.json', 'c/3.json']);
    const passed = nothing();
    const refusing: BucketListing = {
      async *level(prefix) {
        if (prefix === 'b/') throw new Error('denied');
        yield* bucket.level(prefix);
      },
    };
    expect(await keysOf(refusing, '', ALL, passed)).toEqual(['a/1.json', 'c/3.json']);
    expect(passed.faults.map(({ message }) => message)).toEqual(['denied']);
  });
});

describe('in order', () => {
  const numbers = (from: number, count: number) =>
    async function* () {
      for (let i = 0; i < count; i++) yield from + i;
    };

  test('gives what the sources give one after another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 10 }), fc.nat(4), async (counts, free) => {
        const ahead = { free };
        const given: number[] = [];
        for await (const number of inOrder(counts.map((count, i) => numbers(i * 100, count)), ahead)) given.push(number);
        const expected = counts.flatMap((count, i) => Array.from({ length: count }, (_, k) => i * 100 + k));
        return given.join() === expected.join() && ahead.free === free;
      }),
    );
  });

  test('gives back what it has begun when nobody reads on', async () => {
    const ahead = { free: 3 };
    for await (const number of inOrder([numbers(0, 5), numbers(10, 5), numbers(20, 5)], ahead)) if (number === 1) break;
    expect(ahead.free).toBe(3);
  });
});

import type { HeldPointer } from '../../src/model.ts';
import type { HeldStore } from '../../src/pipeline/held/heldStore.ts';
import { heldPointer } from '../support/pointers.ts';

export interface HeldStoreUnderTest {
  store: HeldStore;
  /** What is kept now, in any order. The store gives up on a pointer after 3 attempts and never waits. */
  kept: () => Promise<{ retry: HeldPointer[]; deadLetter: HeldPointer[] }>;
}

/** What every HeldStore does, whatever it keeps pointers in. */
export function defineHeldStoreContractTests(name: string, make: () => Promise<HeldStoreUnderTest>): void {
  describe(`${name} is a HeldStore`, () => {
    test('keeps a pointer as it is', async () => {
      const { store, kept } = await make();
      const pointer = heldPointer({ key: 'a b/ü+%20\u{1f511}\ufffe.json.gz', versionId: 'v1', region: 'eu-west-1', ranges: [{ first: 3, last: 9 }, { first: 12 }], attempts: 2, oldestEventMs: Date.parse('2026-11-20T12:01:44.5Z') });
      await store.hold([pointer]);
      expect(await kept()).toEqual({ retry: [pointer], deadLetter: [] });
    });

    test('keeps nothing of nothing', async () => {
      const { store, kept } = await make();
      await store.hold([]);
      expect(await kept()).toEqual({ retry: [], deadLetter: [] });
    });

    test('puts what waiting cannot heal, and what was tried often enough, where somebody looks', async () => {
      const { store, kept } = await make();
      const [again, permanent, exhausted] = [heldPointer({ key: 'again', attempts: 2 }), heldPointer({ key: 'permanent', permanent: true }), heldPointer({ key: 'exhausted', attempts: 3 })];
      await store.hold([permanent, again, exhausted]);
      const { retry, deadLetter } = await kept();
      expect(retry).toEqual([again]);
      expect(deadLetter.sort((a, b) => a.key.localeCompare(b.key))).toEqual([exhausted, permanent]);
    });

    test('keeps many pointers at once, each once', async () => {
      const { store, kept } = await make();
      const keys = Array.from({ length: 137 }, (_, i) => `key-${String(i).padStart(3, '0')}`);
      await store.hold(keys.map((key) => heldPointer({ key })));
      expect((await kept()).retry.map(({ key }) => key).sort()).toEqual(keys);
    });

    test('keeps a pointer with very many ranges in parts that name the same records', async () => {
      const { store, kept } = await make();
      const ranges = Array.from({ length: 9000 }, (_, i) => ({ first: i * 3, last: i * 3 + 1 }));
      await store.hold([heldPointer({ ranges: [...ranges, { first: 90_000 }] })]);
      const { retry } = await kept();
      expect(retry.length).toBeGreaterThan(1);
      expect(retry.flatMap((part) => part.ranges).sort((a, b) => a.first - b.first)).toEqual([...ranges, { first: 90_000 }]);
      const [open, closed] = [retry.filter(({ records }) => records === null), retry.filter(({ records }) => records !== null)];
      expect(open).toHaveLength(1);
      expect(closed.every((part) => part.records === part.ranges.length * 2)).toBe(true);
    });
  });
}

import { defineHeldStoreContractTests } from '../../contract/heldStore.ts';
import { memoryHeldStore } from '../../support/memoryHeldStore.ts';
import { heldPointer } from '../../support/pointers.ts';

defineHeldStoreContractTests('memoryHeldStore', async () => {
  const store = memoryHeldStore({ maxAttempts: 3, random: () => 0 });
  return { store, kept: async () => ({ retry: store.retry.map(({ pointer }) => pointer), deadLetter: store.deadLetter }) };
});

test('memoryHeldStore fails when it is told to', async () => {
  const store = memoryHeldStore();
  store.failing = 1;
  await expect(store.hold([heldPointer({ key: 'a' }), heldPointer({ key: 'b' })])).rejects.toMatchObject({ code: 'ERR_HOLD', message: expect.stringContaining('/a') as string });
  expect(store.retry.map(({ pointer }) => pointer.key)).toEqual(['b']);
});

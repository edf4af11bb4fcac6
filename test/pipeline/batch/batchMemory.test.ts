import { BatchMemory } from '../../../src/pipeline/batch/batchMemory.ts';

test('memory given back is used again, and no more than two are kept', () => {
  const memory = new BatchMemory();
  const taken = [memory.take(), memory.take(), memory.take()];
  expect(new Set(taken).size).toBe(3);
  for (const buffer of taken) memory.giveBack(buffer);
  memory.trim();
  const again = [memory.take(), memory.take(), memory.take()];
  expect(again.filter((buffer) => taken.includes(buffer))).toHaveLength(2);
});

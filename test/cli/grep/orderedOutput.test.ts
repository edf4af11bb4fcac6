import fc from 'fast-check';
import { OrderedOutput } from '../../../src/cli/grep/orderedOutput.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('ordered output', () => {
  test('prints the lines of each lane in the order of the lanes, whoever is faster', async () => {
    // Each step: which lane goes on. A lane writes its lines, then closes.
    const lanes = fc.array(fc.nat(4), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(lanes, fc.scheduler(), async (sizes, scheduler) => {
        const printed: string[] = [];
        const output = new OrderedOutput(async (lines) => {
          await scheduler.schedule(Promise.resolve());
          printed.push(...lines);
        });
        const done = Promise.all(
          sizes.map(async (size, number) => {
            const lane = output.open();
            for (let line = 0; line < size; line++) {
              await scheduler.schedule(Promise.resolve());
              await lane.write([`${number}.${line}`]);
            }
            await scheduler.schedule(Promise.resolve());
            await lane.close();
          }),
        );
        await scheduler.waitFor(done);
        return printed.join() === sizes.flatMap((size, number) => Array.from({ length: size }, (_, line) => `${number}.${line}`)).join();
      }),
    );
  });

  test('who is far ahead of its turn waits, so that what waits stays small', async () => {
    const output = new OrderedOutput(async () => undefined);
    const [first, second] = [output.open(), output.open()];
    let isThrough = false;
    const ahead = second.write(['x'.repeat(17 * 1024 * 1024)]).then(() => (isThrough = true));
    await tick();
    expect(isThrough).toBe(false);
    await first.close();
    await ahead;
    expect(isThrough).toBe(true);
  });
});

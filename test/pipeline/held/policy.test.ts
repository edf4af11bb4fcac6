import fc from 'fast-check';
import { DEFAULT_MAX_ATTEMPTS, nextStop } from '../../../src/pipeline/held/policy.ts';
import { heldPointer } from '../../support/pointers.ts';

const wait = (attempts: number, random: number, code = 'ERR_INTAKE_BUSY') => {
  const stop = nextStop(heldPointer({ attempts, reason: { code, message: '', hint: '' } }), 1000, () => random);
  return stop.queue === 'retry' ? stop.delaySeconds : NaN;
};
const ALMOST_1 = 1 - Number.EPSILON;

describe('nextStop', () => {
  test.each([[1, 30], [2, 60], [3, 120], [4, 240], [5, 480], [6, 900], [7, 900], [80, 900], [999, 900]])('after attempt %i the wait is anything from 0 to %i s', (attempts, longestS) => {
    expect([wait(attempts, 0), wait(attempts, ALMOST_1)]).toEqual([0, longestS]);
  });

  test('the wait is whole seconds that SQS takes, whatever the attempt and the random number', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), fc.double({ min: 0, max: ALMOST_1, noNaN: true }), (attempts, random) => {
      const seconds = wait(attempts, random);
      return Number.isInteger(seconds) && seconds >= 0 && seconds <= 900;
    }));
  });

  test('what was only out of time is taken up soon, however often', () => {
    expect(wait(50, ALMOST_1, 'ERR_DEADLINE')).toBe(30);
  });

  test('what a replay asks for goes at once', () => {
    expect(wait(0, ALMOST_1)).toBe(0);
  });

  test('a permanent fault goes to the dead-letter queue at the first attempt', () => {
    expect(nextStop(heldPointer({ permanent: true }), 150, () => 0)).toEqual({ queue: 'dead-letter', why: 'permanent' });
  });

  test('the last attempt goes to the dead-letter queue', () => {
    expect(nextStop(heldPointer({ attempts: 2 }), 3, () => 0).queue).toBe('retry');
    expect(nextStop(heldPointer({ attempts: 3 }), 3, () => 0)).toEqual({ queue: 'dead-letter', why: 'attempts-exhausted' });
  });

  test('the default attempts last about the 18 hours that the intake takes a log', () => {
    let seconds = 0;
    for (let attempts = 1; attempts < DEFAULT_MAX_ATTEMPTS; attempts += 1) seconds += wait(attempts, 0.5);
    expect(seconds / 3600).toBeGreaterThan(17.5);
    expect(seconds / 3600).toBeLessThan(19);
  });
});

import { costOf, type Work } from '../../bench/cost/model.ts';
import { PRICES, pricesWith } from '../../bench/cost/prices.ts';
import { median, ratio } from '../../bench/statistics.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a ratio is the middle one of the rounds, so that a slow round weighs no more than another', () => {
  expect(ratio([2, 20, 2], [1, 10, 4])).toBe(2);
});

describe('the cost of a million objects', () => {
  const work: Work = { name: 'x', cpuMsPerObject: 1, waitMsPerInvocation: 60, waitMsPerObject: 0, objectsPerInvocation: 10, coreFactor: 1, memoryMb: 1769, bytesOutPerObject: 1000, bytesIngestedPerObject: 10_000, bytesInPerObject: 8000 };
  const prices = pricesWith([]);

  test('is time times memory, requests and egress, by the prices', () => {
    const cost = costOf(work, prices);
    expect(cost.billedMsPerObject).toBe(7);
    expect(cost.lambda).toBeCloseTo(7000 * (1769 / 1024) * PRICES.lambdaGbSecond.value + 0.02, 10);
    expect(cost.egress).toBeCloseTo(0.09, 10);
    expect(cost.datadogIngest).toBeCloseTo(1, 10);
    expect(cost.aws).toBeCloseTo(cost.lambda + cost.requests + cost.egress, 10);
  });

  test('below one core the CPU takes longer and the waiting does not', () => {
    expect(costOf({ ...work, memoryMb: 1769 / 4 }, prices).billedMsPerObject).toBeCloseTo(4 + 6, 10);
    expect(costOf({ ...work, memoryMb: 10_240 }, prices).billedMsPerObject).toBe(7);
  });

  test('a price can be given, and a misspelt one is refused with the names there are', () => {
    expect(costOf(work, pricesWith(['egressGb=0'])).egress).toBe(0);
    expect(() => pricesWith(['egress=0'])).toThrow(/expected NAME=NUMBER with one of lambdaGbSecond,/);
    expect(() => pricesWith(['egressGb='])).toThrow(/NAME=NUMBER/);
  });
});

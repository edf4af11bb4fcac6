/** The middle value; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The median of the ratios within each round: what the machine did to one round it did to both sides of it, so this is
 * steadier than the ratio of two medians.
 */
export function ratio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((value, k) => value / denominators[k]!).filter(Number.isFinite));
}

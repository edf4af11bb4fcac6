/** `2,620` */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 object`, `2,620 objects` */
export function many(count: number, one: string, several = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : several}`;
}

/** `438.8 kB`; 1 MB is 1,000,000 bytes, as for Datadog's limits. */
export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  return value < 1_000_000 ? `${(value / 1_000).toFixed(1)} kB` : `${(value / 1_000_000).toFixed(1)} MB`;
}

/** `1.8 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A price, where it is from, and how sure that is. US dollars, us-east-1, without free tiers. */
export interface Price {
  value: number;
  unit: string;
  source: string;
}

/** Every one can be changed by `--price name=value`. */
export const PRICES = {
  lambdaGbSecond: { value: 0.0000133334, unit: '$ per GB-second, arm64', source: 'cloudchipr.com/blog/aws-lambda-pricing' },
  lambdaRequest: { value: 0.2e-6, unit: '$ per request', source: 'cloudchipr.com/blog/aws-lambda-pricing' },
  s3Get: { value: 0.4e-6, unit: '$ per GET', source: 'c3x.dev/blog/s3-request-fees-explained' },
  sqsRequest: { value: 0.4e-6, unit: '$ per request', source: 'cloudburn.io/blog/amazon-sqs-pricing' },
  egressGb: { value: 0.09, unit: '$ per GB out, first 10 TB', source: 'not verified; aws.amazon.com/ec2/pricing/on-demand' },
  natGb: { value: 0, unit: '$ per GB through a NAT gateway (0.045 where there is one)', source: 'not verified; aws.amazon.com/vpc/pricing' },
  kmsRequest: { value: 0.03 / 10_000, unit: '$ per Decrypt, one an object without a bucket key', source: 'not verified; aws.amazon.com/kms/pricing' },
  datadogIngestGb: { value: 0.1, unit: '$ per GB ingested, before compression', source: 'michaelscodingspot.com/datadog-logs-pricing' },
} satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;

/** `name=value` as given on the command line, put over the defaults. */
export function pricesWith(given: readonly string[]): Record<PriceName, number> {
  const prices = Object.fromEntries(Object.entries(PRICES).map(([name, { value }]) => [name, value])) as Record<PriceName, number>;
  for (const one of given) {
    const [name = '', value = ''] = one.split('=');
    if (!(name in PRICES) || value.trim() === '' || !Number.isFinite(Number(value))) throw new Error(`--price ${one}: expected NAME=NUMBER with one of ${Object.keys(PRICES).join(', ')}`);
    prices[name as PriceName] = Number(value);
  }
  return prices;
}

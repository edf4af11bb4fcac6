import { createRequire } from 'node:module';
import { readSettings } from '../../src/settings/readSettings.ts';

const readOf = createRequire(__filename)('../../serverless/filters.cjs') as (framework: { resolveVariable: (name: string) => Promise<string> }) => Promise<{ action: string; arn: unknown }>;
const actionFor = async (filters: string) => (await readOf({ resolveVariable: () => Promise.resolve(filters) })).action;

const RIGHT = ['s3://example-config/filters.yml', "s3://example.config/team's/(new)/filters.yml", 's3://Old_Bucket/ä', 'ssm:filters', 'ssm:/datadog/filters', 'ssm:datadog/filters.v2'];
const WRONG = ['filters.yml', 's3://', 's3://example-config', 's3://example-config/', 's3:///key', 's3://ex*mple/key', 's3://example-config/*', 's3://example-config/filter?.yml', 's3://example-config/${aws:username}', 's3://example-config/filters.yml#1', 's3://example-config/a b', 'ssm:', 'ssm:/', 'ssm:/datadog/', 'ssm://filters', 'ssm:/datadog/*', 'arn:aws:s3:::example-config/filters.yml', 'https://example-config.s3.amazonaws.com/filters.yml'];

describe('the parameter filters', () => {
  it.each(RIGHT)('takes %s, and so does the function', async (filters) => {
    expect(await actionFor(filters)).toBe(filters.startsWith('s3') ? 's3:GetObject' : 'ssm:GetParameter');
    expect(readSettings({ DD_API_KEY: '0'.repeat(32), DD_FILTERS: filters }).filters.uri).toBe(filters);
  });

  it.each(WRONG)('does not take %s, which no policy can name exactly', async (filters) => {
    expect(await actionFor(filters)).toBe('');
  });

  it('means the same parameter with and without its leading slash', async () => {
    const [bare, slashed] = await Promise.all(['ssm:filters', 'ssm:/filters'].map((filters) => readOf({ resolveVariable: () => Promise.resolve(filters) })));
    expect(bare!.arn).toEqual(slashed!.arn);
  });
});

import { gzipSync } from 'node:zlib';
import { makeBucket } from '../../support/fauxqs.ts';
import { runCli } from '../../support/runCli.ts';

const KEY = 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1205Z_AbCdEfGh12345678.json.gz';
const OBJECT = gzipSync(JSON.stringify({ Records: [{ eventName: 'Decrypt', eventTime: '2026-11-20T12:00:00Z' }, { eventName: 'PutObject', eventTime: '2026-11-20T12:04:00Z' }] }));

test('filters and records may both lie in S3', async () => {
  const bucket = await makeBucket({ [KEY]: OBJECT, 'filters.yml': "filters:\n  - name: decrypt\n    exclude: '@eventName:Decrypt'\n" });
  const filters = `s3://${bucket}/filters.yml`;
  expect(await runCli(['filters', 'check', filters])).toMatchObject({ exitCode: 0, out: 'exclude  decrypt  @eventName:Decrypt\n' });
  expect(await runCli(['filters', 'explain', `s3://${bucket}/${KEY}#0`, '--filters', filters])).toMatchObject({ exitCode: 1, out: expect.stringMatching(/^filtered by decrypt/) });
  const { out, exitCode } = await runCli(['filters', 'dry-run', `s3://${bucket}/AWSLogs/`, '--filters', filters, '--from', '2026-11-20', '--to', '2026-11-21', '--json']);
  expect(JSON.parse(out)).toMatchObject({ objects: 1, kept: { records: 1 }, filtered: { records: 1 }, filters: [{ name: 'decrypt', samples: [{ pointer: `s3://${bucket}/${KEY}#0` }] }] });
  expect(exitCode).toBe(0);
});

test('a filter file that cannot be fetched, and filters with faults, end with 2 and no stack', async () => {
  const bucket = await makeBucket({ 'broken.yml': "filters: [{name: x, exclude: '@a:('}]" });
  const missing = await runCli(['filters', 'check', `s3://${bucket}/none.yml`]);
  expect(missing).toMatchObject({ exitCode: 2, err: expect.stringContaining(`s3://${bucket}/none.yml`) });
  const broken = await runCli(['filters', 'dry-run', `s3://${bucket}/`, '--filters', `s3://${bucket}/broken.yml`]);
  expect(broken).toMatchObject({ exitCode: 2, err: expect.stringContaining('broken.yml:1:30: this parenthesis is never closed\n  @a:(\n     ^') });
  expect(missing.err + broken.err).not.toMatch(/\n\s+at /);
});

import { folderMayHold, isDigestKey, parseTrailKey } from '../../src/object/layout.ts';

const FILE = '123456789012_CloudTrail_us-east-1_20261120T1205Z_Ab3dEf6hIj9kLm2n.json.gz';

describe('parseTrailKey', () => {
  test.each([
    [`AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/${FILE}`, { prefix: '', account: '123456789012', folder: 'CloudTrail', region: 'us-east-1', day: '2026/11/20' }],
    [`audit/eu/AWSLogs/o-exampleorgid/123456789012/CloudTrail/eusc-de-east-1/2026/11/20/${FILE}`, { prefix: 'audit/eu/', organisation: 'o-exampleorgid', account: '123456789012', folder: 'CloudTrail', region: 'eusc-de-east-1', day: '2026/11/20' }],
    [`AWSLogs/123456789012/CloudTrail-Insight/us-isob-east-1/2026/11/20/${FILE}`, { folder: 'CloudTrail-Insight', region: 'us-isob-east-1' }],
    [`AWSLogs/123456789012/CloudTrail-NewKind/us-east-1/2026/11/20/${FILE}`, { folder: 'CloudTrail-NewKind' }],
  ])('%s', (key, parts) => {
    expect(parseTrailKey(key)).toMatchObject({ ...parts, deliveredMs: Date.parse('2026-11-20T12:05:00Z') });
  });

  test('a digest is stamped to the second', () => {
    const key = 'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/11/20/123456789012_CloudTrail-Digest_us-east-1_t_us-east-1_20261120T120518Z_backfill.json.gz';
    expect(parseTrailKey(key)?.deliveredMs).toBe(Date.parse('2026-11-20T12:05:18Z'));
    expect(isDigestKey(key)).toBe(true);
  });

  test('a file without a stamp says no time', () => {
    expect(parseTrailKey('AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/x.json.gz')?.deliveredMs).toBeNaN();
  });

  test.each(['AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/11/20/x.log.gz', 'x.json.gz', `AWSLogs/12/CloudTrail/us-east-1/2026/11/20/${FILE}`, 'AWSLogs/123456789012/CloudTrail/'])('%s is not of CloudTrail', (key) => {
    expect(parseTrailKey(key)).toBeUndefined();
  });
});

test.each([
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2026/', true],
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2026/10/', false],
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/19/', true],
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/18/', false],
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/22/', false],
  ['AWSLogs/123456789012/CloudTrail/us-east-1/2025/', false],
  ['backup/2020/01/01/', true],
])('folderMayHold: %s for 20 November 2026 is %p', (folder, expected) => {
  expect(folderMayHold(folder, { fromMs: Date.UTC(2026, 10, 20), toMs: Date.UTC(2026, 10, 21) })).toBe(expected);
});

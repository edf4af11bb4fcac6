import type { Context } from '../../../src/cli/context.ts';
import { verifyCommand } from '../../../src/cli/verify/command.ts';
import { ControlPlane, jsonError, s3Error, type Answer, type Seen } from '../../support/controlPlane.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { runCommand, type Ran } from '../../support/terminal.ts';
import { ACCOUNT, BUCKET, BUCKET_POLICY, foundLog, healthy, TRAIL } from '../doctor/healthySetup.ts';

/** The whole command through the real AWS and Datadog clients, on a clock that nobody waits for. */
let plane: ControlPlane;
let clock: FakeClock;

beforeAll(async () => {
  plane = await ControlPlane.start();
  Object.assign(process.env, plane.awsEnvironment());
});
afterAll(() => plane.stop());

const SEARCH = 'datadog:POST /api/v2/logs/events/search';
const PUT = 's3:PUT object';
const DELETE = 's3:DELETE object';

beforeEach(() => {
  clock = new FakeClock();
  plane.reset({ ...healthy(plane), [PUT]: { headers: { 'x-amz-version-id': 'v-1' } }, [DELETE]: { status: 204 } });
  comesAfter(3);
});

/** The search finds the canary at the n-th time (the first is the look before anything is written). */
function comesAfter(times: number, log: Record<string, unknown> = foundLog(), copies = 1): void {
  plane.on(SEARCH, (_: Seen, asked: number): Answer => ({ json: { data: asked >= times ? Array.from({ length: copies }, () => log) : [] } }));
}

function verify(args: string[] = [], env: Record<string, string> = {}, interrupted?: AbortSignal): Promise<Ran> {
  const keys = { DD_API_KEY: 'api-key-of-example', DD_APP_KEY: 'app-key-of-example', DD_API_URL: plane.url };
  return runCommand((ctx: Context) => verifyCommand(ctx, clock), args, { env: { ...keys, ...env }, now: () => clock.now(), ...(interrupted === undefined ? {} : { interrupted }) });
}

describe('verify', () => {
  test('writes a canary where the trail writes, finds it, says how late it is, and takes it away again', async () => {
    const { out, err, exitCode } = await verify();
    const [put] = plane.calls(PUT);
    expect(decodeURIComponent(put?.url.pathname ?? '')).toMatch(new RegExp(`^/${BUCKET}/AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/2026/11/20/.*_CANARY[A-Z0-9]{10}\\.json\\.gz$`));
    const [before, after] = plane.calls(SEARCH);
    expect(after?.input).toEqual(expect.objectContaining({ filter: expect.objectContaining({ query: expect.stringMatching(/^source:cloudtrail @eventID:[0-9a-f-]{36}$/) }) }));
    expect(plane.seen.indexOf(before!)).toBeLessThan(plane.seen.indexOf(put!));
    expect(plane.calls(DELETE).map(({ url }) => url.searchParams.get('versionId'))).toEqual(['v-1']);
    expect(err).toMatch(new RegExp(`^wrote s3://${BUCKET}/AWSLogs/`));
    expect(out).toMatch(/^ok {7}it came within 5 s: https:\/\/app\.datadoghq\.com\/logs\?query=source%3Acloudtrail%20%40eventID/);
    expect(out).toMatch(/^ok {7}Cloud SIEM analyses it \(datadog\.cloud_siem:true\)$/m);
    expect(out).toMatch(/^removed {2}s3:/m);
    expect(exitCode).toBe(0);
    expect(plane.unexpected).toEqual([]);
  });

  test('--json says the same for a program', async () => {
    const { out } = await verify(['--json']);
    expect(JSON.parse(out)).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      uri: expect.stringMatching(/^s3:/),
      query: expect.stringContaining('@eventID:'),
      url: expect.stringContaining('https://app.datadoghq.com/logs'),
      waitedMs: 5000,
      timesFound: 1,
      cloudSiem: true,
      removed: true,
    });
  });

  test('ends with 1 when Cloud SIEM does not analyse it, and points to the filter', async () => {
    comesAfter(2, foundLog({ tags: ['datadog.cloud_siem:false'] }));
    const { out, exitCode } = await verify();
    expect(out).toMatch(/not ok {3}Cloud SIEM does not analyse it.*\n {9}next: npx cloudtrail-forwarder doctor --only security-filter/);
    expect(exitCode).toBe(1);
  });

  test('remarks that it came more than once, and that it has no tag', async () => {
    comesAfter(2, foundLog({ tags: [] }), 2);
    const { out, exitCode } = await verify();
    expect(out).toMatch(/remark {3}it came 2 times/);
    expect(out).toMatch(/remark {3}it has no tag datadog\.cloud_siem/);
    expect(exitCode).toBe(0);
  });

  test('says what to do when it does not come, and leaves the object for a held pointer', async () => {
    comesAfter(1_000_000);
    const { out, exitCode } = await verify(['--timeout', '60']);
    expect(out).toMatch(/^not ok {3}it did not come within 60 s/);
    expect(out).toMatch(/doctor says what is wrong/);
    expect(out).toMatch(/held list --waiting/);
    expect(out).toMatch(/remove it with: aws s3api delete-object --bucket .* --version-id v-1/);
    expect(plane.calls(DELETE)).toEqual([]);
    expect(plane.calls(SEARCH)).toHaveLength(1 + 13);
    expect(exitCode).toBe(1);
  });

  test('stops at Ctrl-C and says what it left', async () => {
    const stop = new AbortController();
    plane.on(SEARCH, (_, asked) => {
      if (asked === 4) stop.abort();
      return { json: { data: [] } };
    });
    const { err, out, exitCode } = await verify([], {}, stop.signal);
    expect(err).toMatch(/stopped; the canary is left in the bucket, remove it with: aws s3api delete-object/);
    expect(out).toBe('');
    expect(exitCode).toBe(2);
  });

  test('says so when it may not remove the canary, and is fine otherwise', async () => {
    plane.on(DELETE, s3Error(403, 'AccessDenied'));
    const { out, exitCode } = await verify();
    expect(out).toMatch(/left {5}s3:.*s3:DeleteObjectVersion/);
    expect(exitCode).toBe(0);
  });

  test('--keep leaves it', async () => {
    await verify(['--keep']);
    expect(plane.calls(DELETE)).toEqual([]);
  });

  test('--dry-run writes nothing and searches nothing', async () => {
    const { out } = await verify(['--dry-run']);
    expect(out).toMatch(new RegExp(`^would write s3://${BUCKET}/AWSLogs/`));
    expect([...plane.calls(PUT), ...plane.calls(SEARCH)]).toEqual([]);
  });

  test('writes into the folder of the organisation that the bucket opens to CloudTrail', async () => {
    plane.on('cloudtrail:DescribeTrails', { json: { trailList: [{ ...TRAIL, IsOrganizationTrail: true, S3KeyPrefix: 'audit' }] } });
    plane.on('s3:GET ?policy', { json: { Statement: [{ ...BUCKET_POLICY.Statement[1], Resource: `arn:aws:s3:::${BUCKET}/audit/AWSLogs/o-a1b2c3d4e5/*` }] } });
    const { out } = await verify(['--dry-run']);
    expect(out).toContain(`s3://${BUCKET}/audit/AWSLogs/o-a1b2c3d4e5/${ACCOUNT}/CloudTrail/`);
  });

  test('with --bucket and --prefix asks nobody for the trail', async () => {
    const { out } = await verify(['--dry-run', '--bucket', 'central-logs', '--prefix', 'x']);
    expect(out).toContain(`would write s3://central-logs/x/AWSLogs/${ACCOUNT}/`);
    expect(plane.calls('cloudtrail:DescribeTrails')).toEqual([]);
  });

  test('with the bucket of another account\'s trail it still knows where to write', async () => {
    const { out } = await verify(['--dry-run', '--bucket', 'central-logs']);
    expect(out).toContain(`would write s3://central-logs/AWSLogs/${ACCOUNT}/`);
  });
});

describe('verify cannot run', () => {
  test.each<[string, string[], Record<string, string>, string, RegExp]>([
    ['without an application key', [], { DD_APP_KEY: '' }, 'ERR_USAGE', /DD_APP_KEY not set/],
    ['without any key', [], { DD_APP_KEY: '', DD_API_KEY: '' }, 'ERR_USAGE', /DD_API_KEY and DD_APP_KEY not set/],
    ["with the browser's address as a site", ['--site', 'https://app.datadoghq.eu'], {}, 'ERR_USAGE', /app.datadoghq.eu/],
  ])('%s', async (_, args, env, code, message) => {
    await expect(verify(args, env)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(plane.seen).toEqual([]);
  });

  test('when the search is refused, and then writes nothing', async () => {
    plane.on(SEARCH, { status: 403, json: { errors: ['Forbidden'] } });
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_API_DENIED', hint: expect.stringContaining('logs_read_data') });
    expect(plane.calls(PUT)).toEqual([]);
  });

  test('when the bucket may not be written to', async () => {
    plane.on(PUT, s3Error(403, 'AccessDenied'));
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_API_DENIED', message: expect.stringMatching(/Cannot write "s3:.*s3:PutObject/) });
  });

  test('when there is no trail, or more than one', async () => {
    plane.on('cloudtrail:DescribeTrails', { json: { trailList: [] } });
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining('--bucket') });
    plane.on('cloudtrail:DescribeTrails', { json: { trailList: [TRAIL, { ...TRAIL, Name: 'b', S3BucketName: 'b' }] } });
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_USAGE', hint: 'Name it: --trail management' });
  });

  test('when the search is refused later, and then says what it left', async () => {
    plane.on(SEARCH, (_, asked) => (asked === 1 ? { json: { data: [] } } : { status: 401, json: { errors: ['Unauthorized'] } }));
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_API_DENIED' });
    expect(plane.calls(PUT)).toHaveLength(1);
  });

  test('when AWS denies the trail', async () => {
    plane.on('cloudtrail:DescribeTrails', jsonError(400, 'AccessDeniedException'));
    await expect(verify()).rejects.toMatchObject({ code: 'ERR_API_DENIED', message: expect.stringContaining('cloudtrail:DescribeTrails') });
  });

  test.each(['soon', '-1', '90000'])('with --timeout %s', async (timeout) => {
    await expect(verify(['--timeout', timeout])).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});

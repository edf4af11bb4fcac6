import { doctorCommand } from '../../../src/cli/doctor/command.ts';
import { ControlPlane, jsonError, type Answer } from '../../support/controlPlane.ts';
import { ACCOUNT, configuration, foundLog, FUNCTION, healthy, NOW_MS, registeredAccount, securityFilter } from './healthySetup.ts';
import { runCommand, type Ran } from '../../support/terminal.ts';

/** What Datadog has to say, through its real client, and how it all looks on a terminal. */
let plane: ControlPlane;
/** Nobody listens there (any more). */
let closedPort: number;

beforeAll(async () => {
  plane = await ControlPlane.start();
  const closed = await ControlPlane.start();
  closedPort = closed.port;
  await closed.stop();
  Object.assign(process.env, plane.awsEnvironment());
});
beforeEach(() => plane.reset(healthy(plane)));
afterAll(() => plane.stop());

function doctor(args: string[] = [], env: Record<string, string> = {}, isTTY = false): Promise<Ran> {
  return runCommand(doctorCommand, args, { env: { DD_API_URL: plane.url, DD_APP_KEY: 'app-key-of-example', ...env }, now: () => NOW_MS, isTTY });
}

interface Found {
  id: string;
  state: string;
  why: string;
  next?: string;
}

async function found(args: string[] = [], env: Record<string, string> = {}): Promise<{ checks: Found[]; exitCode: number }> {
  const ran = await doctor(['--json', ...args], env);
  return { checks: (JSON.parse(ran.out) as { checks: Found[] }).checks, exitCode: ran.exitCode };
}

const SEARCH = 'datadog:POST /api/v2/logs/events/search';
const FILTERS = 'datadog:GET /api/v2/security_monitoring/configuration/security_filters';
const ACCOUNTS = 'datadog:GET /api/v2/integration/aws/accounts';

describe('doctor on a terminal', () => {
  test('prints the guide\'s steps in their order, one line a check, and a sum', async () => {
    const { out, err, exitCode } = await doctor();
    const headings = out.split('\n').filter((line) => /^\S/.test(line));
    expect(headings).toEqual(['Access', '1. AWS integration', '2. Trail and bucket', '3. Trigger and forwarder', '4. Datadog and Cloud SIEM', '32 ok, 0 not ok, 0 skipped']);
    expect(out).toMatch(/^ {2}ok {7}trail-logging {8}trail "management" is logging$/m);
    expect(err).toBe('');
    expect(exitCode).toBe(0);
    expect(plane.unexpected).toEqual([]);
  });

  test('puts the next command below what is not ok', async () => {
    plane.on('cloudtrail:GetTrailStatus', { json: { IsLogging: false, LatestDeliveryTime: NOW_MS / 1000 } });
    const { out, exitCode } = await doctor(['--only', 'trail']);
    expect(out).toMatch(/^ {2}not ok {3}trail-logging .*\n {22,}next: aws cloudtrail start-logging --name/m);
    expect(exitCode).toBe(1);
  });

  test('says a reason that several checks share only once', async () => {
    plane.on('lambda:GET /functions', jsonError(403, 'AccessDeniedException'));
    const { out } = await doctor(['--only', 'forwarder']);
    expect(out.match(/lambda:ListFunctions\)/g)).toHaveLength(1);
    expect(out).toMatch(/skipped {2}secret .*for the reason of "function"/);
  });

  test('shows what it waits for, and colours, on a terminal only', async () => {
    const { out, err } = await doctor(['--only', 'trail'], {}, true);
    expect(err).toContain('1/10 trail-found ...');
    expect(err.endsWith('\r\u001b[K')).toBe(true);
    expect(out).toContain('\u001b[32mok');
    expect((await doctor(['--only', 'trail'], { NO_COLOR: '1' }, true)).out).not.toContain('\u001b');
  });

  test('--list names the checks and asks nobody', async () => {
    const { out, exitCode } = await doctor(['--list', '--only', 'siem']);
    expect(out).toMatch(/4\. Datadog and Cloud SIEM \(siem\)\n {2}site .*\n/);
    expect(plane.seen).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test('--only and --skip refuse names that are no check', async () => {
    await expect(doctor(['--skip', 'trial'])).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining('"trial"') });
  });

  test('prints no key, in full, anywhere', async () => {
    plane.on('datadog:GET /api/v1/validate', { status: 403, json: { errors: ['Forbidden'] } });
    const { out } = await doctor(['--json']);
    expect(out).not.toMatch(/0123456789abcdef0123456789abcdef|app-key-of-example/);
  });
});

describe('doctor asks Datadog', () => {
  test('sends the keys in headers, never in an address', async () => {
    await doctor(['--only', 'siem', 'integration']);
    const [search] = plane.calls(SEARCH);
    expect(search?.headers).toMatchObject({ 'dd-api-key': '0123456789abcdef0123456789abcdef', 'dd-application-key': 'app-key-of-example' });
    expect(search?.input).toMatchObject({ filter: { query: 'source:cloudtrail', from: String(NOW_MS - 3_600_000), to: String(NOW_MS) } });
    expect(plane.seen.filter(({ url }) => /key/i.test(url.search))).toEqual([]);
  });

  test("uses the user's own API key for the organisation, but checks the forwarder's", async () => {
    await doctor(['--only', 'siem'], { DD_API_KEY: 'ffffffffffffffffffffffffffffffff' });
    expect(plane.calls(SEARCH)[0]?.headers['dd-api-key']).toBe('ffffffffffffffffffffffffffffffff');
    expect(plane.calls('datadog:GET /api/v1/validate')[0]?.headers['dd-api-key']).toBe('0123456789abcdef0123456789abcdef');
  });

  test.each<[fault: string, arrange: () => void, check: string, why: RegExp, next: RegExp]>([
    ['an account that Datadog does not know', () => plane.on(ACCOUNTS, { json: { data: [] } }), 'integration-account', new RegExp(`does not know AWS account ${ACCOUNT}`), /integration create --role-name DatadogIntegrationRole/],
    [
      'an account registered with another role',
      () => plane.on(ACCOUNTS, { json: { data: [registeredAccount({ auth_config: { role_name: 'OldRole', external_id: 'x' } })] } }),
      'integration-account',
      /uses role "OldRole"/,
      /doctor --role-name OldRole/,
    ],
    ['a revoked key', () => plane.on('datadog:GET /api/v1/validate', { status: 403, json: { errors: ['Forbidden'] } }), 'api-key', /does not know the key that ends in cdef/, /API Keys/],
    ['an intake that refuses the key', () => plane.on('datadog:POST /api/v2/logs', { status: 403, json: {} }), 'intake', /refuses the key that ends in cdef/, /api-key and site/],
    ['an intake that is something else', () => plane.on('datadog:POST /api/v2/logs', { status: 404, text: 'nginx' }), 'intake', /not how a logs intake answers/, /leave out the parameter intakeHost/],
    [
      'an intake that nobody can reach',
      () => plane.on(`lambda:GET /functions/${FUNCTION}`, { json: { Configuration: configuration(plane, {}, { DD_PORT: String(closedPort) }), Tags: {} } }),
      'intake',
      /Cannot reach Datadog at "127.0.0.1:\d+".*ECONNREFUSED/,
      /Allow HTTPS.*PrivateLink/,
    ],
    ['no security filter', () => plane.on(FILTERS, { json: { data: [] } }), 'security-filter', /no security filter covers source:cloudtrail/, /source:cloudtrail/],
    ['a security filter for other logs', () => plane.on(FILTERS, { json: { data: [securityFilter({ query: 'source:(okta OR gsuite)' })] } }), 'security-filter', /no security filter/, /add one/],
    ['a security filter that is off', () => plane.on(FILTERS, { json: { data: [securityFilter({ is_enabled: false })] } }), 'security-filter', /is switched off/, /switch it on/],
    [
      'a security filter that leaves CloudTrail out again',
      () => plane.on(FILTERS, { json: { data: [securityFilter({ name: 'all ingested logs', query: '*', exclusion_filters: [{ name: 'noise', query: 'source:cloudtrail' }] })] } }),
      'security-filter',
      /"all ingested logs" leaves CloudTrail out again: "noise"/,
      /add one/,
    ],
    ['a security filter for some of them', () => plane.on(FILTERS, { json: { data: [securityFilter({ query: 'source:cloudtrail @awsRegion:us-east-1' })] } }), 'security-filter', /takes only some/, /add one/],
    ['no logs in the last hour', () => plane.on(SEARCH, { json: { data: [] } }), 'logs-arriving', /none in the last hour/, /verify/],
    ['logs that Cloud SIEM does not look at', () => plane.on(SEARCH, { json: { data: [foundLog({ tags: ['datadog.cloud_siem:false'] })] } }), 'logs-arriving', /datadog.cloud_siem:false/, /security-filter/],
  ])('and recognises %s', async (_, arrange, check, why, next) => {
    arrange();
    const { checks, exitCode } = await found();
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([
      expect.objectContaining({ id: check, state: 'not ok', why: expect.stringMatching(why), next: expect.stringMatching(next) }),
    ]);
    expect(exitCode).toBe(1);
  });

  test.each(['us1', 'https://app.datadoghq.eu', 'api.us3.datadoghq.com'])('and recognises the site that "%s" means', async (site) => {
    const { checks } = await found(['--only', 'site', '--site', site]);
    expect(checks).toEqual([expect.objectContaining({ id: 'site', state: 'not ok', next: expect.stringMatching(/--param="site=(us3\.)?datadoghq\.(com|eu)"/) })]);
  });

  test('and does not call a site wrong that may be new', async () => {
    const { checks } = await found(['--only', 'site', '--site', 'us9.datadoghq.com']);
    expect(checks).toEqual([expect.objectContaining({ state: 'skipped', why: expect.stringContaining('http-intake.logs.us9.datadoghq.com') })]);
  });

  test('and takes a filter type that its client is too old for', async () => {
    plane.on(FILTERS, { json: { data: [securityFilter({ filtered_data_type: 'network_flows_of_tomorrow' })] } });
    const { checks } = await found(['--only', 'security-filter']);
    expect(checks).toEqual([expect.objectContaining({ state: 'ok' })]);
  });
});

describe('doctor, when Datadog does not answer as it should', () => {
  test.each<[string, Answer, RegExp, RegExp]>([
    ['403', { status: 403, json: { errors: ['Forbidden'] } }, /answered 403: Forbidden/, /DD_APP_KEY.*security_monitoring_filters_read/],
    ['a page of a proxy', { text: '<html>log in</html>', headers: { 'content-type': 'text/html' } }, /not the documented one/, /proxy/],
    ['half a JSON', { text: '{"data": [', headers: { 'content-type': 'application/json' } }, /not the documented one/, /DD_SITE/],
    ['400', { status: 400, json: { errors: [{ title: 'Bad', detail: 'no such thing' }] } }, /answered 400: no such thing/, /Read what Datadog says/],
  ])('skips what is answered with %s', async (_, answer, why, next) => {
    plane.on(FILTERS, answer);
    const { checks, exitCode } = await found();
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([
      expect.objectContaining({ id: 'security-filter', state: 'skipped', why: expect.stringMatching(why), next: expect.stringMatching(next) }),
    ]);
    expect(exitCode).toBe(0);
  });

  test('asks again after a 429, as long as Datadog says', async () => {
    plane.on(FILTERS, (_, times) => (times === 1 ? { status: 429, headers: { 'x-ratelimit-reset': '0' }, json: { errors: ['Rate limit'] } } : { json: { data: [securityFilter()] } }));
    const { checks } = await found(['--only', 'security-filter']);
    expect(checks).toEqual([expect.objectContaining({ state: 'ok' })]);
    expect(plane.calls(FILTERS)).toHaveLength(2);
  });

  test('asks the intake once, and calls a busy one neither right nor wrong', async () => {
    plane.on('datadog:POST /api/v2/logs', { status: 503 });
    const { checks } = await found(['--only', 'intake']);
    expect(checks).toEqual([expect.objectContaining({ state: 'skipped', why: expect.stringContaining('is busy (503)') })]);
    expect(plane.calls('datadog:POST /api/v2/logs')).toHaveLength(1);
  });

  test("does not blame the function when it is we who may not read its key", async () => {
    plane.on('secretsmanager:GetSecretValue', jsonError(400, 'AccessDeniedException'));
    const { checks } = await found(['--only', 'secret', 'api-key', 'intake']);
    expect(checks.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(checks[0]).toMatchObject({ why: expect.stringContaining('cannot be seen from here'), next: expect.stringContaining('principal') });
  });
});

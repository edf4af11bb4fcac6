import { integrationCommand } from '../../../src/cli/integration/command.ts';
import { ControlPlane, type Answer } from '../../support/controlPlane.ts';
import { runCommand, type Ran } from '../../support/terminal.ts';
import { ACCOUNT, FUNCTION_ARN, healthy, registeredAccount } from '../doctor/healthySetup.ts';

/** The commands through the real AWS and Datadog clients. */
let plane: ControlPlane;

beforeAll(async () => {
  plane = await ControlPlane.start();
  Object.assign(process.env, plane.awsEnvironment());
});
afterAll(() => plane.stop());

const ID = '11111111-aaaa-bbbb-cccc-222222222222';
const ACCOUNTS = '/api/v2/integration/aws/accounts';
const LIST = `datadog:GET ${ACCOUNTS}`;
const POST = `datadog:POST ${ACCOUNTS}`;
const GET_ONE = `datadog:GET ${ACCOUNTS}/${ID}`;
const PATCH = `datadog:PATCH ${ACCOUNTS}/${ID}`;
const DELETE = `datadog:DELETE ${ACCOUNTS}/${ID}`;
const EXTERNAL_ID = 'datadog:POST /api/v2/integration/aws/generate_new_external_id';
const OTHER = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:DatadogForwarder`;

beforeEach(() => {
  plane.reset({
    ...healthy(plane),
    [LIST]: { json: { data: [] } },
    [EXTERNAL_ID]: { json: { data: { id: 'external_id', type: 'external_id', attributes: { external_id: 'x-new' } } } },
    [POST]: ({ input }) => ({ json: { data: { id: ID, type: 'account', attributes: (input['data'] as { attributes: object }).attributes } } }),
    [DELETE]: { status: 204 },
  });
});

/** Datadog has the account already; a change answers with what it would then be. */
function registered(changes: Record<string, unknown> = {}): void {
  const account = registeredAccount(changes);
  plane.on(LIST, { json: { data: [account] } });
  plane.on(GET_ONE, { json: { data: account } });
  plane.on(PATCH, ({ input }) => ({ json: { data: { ...account, attributes: { ...(account['attributes'] as object), ...(input['data'] as { attributes: object }).attributes } } } }));
}

function integration(...args: string[]): Promise<Ran> {
  return runCommand(integrationCommand, args, { env: { DD_API_KEY: 'api-key-of-example', DD_APP_KEY: 'app-key-of-example', DD_API_URL: plane.url } });
}

function sent(operation: string): Record<string, unknown> | undefined {
  return (plane.calls(operation)[0]?.input['data'] as { attributes: Record<string, unknown> } | undefined)?.attributes;
}

describe('integration create', () => {
  test('asks for an external id, registers the account with role and forwarder, and tells the command that makes the role', async () => {
    const { out, err, exitCode } = await integration('create');
    expect(sent(POST)).toEqual({
      aws_account_id: ACCOUNT,
      aws_partition: 'aws',
      account_tags: [`aws_account:${ACCOUNT}`],
      auth_config: { role_name: 'DatadogIntegrationRole', external_id: 'x-new' },
      logs_config: { lambda_forwarder: { lambdas: [FUNCTION_ARN], sources: [] } },
      metrics_config: { enabled: false },
      resources_config: { extended_collection: false, cloud_security_posture_management_collection: false },
    });
    expect(err).toMatch(/^ask Datadog for an external id\nregister AWS account 123456789012/);
    expect(out).toMatch(/external id {2}x-new/);
    expect(out).toContain('npx serverless deploy --param="integration=role" --param="integrationExternalId=x-new" --param="integrationRoleName=DatadogIntegrationRole" --param="site=datadoghq.com"');
    expect(exitCode).toBe(0);
  });

  test('changes nothing the second time', async () => {
    registered({ logs_config: { lambda_forwarder: { lambdas: [FUNCTION_ARN], sources: [] } } });
    const { err, out } = await integration('create');
    expect(err).toContain('change nothing');
    expect(out).toContain('external-id-of-example');
    expect(plane.seen.filter(({ operation }) => /^datadog:(POST|PATCH|DELETE)/.test(operation))).toEqual([]);
  });

  test('joins a registration that is there, and sends back what it does not understand', async () => {
    registered({ logs_config: { lambda_forwarder: { lambdas: [OTHER], sources: ['s3'], log_source_config: { tag_filters: [{ source: 's3', tags: ['env:prod'] }] }, tomorrow: 1 } } });
    await integration('create');
    expect(sent(PATCH)).toEqual({
      aws_account_id: ACCOUNT,
      logs_config: { lambda_forwarder: { lambdas: [OTHER, FUNCTION_ARN], sources: ['s3'], log_source_config: { tag_filters: [{ source: 's3', tags: ['env:prod'] }] }, tomorrow: 1 } },
    });
    expect(plane.calls(EXTERNAL_ID)).toEqual([]);
  });

  test('--dry-run says what it would do, and only reads', async () => {
    const { out } = await integration('create', '--dry-run', '--metrics');
    expect(out).toBe(
      `would ask Datadog for an external id\nwould register AWS account ${ACCOUNT} in Datadog with role "DatadogIntegrationRole" and forwarder ${FUNCTION_ARN}\nwould collect metrics: yes, configuration of resources: no\n`,
    );
    expect(plane.seen.filter(({ operation }) => operation.startsWith('datadog:')).map(({ operation }) => operation)).toEqual([LIST]);
  });

  test('needs no AWS credentials when account and forwarder are given', async () => {
    await integration('create', '--account', '123456789012', '--forwarder-arn', FUNCTION_ARN, '--external-id', 'x-mine');
    expect(plane.seen.filter(({ operation }) => !operation.startsWith('datadog:'))).toEqual([]);
    expect(sent(POST)).toMatchObject({ auth_config: { external_id: 'x-mine' } });
    expect(plane.calls(EXTERNAL_ID)).toEqual([]);
  });

  test('refuses to replace the role that others rely on', async () => {
    registered({ auth_config: { role_name: 'Old', external_id: 'x-old' } });
    await expect(integration('create')).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining('role "Old"'), hint: expect.stringContaining('--force') });
    expect(plane.calls(PATCH)).toEqual([]);
  });

  test('takes an answer that got lost for done when Datadog has just what was asked', async () => {
    let lists = 0;
    plane.on(LIST, () => ({ json: { data: (lists += 1) === 1 ? [] : [registeredAccount({ auth_config: { role_name: 'DatadogIntegrationRole', external_id: 'x-new' } })] } }));
    plane.on(POST, { status: 409, json: { errors: ['already exists'] } });
    expect((await integration('create')).out).toContain('x-new');
  });

  test.each<[string, Answer, string, RegExp]>([
    ['403', { status: 403, json: { errors: ['Forbidden'] } }, 'ERR_API_DENIED', /aws_configurations_manage/],
    ['409', { status: 409, json: { errors: ['account is registered elsewhere'] } }, 'ERR_API_REFUSED', /Read what Datadog says/],
    ['400', { status: 400, json: { errors: ['invalid role'] } }, 'ERR_API_REFUSED', /Read what Datadog says/],
  ])('says what Datadog says with %s', async (_, answer, code, hint) => {
    plane.on(POST, answer);
    await expect(integration('create')).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });

  test('does not take a page of a proxy for an answer', async () => {
    plane.on(LIST, { text: '<html></html>', headers: { 'content-type': 'text/html' } });
    await expect(integration('create')).rejects.toMatchObject({ code: 'ERR_API_UNREADABLE' });
  });

  test('refuses account ids that are none, and forwarders that are not there', async () => {
    await expect(integration('create', '--account', 'prod', '--no-forwarder')).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining('12 digits') });
    plane.on('lambda:GET /functions', { json: { Functions: [] } });
    await expect(integration('create')).rejects.toMatchObject({ code: 'ERR_USAGE', hint: expect.stringContaining('--no-forwarder') });
  });
});

describe('integration show', () => {
  test('says how the account is registered', async () => {
    registered({ logs_config: { lambda_forwarder: { lambdas: [OTHER], sources: [] } }, aws_regions: { include_only: ['us-east-1'] } });
    const { out, exitCode } = await integration('show');
    expect(out).toMatch(/role {9}DatadogIntegrationRole\nexternal id {2}external-id-of-example\nforwarders {3}.*DatadogForwarder\ntriggers {5}none managed by Datadog\nregions {6}us-east-1\n/);
    expect(exitCode).toBe(0);
  });

  test('reads a registration of a kind that the client is too old for', async () => {
    registered({ auth_config: { passkey: 'of tomorrow' }, aws_partition: 'aws-eusc' });
    const { out } = await integration('show', '--json');
    expect(JSON.parse(out)).toMatchObject({ accountId: ACCOUNT, id: ID });
  });

  test('ends with 1 when it is not registered', async () => {
    const { out, exitCode } = await integration('show', '--account', ACCOUNT);
    expect(out).toContain('integration create');
    expect(exitCode).toBe(1);
  });

  test('does not choose one of two registrations', async () => {
    plane.on(LIST, { json: { data: [registeredAccount(), registeredAccount()] } });
    await expect(integration('show')).rejects.toMatchObject({ code: 'ERR_API_REFUSED', message: expect.stringContaining('2 times') });
  });
});

describe('integration delete', () => {
  test('only says what it would do, without --yes', async () => {
    registered();
    const { out } = await integration('delete');
    expect(out).toMatch(/^would delete the registration .*\nnothing was done; add --yes to do it\n$/);
    expect(plane.calls(DELETE)).toEqual([]);
  });

  test('--yes deletes it, and once is enough', async () => {
    registered();
    expect((await integration('delete', '--yes')).out).toMatch(/^done: delete the registration/);
    expect(plane.calls(DELETE)).toHaveLength(1);
    plane.on(LIST, { json: { data: [] } });
    expect((await integration('delete', '--yes', '--json')).out).toContain('"changed": false');
    expect(plane.calls(DELETE)).toHaveLength(1);
  });

  test('--forwarder-only takes the forwarder away and leaves the rest', async () => {
    registered({ logs_config: { lambda_forwarder: { lambdas: [OTHER, FUNCTION_ARN], sources: ['s3'] } } });
    await integration('delete', '--forwarder-only', '--yes');
    expect(sent(PATCH)).toEqual({ aws_account_id: ACCOUNT, logs_config: { lambda_forwarder: { lambdas: [OTHER], sources: ['s3'] } } });
  });

  test('refuses while other forwarders are registered, unless forced', async () => {
    registered({ logs_config: { lambda_forwarder: { lambdas: [OTHER], sources: [] } } });
    await expect(integration('delete', '--yes')).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining(OTHER) });
    await integration('delete', '--yes', '--force');
    expect(plane.calls(DELETE)).toHaveLength(1);
  });

  test('works after the stack is gone', async () => {
    registered();
    plane.on('lambda:GET /functions', { json: { Functions: [] } });
    expect((await integration('delete', '--yes')).out).toMatch(/^done: delete/);
  });
});

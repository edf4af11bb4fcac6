import { planCreate, planDelete, type Wanted } from '../../../src/cli/integration/plan.ts';
import type { AwsAccount } from '../../../src/edge/datadog/api/awsAccounts.ts';

const FORWARDER = 'arn:aws:lambda:us-east-1:123456789012:function:cloudtrail-forwarder-prod';
const OTHER = 'arn:aws:lambda:us-east-1:123456789012:function:DatadogForwarder';

const REGISTERED: AwsAccount = { id: 'id-1', accountId: '123456789012', partition: 'aws', roleName: 'DatadogIntegrationRole', externalId: 'x-1', forwarders: [FORWARDER], sources: [], regions: 'all' };
const WANTED: Wanted = { roleName: 'DatadogIntegrationRole', forwarderArn: FORWARDER, sources: [], force: false };

describe('planCreate', () => {
  test('registers an account that is not registered', () => {
    expect(planCreate(undefined, WANTED)).toEqual({ step: 'register' });
  });

  test('changes nothing when all is so already', () => {
    expect(planCreate(REGISTERED, WANTED).step).toBe('nothing');
    expect(planCreate(REGISTERED, { ...WANTED, externalId: 'x-1' }).step).toBe('nothing');
  });

  test.each<[string, Partial<AwsAccount>, Partial<Wanted>, Record<string, unknown>]>([
    ['adds the forwarder and keeps the others', { forwarders: [OTHER] }, {}, { forwarders: [OTHER, FORWARDER] }],
    ['adds services and keeps the others', { sources: ['s3'] }, { sources: ['s3', 'cloudtrail'] }, { sources: ['s3', 'cloudtrail'] }],
    ['sets the external id that is given', {}, { externalId: 'x-2' }, { roleName: 'DatadogIntegrationRole', externalId: 'x-2' }],
    ['replaces another role when forced, and keeps the external id', { roleName: 'Old' }, { force: true }, { roleName: 'DatadogIntegrationRole', externalId: 'x-1' }],
  ])('%s', (_, registered, wanted, change) => {
    expect(planCreate({ ...REGISTERED, ...registered }, { ...WANTED, ...wanted })).toMatchObject({ step: 'change', id: 'id-1', change });
  });

  test('replaces no other role, and no access keys, unless forced', () => {
    expect(planCreate({ ...REGISTERED, roleName: 'Old' }, WANTED)).toMatchObject({ step: 'refuse', because: [expect.stringContaining('role "Old"')] });
    const { roleName: _, ...withKeys } = REGISTERED;
    expect(planCreate(withKeys, WANTED)).toMatchObject({ step: 'refuse', because: [expect.stringContaining('access keys')] });
  });
});

describe('planDelete', () => {
  const undo = { roleName: 'DatadogIntegrationRole', forwarderArn: FORWARDER, forwarderOnly: false, force: false };

  test('deletes a registration that only we use', () => {
    expect(planDelete(REGISTERED, undo)).toMatchObject({ step: 'delete', id: 'id-1' });
  });

  test('has nothing to do where nothing is registered', () => {
    expect(planDelete(undefined, undo).step).toBe('nothing');
    expect(planDelete({ ...REGISTERED, forwarders: [OTHER] }, { ...undo, forwarderOnly: true }).step).toBe('nothing');
  });

  test('takes only the forwarder away when asked', () => {
    expect(planDelete({ ...REGISTERED, forwarders: [OTHER, FORWARDER] }, { ...undo, forwarderOnly: true })).toMatchObject({ step: 'change', change: { forwarders: [OTHER] } });
  });

  test('refuses what others use, unless forced', () => {
    expect(planDelete({ ...REGISTERED, forwarders: [OTHER, FORWARDER] }, undo)).toMatchObject({ step: 'refuse', because: [expect.stringContaining(OTHER)] });
    expect(planDelete({ ...REGISTERED, roleName: 'Old' }, undo)).toMatchObject({ step: 'refuse', because: [expect.stringContaining('role "Old"')] });
    expect(planDelete({ ...REGISTERED, roleName: 'Old' }, { ...undo, force: true }).step).toBe('delete');
  });
});

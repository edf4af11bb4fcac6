import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readParameters, VALUES } from './answers.ts';
import { paramOptions, ROOT, run, serviceFolder, twoAtATime } from './packaged.ts';
import type { Ran, Template } from './packaged.ts';
import { unresolved } from './references.ts';
import { findings } from './validated.ts';

/** `npm run template -- ...` in a folder of its own. */
async function writeTemplate(params: Record<string, string>): Promise<Ran & { folder: string }> {
  const folder = serviceFolder();
  cpSync(join(ROOT, 'scripts/template.mjs'), join(folder, 'scripts/template.mjs'));
  mkdirSync(join(folder, 'node_modules'));
  for (const each of ['serverless', 'yaml']) symlinkSync(join(ROOT, 'node_modules', each), join(folder, 'node_modules', each));
  return { folder, ...(await run(folder, ['scripts/template.mjs', ...paramOptions(params)])) };
}

const SHAPES: Record<string, string>[] = [
  {},
  { trigger: 'none', bucket: 'new', trail: 'organization', key: 'existing', apiKey: 'ssm', network: 'vpc', integration: 'role', prefix: 'all/AWSLogs/', filters: 's3://example-config/filters.yml' },
];

let written: (Ran & { folder: string })[];
let templates: Template[];

beforeAll(async () => {
  written = await twoAtATime(SHAPES, writeTemplate);
  templates = written.map(({ folder }) => parse(readFileSync(join(folder, 'dist/template/cloudtrail-forwarder.yml'), 'utf8'), { version: '1.1' }) as Template);
}, 240_000);

describe('npm run template', () => {
  it('writes the template and the package beside it, and says where', () => {
    const { folder, exitCode, said } = written[0]!;
    expect(exitCode).toBe(0);
    expect(readdirSync(join(folder, 'dist/template')).map((name) => `dist/template/${name}`).sort()).toEqual(said.trim().split('\n').sort());
  });

  it('is valid CloudFormation, with every optional parameter given', async () => {
    // Not with their empty defaults: the validator looks into Fn::If without asking whether its condition holds.
    const given = { ...VALUES, reservedConcurrency: '10', permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary', privateLinkService: 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0', vpcId: 'vpc-0123456789abcdef0', managementAccountId: '123456789012' };
    const overrides = Object.fromEntries(Object.entries(given).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value]));
    expect(await findings(written.map(({ folder }) => join(folder, 'dist/template/cloudtrail-forwarder.yml')), overrides)).toEqual([[], []]);
  }, 120_000);

  it('names only what it has, and needs nothing of the framework', () => {
    for (const template of templates) {
      expect(unresolved(template)).toEqual([]);
      expect(JSON.stringify(template)).not.toMatch(/Serverless|«/);
      expect(template.Resources['ForwarderLambdaFunction']!.Properties['Code']).toEqual({ S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } });
    }
  });

  it('asks for what its answers cannot do without, and has a default for the rest', () => {
    const asked = ({ Parameters = {} }: Template) => Object.keys(Parameters).filter((name) => !('Default' in Parameters[name]!)).sort();
    expect(asked(templates[0]!)).toEqual(['BucketName', 'CodeBucket']);
    expect(asked(templates[1]!)).toEqual(['ApiKeySsmName', 'CodeBucket', 'IntegrationExternalId', 'KeyArn', 'OrganizationId', 'SecurityGroupIds', 'SubnetIds']);
  });

  it('has no parameter that nothing uses, and no two things of one name', () => {
    for (const template of templates) {
      const { Parameters = {}, ...rest } = template;
      const text = JSON.stringify({ Resources: rest.Resources, Conditions: rest.Conditions, Outputs: rest.Outputs });
      expect(Object.keys(Parameters).filter((name) => !text.includes(`"${name}"`) && !text.includes(`\${${name}}`))).toEqual([]);
      expect(Object.keys(Parameters).filter((name) => name in template.Resources)).toEqual([]);
    }
  });

  it('takes a given value as the default, and the comment in serverless.yml as the description', () => {
    const { meaning } = readParameters().find(({ name }) => name === 'prefix')!;
    expect(templates[1]!.Parameters!['Prefix']).toEqual({ Type: 'String', Default: 'all/AWSLogs/', Description: meaning });
  });

  it('fixes where the filter file is, and asks for the key that encrypts it', () => {
    const { Resources, Parameters, Conditions } = templates[1]!;
    expect(Resources['ForwarderLambdaFunction']!.Properties['Environment'].Variables['DD_FILTERS']).toBe('s3://example-config/filters.yml');
    expect(Parameters).toMatchObject({ FiltersKeyArn: { Default: '' } });
    expect(Parameters).not.toHaveProperty('Filters');
    expect(Conditions).toHaveProperty('HasFiltersKey');
    expect(templates[0]!.Resources).not.toHaveProperty('ReadFiltersPolicy');
  });

  it('puts a parameter into texts, policies and lists', () => {
    const { ForwarderRole, ForwarderLambdaFunction, SilentAlarm } = templates[1]!.Resources;
    expect(JSON.stringify(ForwarderRole)).toContain('"Fn::Sub":["arn:${AWS::Partition}:s3:::${Bucket}/${Prefix}*"');
    expect(ForwarderLambdaFunction!.Properties['VpcConfig'].SubnetIds).toEqual({ 'Fn::Split': [',', { Ref: 'SubnetIds' }] });
    expect(SilentAlarm!.Properties['EvaluationPeriods']).toEqual({ Ref: 'SilentMinutes' });
  });

  it.each([
    [{ tigger: 'sqs' }, 'Cannot write the template: serverless.yml has no parameter tigger'],
    [{ trigger: 'kinesis' }, 'Cannot write the template: trigger is "kinesis", but must be one of eventbridge, none, s3, sns, sqs'],
  ])('refuses %j in one sentence', async (params, sentence) => {
    expect(await writeTemplate(params as Record<string, string>)).toMatchObject({ exitCode: 2, said: `${sentence}\n` });
  });
});

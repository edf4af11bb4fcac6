import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageStacks, serverless, serviceFolder, twoAtATime } from './packaged.ts';
import type { Template } from './packaged.ts';

describe('serverless package', () => {
  let runs: { zip: Buffer; template: Template; said: string; exitCode: number | null }[];

  beforeAll(async () => {
    const places = [{ TZ: 'Pacific/Kiritimati', changed: 1 }, { TZ: 'America/Los_Angeles', changed: 1_000_000_000 }];
    runs = await twoAtATime(places, async ({ TZ, changed }) => {
      const folder = serviceFolder();
      writeFileSync(join(folder, 'dist/THIRD_PARTY_LICENSES.txt'), 'the licences\n');
      writeFileSync(join(folder, 'dist/cli.cjs'), 'not for Lambda');
      utimesSync(join(folder, 'dist/forwarder.cjs'), changed, changed);
      const { exitCode, said } = await serverless(folder, ['package'], { TZ });
      const packed = (name: string) => readFileSync(join(folder, '.serverless', name));
      return { exitCode, said, zip: packed('cloudtrail-forwarder.zip'), template: JSON.parse(packed('cloudformation-template-update-stack.json').toString()) as Template };
    });
  }, 240_000);

  it('packs the same to the last byte, whenever and wherever', () => {
    expect(runs[0]!.zip.equals(runs[1]!.zip)).toBe(true);
  });

  it('packs the bundle and its licences alone', () => {
    const names = [...runs[0]!.zip.toString('latin1').matchAll(/dist\/\w+\.(?:cjs|txt)/g)].map(([name]) => name);
    expect([...new Set(names)].sort()).toEqual(['dist/THIRD_PARTY_LICENSES.txt', 'dist/forwarder.cjs']);
  });

  it('says what is missing for a deployment, and packs all the same', () => {
    expect(runs[0]!.exitCode).toBe(0);
    expect(runs[0]!.said).toContain('cannot be deployed yet: give --param="bucketName=..."');
  });

  it('gives every stage names of its own, and the queues a visibility timeout of six times the function\'s', async () => {
    const folder = serviceFolder();
    await serverless(folder, ['package', '--stage', 'test', '--param=bucketName=example-trail-bucket', '--param=timeout=900']);
    const text = readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
    const { Resources } = JSON.parse(text) as Template;
    expect(Resources['HeldQueue']!.Properties).toMatchObject({ QueueName: 'cloudtrail-forwarder-test-held', VisibilityTimeout: 5400 });
    expect(text).not.toContain('cloudtrail-forwarder-prod');
  });

  it('refuses a filter file that no policy can name, with what to do', async () => {
    const { exitCode, said } = await serverless(serviceFolder(), ['package', '--param=filters=s3://example-config/*.yml']);
    expect(exitCode).toBe(1);
    expect(said).toContain('ERR_SETTINGS: Cannot package: filters is "s3://example-config/*.yml", but must be s3://BUCKET/KEY or ssm:NAME');
    expect(said).toContain('Give --param="filters=s3://BUCKET/KEY"');
    expect(said).not.toContain('    at ');
  });

  it('packs what the other tests look at', async () => {
    const [short] = await packageStacks([{}]);
    expect(withoutTime(short!)).toEqual(withoutTime(runs[0]!.template));
  });

  const withoutTime = (template: Template) => JSON.parse(JSON.stringify(template).replaceAll(/\d{13}-\d{4}-[^/]+/g, 'time')) as Template;
});

describe('serverless deploy', () => {
  it('stops before it asks AWS anything when a parameter is missing', async () => {
    const { exitCode, said } = await serverless(serviceFolder(), ['deploy', '--param=apiKey=kms', '--param=network=vpc']);
    expect(exitCode).toBe(1);
    expect(said).toContain('Cannot deploy: give --param="bucketName=..." --param="apiKeyCiphertext=..." --param="apiKeyKeyArn=..." --param="subnetIds=..." --param="securityGroupIds=..."');
    expect(said).not.toContain('    at ');
  });

  it('names the choice that has no such answer', async () => {
    const { exitCode, said } = await serverless(serviceFolder(), ['deploy', '--param=trigger=kinesis']);
    expect(exitCode).toBe(1);
    expect(said).toContain('custom.needs.trigger');
  });
});

describe('serverless invoke local', () => {
  const folder = serviceFolder();
  writeFileSync(join(folder, 'event.json'), '{"Records":[]}');
  const invoke = () => serverless(folder, ['invoke', 'local', '-f', 'forwarder', '-p', 'event.json']);

  it('runs the bundle against the sandbox, without an account', async () => {
    mkdirSync(join(folder, '.sandbox'));
    writeFileSync(join(folder, '.sandbox/env'), 'AWS_ENDPOINT_URL=http://127.0.0.1:1\nAWS_ACCESS_KEY_ID=sandbox\nAWS_SECRET_ACCESS_KEY=sandbox\nAWS_REGION=eu-central-1\nDD_SQS_QUEUE_URL=http://127.0.0.1:1/held\n');
    const { exitCode, said } = await invoke();
    expect(said).toContain('Using the sandbox');
    expect(said).toContain('"queue": "http://127.0.0.1:1/held"');
    expect(said).toContain('"region": "eu-central-1"');
    expect(exitCode).toBe(0);
  });

  it('says how to start a sandbox when there is none', async () => {
    const { said } = await serverless(serviceFolder(), ['invoke', 'local', '-f', 'forwarder', '--data', '{}']);
    expect(said).toContain('npm run sandbox starts one');
  });
});

import { readFileSync } from 'node:fs';
import { buildFilters } from '../../../../src/pipeline/transform/filters/buildFilters.ts';
import { readFilterYaml } from '../../../../src/pipeline/transform/filters/yamlFile.ts';
import { Splitter } from '../../../../src/pipeline/split/splitter.ts';
import { compileForLogs } from '../../../../src/query/compile.ts';
import { cloudtrailLog } from '../../../../src/query/view/cloudtrailLog.ts';
import type { Json } from '../../../../src/query/view/json.ts';
import type { TrailRecord } from '../../../../src/model.ts';
import { describeShared, sharedFiles } from '../../../support/sharedData.ts';

/** Twenty rules of every kind, in one file. */
const FILE = `
filters:
  - { name: iam-writes, keep: '@eventSource:iam.amazonaws.com -@readOnly:true' }
  - { name: sign-ins, keep: '@eventType:AwsConsoleSignIn' }
  - { preset: trail-delivery }
  - { preset: kms-by-aws-services }
  - { preset: kms-data-plane, rate: 0.9 }
  - { preset: aws-config }
  - { preset: assume-role-by-aws-services }
  - { preset: cloudwatch-reads }
  - { preset: reads-by-roles, roles: ['*monitor*', AWSServiceRoleForTrustedAdvisor] }
  - { name: throttled, exclude: '@error.kind:(ThrottlingException OR Client.RequestLimitExceeded)' }
  - { name: health, exclude: '@eventSource:health.amazonaws.com @readOnly:true -@error.kind:*' }
  - { name: logs-reads, exclude: '@eventSource:logs.amazonaws.com @eventName:Describe* -@error.kind:*', rate: 0.5 }
  - { name: internal, exclude: 'CIDR(@network.client.ip, 10.0.0.0/8) @readOnly:true -@error.kind:*' }
  - { name: notifications, exclude: '@eventName:ListNotificationHubs' }
  - { name: trusted-advisor, exclude: '@usr.name:TrustedAdvisor*' }
  - { name: ecs-agents, exclude: '@http.useragent:*amazon-ecs-agent*' }
  - { name: identities, exclude: '@eventName:GetCallerIdentity -@userIdentity.type:Root', rate: 0.75 }
  - { name: own-bucket, exclude: '@requestParameters.bucketName:*cloudtrail* @eventName:(GetBucketAcl OR GetBucketLocation) -@error.kind:*' }
  - { name: describe-in-one-region, exclude: '@awsRegion:us-east-1 @eventName:Describe* @readOnly:true -@error.kind:*' }
  - { name: the-rest, keep: '*:*' }
`;

describeShared('real records through twenty rules (../shared/cloudtrail-data)', () => {
  const built = buildFilters({ file: readFilterYaml(FILE, 'filters.yml') })!;
  const rules = readFilterYaml(FILE, 'filters.yml').rules.map((rule) => ({ ...rule, finds: compileForLogs(rule.query, cloudtrailLog()) }));

  function recordsIn(file: string): TrailRecord[] {
    const splitter = new Splitter();
    try {
      const records = splitter.push(readFileSync(file));
      splitter.end();
      return records;
    } catch {
      return [];
    }
  }

  test('each gets the fate and the rule that parsing every record gives', () => {
    expect(rules).toHaveLength(20);
    const counts = new Map<string, number>();
    let total = 0;
    const wrong: string[] = [];
    for (const file of sharedFiles('cloudtrail-data', /\.json$/)) {
      for (const record of recordsIn(file)) {
        const text = Buffer.from(record.bytes.subarray(record.start, record.end)).toString();
        const log = JSON.parse(text) as Json;
        const decision = built.filters.decide(record);
        const rule = rules.find(({ finds }) => finds(log));
        total++;
        counts.set(`${decision.fate} ${decision.rule}`, (counts.get(`${decision.fate} ${decision.rule}`) ?? 0) + 1);
        const isOfRate = rule !== undefined && rule.rate < 1;
        if (decision.rule !== rule?.name || (!isOfRate && decision.fate !== (rule?.action === 'exclude' ? 'filtered' : 'keep'))) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
    expect(total).toBeGreaterThan(2_000);
    expect(counts.size).toBeGreaterThan(8);
  });
});

import { compileForLogs, RecordMatcher } from '../../src/query/compile.ts';
import { parseQuery } from '../../src/query/language/parser.ts';
import { cloudtrailLog } from '../../src/query/view/cloudtrailLog.ts';
import type { Json } from '../../src/query/view/json.ts';
import { recordOf } from './support/recordOf.ts';
import { hasTrailData, trailRecords } from './support/trailData.ts';

/** Queries of every kind; each finds something in the real records. */
const QUERIES = [
  '@eventName:(DescribeInstances OR GetCallerIdentity OR StopLogging)',
  'source:cloudtrail @evt.name:StopLogging -@level:Error',
  '-@eventSource:(ec2.amazonaws.com OR s3.amazonaws.com)',
  '@eventName:Describe*',
  '@eventName:*Key*',
  '@error.kind:*',
  '-@error.kind:* @readOnly:false',
  '@evt.outcome:failure',
  'status:error @userIdentity.type:IAMUser',
  '@userIdentity.sessionContext.attributes.mfaAuthenticated:false',
  '@userIdentity.session_name:*',
  '@userIdentity.assumed_role:*stratus*',
  '@usr.name:(christophe OR bert-jan)',
  '@usr.account_id:123456789012 OR @recipientAccountId:123456789012',
  '@userIdentity.invokedBy:*.amazonaws.com',
  '@requestParameters.bucketName:*',
  '@requestParameters.ipPermissions.items.ipRanges.items.cidrIp:"0.0.0.0/0"',
  '-@requestParameters:*',
  '@responseElements.ConsoleLogin:Success',
  '@http.useragent:(*aws-cli* OR *Terraform*)',
  'CIDR(@network.client.ip, 10.0.0.0/8, 192.168.0.0/16, 2001:db8::/32)',
  '-CIDR(@sourceIPAddress, 0.0.0.0/0, ::/0)',
  '@eventTime:[2023-07-10T11:45:00Z TO 2023-07-10T12:00:00Z}',
  '@eventVersion:>=1.08',
  '@resources.type:"AWS::S3::Bucket"',
  '*:administratoraccess',
  '*:"stratus red team"',
  '*:*password*',
  'service:cloudtrail (@readOnly:true OR @managementEvent:false) -*:ec2',
  'host:i-*',
];

(hasTrailData ? describe : describe.skip)('real CloudTrail records (../shared/cloudtrail-data; skipped where that is absent)', () => {
  const records = hasTrailData ? trailRecords().map((text) => ({ text, log: JSON.parse(text) as Json, record: recordOf(text) })) : [];

  test('there are thousands of them', () => {
    expect(records.length).toBeGreaterThan(2_000);
  });

  test.each(QUERIES)('%s: the same verdict by the bytes, by the record parsed, and by the log', (query) => {
    const matcher = new RecordMatcher();
    const raw = matcher.add(parseQuery(query));
    const parsed = compileForLogs(parseQuery(query), cloudtrailLog());
    let found = 0;
    const wrong: string[] = [];
    for (const { text, log, record } of records) {
      matcher.open(record);
      const expected = parsed(log);
      if (expected) found++;
      if (raw.matches() !== expected || raw.matchesParsed() !== expected) wrong.push(text);
    }
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(records.length);
  });
});

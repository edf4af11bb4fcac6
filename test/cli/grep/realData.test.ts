import { compileForLogs } from '../../../src/query/compile.ts';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { cloudtrailLog } from '../../../src/query/view/cloudtrailLog.ts';
import type { Json } from '../../../src/query/view/json.ts';
import { runCli } from '../../support/runCli.ts';
import { describeShared, SHARED } from '../../support/sharedData.ts';

const QUERIES = ['@evt.name:StopLogging', '@error.kind:*', '@evt.outcome:failure -@usr.name:christophe', '@userIdentity.assumed_role:*', '*:*password*', 'CIDR(@network.client.ip, 192.168.0.0/16)', '@requestParameters.ipPermissions.items.ipRanges.items.cidrIp:"0.0.0.0/0"', '@eventVersion:>=1.08'];

describeShared('grep over real CloudTrail objects', () => {
  const folder = `${SHARED}/cloudtrail-data`;
  const linesOf = async (...args: string[]) => (await runCli(['grep', ...args])).out.split('\n').slice(0, -1);

  test('there are thousands of records', async () => {
    expect((await linesOf('*', folder)).length).toBeGreaterThan(2_000);
  });

  test.each(QUERIES)('%s: grep, query match on the same records, and every record parsed agree', async (query) => {
    const all = await linesOf('*', folder, '--raw');
    const found = await linesOf(query, folder, '--raw');
    const parsed = compileForLogs(parseQuery(query), cloudtrailLog());
    expect(found).toEqual(all.filter((text) => parsed(JSON.parse(text) as Json)));
    expect(found.length).toBeGreaterThan(0);
    const matched = await runCli(['query', 'match', '--logs', 'cloudtrail', query], { input: all.map((line) => `${line}\n`) });
    expect(matched.out).toBe(found.map((line) => `${line}\n`).join(''));
  });
});

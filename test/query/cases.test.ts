import { existsSync, readFileSync } from 'node:fs';
import { compileForLogs, RecordMatcher } from '../../src/query/compile.ts';
import { parseQuery } from '../../src/query/language/parser.ts';
import { genericLog } from '../../src/query/view/genericLog.ts';
import { cloudtrailLog } from '../../src/query/view/cloudtrailLog.ts';
import type { JsonObject } from '../../src/query/view/json.ts';
import { recordOf } from './support/recordOf.ts';

interface Case {
  id: string;
  query: string;
  log: JsonObject;
  expected: boolean;
}

const FILE = '../shared/query-cases.json';
const cases: Case[] = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Case[] }).cases : [];

if (cases.length === 0) test.skip(`the cases written from Datadog's documentation (no ${FILE} here)`, () => undefined);
else {
  test.each(cases.map((one) => [one.id, one.query, one] as const))('%s: %s', (_id, text, { log, expected }) => {
    expect(compileForLogs(parseQuery(text), genericLog)(log)).toBe(expected);
  });

  test('CloudTrail logs that went through the pipeline read the same in the CloudTrail view, parsed and by their bytes', () => {
    const enriched = cases.filter(({ log }) => log.source === 'cloudtrail');
    expect(enriched.length).toBeGreaterThan(5);
    for (const { query, log, expected } of enriched) {
      const matcher = new RecordMatcher();
      const compiled = matcher.add(parseQuery(query));
      matcher.open(recordOf(JSON.stringify(log)));
      expect([query, compileForLogs(parseQuery(query), cloudtrailLog())(log), compiled.matches()]).toEqual([query, expected, expected]);
    }
  });
}

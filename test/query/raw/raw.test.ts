import fc from 'fast-check';
import type { QueryNode } from '../../../src/query/ast.ts';
import { RecordMatcher } from '../../../src/query/compile.ts';
import { parseQuery, type Query } from '../../../src/query/language/parser.ts';
import { printQuery } from '../../../src/query/language/printer.ts';
import { Splitter } from '../../../src/pipeline/split/splitter.ts';
import { query } from '../support/queries.ts';
import { recordOf } from '../support/recordOf.ts';
import { record } from '../support/records.ts';

function queryOf(root: QueryNode): Query {
  return { text: printQuery(root), root, notes: [] };
}

const METADATA = { source: 'cloudtrail', service: 'trail', tags: ['env:prod', 'team:x', 'bare'] };

/** The first pair on which the bytes and the parsed record disagree. */
function disagreement(records: string[], queries: QueryNode[], tally?: { pairs: number; unknown: number; true: number }): string | undefined {
  const matcher = new RecordMatcher(METADATA);
  const compiled = queries.map((root) => ({ root, ...matcher.add(queryOf(root)) }));
  for (const text of records) {
    matcher.open(recordOf(text));
    for (const { root, verdict, matches, matchesParsed } of compiled) {
      const slow = matchesParsed();
      const truth = verdict();
      if (tally) {
        tally.pairs++;
        if (truth === 0) tally.unknown++;
        if (slow) tally.true++;
      }
      if (matches() !== slow || (truth !== 0 && truth === 1 !== slow)) return `${printQuery(root)}  ON  ${text}  parsed: ${slow}, bytes: ${truth}`;
    }
  }
  return undefined;
}

test('matching the bytes of a record agrees with parsing it, on more than 100,000 random pairs', () => {
  const tally = { pairs: 0, unknown: 0, true: 0 };
  fc.assert(
    fc.property(fc.array(record, { minLength: 25, maxLength: 25 }), fc.array(query, { minLength: 25, maxLength: 25 }), (records, queries) => {
      const found = disagreement(records, queries, tally);
      if (found !== undefined) throw new Error(found);
    }),
    { numRuns: 170 },
  );
  // The test would be worth nothing if the bytes never decided, or if nothing ever matched.
  expect(tally.pairs).toBeGreaterThan(100_000);
  expect(tally.unknown / tally.pairs).toBeLessThan(0.5);
  expect(tally.true / tally.pairs).toBeGreaterThan(0.1);
});

test('matching the records of the splitter agrees with parsing them, wherever chunks end', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), fc.array(query, { minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 200 }), (texts, queries, chunkBytes) => {
      const matcher = new RecordMatcher(METADATA);
      const compiled = queries.map((root) => matcher.add(queryOf(root)));
      const bytes = Buffer.from(`{"Records":[${texts.join(',')}]}`);
      const splitter = new Splitter();
      let seen = 0;
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        for (const cut of splitter.push(bytes.subarray(from, from + chunkBytes))) {
          matcher.open(cut);
          const expected = new RecordMatcher(METADATA);
          const slow = queries.map((root) => expected.add(queryOf(root)));
          expected.open(recordOf(texts[seen++]!));
          if (compiled.some((one, i) => one.matches() !== slow[i]!.matchesParsed())) throw new Error(`record ${seen - 1}: ${texts[seen - 1]}`);
        }
      }
      if (seen !== texts.length) throw new Error(`${seen} of ${texts.length} records`);
    }),
    { numRuns: 80 },
  );
});

describe('what the bytes of a record tell without parsing it', () => {
  const rows: [query: string, record: string, verdict: -1 | 0 | 1][] = [
    ['@eventName:StopLogging', '{"eventName":"StopLogging"}', 1],
    ['@evt.name:(StopLogging OR DeleteTrail)', '{"eventName":"DeleteTrail"}', 1],
    ['@evt.name:StopLogging', '{"eventName":"StartLogging"}', -1],
    ['-@evt.name:StopLogging', '{"eventName":"StartLogging"}', 1],
    ['@evt.name:StopLogging', '{"eventSource":"x"}', -1],
    ['@eventName:StopLogging', '{"a":{"eventName":"StopLogging"}}', -1],
    ['@eventName:StopLogging', '{"eventName":"StopLogging","eventName":"X"}', -1],
    ['@eventName:StopLogging', '{"eventName":"X","eventName":"StopLogging"}', 1],
    ['@eventName:StopLogging', '{"EventName":"StopLogging"}', -1],
    ['@eventName:StopLogging', '{"\\u0065ventName":"StopLogging"}', 0],
    ['@eventName:StopLogging', '{"eventName":"Stop\\u004cogging"}', 1],
    ['@eventName:Stop*', '{"eventName":"Stop\\u004cogging"}', 1],
    ['@eventName:*0041', '{"eventName":"x\\u0041"}', -1],
    ['@readOnly:true', '{"readOnly":true}', 1],
    ['@readOnly:true', '{"readOnly":"true"}', 1],
    ['@errorCode:*', '{"errorCode":null}', -1],
    ['source:cloudtrail', '{}', 1],
    ['source:cloudtrail', '{"source":"other"}', -1],
    ['env:prod', '{}', 1],
    ['status:error', '{"errorCode":"AccessDenied"}', 1],
    ['@userIdentity.type:Root', '{"userIdentity":{"sessionContext":{"type":"Root"},"type":"Root"}}', 1],
    ['@userIdentity.type:Root', '{"userIdentity":{"sessionContext":{"type":"Root"}}}', -1],
    ['@userIdentity.type:Root', '{"userIdentity":{"type":"Root","type":"IAMUser"}}', 0],
    ['@requestParameters.items.key:b', '{"requestParameters":{"items":[{"key":"a"},{"key":"b"}]}}', 1],
    ['*:needle', '{"a":"haystack"}', -1],
    ['*:needle', '{"a":"hay needle stack"}', 0],
    ['*:needle', '{"a":"hay\\u0041"}', 0],
    ['word', '{"eventName":"word"}', -1],
    // What is unknown does not matter when the rest decides.
    ['@eventName:X *:needle', '{"eventName":"Y","a":"needle"}', -1],
    ['@eventName:X OR *:needle', '{"eventName":"X","a":"needle"}', 1],
    ['-(@eventName:X *:needle)', '{"eventName":"Y","a":"needle"}', 1],
  ];
  test.each(rows)('%s on %s', (text, json, expected) => {
    const matcher = new RecordMatcher(METADATA);
    const compiled = matcher.add(parseQuery(text));
    matcher.open(recordOf(json));
    expect(compiled.verdict()).toBe(expected);
  });
});

test('a record whose text was not kept matches nothing', () => {
  const matcher = new RecordMatcher();
  const compiled = matcher.add(parseQuery('-@eventName:x'));
  matcher.open({ ...recordOf('{}'), unkept: 'too-large' });
  expect([compiled.matches(), compiled.matchesParsed()]).toEqual([false, false]);
});

test('a query added while a record is open is answered for that record', () => {
  const matcher = new RecordMatcher();
  const first = matcher.add(parseQuery('@userIdentity.type:Root'));
  matcher.open(recordOf('{"userIdentity":{"type":"Root","arn":"a"}}'));
  expect(first.matches()).toBe(true);
  const second = matcher.add(parseQuery('@userIdentity.arn:a'));
  expect([first.verdict(), second.verdict()]).toEqual([1, 1]);
});

import { coverageOf, coverageOfFilter, type Coverage } from '../../../../src/cli/doctor/checks/coverage.ts';

describe('coverageOf', () => {
  test.each<[string, Coverage]>([
    ['*', 'all'],
    ['', 'all'],
    ['source:cloudtrail', 'all'],
    ['source:(cloudtrail OR okta)', 'all'],
    ['source:cloud* -env:dev', 'all'],
    ['source:okta OR (source:cloudtrail -@eventName:Decrypt)', 'all'],
    ['source:cloudtrail @eventCategory:Management', 'some'],
    ['source:cloudtrail -@userIdentity.type:Root', 'some'],
    ['@awsRegion:us-east-1', 'some'],
    ['source:okta', 'none'],
    ['-source:cloudtrail', 'none'],
    ['source:(okta OR', 'unknown'],
  ])('%p takes %s', (query, coverage) => {
    expect(coverageOf(query)).toBe(coverage);
  });
});

describe('coverageOfFilter', () => {
  test('an exclusion of all takes all away, one of some is meant', () => {
    expect(coverageOfFilter({ query: '*', exclusions: [{ name: 'noise', query: 'source:cloudtrail' }] })).toBe('none');
    expect(coverageOfFilter({ query: '*', exclusions: [{ name: 'noise', query: 'source:cloudtrail @eventName:GetObject' }] })).toBe('all');
    expect(coverageOfFilter({ query: 'source:okta', exclusions: [{ name: 'all', query: '*' }] })).toBe('none');
  });
});

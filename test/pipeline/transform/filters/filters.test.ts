import { buildFilters, type FilterOptions } from '../../../../src/pipeline/transform/filters/buildFilters.ts';
import type { Filters } from '../../../../src/pipeline/transform/filters/filters.ts';
import { FiltersError, renderProblem } from '../../../../src/pipeline/transform/filters/filtersError.ts';
import { readFilterYaml } from '../../../../src/pipeline/transform/filters/yamlFile.ts';
import { recordsOf } from '../../../support/records.ts';

function made(options: FilterOptions): Filters {
  const built = buildFilters({ protect: [], ...options });
  if (!built) throw new Error('no filters');
  return built.filters;
}

function fromYaml(text: string): Filters {
  return made({ file: readFilterYaml(text, 'filters.yml') });
}

function decide(filters: Filters, record: object | string): string {
  const [cut] = recordsOf(typeof record === 'string' ? record : JSON.stringify(record));
  const { fate, rule } = filters.decide(cut!);
  return rule === undefined ? fate : `${fate} by ${rule}`;
}

function problemsOf(build: () => unknown): string[] {
  try {
    build();
  } catch (error) {
    if (error instanceof FiltersError) return error.problems.map(renderProblem);
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a filter file', () => {
  const FILE = `
# what we know to be noise
filters:
  - name: iam-always
    keep: '@eventSource:iam.amazonaws.com'
  - name: reads
    owner: platform
    comment: scanners read everything
    exclude: '@readOnly:true -@error.kind:*'
  - name: all-of-config
    exclude: >-
      @userIdentity.invokedBy:config.amazonaws.com
      @eventSource:(s3.amazonaws.com OR ec2.amazonaws.com)
`;
  const filters = fromYaml(FILE);

  test.each([
    [{ eventSource: 'iam.amazonaws.com', readOnly: true }, 'keep by iam-always'],
    [{ eventSource: 's3.amazonaws.com', readOnly: true }, 'filtered by reads'],
    [{ eventSource: 's3.amazonaws.com', readOnly: true, errorCode: 'AccessDenied' }, 'keep'],
    [{ eventSource: 'ec2.amazonaws.com', readOnly: false, userIdentity: { invokedBy: 'config.amazonaws.com' } }, 'filtered by all-of-config'],
    [{ eventSource: 'rds.amazonaws.com', readOnly: false }, 'keep'],
    [{}, 'keep'],
    ['"no object"', 'keep'],
    ['null', 'keep'],
  ])('the first match decides, what none matches is kept: %j', (record, expected) => {
    expect(decide(filters, record)).toBe(expected);
  });

  test('the names of all rules are known, also of those that hit nothing', () => {
    expect(filters.names).toEqual(['iam-always', 'reads', 'all-of-config']);
  });

  test('a record that was not kept by the splitter is kept by the filters', () => {
    const [cut] = recordsOf('{}');
    expect(fromYaml("filters: [{name: all, exclude: '*'}]").decide({ ...cut!, unkept: 'too-large' })).toEqual({ fate: 'keep' });
  });

  test('an empty file filters nothing', () => {
    for (const text of ['', '# nothing', 'filters:\n', 'filters: []\nredact:\n']) expect(buildFilters({ file: readFilterYaml(text, 'f.yml') })).toBeUndefined();
  });

  test('explain says what each rule made of a record, up to the one that decided', () => {
    const [cut] = recordsOf('{"eventSource":"s3.amazonaws.com","readOnly":true}');
    expect(filters.explain(cut!)).toEqual([
      { name: 'iam-always', kind: 'keep', matched: false },
      { name: 'reads', kind: 'exclude', matched: true, decision: { fate: 'filtered', rule: 'reads' } },
    ]);
  });

  test('queries may ask for what the forwarder will add', () => {
    const options = { file: readFilterYaml("filters: [{name: dev, exclude: 'env:dev service:api'}]", 'f.yml') };
    expect(decide(made({ ...options, metadata: { tags: ['env:dev'], service: 'api' } }), {})).toBe('filtered by dev');
    expect(decide(made(options), {})).toBe('keep');
  });
});

describe('a rate', () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => `{"eventID":"${i.toString(16).padStart(8, '0')}-1111-4111-8111-111111111111"}`);
  const fates = (filters: Filters) => ids.map((id) => decide(filters, id));

  test.each([
    ['exclude', 0.9, 'filtered', 'keep'],
    ['keep', 0.1, 'keep', 'filtered'],
  ])('on %s %d applies it to that share, and the opposite to the rest, under the same name', (action, rate, taken, spared) => {
    const all = fates(fromYaml(`filters: [{name: some, ${action}: '*', rate: ${rate}}]`));
    const share = all.filter((fate) => fate === `${taken} by some`).length / all.length;
    expect(Math.abs(share - rate)).toBeLessThan(0.02);
    expect(all.filter((fate) => fate === `${spared} by some`)).toHaveLength(all.length - Math.round(share * all.length));
  });

  test('decides the same about the same event every time, whatever else stands in the record, and takes more with a higher rate', () => {
    const [some, more] = [0.3, 0.6].map((rate) => fromYaml(`filters: [{name: some, exclude: '*', rate: ${rate}}]`));
    const first = fates(some!);
    expect(ids.map((id) => decide(some!, id.replace('{', '{"a":1,')))).toEqual(first);
    expect(fates(more!).filter((fate, i) => fate.startsWith('keep') && first[i]!.startsWith('filtered'))).toEqual([]);
  });

  test('explain says that the rule spared the record', () => {
    const filters = fromYaml("filters: [{name: some, exclude: '*', rate: 0.000001}]");
    expect(filters.explain(recordsOf(ids[0]!)[0]!)).toEqual([{ name: 'some', kind: 'exclude', matched: true, spared: true, decision: { fate: 'keep', rule: 'some' } }]);
  });

  test('works on a record without an eventID', () => {
    expect(['filtered by some', 'keep by some']).toContain(decide(fromYaml("filters: [{name: some, exclude: '*', rate: 0.5}]"), {}));
  });
});

describe('the variables', () => {
  test.each<[FilterOptions, object, string]>([
    [{ excludeQuery: '@readOnly:true' }, { readOnly: true }, 'filtered by DD_EXCLUDE_QUERY'],
    [{ excludeQuery: '@readOnly:true' }, { readOnly: false }, 'keep'],
    [{ includeQuery: '@readOnly:true' }, { readOnly: false }, 'filtered by DD_INCLUDE_QUERY'],
    [{ includeQuery: '@readOnly:true' }, { readOnly: true }, 'keep'],
    [{ includeQuery: '@a:*', excludeQuery: '@b:*' }, { a: 1, b: 1 }, 'filtered by DD_EXCLUDE_QUERY'],
    [{ excludeAtMatch: '"awsRegion":"us-east-1"' }, { awsRegion: 'us-east-1' }, 'filtered by EXCLUDE_AT_MATCH'],
    [{ excludeAtMatch: '"awsRegion": "us-east-1"' }, { awsRegion: 'us-east-1' }, 'filtered by EXCLUDE_AT_MATCH'],
    [{ excludeAtMatch: '"awsRegion": "us-east-1", "x": 1' }, { awsRegion: 'us-east-1', x: 1 }, 'filtered by EXCLUDE_AT_MATCH'],
    [{ includeAtMatch: '(?i)US-EAST-1' }, { awsRegion: 'us-east-1' }, 'keep'],
    [{ includeAtMatch: 'us-east-1' }, { awsRegion: 'eu-west-1' }, 'filtered by INCLUDE_AT_MATCH'],
    [{ includeAtMatch: 'a', excludeAtMatch: 'b' }, { a: 'b' }, 'filtered by EXCLUDE_AT_MATCH'],
    [{ excludeQuery: '@a:*', file: readFilterYaml("filters: [{name: all, keep: '*'}]", 'f') }, { a: 1 }, 'filtered by DD_EXCLUDE_QUERY'],
    [{ includeQuery: '@a:*', file: readFilterYaml("filters: [{name: b, exclude: '@b:*'}]", 'f') }, { a: 1, b: 1 }, 'filtered by b'],
  ])('%j on %j', (options, record, expected) => {
    expect(decide(made(options), record)).toBe(expected);
  });

  test('the official patterns see text, not escapes, and are not misled by spaces inside texts', () => {
    expect(decide(made({ excludeAtMatch: 'café' }), '{"a":"caf\\u00e9"}')).toBe('filtered by EXCLUDE_AT_MATCH');
    expect(decide(made({ excludeAtMatch: '"a": "x:y,z"' }), '{ "a"\n:\t"x:y,z" }')).toBe('filtered by EXCLUDE_AT_MATCH');
    expect(decide(made({ excludeAtMatch: '"a":"x:y, z"' }), '{ "a" : "x:y, z" }')).toBe('filtered by EXCLUDE_AT_MATCH');
    expect(decide(made({ excludeAtMatch: 'cafe' }), '{"a":"caf\\u0065"}')).toBe('filtered by EXCLUDE_AT_MATCH');
    expect(decide(made({ excludeAtMatch: 'x:y' }), '{"a":"x","b":"y"}')).toBe('keep');
    expect(decide(made({ excludeAtMatch: '1\\.10' }), '{"a":1.10}')).toBe('filtered by EXCLUDE_AT_MATCH');
  });

  test('nothing set is no filters', () => {
    expect(buildFilters({})).toBeUndefined();
  });
});

describe('what is wrong is told all at once, with its place', () => {
  test('in a file', () => {
    const text = `filters:
  - name: a b
    exclude: '@eventName:(Decrypt OR Encrypt'
    raet: 1
  - exclude: '@a:x'
  - name: c
  - name: d
    exclude: '@a:x'
    keep: '@b:x'
    rate: 5
  - name: d
    exclude: ''
  - preset: nothing
  - preset: reads-by-roles
  - preset: trail-delivery
    roles: [x]
  - name: e
    keep: '*'
    force: true
  - just text
redact:
  - path: a
    by: hide
  - by: mask
extra: 1
`;
    expect(problemsOf(() => readFilterYaml(text, 'filters.yml')).map((problem) => problem.split('\n')[0])).toEqual([
      "filters.yml:25:8: there is no key 'extra' here",
      "filters.yml:4:11: there is no key 'raet' here",
      "filters.yml:2:11: the name 'a b' cannot be a metric's dimension",
      'filters.yml:3:14: this parenthesis is never closed',
      'filters.yml:5:5: a filter has no name',
      'filters.yml:6:5: a filter has neither exclude nor keep',
      'filters.yml:7:5: a filter has both exclude and keep',
      'filters.yml:10:11: rate is 5',
      "filters.yml:11:11: the name 'd' is taken by the filter at filters.yml:7:5",
      'filters.yml:12:14: the query is empty or not a text',
      'filters.yml:13:13: there is no preset "nothing"',
      'filters.yml:14:5: the preset reads-by-roles needs the names of roles',
      'filters.yml:16:12: the preset trail-delivery takes no roles',
      'filters.yml:19:12: force is not a text',
      'filters.yml:20:5: a filter is not a list of keys and values',
      'filters.yml:23:9: by is "hide"',
      'filters.yml:24:5: a redaction has no path',
    ]);
  });

  test('a query is shown with a caret', () => {
    expect(problemsOf(() => readFilterYaml("filters:\n  - name: x\n    exclude: '@eventName:'\n", 'f.yml'))).toEqual([
      "f.yml:3:14: missing value after '@eventName:'\n  @eventName:\n  ^^^^^^^^^^^\n  use @eventName:* to test that it exists",
    ]);
  });

  test.each([
    ['a: [', 'this is not YAML'],
    ['a: 1\na: 2', 'this is not YAML'],
    ['- a', 'the file holds a list or a single value'],
    ['filters: {a: 1}', 'filters is not a list'],
    ['filters:\n  - name: 5\n    exclude: x', 'name is not a text'],
  ])('%j: %s', (text, problem) => {
    expect(problemsOf(() => readFilterYaml(text, 'f.yml'))[0]).toContain(problem);
  });

  test('in variables', () => {
    expect(problemsOf(() => buildFilters({ includeQuery: ' ', excludeQuery: '@a:', includeAtMatch: '', excludeAtMatch: '(?>x)' }))).toEqual([
      'EXCLUDE_AT_MATCH: this pattern cannot be used: atomic groups (?>...) do not exist in JavaScript\n  (?>x)\n  ^\n  write it without that, or use DD_INCLUDE_QUERY and DD_EXCLUDE_QUERY',
      'INCLUDE_AT_MATCH: it is empty\n  remove the variable: an empty pattern would match every record',
      "DD_EXCLUDE_QUERY: missing value after '@a:'\n  @a:\n  ^^^\n  use @a:* to test that it exists",
      'DD_INCLUDE_QUERY: it is empty\n  remove the variable, or write a query; * matches every record',
    ]);
  });

  test('the error is one line with every problem', () => {
    expect(() => buildFilters({ includeQuery: '', excludeQuery: '' })).toThrow('Cannot use the filters: DD_EXCLUDE_QUERY: it is empty; DD_INCLUDE_QUERY: it is empty');
  });

  test('what is allowed but odd is a warning with its place', () => {
    const { warnings } = buildFilters({ file: readFilterYaml("filters:\n  - name: x\n    exclude: '@eventname:A'\n", 'f.yml'), excludeAtMatch: '(a+)+', protect: [] })!;
    expect(warnings).toEqual([expect.stringContaining('f.yml:3:14: CloudTrail logs have no @eventname'), expect.stringContaining('EXCLUDE_AT_MATCH: what is repeated')]);
  });
});

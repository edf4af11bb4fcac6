import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filtersCommand } from '../../../src/cli/filters/command.ts';
import type { DryRunReport } from '../../../src/cli/filters/dryRun.ts';
import { FiltersError } from '../../../src/pipeline/transform/filters/filtersError.ts';
import { runCommand, type Ran } from '../../support/terminal.ts';

const FILTERS = `
filters:
  - name: iam
    keep: '@eventSource:iam.amazonaws.com'
  - name: reads
    exclude: '@readOnly:true @eventSource:s3.amazonaws.com'
    owner: platform
  - name: half
    exclude: '@eventName:Decrypt'
    rate: 0.5
  - name: unused
    exclude: '@eventName:NoSuchCall'
`;

let folder: string;
const path = (name: string) => join(folder, name);
const run = (args: string[], env: Record<string, string> = {}): Promise<Ran> => runCommand(filtersCommand, args, { env });

function record(i: number, more: object): object {
  return { eventTime: `2026-11-20T${String(i % 24).padStart(2, '0')}:00:00Z`, eventID: `${i.toString(16).padStart(8, '0')}-1111-4111-8111-111111111111`, eventSource: 's3.amazonaws.com', userIdentity: { type: 'IAMUser', userName: 'alice' }, ...more };
}

const RECORDS = [
  ...Array.from({ length: 40 }, (_, i) => record(i, { eventName: 'ListBuckets', readOnly: true })),
  ...Array.from({ length: 40 }, (_, i) => record(100 + i, { eventName: 'Decrypt', eventSource: 'kms.amazonaws.com' })),
  ...Array.from({ length: 10 }, (_, i) => record(200 + i, { eventName: 'ListUsers', eventSource: 'iam.amazonaws.com', readOnly: true })),
  ...Array.from({ length: 5 }, (_, i) => record(300 + i, { eventName: 'PutObject' })),
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'filters-cli-'));
  writeFileSync(path('filters.yml'), FILTERS);
  writeFileSync(path('broken.yml'), "filters:\n  - name: x\n    exclude: '@a:('\n  - name: y\n");
  writeFileSync(path('odd.yml'), "filters:\n  - name: x\n    exclude: '@eventname:Decrypt'\n");
  writeFileSync(path('refused.yml'), "filters:\n  - name: all\n    exclude: '*'\n");
  mkdirSync(path('logs'));
  writeFileSync(path('logs/one.json'), JSON.stringify({ Records: RECORDS.slice(0, 50) }));
  writeFileSync(path('logs/two.json.gz'), gzipSync(JSON.stringify({ Records: RECORDS.slice(50) })));
  writeFileSync(path('logs/notes.txt'), 'not a log');
  mkdirSync(path('damaged'));
  writeFileSync(path('damaged/cut.json'), '{"Records":[{"eventName":"A"},{"eventN');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('filters check', () => {
  test('prints the filters in their order, and that nothing is wrong', async () => {
    const { out, err, exitCode } = await run(['check', path('filters.yml')]);
    expect(out).toBe(`keep     iam     @eventSource:iam.amazonaws.com
exclude  reads   @readOnly:true @eventSource:s3.amazonaws.com
exclude  half    (50 %) @eventName:Decrypt
exclude  unused  @eventName:NoSuchCall
`);
    expect([err, exitCode]).toEqual(['4 filters, in the order they are asked; nothing is wrong with them.\n', 0]);
  });

  test('tells every problem with its line and a caret, and ends with 2', async () => {
    const { out, err, exitCode } = await run(['check', path('broken.yml')]);
    expect([out, exitCode]).toEqual(['', 2]);
    expect(err).toBe(`${path('broken.yml')}:3:14: this parenthesis is never closed
  @a:(
     ^
  add a closing ), or write \\( for a parenthesis in a value
${path('broken.yml')}:4:5: a filter has neither exclude nor keep
  write exclude: '<query>' or keep: '<query>'
2 problems: these filters cannot be used.
`);
  });

  test('warns of what is probably not meant, and ends with 1', async () => {
    const { err, exitCode } = await run(['check', path('odd.yml')]);
    expect(err).toContain('did you mean @eventName?');
    expect(exitCode).toBe(1);
  });

  test('refuses what would drop events that detections are written for', async () => {
    const { err, exitCode } = await run(['check', path('refused.yml')]);
    expect(err).toContain('filter all: it would filter what detections are written for: CloudTrail is switched off (StopLogging)');
    expect(exitCode).toBe(2);
  });

  test('judges the variables as the function does', async () => {
    expect((await run(['check', path('filters.yml')], { EXCLUDE_AT_MATCH: 'x{3}', DD_INCLUDE_QUERY: '*' })).out).toMatch(/^exclude {2}EXCLUDE_AT_MATCH {2}x\{3\}\ninclude {2}DD_INCLUDE_QUERY {2}\*\n/);
    expect((await run(['check', path('filters.yml')], { DD_EXCLUDE_QUERY: '@a:' })).exitCode).toBe(2);
  });

  test('--json holds all of it', async () => {
    const { out } = await run(['check', path('broken.yml'), '--json']);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ place: `${path('broken.yml')}:3:14` }, {}], warnings: [] });
    expect(JSON.parse((await run(['check', path('filters.yml'), '--json'])).out)).toMatchObject({ filters: [{}, { name: 'reads', action: 'exclude', owner: 'platform' }, { rate: 0.5 }, {}], problems: [] });
  });

  test('a file that is not there is said to be missing', async () => {
    await expect(run(['check', path('none.yml')])).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining('none.yml') });
  });
});

describe('filters dry-run', () => {
  const dryRun = async (...args: string[]): Promise<DryRunReport> => JSON.parse((await run(['dry-run', path('logs'), '--filters', path('filters.yml'), '--json', ...args])).out) as DryRunReport;

  test('counts records and bytes by filter, and they add up', async () => {
    const report = await dryRun();
    const byName = Object.fromEntries(report.filters.map(({ name, filtered, kept }) => [name, [filtered.records, kept.records]]));
    expect(byName).toMatchObject({ iam: [0, 10], reads: [40, 0], unused: [0, 0] });
    expect(byName['half']![0]! + byName['half']![1]!).toBe(40);
    expect(byName['half']![0]).toBeGreaterThan(8);
    expect(byName['half']![1]).toBeGreaterThan(8);
    expect(report.all).toEqual({ records: 95, bytes: report.kept.bytes + report.filtered.bytes });
    expect(report.kept.records + report.filtered.records).toBe(95);
    expect(report.all.bytes).toBe(RECORDS.reduce((sum, one) => sum + JSON.stringify(one).length, 0));
    expect(report).toMatchObject({ objects: 2, passedOver: { others: 1 }, from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T23:00:00.000Z' });
  });

  test('scales the events to a month and multiplies by the prices', async () => {
    const { month, all, days } = await dryRun('--ingest-price', '0.2', '--index-price', '3', '--siem-price', '4', '--metadata-bytes', '100');
    const times = 30 / days!;
    const gigabytes = ((all.bytes + 95 * 100) / 1e9) * times;
    expect(month!.all.gigabytes).toBeCloseTo(gigabytes, 9);
    expect(month!.all.dollars).toBeCloseTo(gigabytes * 0.2 + ((95 * times) / 1e6) * 7, 9);
    expect(month!.kept.dollars + month!.filtered.dollars).toBeCloseTo(month!.all.dollars, 9);
  });

  test('names what is still the loudest, and shows some of what would go', async () => {
    const report = await dryRun('--top', '2', '--sample', '2');
    expect(report.loudest).toMatchObject([{ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', principal: 'alice' }, { eventName: 'ListUsers', records: 10 }]);
    const reads = report.filters.find(({ name }) => name === 'reads')!;
    expect(reads.samples).toHaveLength(2);
    expect(reads.samples[0]!.pointer).toMatch(/one\.json#\d+$/);
    expect(JSON.parse(reads.samples[0]!.text)).toMatchObject({ eventName: 'ListBuckets' });
  });

  test('shows the same samples whatever the order of reading', async () => {
    const samples = (report: DryRunReport) => report.filters.map((filter) => filter.samples);
    expect(samples(await dryRun('--parallel', '1'))).toEqual(samples(await dryRun('--parallel', '8')));
  });

  test('prints it for a person', async () => {
    const { out, exitCode } = await run(['dry-run', path('logs'), '--filters', path('filters.yml')]);
    expect(out).toMatch(/^95 records in 2 objects \(/);
    expect(out).toMatch(/reads +filters +40 records/);
    expect(out).toContain('unused  no hits');
    expect(out).toContain('A month at this rate (23.0 hours of events: too few for more than a guess)');
    expect(out).toContain('Some of what would be filtered\n  reads\n');
    expect(exitCode).toBe(0);
  });

  test('an object that cannot be read to its end is named, what came before is counted, and it ends with 1', async () => {
    const { out, err, exitCode } = await run(['dry-run', path('damaged'), '--filters', path('filters.yml'), '--json']);
    expect(err).toContain('ERR_JSON_BROKEN');
    expect(err).toContain('cut.json');
    expect(JSON.parse(out)).toMatchObject({ faults: 1, all: { records: 1 } });
    expect(exitCode).toBe(1);
  });

  test('filters that the function would refuse are tried all the same, with a warning', async () => {
    const { err, exitCode } = await run(['dry-run', path('logs'), '--filters', path('refused.yml')]);
    expect(err).toContain('filter all: it would filter what detections are written for');
    expect(exitCode).toBe(0);
  });

  test('filters with a fault are told before anything is read', async () => {
    await expect(run(['dry-run', path('logs'), '--filters', path('broken.yml')])).rejects.toBeInstanceOf(FiltersError);
  });

  test('without filters there is nothing to try', async () => {
    writeFileSync(path('empty.yml'), 'filters: []\n');
    await expect(run(['dry-run', path('logs'), '--filters', path('empty.yml')])).rejects.toMatchObject({ code: 'ERR_USAGE', message: 'There are no filters' });
  });
});

describe('filters explain', () => {
  const explain = (what: string, ...more: string[]) => run(['explain', what, '--filters', path('filters.yml'), ...more]);

  test('of a record as JSON says which filter decides', async () => {
    const { out, exitCode } = await explain('{"eventSource":"s3.amazonaws.com","readOnly":true}');
    expect(out).toBe(`filtered by reads
  keep     iam     does not match
  exclude  reads   matches: filtered
  2 more were not asked
`);
    expect(exitCode).toBe(1);
  });

  test('of a record that is sent ends with 0', async () => {
    expect(await explain('{"eventName":"PutObject"}')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^sent: no filter matches\n/) });
    expect(await explain('{"eventSource":"iam.amazonaws.com"}')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^sent: iam decides\n {2}keep {5}iam {5}matches: sent\n/) });
  });

  test('of a record in a file, by its index', async () => {
    expect((await explain(`${path('logs/one.json')}#3`)).out).toMatch(/^filtered by reads/);
    expect((await explain(`${path('logs/two.json.gz')}#31`)).out).toMatch(/^sent: iam decides/);
    expect((await explain(path('logs/one.json'))).err).toContain('The first of 50 records is explained');
    await expect(explain(`${path('logs/one.json')}#99`)).rejects.toMatchObject({ code: 'ERR_USAGE', message: expect.stringContaining('it has 50') });
  });

  test('says when the rate spares the record', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => explain(JSON.stringify({ eventName: 'Decrypt', eventID: String(i) }))));
    expect(new Set(all.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 1]));
    expect(all.find(({ exitCode }) => exitCode === 0)!.out).toContain('in the share that the rate leaves');
  });

  test('--json holds the steps', async () => {
    expect(JSON.parse((await explain('{"readOnly":true,"eventSource":"s3.amazonaws.com"}', '--json')).out)).toEqual({
      fate: 'filtered',
      rule: 'reads',
      steps: [{ name: 'iam', kind: 'keep', matched: false }, { name: 'reads', kind: 'exclude', matched: true, decision: { fate: 'filtered', rule: 'reads' } }],
      notAsked: ['half', 'unused'],
    });
  });
});

test('filters presets lists each with what it hides', async () => {
  expect((await run(['presets'])).out).toMatch(/- preset: kms-data-plane\n.*\n {4}hides .*\n {4}@eventSource:kms/);
  expect(JSON.parse((await run(['presets', '--json'])).out)).toContainEqual(expect.objectContaining({ name: 'trail-delivery', hides: expect.any(String) }));
});

import { readFileSync } from 'node:fs';
import { filterTable } from '../../bench/filters/compare.ts';
import { passOf, WAYS } from '../../bench/filters/ways.ts';
import { records } from '../../bench/corpus/records.ts';
import { buildFilters } from '../../src/pipeline/transform/filters/buildFilters.ts';
import { readFilterYaml } from '../../src/pipeline/transform/filters/yamlFile.ts';
import { seeded } from '../../src/sandbox/trail/random.ts';

const RULES = readFileSync('bench/filters/rules.yml', 'utf8');

test('the filter file that is measured has twenty filters, which nothing is wrong with', () => {
  const file = readFilterYaml(RULES, 'rules.yml');
  expect(file.rules).toHaveLength(20);
  expect(buildFilters({ file })!.warnings).toEqual([]);
});

test('the twenty filters take the same records of the corpus as when each is parsed, and not all or none', () => {
  const texts = records(seeded(1), Date.parse('2026-11-20T12:00:00Z'));
  const object = Buffer.from(`{"Records":[${Array.from({ length: 2000 }, () => texts.next().value as string).join(',')}]}`);
  const filtered = new Map(WAYS.map((way) => [way, passOf(way, RULES)(object)]));
  expect(filtered.get('20 filters')).toBe(filtered.get('20 filters, every record parsed'));
  expect(filtered.get('split only')).toBe(0);
  for (const way of ['20 filters', 'exact event names'] as const) {
    expect(filtered.get(way)).toBeGreaterThan(200);
    expect(filtered.get(way)).toBeLessThan(1500);
  }
});

test('the table says which goal is met and which is missed', () => {
  const rows = WAYS.map((way) => ({ way, records: 100, bytes: 1e7, filtered: 10, cpuS: 0.01, rounds: 3 }));
  const table = filterTable({ rows, exactNamesShare: 0.3, timesParsing: 2.5 });
  expect(table).toContain('| split only | 10.0 ms | 1.00 | 1000 | 10 % |');
  expect(table).toContain('| exact event names, beyond the split | 30 % | < 25 % | missed |');
  expect(table).toContain('2.5x | > 2x | met |');
});

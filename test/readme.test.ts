import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { METRICS } from '../src/metrics/names.ts';
import { VARIABLES } from '../src/settings/variables.ts';

const README = readFileSync(resolve(__dirname, '../README.md'), 'utf8');

test('README names every variable and every metric', () => {
  const missing = [...VARIABLES, ...Object.keys(METRICS)].filter((name) => !README.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test('README names no variable that there is not', () => {
  const named = new Set([...README.matchAll(/`(DD_[A-Z_0-9]+)/g)].map((match) => match[1]!));
  const others = ['DD_APP_KEY'];
  expect([...named].filter((name) => !(VARIABLES as readonly string[]).includes(name) && !others.includes(name))).toEqual([]);
});

test('README\'s links within itself lead somewhere', () => {
  const anchors = new Set([...README.matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-')));
  const links = [...README.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1]!);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((link) => !anchors.has(link))).toEqual([]);
});

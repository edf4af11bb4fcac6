import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const STAGES = ['decode', 'read', 'split', 'transform', 'batch', 'deliver', 'held'];

interface Import {
  from: string;
  /** A file of the project, relative to its root, or a package. */
  to: string;
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

const sources = [...sourcesBelow('src'), ...sourcesBelow('handler')];
const imports: Import[] = sources.flatMap((from) =>
  [...readFileSync(join(ROOT, from), 'utf8').matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'/gm)].map((match) => {
    const to = match[1] ?? match[2] ?? match[3]!;
    return { from, to: to.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(from), to)) : to };
  }),
);

const isIn = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const stageOf = (path: string) => /^src\/pipeline\/(\w+)\//.exec(path)?.[1];
const offending = (offends: (one: Import) => boolean) => imports.filter(offends).map(({ from, to }) => `${from} imports ${to}`);

test('the sources are found', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(imports).toContainEqual({ from: 'src/pipeline/forward.ts', to: 'src/pipeline/deliver/courier.ts' });
});

test('model.ts imports nothing', () => {
  expect(offending(({ from }) => from === 'src/model.ts')).toEqual([]);
});

test('a stage never imports another stage; only the way knows their order', () => {
  expect(offending(({ from, to }) => stageOf(from) !== undefined && stageOf(to) !== undefined && stageOf(from) !== stageOf(to))).toEqual([]);
  expect(STAGES.filter((stage) => !sources.some(isIn(`src/pipeline/${stage}`)))).toEqual([]);
});

test('only edges talk to AWS and Datadog; the sandbox and its page are servers of their own', () => {
  const outside = /^(@aws-sdk|@smithy|@datadog)\/|^node:(http|https|http2|net|tls|dgram)$/;
  const allowed = /^src\/(edge|sandbox)\//;
  expect(offending(({ from, to }) => outside.test(to) && !allowed.test(from))).toEqual([]);
});

test('the Datadog client stays out of the function: only the control plane loads it', () => {
  expect(offending(({ from, to }) => to.startsWith('@datadog/') && !isIn('src/edge/datadog/api')(from))).toEqual([]);
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { from, to } of imports) if (from === file) visit(to);
  };
  visit('handler/forwarder.ts');
  expect([...reached].filter((file) => file.startsWith('@datadog/') || isIn('src/cli')(file) || isIn('src/sandbox')(file) || file.startsWith('src/edge/datadog/api/'))).toEqual([]);
  expect(reached.has('src/pipeline/split/splitter.ts')).toBe(true);
});

test('the environment is read only by the handler, the CLI and the emulator of Lambda', () => {
  const reading = sources.filter((file) => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(\*|\/\/|\/\*).*$/gm, '')));
  expect(reading.filter((file) => !/^(handler|src\/cli)\//.test(file) && !isIn('src/sandbox/lambda')(file))).toEqual([]);
});

test('nothing imports the handler; only the CLI imports the CLI', () => {
  expect(offending(({ to }) => isIn('handler')(to))).toEqual([]);
  expect(offending(({ from, to }) => isIn('src/cli')(to) && !isIn('src/cli')(from))).toEqual([]);
});

test('the sandbox judges the client independently: it shares Datadog\'s facts, never our pipeline', () => {
  const facts = /^src\/edge\/datadog\/(limits|sites|routes)\.ts$/;
  const ours = /^src\/(pipeline|edge|settings|metrics)\//;
  expect(offending(({ from, to }) => isIn('src/sandbox')(from) && ours.test(to) && !facts.test(to))).toEqual([]);
});

test('the query engine stands alone', () => {
  const allowed = /^src\/(query\/|errors\.ts|model\.ts|json\.ts)|^[^s]|^s(?!rc\/)/;
  expect(offending(({ from, to }) => isIn('src/query')(from) && !allowed.test(to))).toEqual([]);
});

test('there are no circles', () => {
  // Types alone may look both ways: they are gone when the code runs.
  const runtime = imports.filter(({ from, to }) => !new RegExp(`^import type [^;]*'${'[^\']*'}${to.split('/').pop()!.replace('.', '\\.')}'`, 'm').test(readFileSync(join(ROOT, from), 'utf8')));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    done.add(file);
    for (const { from, to } of runtime) if (from === file) visit(to, [...path, file]);
  };
  for (const file of sources) visit(file, []);
  expect(circles).toEqual([]);
});

test('no folder has a name that says nothing', () => {
  const folders = new Set(sources.flatMap((file) => dirname(file).split('/')));
  expect([...folders].filter((name) => /^(utils?|helpers?|common|shared|misc|lib)$/.test(name))).toEqual([]);
});

test('the map names every room, and no room that is gone', () => {
  const map = readFileSync(join(ROOT, 'src/README.md'), 'utf8');
  const rooms = new Set(sources.map((file) => /^src\/(?:pipeline\/\w+|edge\/\w+|\w+)(?=\/)/.exec(file)?.[0]).filter((room) => room !== undefined));
  expect([...rooms].filter((room) => !map.includes(`\`${room.replace('src/', '')}/\``))).toEqual([]);
  const named = [...map.matchAll(/^\| `((?:pipeline\/|edge\/)?\w+)\/`/gm)].map((match) => match[1]!);
  expect(named.filter((room) => !rooms.has(`src/${room}`) && room !== 'pipeline' && room !== 'edge')).toEqual([]);
});

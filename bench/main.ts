import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { cases } from './cases.ts';
import { coldStart, type ColdStart } from './coldStart.ts';
import { compare, type Row } from './compare.ts';
import { contestants } from './contestants.ts';
import { compareWithReal } from './corpus/real.ts';
import { largeObject, smallObjects } from './corpus/objects.ts';
import { printCost, type CostOptions } from './cost/command.ts';
import { compareFilters, filterTable, type FilterCosts } from './filters/compare.ts';
import { onOneCore } from './run.ts';
import { startServers } from './servers/servers.ts';
import { summary, tables } from './table.ts';

interface Options {
  quick?: boolean;
  json?: boolean;
  rounds?: string;
  only?: string;
  contestants?: string;
  bundle?: string[];
  out: string;
}

/** Where scripts/bench.mjs built this; the project's root is above. */
const built = import.meta.dirname;
const root = dirname(built);
const cache = process.env.BENCH_CACHE ?? join(built, 'cache');

const program = new Command('bench').description('Measures the forwarder against the floor, naive ones, and the official one.');

program
  .command('compare', { isDefault: true })
  .description('CPU, wall, memory, posts and bytes, interleaved in fresh processes; data on standard output, progress on standard error')
  .option('--quick', 'smaller objects and fewer rounds: minutes instead of an hour')
  .option('--json', 'rows as JSON instead of Markdown')
  .option('--rounds <n>', 'rounds of every case')
  .option('--only <pattern>', 'only cases whose name matches')
  .option('--contestants <pattern>', 'only contestants whose name matches')
  .option('--bundle <file...>', 'bundles of our function to compare (default: dist/forwarder.cjs)')
  .option('--out <file>', 'also write the rows as JSON to a file', join(built, 'rows.json'))
  .action(compareAll);

program
  .command('cold')
  .description('process start to the first object delivered, under the emulator of Lambda\'s Runtime API; the bundle\'s size')
  .option('--rounds <n>', 'cold starts', '15')
  .option('--bundle <file...>', 'bundles of our function')
  .option('--json', 'as JSON')
  .action(measureColdStarts);

program
  .command('filters')
  .description('what filtering costs beside cutting an object into records, and beside parsing each record')
  .option('--rounds <n>', 'rounds', '5')
  .option('--json', 'as JSON')
  .action(measureFilters);

program
  .command('readme')
  .description("writes README's tables, between its marks, from the rows of `compare`; measures cold starts and filters on the way")
  .option('--from <file>', 'rows', join(built, 'rows.json'))
  .action(writeReadme);

program
  .command('cost')
  .description('dollars per million objects, from the rows of `compare --out FILE`')
  .option('--from <file>', 'rows', join(built, 'rows.json'))
  .option('--price <name=value...>', 'another price', [])
  .option('--core-factor <n>', 'how much slower one of Lambda\'s cores is than this one', '2.5')
  .option('--json', 'as JSON')
  .action((options: CostOptions) => printCost(options));

program
  .command('corpus')
  .description('compares the made-up objects with real ones, where ../shared/cloudtrail-data is')
  .action(async () => {
    process.stdout.write(await compareWithReal(cache, join(root, '../shared/cloudtrail-data')));
  });

void program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});

const budget = JSON.parse(readFileSync(join(root, 'bench/budget.json'), 'utf8')) as { bundleBytes: number; processStartToFirstObjectMs: number };

async function writeReadme({ from }: { from: string }): Promise<void> {
  const rows = JSON.parse(readFileSync(from, 'utf8')) as Row[];
  const told = `${machine()}; ${rows[0]!.rounds} rounds, the largest objects fewer.\n\n${summary(rows, await coldStarts({ rounds: '15' }))}\n${filterTable(await filterCosts({ rounds: '5' }))}`;
  const file = join(root, 'README.md');
  const text = readFileSync(file, 'utf8');
  const marked = /(<!-- begin: npm run bench -- readme -->\n)[^]*(<!-- end -->)/;
  if (!marked.test(text)) throw new Error(`${file} has lost its marks "<!-- begin: npm run bench -- readme -->" and "<!-- end -->"`);
  writeFileSync(file, text.replace(marked, (_, begin: string, end: string) => `${begin}${told}${end}`));
}

interface ColdStartOptions {
  rounds: string;
  bundle?: string[];
}

async function coldStarts({ rounds, bundle = [join(root, 'dist/forwarder.cjs')] }: ColdStartOptions): Promise<ColdStart[]> {
  mkdirSync(join(cache, 'trail'), { recursive: true });
  const servers = await startServers(join(built, 'servers.cjs'), cache);
  try {
    const [object] = await smallObjects(cache, 1);
    const all = [];
    for (const each of bundle) all.push(await coldStart(resolve(each), join(root, 'dist/lambda-bootstrap.cjs'), servers, object!, Number(rounds)));
    return all;
  } finally {
    servers.close();
  }
}

async function measureColdStarts(options: ColdStartOptions & { json?: boolean }): Promise<void> {
  const all = await coldStarts(options);
  if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else for (const { bundle, bundleBytes, initMs, toAnswerMs, rounds } of all) process.stdout.write(`${bundle}: ${(bundleBytes / 1000).toFixed(0)} KB; process start to ready ${initMs.toFixed(0)} ms, to the first small object delivered ${toAnswerMs.toFixed(0)} ms (median of ${rounds}, Node ${process.version}; budget: ${budget.bundleBytes / 1000} KB, ${budget.processStartToFirstObjectMs} ms)\n`);
}

async function filterCosts(options: { rounds: string }): Promise<FilterCosts> {
  mkdirSync(join(cache, 'trail'), { recursive: true });
  const object = await largeObject(cache, 10e6);
  return compareFilters({ program: join(built, 'filters.cjs'), rules: join(root, 'bench/filters/rules.yml'), object, file: join(cache, 'trail', object.key), rounds: Number(options.rounds), onProgress: say });
}

async function measureFilters(options: { rounds: string; json?: boolean }): Promise<void> {
  const costs = await filterCosts(options);
  if (process.stderr.isTTY) say('');
  process.stdout.write(options.json ? `${JSON.stringify(costs, null, 2)}\n` : `${machine()}\n\n${filterTable(costs)}`);
}

function say(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
}

function machine(): string {
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores${onOneCore().length > 0 ? ', the measured process on one of them' : ''}`;
}

async function compareAll(options: Options): Promise<void> {
  mkdirSync(join(cache, 'trail'), { recursive: true });
  const official = process.env.OFFICIAL_FORWARDER;
  if (official === undefined) say('Without the official forwarder: set OFFICIAL_FORWARDER to a checkout of DataDog/datadog-serverless-functions to measure it too.\n');
  const taking = contestants({ built, root, bundles: (options.bundle ?? [join(root, 'dist/forwarder.cjs')]).map((file) => resolve(file)), ...(official === undefined ? {} : { official: resolve(official) }) });
  const named = options.contestants === undefined ? taking : taking.filter(({ name }) => new RegExp(options.contestants!).test(name));
  const servers = await startServers(join(built, 'servers.cjs'), cache);
  const rows: Row[] = [];
  try {
    const wanted = { cache, quick: options.quick === true, rounds: options.rounds === undefined ? undefined : Number(options.rounds), only: options.only === undefined ? undefined : new RegExp(options.only), onMaking: (what: string) => say(`corpus: ${what}`) };
    for await (const one of cases(wanted)) {
      rows.push(...(await compare(one, { servers, cache, floor: [process.execPath, join(built, 'floor.cjs')], contestants: named, onProgress: say })));
      writeFileSync(options.out, JSON.stringify(rows, null, 2));
    }
  } finally {
    servers.close();
  }
  say('');
  if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else process.stdout.write(`${machine()}\n\n${tables(rows)}`);
}

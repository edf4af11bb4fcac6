// Builds what runs: the Lambda function (minified, and beside it what it needs rarely), the bootstrap of the sandbox's Lambda
// emulator, and the CLI (its packages stay in node_modules). `node scripts/build.mjs [--if-stale] [--sbom] [--sizes]`
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { clientsApart, clientsEntry } from './clientsApart.mjs';
import { lambdaCredentials } from './lambdaCredentials.mjs';
import { packagedFilters } from './packagedFilters.mjs';
import { shakeLateClients } from './shakeLateClients.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const outputs = ['dist/forwarder.cjs', 'dist/lambda-bootstrap.cjs', 'dist/cli.cjs', 'dist/aws-clients.cjs'].map((file) => join(root, file));

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
  define: { FORWARDER_VERSION: JSON.stringify(version), PACKAGED_FILTERS: await packagedFilters(root) },
  legalComments: 'none',
};
const mainFields = ['module', 'main'];

/** YAML's reader is needed only for a filter file that is fetched by its address: a file of its own, beside the function. */
const yamlApart = {
  name: 'yaml-apart',
  setup(outer) {
    outer.onResolve({ filter: /\/filters\/yamlFile\.ts$/ }, () => ({ path: './filter-yaml.cjs', external: true }));
  },
};

const [forwarder, clients] = await Promise.all([
  build({
    ...common,
    entryPoints: ['handler/forwarder.ts'],
    outfile: outputs[0],
    target: 'node20',
    minify: true,
    // ES modules first: half the size of what the CommonJS builds of the AWS SDK give.
    mainFields,
    plugins: [clientsApart, yamlApart],
    metafile: true,
  }),
  build({
    ...common,
    stdin: clientsEntry(root),
    outfile: outputs[3],
    target: 'node20',
    minify: true,
    mainFields,
    plugins: [lambdaCredentials, shakeLateClients({ ...common, mainFields })],
    metafile: true,
  }),
  build({ ...common, entryPoints: ['src/pipeline/transform/filters/yamlFile.ts'], outfile: join(root, 'dist/filter-yaml.cjs'), target: 'node20', minify: true, mainFields }),
  build({ ...common, entryPoints: ['src/sandbox/lambda/bootstrap.ts'], outfile: outputs[1], target: 'node20' }),
  build({ ...common, entryPoints: ['src/cli/main.ts'], outfile: outputs[2], target: 'node20', packages: 'external', sourcemap: true }),
]);

writeLicences();
if (process.argv.includes('--sbom')) writeSbom();

if (process.argv.includes('--sizes')) {
  const inputs = [forwarder, clients].flatMap(({ metafile }) => Object.entries(Object.values(metafile.outputs)[0].inputs));
  const sizes = Object.groupBy?.(inputs, ([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'own sources') ?? {};
  for (const [name, parts] of Object.entries(sizes).sort()) console.log(`${String(parts.reduce((sum, [, part]) => sum + part.bytesInOutput, 0)).padStart(8)}  ${name}`);
}

/** The licences of what is in the bundle, packaged beside it. */
function writeLicences() {
  const packages = new Set([forwarder, clients].flatMap(({ metafile }) => Object.keys(metafile.inputs)).flatMap((path) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version: installed, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${installed} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  writeFileSync(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** The list of packages that the project's lock names for running it (CycloneDX). */
function writeSbom() {
  const { status, stdout } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: root, encoding: 'utf8', maxBuffer: 1e8, shell: process.platform === 'win32' });
  if (status === 0) writeFileSync(join(root, 'dist/sbom.cdx.json'), stdout);
  else console.error('warning: npm sbom failed; dist/sbom.cdx.json was not written');
}

/** Whether every output is younger than every source. */
function isFresh() {
  if (!outputs.every((file) => existsSync(file))) return false;
  const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  const sources = ['src', 'handler'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  const filters = join(root, 'filters.yml');
  return [...sources, ...(existsSync(filters) ? [filters] : []), join(root, 'package-lock.json'), join(root, 'package.json'), fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < built);
}

// Builds what runs: the Lambda function (minified, everything in one file), the bootstrap of the sandbox's Lambda
// emulator, and the CLI (its packages stay in node_modules). `node scripts/build.mjs [--if-stale]`
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const outputs = ['dist/forwarder.cjs', 'dist/lambda-bootstrap.cjs', 'dist/cli.cjs'].map((file) => join(root, file));

if (process.argv.includes('--if-stale') && isFresh()) process.exit(0);

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
  define: { FORWARDER_VERSION: JSON.stringify(version) },
  legalComments: 'none',
};
await Promise.all([
  build({
    ...common,
    entryPoints: ['handler/forwarder.ts'],
    outfile: outputs[0],
    target: 'node20',
    minify: true,
    // ES modules first: half the size of what the CommonJS builds of the AWS SDK give.
    mainFields: ['module', 'main'],
  }),
  build({ ...common, entryPoints: ['src/sandbox/lambda/bootstrap.ts'], outfile: outputs[1], target: 'node20' }),
  build({ ...common, entryPoints: ['src/cli/main.ts'], outfile: outputs[2], target: 'node20', packages: 'external', sourcemap: true }),
]);

/** Whether every output is younger than every source. */
function isFresh() {
  if (!outputs.every((file) => existsSync(file))) return false;
  const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  const sources = ['src', 'handler'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  return [...sources, join(root, 'package-lock.json'), join(root, 'package.json'), fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < built);
}

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
const mainFields = ['module', 'main'];

/**
 * A module behind `await import()` is wrapped as a whole: nothing of it is shaken out, and Parameter Store's client
 * alone is 230 KB. So the modules of src/edge/aws/sdk/ are shaken by a build of their own, in which everything but the
 * client itself stays outside, and shared.
 */
const shakeLateClients = {
  name: 'shake-late-clients',
  setup(outer) {
    outer.onLoad({ filter: /edge\/aws\/sdk\/\w+\.ts$/ }, async ({ path }) => {
      const own = /from '(@aws-sdk\/[\w-]+)'/.exec(readFileSync(path, 'utf8'))[1];
      const keepOthersOutside = {
        name: 'keep-others-outside',
        setup(inner) {
          inner.onResolve({ filter: /^[^./]/ }, async ({ path: wanted, importer, resolveDir, kind, pluginData }) => {
            if (pluginData === 'resolved' || wanted === own || kind === 'entry-point' || wanted.startsWith('node:')) return undefined;
            const resolved = await inner.resolve(wanted, { importer, resolveDir, kind, pluginData: 'resolved' });
            return { path: resolved.path, external: true };
          });
        },
      };
      const shaken = await build({ ...common, entryPoints: [path], format: 'esm', target: 'node20', mainFields, write: false, plugins: [keepOthersOutside] });
      return { contents: shaken.outputFiles[0].text, loader: 'js', resolveDir: dirname(path) };
    });
  },
};

const [forwarder] = await Promise.all([
  build({
    ...common,
    entryPoints: ['handler/forwarder.ts'],
    outfile: outputs[0],
    target: 'node20',
    minify: true,
    // ES modules first: half the size of what the CommonJS builds of the AWS SDK give.
    mainFields,
    plugins: [shakeLateClients],
    metafile: true,
  }),
  build({ ...common, entryPoints: ['src/sandbox/lambda/bootstrap.ts'], outfile: outputs[1], target: 'node20' }),
  build({ ...common, entryPoints: ['src/cli/main.ts'], outfile: outputs[2], target: 'node20', packages: 'external', sourcemap: true }),
]);


if (process.argv.includes('--sizes')) {
  const inputs = Object.entries(Object.values(forwarder.metafile.outputs)[0].inputs);
  const sizes = Object.groupBy?.(inputs, ([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'own sources') ?? {};
  for (const [name, parts] of Object.entries(sizes).sort()) console.log(`${String(parts.reduce((sum, [, part]) => sum + part.bytesInOutput, 0)).padStart(8)}  ${name}`);
}

/** Whether every output is younger than every source. */
function isFresh() {
  if (!outputs.every((file) => existsSync(file))) return false;
  const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  const sources = ['src', 'handler'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  return [...sources, join(root, 'package-lock.json'), join(root, 'package.json'), fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < built);
}

#!/usr/bin/env node
// The CLI in a clone: `npx cloudtrail-forwarder ...` or `npm run cli -- ...`. Builds it first when it is not built, or
// older than its source.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

try {
  require.resolve('commander');
} catch {
  process.stderr.write(`The CLI's packages are not installed yet. Run: npm ci --prefix ${root}\n`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (status !== 0) process.exit(2);
process.removeAllListeners('warning').on('warning', (warning) => {
  // The AWS SDK announces the end of Node 20 at every start; package.json's engines say what holds here.
  if (warning.name !== 'NodeVersionSupportWarning' && !/NodeVersionSupportWarning/.test(warning.message)) process.stderr.write(`${warning.name}: ${warning.message}\n`);
});
await require(join(root, 'dist/cli.cjs')).mainOfProcess();

// Runs the CLI of this clone in this process, so that Ctrl-C is its own. Builds it first when it is older than its source.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './install.mjs';

/** Runs the CLI with these words before the arguments of this process; ends the process if it cannot be built. */
export async function runCli(...words) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(2);
  process.removeAllListeners('warning').on('warning', (warning) => {
    // The AWS SDK announces the end of Node 20 at every start; package.json's engines say what holds here.
    if (warning.name !== 'NodeVersionSupportWarning' && !/NodeVersionSupportWarning/.test(warning.message)) process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  process.argv.splice(2, 0, ...words);
  await createRequire(import.meta.url)(join(root, 'dist/cli.cjs')).mainOfProcess();
}

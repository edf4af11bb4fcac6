// `npm run bench`: builds the function, and the bench into .bench/, then runs it. `npm run bench -- --help` tells the rest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const given = process.argv.slice(2);
if (!given.includes('--bundle')) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(2);
}
await build({
  absWorkingDir: root,
  entryPoints: { main: 'bench/main.ts', servers: 'bench/servers/main.ts', bundle: 'bench/implementations/bundle.ts', floor: 'bench/implementations/floor.ts', naive: 'bench/implementations/naive.ts', filters: 'bench/implementations/filters.ts' },
  outdir: '.bench',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  packages: 'external',
  // esbuild's CommonJS has no import.meta.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  logLevel: 'warning',
});
const { status, signal } = spawnSync(process.execPath, ['--no-warnings', join(root, '.bench/main.cjs'), ...given], { cwd: root, stdio: 'inherit' });
process.exit(signal === null ? (status ?? 2) : 130);

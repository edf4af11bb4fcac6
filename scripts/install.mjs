// Installs the locked dependencies when they are missing or older than the lock, so that `npm start` and `npm test`
// work as the first command in a fresh clone. Plain Node: nothing is installed yet when this runs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Ends the process with a sentence, not a stack, when this Node cannot run the project or npm fails. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`This needs Node.js 20.19 or later; this is ${process.versions.node}. See https://nodejs.org/en/download`);
    process.exit(2);
  }
  if (isInstalled()) return;
  console.error('Installing the locked dependencies (npm ci, about a minute) ...');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(`npm ci failed${error === undefined ? '' : `: ${error.message}`}. Is the npm registry within reach? Then try again.`);
    process.exit(2);
  }
}

/** Whether npm's own note of what it installed, which it writes last, has every package of the lock in its version. */
function isInstalled() {
  const note = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version);
}

// `npm test`: installs if needed, builds, type-checks, lints, and runs all tests. `npm test -- PATTERN` runs some, `npm test -- --only-jest` no checks.
import { spawn } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();

const given = process.argv.slice(2);
const onlyJest = given.includes('--only-jest');
const jestArguments = given.filter((argument) => argument !== '--only-jest');

await step('build', 'scripts/build.mjs');
if (!onlyJest && jestArguments.length === 0) {
  await Promise.all([step('types', 'node_modules/typescript/bin/tsc', '-p', '.'), step('lint', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0')]);
}
await step('tests', '--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...jestArguments);

function step(name, ...command) {
  const startedMs = Date.now();
  return new Promise((done) => {
    spawn(process.execPath, command, { cwd: root, stdio: 'inherit' }).on('exit', (code, signal) => {
      console.error(`${code === 0 ? 'ok    ' : 'failed'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(0)} s)`);
      if (code !== 0) process.exit(code ?? (signal === null ? 1 : 2));
      done();
    });
  });
}

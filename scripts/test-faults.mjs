// `npm run test:faults`: the fault suite with a long row of random fault schedules. `npm run test:faults -- 50` runs so
// many; `FAULT_SEED=n npm run test:faults` runs the one schedule that a failure printed.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();

const [runs = '300'] = process.argv.slice(2);
if (!/^[1-9]\d*$/.test(runs)) {
  console.error(`Cannot run ${JSON.stringify(runs)} schedules: give a whole number, such as 300`);
  process.exit(2);
}
const env = { ...process.env, FAULT_RUNS: runs };
for (const command of [['scripts/build.mjs'], ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', 'test/faults', '--verbose']]) {
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

#!/usr/bin/env node
// The CLI in a clone: `npx cloudtrail-forwarder ...` or `npm run cli -- ...`. Builds it first when it is not built, or
// older than its source.
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
const { runCli } = await import('./runCli.mjs');
await runCli();

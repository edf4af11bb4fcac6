// `npm start`: the whole way from CloudTrail to Datadog on this machine. Installs and builds if needed, then runs
// `sandbox run` with what is given after `--`.
import { ensureInstalled } from './install.mjs';

ensureInstalled();
const { runCli } = await import('./runCli.mjs');
await runCli('sandbox', 'run');

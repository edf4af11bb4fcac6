// `npm run sandbox`: bucket, queues and intake, until Ctrl-C. Installs and builds if needed.
import { ensureInstalled } from './install.mjs';

ensureInstalled();
const { runCli } = await import('./runCli.mjs');
await runCli('sandbox', 'serve');

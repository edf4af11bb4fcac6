// Datadog's API client in one file for jest. The package is 7,264 modules, which jest resolves one by one for each test
// file: 6 s on an idle machine, 40 s on a busy one. Bundled they load in half a second. The same code: only esbuild's
// packing is between. Made once for a version and kept in node_modules/.cache.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const modules = new URL('../../node_modules/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('@datadog/datadog-api-client/package.json', modules), 'utf8'));

/** Where the bundle is, or will be. */
export const BUNDLE = fileURLToPath(new URL(`.cache/cloudtrail-forwarder/datadog-api-client-${version}.cjs`, modules));

/** Makes the bundle if it is not there. */
export async function bundleDatadogClient() {
  if (existsSync(BUNDLE)) return;
  const { build } = await import('esbuild');
  await mkdir(new URL('.cache/cloudtrail-forwarder/', modules), { recursive: true });
  // Under another name first: a run that is stopped, or one beside this one, must not leave half a file.
  const unfinished = `${BUNDLE}.${process.pid}`;
  await build({
    entryPoints: [fileURLToPath(new URL('@datadog/datadog-api-client/dist/index.js', modules))],
    bundle: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: unfinished,
    logLevel: 'error',
  });
  await rename(unfinished, BUNDLE);
}

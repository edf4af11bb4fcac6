import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { type Lambda, type LambdaOptions, startLambda } from '../../src/sandbox/lambda/emulator.ts';

let directory: string | undefined;

/** A directory of this test process's own, for bundles. */
function bundles(): string {
  return (directory ??= mkdtempSync(join(tmpdir(), 'cloudtrail-forwarder-test-')));
}

/** The runtime's bootstrap, bundled from the source as it is now, as the build does it. */
export function buildBootstrap(): string {
  const outfile = join(bundles(), 'lambda-bootstrap.cjs');
  buildSync({ entryPoints: [join(__dirname, '../../src/sandbox/lambda/bootstrap.ts')], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  return outfile;
}

let functions = 0;

/** Starts a function from the source of a CommonJS module that sets `exports.handler`. */
export function startFunction(source: string, options: Partial<LambdaOptions> = {}): Lambda {
  const bundle = join(bundles(), `function${++functions}.cjs`);
  writeFileSync(bundle, source);
  return startLambda({ bundle, bootstrap: buildBootstrap(), ...options });
}

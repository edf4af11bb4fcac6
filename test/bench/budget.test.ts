import { existsSync, readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUNDLE = 'dist/forwarder.cjs';

// Built by `npm test`, which CI runs; jest alone may run before any build.
const built = existsSync(BUNDLE) ? test : test.skip;

built('the bundled function stays within its budget', () => {
  const { bundleBytes } = JSON.parse(readFileSync('bench/budget.json', 'utf8')) as { bundleBytes: number };
  expect(statSync(BUNDLE).size).toBeLessThanOrEqual(bundleBytes);
});

built('the bundled function holds the vector loop, and no client of Datadog', () => {
  const text = readFileSync(BUNDLE, 'utf8');
  expect(text).toContain(/'([A-Za-z0-9+/=]+)'/.exec(readFileSync('src/pipeline/split/scanWasm.ts', 'utf8'))![1]);
  expect(text).not.toContain('datadog-api-client');
  expect(gzipSync(text).length).toBeLessThan(300_000);
});

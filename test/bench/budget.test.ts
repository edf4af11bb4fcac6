import { existsSync, readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUNDLE = 'dist/forwarder.cjs';
const CLIENTS = 'dist/aws-clients.cjs';

// Built by `npm test`, which CI runs; jest alone may run before any build.
const built = existsSync(BUNDLE) ? test : test.skip;

built('the bundled function and the clients beside it stay within their budget', () => {
  const { bundleBytes, functionBytes } = JSON.parse(readFileSync('bench/budget.json', 'utf8')) as { bundleBytes: number; functionBytes: number };
  // What every cold start compiles.
  expect(statSync(BUNDLE).size).toBeLessThanOrEqual(functionBytes);
  expect(statSync(BUNDLE).size + statSync(CLIENTS).size).toBeLessThanOrEqual(bundleBytes);
});

built('the bundled function holds the vector loop, and no client of Datadog', () => {
  const text = readFileSync(BUNDLE, 'utf8');
  expect(text.includes(/'([A-Za-z0-9+/=]+)'/.exec(readFileSync('src/pipeline/split/scanWasm.ts', 'utf8'))![1]!)).toBe(true);
  expect(text.includes('datadog-api-client')).toBe(false);
  expect(gzipSync(text).length).toBeLessThan(300_000);
});

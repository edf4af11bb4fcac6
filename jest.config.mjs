import { BUNDLE } from './test/support/datadogClient.mjs';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-esbuild.cjs' },
  // globalSetup makes it.
  moduleNameMapper: { '^@datadog/datadog-api-client$': BUNDLE },
  globalSetup: '<rootDir>/test/support/globalSetup.mjs',
  globalTeardown: '<rootDir>/test/support/globalTeardown.mjs',
  testTimeout: 30_000,
  maxWorkers: 2,
};

/**
 * Lambda gives a function its credentials in the environment, and so does `serverless invoke local`. The SDK's whole
 * chain (profiles, SSO, instance metadata, web identity) is 95 KB that a cold start would read for nothing.
 */
export const lambdaCredentials = {
  name: 'lambda-credentials',
  setup(outer) {
    outer.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: 'lambda-credentials', namespace: 'lambda-credentials' }));
    outer.onLoad({ filter: /.*/, namespace: 'lambda-credentials' }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: process.cwd(),
    }));
  },
};

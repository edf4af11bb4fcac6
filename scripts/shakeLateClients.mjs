import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

/**
 * A module behind `await import()` is wrapped as a whole: nothing of it is shaken out, and Parameter Store's client
 * alone is 230 KB. So the modules of src/edge/aws/sdk/ are shaken by a build of their own, in which everything but the
 * client itself stays outside, and shared.
 */
export const shakeLateClients = (options) => ({
  name: 'shake-late-clients',
  setup(outer) {
    outer.onLoad({ filter: /edge\/aws\/sdk\/\w+\.ts$/ }, async ({ path }) => {
      const own = /from '(@aws-sdk\/[\w-]+)'/.exec(readFileSync(path, 'utf8'))[1];
      // Every error a client knows is registered, which keeps hundreds of classes that no call of ours can meet. Unregistered
      // ones come as the service's base exception, with the same name and message.
      const registerNoErrors = {
        name: 'register-no-errors',
        setup(inner) {
          inner.onLoad({ filter: /dist-es\/schemas\/schemas_\d\.js$/ }, ({ path: schemas }) => ({ contents: readFileSync(schemas, 'utf8').replace(/^\w+_registry\.registerError\(.*\);$/gm, '') }));
        },
      };
      const keepOthersOutside = {
        name: 'keep-others-outside',
        setup(inner) {
          inner.onResolve({ filter: /^[^./]/ }, async ({ path: wanted, importer, resolveDir, kind, pluginData }) => {
            if (pluginData === 'resolved' || wanted === own || kind === 'entry-point' || wanted.startsWith('node:')) return undefined;
            // Left to the outer build, which puts another in its place.
            if (wanted === '@aws-sdk/credential-provider-node') return { path: wanted, external: true };
            const resolved = await inner.resolve(wanted, { importer, resolveDir, kind, pluginData: 'resolved' });
            return { path: resolved.path, external: true };
          });
        },
      };
      const shaken = await build({ ...options, entryPoints: [path], format: 'esm', target: 'node20', write: false, plugins: [keepOthersOutside, registerNoErrors] });
      return { contents: shaken.outputFiles[0].text, loader: 'js', resolveDir: dirname(path) };
    });
  },
});

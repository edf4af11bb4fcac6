// TypeScript for jest, by esbuild: types are checked by tsc before the tests run, so here they are only taken away.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync, version } = require('esbuild');

const self = readFileSync(__filename, 'utf8');

module.exports = {
  process(source, path) {
    return transformSync(source, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      // jest's registry knows require() only: an import() in the code becomes one, and stays as lazy as it was.
      supported: { 'dynamic-import': false },
      sourcemap: 'inline',
      sourcefile: path,
    });
  },
  getCacheKey(source, path) {
    return createHash('sha256').update(version).update(self).update(path).update(source).digest('hex');
  },
};

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = 'src/edge/aws/sdk';
const FILE = './aws-clients.cjs';

/**
 * The function asks S3 without the SDK, and needs a client of it only for what is rare: a secret, a held pointer, an
 * answer that is no object. Node compiles a file as a whole: with the clients in the function's own file a cold start
 * delivered its first object after 150 ms, with them in a file beside it after 84.
 */
export const clientsApart = {
  name: 'clients-apart',
  setup(outer) {
    outer.onResolve({ filter: /\/sdk\/\w+\.ts$/ }, ({ path }) => ({ path: basename(path, '.ts'), namespace: 'clients-apart' }));
    outer.onLoad({ filter: /.*/, namespace: 'clients-apart' }, ({ path }) => ({ contents: `module.exports = require('${FILE}').${path};` }));
    outer.onResolve({ filter: /^\.\/aws-clients\.cjs$/ }, () => ({ path: FILE, external: true }));
  },
};

/** What the other file is built from: each client is made ready when it is first asked for. */
export function clientsEntry(root) {
  const names = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.ts')).map((name) => basename(name, '.ts'));
  return { contents: names.map((name) => `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => require('./${name}.ts') });`).join('\n'), resolveDir: join(root, FOLDER), sourcefile: 'aws-clients.js' };
}

// A lock file written behind a registry mirror can miss the optional binaries of other platforms; npm 11's `npm ci`
// then refuses it (EUSAGE). This adds what is missing, from each package's own published facts. Run after every
// change of dependencies: `npm run lock`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${at}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted] || !/^\d/.test(version)) continue;
    const view = JSON.parse(
      execFileSync('npm', ['view', `${name}@${version}`, '--json', 'version', 'dist.integrity', 'cpu', 'os', 'libc', 'license', 'engines'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const list = (value) => (value === undefined ? undefined : [value].flat());
    lock.packages[hoisted] = {
      version: view.version,
      integrity: view['dist.integrity'],
      cpu: list(view.cpu),
      ...(entry.dev ? { dev: true } : {}),
      ...(view.libc ? { libc: list(view.libc) } : {}),
      license: view.license,
      optional: true,
      os: list(view.os),
      ...(view.engines ? { engines: view.engines } : {}),
    };
    added += 1;
  }
}
const [root, ...rest] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added === 0 ? 'package-lock.json names every optional package' : `package-lock.json: ${added} optional packages added`);

// What is installed is still what the lock says: `npm start` and `npm test` go by the files' times.
const installed = new URL('../node_modules/.package-lock.json', import.meta.url);
if (existsSync(installed)) utimesSync(installed, new Date(), new Date());

// Builds src/pipeline/split/assembly/scan.ts (AssemblyScript) into src/pipeline/split/scanWasm.ts, which is kept in the
// repository: the function, the CLI and the tests need no compiler. `--check` only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src/pipeline/split/scanWasm.ts');

const files = new Map();
const { error, stderr } = await asc.main(['src/pipeline/split/assembly/scan.ts', '--outFile', 'scan.wasm', '-O3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--initialMemory', '13', '--maximumMemory', '13', '--memoryBase', '16384'], {
  readFile: (name, base) => {
    try {
      return readFileSync(join(root, base === '.' ? '' : base, name), 'utf8');
    } catch {
      return null;
    }
  },
  writeFile: (name, contents) => void files.set(name, contents),
  listFiles: () => [],
});
if (error) {
  console.error(stderr.toString() || error.message);
  process.exit(2);
}
const text = `// Made by \`node scripts/assemble.mjs\` from assembly/scan.ts; a test knows when it is out of date.
export const SCAN_WASM = '${Buffer.from(files.get('scan.wasm')).toString('base64')}';
`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') === text) process.exit(0);
  console.error('src/pipeline/split/scanWasm.ts is out of date: run node scripts/assemble.mjs');
  process.exit(1);
}
writeFileSync(target, text);

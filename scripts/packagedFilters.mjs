import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { parse } from 'yaml';

/**
 * `filters.yml` beside serverless.yml, as a JavaScript expression for the bundle; `undefined` when there is none. It is
 * read here by the very code that will read it in the function, so that a mistake in it fails the build with its place.
 */
export async function packagedFilters(root) {
  const path = join(root, 'filters.yml');
  if (!existsSync(path)) return 'undefined';
  const text = readFileSync(path, 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'filters-'));
  try {
    const entry = "export { readFilterYaml } from './src/pipeline/transform/filters/yamlFile.ts'; export { buildFilters } from './src/pipeline/transform/filters/buildFilters.ts';";
    const outfile = join(folder, 'filters.cjs');
    await build({ stdin: { contents: entry, resolveDir: root, loader: 'ts' }, bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'warning', mainFields: ['module', 'main'] });
    const { readFilterYaml, buildFilters } = createRequire(import.meta.url)(outfile);
    const file = readFilterYaml(text, 'filters.yml');
    const warnings = [...new Set([...file.warnings, ...(buildFilters({ file })?.warnings ?? [])])];
    for (const warning of warnings) console.error(`warning: ${warning}`);
    return JSON.stringify(parse(text) ?? {});
  } catch (thrown) {
    if (thrown?.name !== 'ForwarderError' && thrown?.name !== 'FiltersError') throw thrown;
    console.error(`${thrown.code}: ${thrown.message}\n  ${thrown.hint}`);
    process.exit(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

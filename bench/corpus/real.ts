import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { largeObject, smallObjects } from './objects.ts';

/** Mean record, compressibility of all together and of each file, for the made-up corpus and for real log files. */
export async function compareWithReal(cache: string, shared: string): Promise<string> {
  const made = [...(await smallObjects(cache, 500)), await largeObject(cache, 1e6)].map(({ key }) => gunzipSync(readFileSync(join(cache, 'trail', key))));
  const sets: [string, Buffer[]][] = [
    ['made up: 500 small objects', made.slice(0, -1)],
    ['made up: an object of 1 MB', made.slice(-1)],
  ];
  for (const folder of ['invictus-aws_dataset', 'stratus-red-team', 'opensearch-catalog', 'panther-analysis', 'traildiscover']) {
    const files = existsSync(join(shared, folder)) ? readdirSync(join(shared, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.json')) : [];
    if (files.length > 0) sets.push([`real: ${folder}`, files.map((entry) => readFileSync(join(entry.parentPath, entry.name)))]);
  }
  if (sets.length === 2) sets.push([`real: none, ${shared} is not there`, []]);
  const lines = sets.map(([name, files]) => {
    const bytes = files.reduce((sum, file) => sum + file.length, 0);
    const records = files.reduce((sum, file) => sum + recordsIn(file), 0);
    const each = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
    return `| ${name} | ${files.length} | ${records} | ${(bytes / records).toFixed(0)} | ${(bytes / each).toFixed(1)} | ${(bytes / gzipSync(Buffer.concat(files)).length).toFixed(1)} |`;
  });
  return `| corpus | files | records | bytes a record | gzip ratio of each file | of all together |\n|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

function recordsIn(file: Buffer): number {
  try {
    const { Records } = JSON.parse(file.toString()) as { Records?: unknown[] };
    return Records?.length ?? 0;
  } catch {
    return 0;
  }
}

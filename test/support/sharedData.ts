import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * `../shared` is an optional folder beside the checkout with real CloudTrail data. A user's clone has none: the tests
 * that need it are then skipped, with a line that says so.
 */
export const SHARED = resolve(__dirname, '../../../shared');

export function describeShared(name: string, tests: () => void): void {
  if (existsSync(join(SHARED, 'cloudtrail-data'))) describe(name, tests);
  else describe.skip(`${name} (skipped: no ../shared folder with real data beside this checkout)`, tests);
}

/** All files under a folder of `../shared` whose path matches. */
export function sharedFiles(folder: string, matching: RegExp): string[] {
  const root = join(SHARED, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => matching.test(path))
    .sort();
}

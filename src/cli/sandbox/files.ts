import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { ForwarderError } from '../../errors.ts';

/** A file of the user's, as an object of the sandbox's bucket. */
export interface LocalFile {
  path: string;
  key: string;
}

const LOG_FILE = /\.json(\.gz)?$/i;

/**
 * The log files that the paths name: a file itself, or all `.json` and `.json.gz` below a folder. From `AWSLogs/` on a
 * path is its key; others are keyed by where they lie below the path that was given.
 *
 * @throws ForwarderError ERR_USAGE that names the path, and what was expected
 */
export function findFiles(paths: readonly string[]): LocalFile[] {
  const files = paths.flatMap((path) => {
    const found = below(path);
    if (found.length === 0) throw cannot(path, 'there is no .json or .json.gz file in it');
    return found;
  });
  // A path may be given twice, or lie below another; two files must not become one object.
  const byPath = new Map(files.map((file) => [resolve(file.path), file]));
  const keys = new Set<string>();
  return [...byPath.values()].map((file) => {
    let { key } = file;
    for (let n = 2; keys.has(key); n++) key = `${n}/${file.key}`;
    keys.add(key);
    return { ...file, key };
  });
}

/** @throws ForwarderError ERR_USAGE */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw cannot(path, reasonOf(error));
  }
}

function below(given: string): LocalFile[] {
  const stats = attempt(given, () => statSync(given));
  if (stats.isDirectory()) return inFolder(given, given);
  if (!LOG_FILE.test(given)) throw cannot(given, 'it is neither a .json or .json.gz file nor a folder');
  return [{ path: given, key: keyOf(given, basename(given)) }];
}

function inFolder(folder: string, given: string): LocalFile[] {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true })).sort(byName);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return inFolder(path, given);
    if (!entry.isFile() || !LOG_FILE.test(entry.name)) return [];
    return [{ path, key: keyOf(path, join(basename(resolve(given)), relative(given, path))) }];
  });
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1;
}

function keyOf(path: string, otherwise: string): string {
  const parts = resolve(path).split(sep);
  const from = parts.lastIndexOf('AWSLogs');
  return from >= 0 ? parts.slice(from).join('/') : otherwise.split(sep).join('/');
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw cannot(path, reasonOf(error));
  }
}

const REASONS: Record<string, string> = { ENOENT: 'no such file or folder', EACCES: 'permission denied', EPERM: 'permission denied', EISDIR: 'it is a folder' };

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

function cannot(path: string, why: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', `Cannot read ${JSON.stringify(path)}: ${why}`, {
    stage: 'cli',
    retry: 'never',
    hint: 'Give CloudTrail log files (.json, .json.gz) or folders of them; without any path the sandbox makes its own.',
  });
}

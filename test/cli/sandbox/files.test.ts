import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFiles } from '../../../src/cli/sandbox/files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function given(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '{}');
  }
}

const keys = (...paths: string[]) => findFiles(paths.map((path) => join(folder, path))).map(({ key }) => key);

test('a file is keyed by its name, a file of a tree by its place below the path that was given', () => {
  given('trail/b.json.gz', 'trail/a/x.json', 'trail/readme.md', 'trail/a/x.csv', 'single.json');
  expect(keys('trail', 'single.json')).toEqual(['trail/a/x.json', 'trail/b.json.gz', 'single.json']);
});

test('from AWSLogs on a path is its key, wherever one points into the tree', () => {
  given('copy/AWSLogs/123456789012/CloudTrail/us-east-1/x.json.gz');
  const key = 'AWSLogs/123456789012/CloudTrail/us-east-1/x.json.gz';
  for (const path of ['copy', 'copy/AWSLogs/123456789012', `copy/${key}`]) expect(keys(path)).toEqual([key]);
});

test('a file that is named twice is taken once; two files of one name are two objects', () => {
  given('one/a.json', 'two/a.json');
  expect(keys('one/a.json', 'one', 'two/a.json')).toEqual(['one/a.json', 'a.json']);
  expect(keys('one/a.json', 'two/a.json')).toEqual(['a.json', '2/a.json']);
});

test.each([
  ['nothing', /Cannot read ".*nothing": no such file or folder/],
  ['empty', /Cannot read ".*empty": there is no \.json or \.json\.gz file in it/],
  ['empty/notes.txt', /neither a \.json or \.json\.gz file nor a folder/],
])('%s is refused with its name and the reason', (path, words) => {
  given('empty/notes.txt');
  expect(() => keys(path)).toThrow(words);
});

import { LineCounter, parseDocument } from 'yaml';
import { readFilterFile } from './filterFile.ts';
import { FiltersError } from './filtersError.ts';
import type { FilterFile } from './rule.ts';

/**
 * Reads a filter file in YAML (or JSON, which is YAML). Every problem names its line and column.
 *
 * @param name what messages call the file: its path or URI
 * @throws FiltersError
 */
export function readFilterYaml(text: string, name: string): FilterFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new FiltersError(document.errors.map(({ message, pos }) => ({ place: placeAt(pos[0]), message: `this is not YAML: ${message}`, hint: 'check the indentation, and put queries in single quotes' })));
  }
  // The place of a key that is missing is that of the entry it is missing from.
  const placeOf = (path: readonly (string | number)[]): string => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] | null } | undefined;
      if (node?.range) return placeAt(node.range[0]);
    }
    return name;
  };
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new FiltersError([{ place: name, message: `this YAML cannot be used: ${(error as Error).message}`, hint: 'write the values out instead of repeating them by aliases' }]);
  }
  return readFilterFile(data, name, placeOf);
}

import type { TrailRecord } from '../../../src/model.ts';

/**
 * A record's text as the splitter would give it, by a slow scan of tokens: the oracle for what reads the member table.
 * The record lies in the middle of other bytes, and its members in the middle of other records' members.
 */
export function recordOf(text: string): TrailRecord {
  const before = Buffer.from('{"Records":[{"eventName":"Before"},');
  const bytes = Buffer.concat([before, Buffer.from(text), Buffer.from(',{"eventName":"After"}]}')]);
  const found = text.startsWith('{') ? membersOf(text) : [];
  const offset = (index: number) => Buffer.byteLength(text.slice(0, index));
  const members = Int32Array.from([2, 11, 13, 21, ...found.flat().map(offset)]);
  return {
    index: 1,
    bytes,
    start: before.length,
    end: before.length + Buffer.byteLength(text),
    members,
    firstMember: 1,
    memberCount: text.startsWith('{') ? found.length : -1,
    escapedKeys: found.some(([keyStart, keyEnd]) => text.slice(keyStart, keyEnd).includes('\\')),
    lengthBytes: Buffer.byteLength(text),
  };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/** Key start, key end, value start, value end of each top-level member. */
function membersOf(text: string): [number, number, number, number][] {
  const members: [number, number, number, number][] = [];
  let depth = 0;
  let key: [number, number] | undefined;
  let isValue = false;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      if (depth === 1) members.push([...key!, index, 0]);
      depth++;
    } else if (token === '}' || token === ']') {
      depth--;
      if (depth === 1) members.at(-1)![3] = index + 1;
    } else if (depth === 1 && token === ':') isValue = true;
    else if (depth === 1 && token === ',') isValue = false;
    else if (depth === 1 && !isValue) key = [index + 1, index + token.length - 1];
    else if (depth === 1) members.push([...key!, index, index + token.length]);
  }
  return members;
}

/** A part of a text: `bytes[start, end)`. */
export interface Window {
  start: number;
  end: number;
}

/** A top-level member of a JSON object. */
export interface Member {
  /** The text between the key's quotes, as written. */
  key: Window;
  value: Window;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * Where the elements of a JSON array lie, so that each can be kept as it was written. The array starts at `at` (blanks
 * before it are allowed) and must be valid JSON: JSON.parse is asked first, this only finds the places.
 */
export function elementsOf(bytes: Uint8Array, at = 0): Window[] {
  const elements: Window[] = [];
  let here = afterBlanks(bytes, afterBlanks(bytes, at) + 1);
  while (bytes[here] !== 0x5d) {
    const end = afterValue(bytes, here);
    elements.push({ start: here, end });
    here = afterBlanks(bytes, end);
    if (bytes[here] === COMMA) here = afterBlanks(bytes, here + 1);
  }
  return elements;
}

/** Where the members of a JSON object lie, in their order, duplicates included. The same rules as {@link elementsOf}. */
export function membersOf(bytes: Uint8Array, at = 0): Member[] {
  const members: Member[] = [];
  let here = afterBlanks(bytes, afterBlanks(bytes, at) + 1);
  while (bytes[here] !== 0x7d) {
    const keyEnd = afterValue(bytes, here);
    const start = afterBlanks(bytes, afterBlanks(bytes, keyEnd) + 1);
    const end = afterValue(bytes, start);
    members.push({ key: { start: here + 1, end: keyEnd - 1 }, value: { start, end } });
    here = afterBlanks(bytes, end);
    if (bytes[here] === COMMA) here = afterBlanks(bytes, here + 1);
  }
  return members;
}

/** The first position from `at` on that is not a blank of JSON. */
export function afterBlanks(bytes: Uint8Array, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

function afterValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return afterString(bytes, at);
  if (first !== 0x7b && first !== 0x5b) {
    while (at < bytes.length && !endsScalar(bytes[at]!)) at++;
    return at;
  }
  for (let depth = 0; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = afterString(bytes, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
    else if (byte === undefined) throw new RangeError('Cannot find the end of a value: the text is not valid JSON');
  }
}

function afterString(bytes: Uint8Array, at: number): number {
  for (at++; bytes[at] !== QUOTE; at++) {
    if (bytes[at] === BACKSLASH) at++;
    if (at >= bytes.length) throw new RangeError('Cannot find the end of a string: the text is not valid JSON');
  }
  return at + 1;
}

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === 0x5d || byte === 0x7d || byte <= 0x20;
}

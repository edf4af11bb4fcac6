import type { ValueTest } from '../match/valueTest.ts';
import { byteNameOf, isDecidable } from './literal.ts';
import { FALSE, TRUE, UNKNOWN, type Truth } from './truth.ts';

/** A test of a JSON string by the bytes between its quotes; UNKNOWN where an escape would have to be read first. */
export type ByteTest = (bytes: Uint8Array, start: number, end: number) => Truth;

const BACKSLASH = 0x5c;

/** What of a value test can be done on bytes; undefined when nothing. */
export function byteTestOf(test: ValueTest): ByteTest | undefined {
  const { bytes } = test;
  if (!bytes) return undefined;
  const texts = bytes.kind === 'equals' ? bytes.literals : bytes.parts;
  if (!texts.every(isDecidable)) return undefined;
  const literals = texts.map(byteNameOf);
  if (bytes.kind === 'equals') return literals.length === 1 ? equalsOne(literals[0]!) : equalsAny(literals);
  return literals.length === 2 && literals[1]!.length === 0 ? startsWith(literals[0]!) : inOrder(literals);
}

/** An escape is always longer than what it stands for, so equal bytes are equal texts, and the first byte that differs decides unless it begins an escape. */
function equalsOne(literal: Uint8Array): ByteTest {
  return (bytes, start, end) => {
    if (end - start < literal.length) return FALSE;
    for (let k = 0; k < literal.length; k++) {
      const byte = bytes[start + k];
      if (byte !== literal[k]) return byte === BACKSLASH ? UNKNOWN : FALSE;
    }
    return end - start === literal.length ? TRUE : FALSE;
  };
}

function startsWith(prefix: Uint8Array): ByteTest {
  return (bytes, start, end) => {
    for (let k = 0; k < prefix.length; k++) {
      if (start + k === end) return FALSE;
      const byte = bytes[start + k];
      if (byte !== prefix[k]) return byte === BACKSLASH ? UNKNOWN : FALSE;
    }
    return TRUE;
  };
}

function equalsAny(literals: Uint8Array[]): ByteTest {
  const shortest = Math.min(...literals.map((literal) => literal.length));
  // Buckets of about one literal, by the length and two bytes.
  const mask = 2 ** Math.ceil(Math.log2(literals.length * 2)) - 1;
  const buckets: Uint8Array[][] = Array.from({ length: mask + 1 }, () => []);
  const bucketOf = (bytes: Uint8Array, start: number, length: number) => (length * 31 + bytes[start]! * 7 + bytes[start + length - 1]! + bytes[start + (length >> 1)]! * 3) & mask;
  for (const literal of literals) buckets[literal.length === 0 ? 0 : bucketOf(literal, 0, literal.length)]!.push(literal);
  return (bytes, start, end) => {
    const length = end - start;
    if (length < shortest) return FALSE;
    for (const literal of buckets[length === 0 ? 0 : bucketOf(bytes, start, length)]!) {
      if (literal.length !== length) continue;
      let k = 0;
      while (k < length && bytes[start + k] === literal[k]) k++;
      if (k === length) return TRUE;
    }
    // What holds an escape is longer than what it means.
    return length > shortest && hasEscape(bytes, start, end) ? UNKNOWN : FALSE;
  };
}

/** The parts of a glob between its `*`: the first at the start, the last at the end, the others in order between. */
function inOrder(parts: Uint8Array[]): ByteTest {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const inner = parts.slice(1, -1).filter((part) => part.length > 0);
  const [only] = inner;
  if (only && inner.length === 1 && first.length === 0 && last.length === 0) return contains(only);
  return (bytes, start, end) => {
    if (hasEscape(bytes, start, end)) return UNKNOWN;
    if (parts.length === 1) return end - start === first.length && holdsAt(bytes, start, first) ? TRUE : FALSE;
    const innerEnd = end - last.length;
    if (innerEnd - start < first.length || !holdsAt(bytes, start, first) || !holdsAt(bytes, innerEnd, last)) return FALSE;
    let at = start + first.length;
    for (const part of inner) {
      at = placeOf(bytes, at, innerEnd, part);
      if (at < 0) return FALSE;
      at += part.length;
    }
    return TRUE;
  };
}

/** What stands before the first escape stands there as it is read. */
function contains(literal: Uint8Array): ByteTest {
  const first = literal[0];
  return (bytes, start, end) => {
    const lastPlace = end - literal.length;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) return UNKNOWN;
      if (byte === first && at <= lastPlace && holdsAt(bytes, at, literal)) return TRUE;
    }
    return FALSE;
  };
}

function holdsAt(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let k = 0; k < literal.length; k++) if (bytes[at + k] !== literal[k]) return false;
  return true;
}

function placeOf(bytes: Uint8Array, from: number, end: number, literal: Uint8Array): number {
  const first = literal[0];
  for (let at = from; at <= end - literal.length; at++) if (bytes[at] === first && holdsAt(bytes, at, literal)) return at;
  return -1;
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === BACKSLASH) return true;
  return false;
}

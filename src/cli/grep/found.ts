import type { TrailRecord } from '../../model.ts';
import { isObject, type Json, type JsonObject } from '../../query/view/json.ts';

/** A record that was found. Its text is taken from the reader's bytes at once: they are gone with the next chunk. */
export interface Found {
  /** The object's name and the record's index: `s3://bucket/key#17`. */
  pointer: string;
  /** The record as CloudTrail wrote it, on one line. */
  text: string;
}

export function foundIn(object: string, { index, bytes, start, end }: TrailRecord): Found {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  return { pointer: `${object}#${index}`, text: onOneLine(text) };
}

/** A line break in JSON is never inside a text, and neither is the white space around it. */
function onOneLine(json: string): string {
  return /[\n\r]/.test(json) ? json.replaceAll(/[ \t]*[\n\r][ \t\n\r]*/g, '') : json;
}

/** Parsed; a record that is no object has no fields. */
export function parsed({ text }: Found): JsonObject {
  const record = JSON.parse(text) as Json;
  return isObject(record) ? record : {};
}

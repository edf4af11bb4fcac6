/** Texts of a query as the bytes they would be in a record. */

export function byteNameOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Whether a text can be looked for in raw JSON. A backslash there begins an escape; U+FFFD is also what invalid UTF-8
 * and lone surrogates are read as.
 */
export function isDecidable(text: string): boolean {
  return !text.includes('\\') && !text.includes('\ufffd') && !LONE_SURROGATE.test(text);
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

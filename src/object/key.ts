/**
 * The object's key from its form in S3 notifications and S3 Batch Operations: `+` is a space, the rest percent-encoded
 * (CONTRACT E6.1). A broken encoding is kept as it came: S3 never sends one, so it must be the key itself.
 */
export function decodeFormKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}

/** True when a key that should be plain could also be an encoded one: then the object may lie under its decoded form. */
export function looksEncoded(key: string): boolean {
  return /[%+]/.test(key) && decodeFormKey(key) !== key;
}

/** What JSON.parse gives. */
export type Json = null | Scalar | Json[] | JsonObject;
export type Scalar = string | number | boolean;
export interface JsonObject {
  [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a test holds for some scalar in a value, at any depth. Without recursion: logs may be nested as deep as they like. */
export function someScalar(value: Json, test: (scalar: Scalar) => boolean): boolean {
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === null) continue;
    if (typeof next !== 'object') {
      if (test(next)) return true;
    } else if (Array.isArray(next)) {
      for (const element of next) open.push(element);
    } else {
      for (const name in next) open.push(next[name]!);
    }
  }
  return false;
}

/** Whether there is anything in a value: null, `[]`, `{}` and what holds only these are nothing. */
export function holdsValue(value: Json): boolean {
  return someScalar(value, () => true);
}

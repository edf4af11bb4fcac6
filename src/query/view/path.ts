import { isObject, type Json, type JsonObject, type Scalar } from './json.ts';

/**
 * The path of an attribute, as after `@`: names joined by dots. Since names may hold dots themselves, `@a.b.c` finds
 * `{"a":{"b":{"c":1}}}` as well as `{"a":{"b.c":1}}`; a name in quotes (`@a."b.c"`) is one name only.
 */
export interface AttributePath {
  readonly text: string;
  readonly names: readonly string[];
  /** From each name on: the names, alone or joined, that an object may have there, and the position after them. */
  readonly steps: readonly (readonly { name: string; next: number }[])[];
}

export function attributePath(text: string): AttributePath {
  const names: string[] = [];
  const quoted: boolean[] = [];
  for (let at = 0; at <= text.length; ) {
    const closing = text[at] === '"' ? text.indexOf('"', at + 1) : -1;
    const isQuoted = closing > 0 && (closing + 1 === text.length || text[closing + 1] === '.');
    const dot = text.indexOf('.', isQuoted ? closing : at);
    const end = dot < 0 ? text.length : dot;
    names.push(isQuoted ? text.slice(at + 1, closing) : text.slice(at, end));
    quoted.push(isQuoted);
    at = end + 1;
  }
  const steps = names.map((_, from) => {
    const joined: { name: string; next: number }[] = [];
    for (let to = from; to < names.length; to++) {
      if (to > from && (quoted[to] || quoted[from])) break;
      joined.push({ name: names.slice(from, to + 1).join('.'), next: to + 1 });
    }
    return joined;
  });
  return { text, names, steps };
}

/** Called with each value at a path; true stops the search. Arrays are opened and null is no value. */
export type Visit = (value: Scalar | JsonObject) => boolean;

/** Visits the values at a path, in the order of the text; gives whether a visit said true. */
export function visitPath(value: Json | undefined, path: AttributePath, visit: Visit, at = 0): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return visitElements(value, path, visit, at);
  if (at === path.names.length) return visit(value);
  if (!isObject(value)) return false;
  for (const { name, next } of path.steps[at]!) {
    if (Object.hasOwn(value, name) && visitPath(value[name], path, visit, next)) return true;
  }
  return false;
}

/** Arrays of arrays are opened without recursion: logs may be nested as deep as they like. */
function visitElements(array: Json[], path: AttributePath, visit: Visit, at: number): boolean {
  const open = [...array].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) open.push(next[i]!);
    else if (visitPath(next, path, visit, at)) return true;
  }
  return false;
}

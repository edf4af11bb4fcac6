/**
 * What can be told of a condition without parsing the record: Kleene's three values, as numbers, so that `and` is the
 * least and `or` the greatest.
 */
export const FALSE = -1;
export const UNKNOWN = 0;
export const TRUE = 1;
export type Truth = -1 | 0 | 1;

export function truthOf(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

export function not(truth: Truth): Truth {
  return -truth as Truth;
}

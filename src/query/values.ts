import type { Field } from './ast.ts';
import { parseQuery } from './language/parser.ts';
import { visitSource } from './plan/predicate.ts';
import { someScalar, type Json, type Scalar } from './view/json.ts';
import type { LogView } from './view/view.ts';

/**
 * Reads the name of a field as queries write it: `@eventName`, `service`, `env`.
 *
 * @throws QueryError
 */
export function parseField(text: string): Field {
  const { root } = parseQuery(`${text}:*`);
  if (root.type === 'exists') return root.field;
  // Nothing else than `*:*` and several conditions can come of it; the caller's text is shown as a query.
  parseQuery(`${text}:`);
  throw new TypeError(`"${text}" is not one field`);
}

/** A function that gives the values of a field in a log, each once, in the order of the text. */
export function valuesOf(field: Field, view: LogView): (log: Json) => Scalar[] {
  const source = view.source(field);
  return (log) => {
    const values = new Set<Scalar>();
    const add = (value: unknown): boolean => {
      if (typeof value !== 'object') values.add(value as Scalar);
      return false;
    };
    if (source === 'everything') someScalar(log, add);
    else visitSource(log, source, add);
    return [...values];
  };
}

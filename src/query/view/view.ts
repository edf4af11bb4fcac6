import type { Field } from '../ast.ts';
import type { AttributePath } from './path.ts';
import type { Scalar } from './json.ts';

/**
 * Where a field's values come from in a log, in words that both readers understand: the one of parsed JSON and the one
 * of a record's bytes. The first alternative that has a value is the field's.
 */
export interface Source {
  alternatives: Alternative[];
  /** What each value is turned into before it is tested, as a tag into its value; none drops it. */
  turn?: (value: Scalar) => Scalar[];
}

export type Alternative =
  /** What stands at any of these paths. */
  | { kind: 'paths'; paths: AttributePath[] }
  /** Worked out of the first scalars at these paths; undefined: no value. */
  | { kind: 'derived'; inputs: AttributePath[]; derive: (inputs: (Scalar | undefined)[]) => Scalar | undefined }
  /** The same for every log. */
  | { kind: 'constants'; values: readonly Scalar[] };

/** A way to look at logs: what each field of a query means in them. */
export interface LogView {
  /** `everything`: all values of the log, whatever their path. */
  source(field: Field): Source | 'everything';
}

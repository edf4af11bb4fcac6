import type { Query } from '../../../query/language/parser.ts';

/** One rule of a filter file. The first rule that a record matches decides about it; a record that none matches is kept. */
export interface FilterRule {
  /** Unique; it is the rule's name in metrics and logs. */
  name: string;
  action: 'exclude' | 'keep';
  query: Query;
  /**
   * The share of the matching records that the action applies to, above 0 and up to 1 (default); the opposite happens to
   * the rest. As in Datadog's exclusion filters, 0.9 on `exclude` leaves 10 %.
   */
  rate: number;
  /** Why the rule is there, and whose it is. For people only. */
  comment?: string;
  owner?: string;
  /** Exclude also what the guard protects; the reason. */
  force?: string;
}

/** A filter file, understood. */
export interface FilterFile {
  /** What errors and reports call it: its path or URI. */
  name: string;
  rules: FilterRule[];
  redactions: PathRedaction[];
  /** Probably not meant, but allowed; each with its place. */
  warnings: string[];
}

/** What to do with the values at a path: take them out, put a mark in their place, or a keyed token. */
export interface PathRedaction {
  path: string;
  by: 'drop' | 'mask' | 'token';
}

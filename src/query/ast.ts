/**
 * A query in Datadog's log search syntax as a tree. Groups are distributed (`@a:(x OR y)` is two terms on `@a`) and
 * flattened (`a (b c)` is one `and` of three), so that two spellings of one meaning are the same tree.
 */

/** Where something stands in the query's text: UTF-16 offsets, the end excluded. */
export interface Span {
  start: number;
  end: number;
}

/** Fields that need no `@` and are not tags. https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/ */
export const RESERVED = ['host', 'source', 'status', 'service', 'trace_id', 'message', 'timestamp', 'tags'] as const;
export type Reserved = (typeof RESERVED)[number];

/** What a condition looks at. */
export type Field = Span &
  (
    | { kind: 'attribute'; path: string } // @userIdentity.type
    | { kind: 'reserved'; name: Reserved } // service
    | { kind: 'tag'; key: string } // env
    | { kind: 'tag-or-attribute'; name: string } // the x of _exists_:x
    | { kind: 'free-text' } // no field: the message
    | { kind: 'everything' } // the * of *:word
  );

export type Wildcard = '*' | '?';
export type GlobPiece = { literal: string } | { wildcard: Wildcard };

/** One end of a range, or what a comparison compares with. Quoted text is never a number. */
export type Bound = { kind: 'open' } | { kind: 'number'; value: number; text: string } | { kind: 'text'; value: string };

export type Operator = '>' | '>=' | '<' | '<=';

export type Condition = Span &
  (
    | { type: 'term'; field: Field; value: string }
    | { type: 'phrase'; field: Field; value: string }
    | { type: 'glob'; field: Field; pieces: GlobPiece[] }
    | { type: 'compare'; field: Field; operator: Operator; bound: Exclude<Bound, { kind: 'open' }> }
    | { type: 'range'; field: Field; lower: Bound; upper: Bound; includesLower: boolean; includesUpper: boolean }
    | { type: 'exists'; field: Field }
    | { type: 'cidr'; field: Field; blocks: string[] }
  );

export type QueryNode =
  | Condition
  | (Span & { type: 'all' })
  | (Span & { type: 'and' | 'or'; operands: QueryNode[] })
  | (Span & { type: 'not'; operand: QueryNode });

/** Operands joined, and flattened where one is of the same kind. */
export function join(type: 'and' | 'or', operands: QueryNode[]): QueryNode {
  const [first] = operands;
  if (first !== undefined && operands.length === 1) return first;
  const flat = operands.flatMap((operand) => (operand.type === type ? operand.operands : [operand]));
  return { type, operands: flat, start: flat[0]?.start ?? 0, end: flat.at(-1)?.end ?? 0 };
}

/** The conditions of a query, in the order of their text. */
export function* conditions(node: QueryNode): Generator<Condition> {
  switch (node.type) {
    case 'all':
      return;
    case 'and':
    case 'or':
      for (const operand of node.operands) yield* conditions(operand);
      return;
    case 'not':
      yield* conditions(node.operand);
      return;
    default:
      yield node;
  }
}

import { conditions, type Bound, type Condition, type Field, type GlobPiece, type QueryNode } from '../ast.ts';
import { escapeWord, quote } from './characters.ts';

/**
 * A query's tree as text, in one canonical spelling: `parseQuery(printQuery(node))` is `node` again.
 * Conditions on one field are drawn together: `@a:(x OR y)`.
 */
export function printQuery(node: QueryNode): string {
  return print(node, undefined);
}

/** `group` is the field that stands before the parentheses around this node. */
function print(node: QueryNode, group: Field | undefined): string {
  switch (node.type) {
    case 'all':
      return '*:*';
    case 'not':
      return `-${inParentheses(node.operand, group, isCompound(node.operand))}`;
    case 'and':
    case 'or': {
      const field = group ? undefined : sharedField(node);
      if (field) return `${printField(field)}:(${print(node, field)})`;
      if (node.type === 'or') return node.operands.map((operand) => print(operand, group)).join(' OR ');
      return node.operands
        .map((operand, i) => (i === 0 ? '' : separator(node.operands[i - 1], operand, group)) + inParentheses(operand, group, operand.type === 'or'))
        .join('');
    }
    default:
      return printCondition(node, group);
  }
}

function isCompound(node: QueryNode): boolean {
  return node.type === 'and' || node.type === 'or';
}

function inParentheses(node: QueryNode, group: Field | undefined, needed: boolean): string {
  const text = print(node, group);
  // A field's group brings its own parentheses.
  return needed && (group || !sharedField(node)) ? `(${text})` : text;
}

/** Between two operands of `and`: a space, but a word would take over full text before it (`*:a b`), so there AND. */
function separator(before: QueryNode | undefined, operand: QueryNode, group: Field | undefined): string {
  if (group) return ' AND ';
  const carries = before && 'field' in before && before.field.kind === 'everything' && 'field' in operand && operand.field.kind === 'free-text';
  return carries ? ' AND ' : ' ';
}

/** The field that all conditions of a node look at, when a group can be made of it. */
function sharedField(node: QueryNode): Field | undefined {
  if (!isCompound(node)) return undefined;
  let shared: Field | undefined;
  if (holdsAll(node)) return undefined;
  for (const condition of conditions(node)) {
    const { field } = condition;
    if (condition.type === 'cidr' || field.kind === 'free-text' || field.kind === 'tag-or-attribute') return undefined;
    if (shared && printField(shared) !== printField(field)) return undefined;
    shared = field;
  }
  return shared;
}

function holdsAll(node: QueryNode): boolean {
  if (node.type === 'and' || node.type === 'or') return node.operands.some(holdsAll);
  return node.type === 'all' || (node.type === 'not' && holdsAll(node.operand));
}

function printCondition(condition: Condition, group: Field | undefined): string {
  const { field } = condition;
  if (condition.type === 'cidr') return `CIDR(${[printField(field).replaceAll(',', '\\,'), ...condition.blocks].join(', ')})`;
  if (condition.type === 'exists' && field.kind === 'tag-or-attribute') return `_exists_:${escapeWord(field.name)}`;
  const prefix = group || field.kind === 'free-text' ? '' : `${printField(field)}:`;
  return prefix + printValue(condition);
}

function printValue(condition: Exclude<Condition, { type: 'cidr' }>): string {
  switch (condition.type) {
    case 'term':
      return escapeWord(condition.value);
    case 'phrase':
      return quote(condition.value);
    case 'glob':
      return printGlob(condition.pieces);
    case 'exists':
      return '*';
    case 'compare':
      return condition.operator + printBound(condition.bound);
    case 'range': {
      const { lower, upper, includesLower, includesUpper } = condition;
      return `${includesLower ? '[' : '{'}${printBound(lower)} TO ${printBound(upper)}${includesUpper ? ']' : '}'}`;
    }
  }
}

function printGlob(pieces: GlobPiece[]): string {
  // A literal after a wildcard does not begin the word, so what is special only there needs no escape.
  return pieces.map((piece, i) => ('wildcard' in piece ? piece.wildcard : i === 0 ? escapeWord(piece.literal) : escapeWord(`x${piece.literal}`).slice(1))).join('');
}

function printBound(bound: Bound): string {
  return bound.kind === 'open' ? '*' : bound.kind === 'number' ? bound.text : quote(bound.value);
}

/** A field as it stands before a colon. */
export function printField(field: Field): string {
  switch (field.kind) {
    case 'attribute':
      return `@${escapeWord(`x${field.path}`).slice(1)}`;
    case 'reserved':
      return field.name;
    case 'tag':
      return field.key === '_exists_' || field.key === '_missing_' ? `\\${field.key}` : escapeWord(field.key);
    case 'tag-or-attribute':
      return escapeWord(field.name);
    case 'everything':
      return '*';
    case 'free-text':
      return '';
  }
}

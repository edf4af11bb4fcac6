import type { Bound, Condition, Field, GlobPiece, QueryNode } from '../../query/ast.ts';

/** A query's tree in words, a line a condition, indented by its depth. */
export function inWords(node: QueryNode): string {
  return linesOf(node)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(node: QueryNode): string[] {
  switch (node.type) {
    case 'all':
      return ['every log'];
    case 'and':
    case 'or':
      return [node.type === 'and' ? 'all of:' : 'any of:', ...node.operands.flatMap((operand) => linesOf(operand).map((line) => `  ${line}`))];
    case 'not': {
      const [first = '', ...more] = linesOf(node.operand);
      return [`not ${first}`, ...more];
    }
    default:
      return [conditionInWords(node)];
  }
}

function conditionInWords(condition: Condition): string {
  const field = fieldInWords(condition.field);
  const searchesText = condition.field.kind === 'free-text' || condition.field.kind === 'everything';
  switch (condition.type) {
    case 'term':
    case 'phrase':
      return searchesText ? `${field} has the words ${JSON.stringify(condition.value)}, in any case` : `${field} is ${JSON.stringify(condition.value)}`;
    case 'glob':
      return `${field} ${searchesText ? 'has a word like' : 'is like'} ${globInWords(condition.pieces)}`;
    case 'compare':
      return `${field} ${condition.operator} ${boundInWords(condition.bound)}`;
    case 'range':
      return `${field} is ${rangeInWords(condition)}`;
    case 'exists':
      return `${field} exists`;
    case 'cidr':
      return `${field} is an address in ${condition.blocks.join(' or ')}`;
  }
}

function fieldInWords(field: Field): string {
  switch (field.kind) {
    case 'attribute':
      return `@${field.path}`;
    case 'reserved':
      return field.name;
    case 'tag':
      return `the tag ${field.key}`;
    case 'tag-or-attribute':
      return `the tag or attribute ${field.name}`;
    case 'free-text':
      return 'the message';
    case 'everything':
      return 'any attribute or the message';
  }
}

/** Literal characters in quotes, wildcards named: `"Describe" + any text`. */
function globInWords(pieces: readonly GlobPiece[]): string {
  return pieces.map((piece) => ('literal' in piece ? JSON.stringify(piece.literal) : piece.wildcard === '*' ? 'any text' : 'one character')).join(' + ');
}

function rangeInWords({ lower, upper, includesLower, includesUpper }: Extract<Condition, { type: 'range' }>): string {
  const ends = [
    lower.kind === 'open' ? undefined : `${includesLower ? 'at least' : 'more than'} ${boundInWords(lower)}`,
    upper.kind === 'open' ? undefined : `${includesUpper ? 'at most' : 'less than'} ${boundInWords(upper)}`,
  ].filter((end) => end !== undefined);
  return ends.join(' and ') || 'any value that can be compared';
}

function boundInWords(bound: Bound): string {
  return bound.kind === 'open' ? 'any' : bound.kind === 'number' ? bound.text : JSON.stringify(bound.value);
}

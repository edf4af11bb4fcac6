import type { Condition, QueryNode } from '../ast.ts';
import type { Query } from '../language/parser.ts';
import { printQuery } from '../language/printer.ts';
import { planOf } from '../plan/plan.ts';
import { hasOneValue } from './knownFields.ts';
import type { Lint } from './lint.ts';

/** Queries, or parts of them, that match everything, nothing, or the same twice. */
export function* lintLogic(query: Query): Generator<Lint> {
  const plan = planOf(query.root);
  const whole = { start: 0, end: query.text.length };
  // A lone star is meant.
  if (plan.kind === 'constant' && plan.value && !/^\s*(?:\*(?::\*)?)?\s*$/.test(query.text)) yield { code: 'matches-all', message: 'this matches every log', hint: 'add a condition, if that is not meant', ...whole };
  if (plan.kind === 'constant' && !plan.value) yield { code: 'matches-none', message: 'this matches no log', hint: 'add a condition, if that is not meant', ...whole };
  yield* lintNode(query.root);
}

function* lintNode(node: QueryNode): Generator<Lint> {
  if (node.type === 'not') yield* lintNode(node.operand);
  if (node.type === 'range') yield* lintRange(node);
  if (node.type !== 'and' && node.type !== 'or') return;
  for (const operand of node.operands) yield* lintNode(operand);

  const seen = new Set<string>();
  for (const operand of node.operands) {
    const { start, end } = operand;
    const text = printQuery(operand);
    const opposite = operand.type === 'not' ? printQuery(operand.operand) : `-${text}`;
    if (seen.has(opposite)) {
      yield node.type === 'and'
        ? { code: 'contradiction', message: 'this can never hold: the same condition is asked for and excluded', hint: 'remove one of the two, or join them with OR', start, end }
        : { code: 'always-true', message: 'this always holds: one of the two is true for every log', hint: 'join them with AND, or remove both', start, end };
    } else if (seen.has(text)) {
      yield { code: 'redundant', message: `this condition stands twice in the same ${node.type.toUpperCase()}`, hint: 'remove one', start, end };
    }
    seen.add(text);
  }
  yield* lintOneValue(node.type, node.operands);
}

/** `@eventName:A @eventName:B` holds for no record, and `-@eventName:A OR -@eventName:B` for every one. */
function* lintOneValue(type: 'and' | 'or', operands: QueryNode[]): Generator<Lint> {
  const values = new Map<string, string>();
  for (const operand of operands) {
    const condition = type === 'and' ? operand : operand.type === 'not' ? operand.operand : undefined;
    if (!condition || !isEquality(condition) || condition.field.kind !== 'attribute' || !hasOneValue(condition.field.path)) continue;
    if (condition.value === '' || /^(?:and|or|not)$/.test(condition.value)) continue;
    const { path } = condition.field;
    const other = values.get(path);
    const { start, end } = operand;
    if (other !== undefined && other !== condition.value) {
      yield type === 'and'
        ? { code: 'contradiction', message: `this can never hold: @${path} has one value`, hint: `write @${path}:(${other} OR ${condition.value})`, start, end }
        : { code: 'always-true', message: `this always holds: whatever @${path} is, it is not one of the two`, hint: `write -@${path}:(${other} OR ${condition.value})`, start, end };
    }
    values.set(path, condition.value);
  }
}

function isEquality(node: QueryNode): node is Extract<Condition, { type: 'term' | 'phrase' }> {
  return node.type === 'term' || node.type === 'phrase';
}

function* lintRange({ lower, upper, includesLower, includesUpper, start, end }: Extract<Condition, { type: 'range' }>): Generator<Lint> {
  if (lower.kind === 'open' || upper.kind === 'open' || lower.kind !== upper.kind) return;
  if (lower.value > upper.value || (lower.value === upper.value && !(includesLower && includesUpper))) {
    yield { code: 'empty-range', message: 'nothing is in this range', hint: 'write the lower end first; [ ] include the ends, { } do not', start, end };
  }
}

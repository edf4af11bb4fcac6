import type { Condition, Field, QueryNode } from '../ast.ts';
import { printField } from '../language/printer.ts';
import { equalsTest, messageTest, valueTest, type ValueTest } from '../match/valueTest.ts';

/** A query ready to be compiled: conditions are tests on fields, alternatives on one field are one test, the cheap stand first. */
export type Plan =
  | { kind: 'constant'; value: boolean }
  | { kind: 'and' | 'or'; operands: Plan[]; cost: number }
  | { kind: 'not'; operand: Plan; cost: number }
  | Leaf;

export interface Leaf {
  kind: 'leaf';
  field: Field;
  test: ValueTest;
  /** How much work the test is, compared with others; 1 is a top-level field. */
  cost: number;
}

export function planOf(node: QueryNode): Plan {
  switch (node.type) {
    case 'all':
      return { kind: 'constant', value: true };
    case 'not': {
      const operand = planOf(node.operand);
      return operand.kind === 'constant' ? { kind: 'constant', value: !operand.value } : { kind: 'not', operand, cost: operand.cost };
    }
    case 'and':
      return combine('and', node.operands.map(planOf));
    case 'or':
      return combine('or', [...merged(node.operands), ...node.operands.filter((operand) => !isEquality(operand)).map(planOf)]);
    default:
      return leafOf(node);
  }
}

function combine(kind: 'and' | 'or', operands: Plan[]): Plan {
  const decisive = kind === 'or';
  if (operands.some((operand) => operand.kind === 'constant' && operand.value === decisive)) return { kind: 'constant', value: decisive };
  const open = operands.filter((operand) => operand.kind !== 'constant').sort((a, b) => a.cost - b.cost);
  const [first] = open;
  if (!first) return { kind: 'constant', value: !decisive };
  return open.length === 1 ? first : { kind, operands: open, cost: open.reduce((sum, operand) => sum + operand.cost, 0) };
}

type Equality = Extract<Condition, { type: 'term' | 'phrase' }>;

function isEquality(node: QueryNode): node is Equality {
  return (node.type === 'term' || node.type === 'phrase') && node.field.kind !== 'everything' && !isMessage(node.field);
}

/** `@a:(x OR y OR z)` as one look-up. */
function merged(operands: QueryNode[]): Plan[] {
  const byField = new Map<string, Equality[]>();
  for (const operand of operands.filter(isEquality)) {
    const name = printField(operand.field);
    byField.set(name, [...(byField.get(name) ?? []), operand]);
  }
  return [...byField.values()].map((equalities) => leaf(equalities[0]!.field, equalsTest(equalities.map((equality) => equality.value))));
}

function leafOf(condition: Condition): Plan {
  const { field } = condition;
  if (field.kind === 'tag-or-attribute') {
    const { name, start, end } = field;
    const fields: Field[] = [
      { kind: 'tag', key: name, start, end },
      { kind: 'attribute', path: name, start, end },
    ];
    return combine('or', fields.map((either) => leaf(either, valueTest(condition))));
  }
  return leaf(field, field.kind === 'everything' || isMessage(field) ? messageTest(condition) : valueTest(condition));
}

function isMessage(field: Field): boolean {
  return field.kind === 'free-text' || (field.kind === 'reserved' && field.name === 'message');
}

function leaf(field: Field, test: ValueTest): Leaf {
  const cost = field.kind === 'everything' ? 50 : field.kind === 'attribute' && field.path.includes('.') ? 4 : 1;
  return { kind: 'leaf', field, test, cost };
}

import fc from 'fast-check';
import { createRequire } from 'node:module';

interface Template {
  Conditions?: Record<string, unknown>;
  Resources: Record<string, Record<string, unknown>>;
  Outputs?: Record<string, Record<string, unknown>>;
}

const { settle } = createRequire(__filename)('../../serverless/settle.cjs') as { settle: (template: Template) => Template };

const OPEN = '«Choice»';
const equals = (a: unknown, b: unknown) => ({ 'Fn::Equals': [a, b] });
const either = (condition: string, yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': [condition, yes, no] });

describe('settle', () => {
  it('takes the branch that is known, and drops what has no value', () => {
    const settled = settle({
      Conditions: { Yes: equals('a', 'a'), No: { 'Fn::Not': [equals(1, '1')] } },
      Resources: { Queue: { Type: 'T', Properties: { Kept: either('Yes', 1, 2), Gone: either('No', 1), Items: ['x', either('No', 'y'), { Ref: 'AWS::NoValue' }] } } },
    });
    expect(settled).toEqual({ Resources: { Queue: { Type: 'T', Properties: { Kept: 1, Items: ['x'] } } }, Outputs: {} });
  });

  it('drops resources and outputs under a false condition, and what waits for them', () => {
    const settled = settle({
      Conditions: { No: equals('a', 'b') },
      Resources: { Gone: { Type: 'T', Condition: 'No' }, Stays: { Type: 'T', DependsOn: ['Gone', 'Other'] }, Other: { Type: 'T', DependsOn: ['Gone'] } },
      Outputs: { Gone: { Value: 1, Condition: 'No' } },
    });
    expect(settled).toEqual({ Resources: { Stays: { Type: 'T', DependsOn: ['Other'] }, Other: { Type: 'T' } }, Outputs: {} });
  });

  it('leaves open what only the deployment knows, without the parts that it does know', () => {
    const Conditions = { Known: equals('s3', 'sns'), Open: equals(OPEN, ''), Partition: equals({ Ref: 'AWS::Partition' }, 'aws'), Mixed: { 'Fn::Or': [{ Condition: 'Known' }, { Condition: 'Open' }] }, Unasked: equals(OPEN, 'x') };
    const settled = settle({ Conditions, Resources: { R: { Type: 'T', Condition: 'Partition', Properties: { A: either('Mixed', 1), B: either('Known', 1, 2) } } } });
    expect(settled).toEqual({
      Conditions: { Partition: Conditions.Partition, Mixed: Conditions.Open },
      Resources: { R: { Type: 'T', Condition: 'Partition', Properties: { A: either('Mixed', 1), B: 2 } } },
      Outputs: {},
    });
  });

  it('means the same whether a parameter is known when the template is written or when it is deployed', () => {
    const value = fc.constantFrom('', 'a', OPEN);
    const leaf = fc.tuple(value, value).map(([a, b]) => equals(a, b));
    const condition = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie('any').map((each) => ({ 'Fn::Not': [each] })),
        fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((each) => ({ 'Fn::And': each })),
        fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((each) => ({ 'Fn::Or': each })),
        fc.constant({ Condition: 'First' }),
      ),
    })).any;
    const template = fc.record({ First: leaf, Second: condition, Third: condition }).map((Conditions): Template => ({
      Conditions,
      Resources: { A: { Type: 'T', Condition: 'Second' }, B: { Type: 'T', DependsOn: ['A'], Properties: { x: either('Third', either('Second', 1), [either('First', 2), 3]) } } },
    }));
    const choose = <T>(node: T, chosen: string): T => JSON.parse(JSON.stringify(node).replaceAll(OPEN, chosen)) as T;
    fc.assert(fc.property(template, fc.constantFrom('', 'a'), (each, chosen) => {
      const late = JSON.stringify(settle(choose(settle(each), chosen)));
      const early = JSON.stringify(settle(choose(each, chosen)));
      return late === early && late === JSON.stringify(evaluate(choose(each, chosen)));
    }), { numRuns: 500 });
  });
});

/** The slow twin: CloudFormation's own rules, one after the other, for a template in which all is known. */
function evaluate({ Conditions = {}, Resources }: Template): Template {
  const NONE = { Ref: 'AWS::NoValue' };
  const isTrue = (condition: unknown): boolean => {
    const [[kind, of]] = Object.entries(condition as Record<string, unknown>) as [[string, unknown]];
    if (kind === 'Condition') return isTrue(Conditions[of as string]);
    const list = of as unknown[];
    if (kind === 'Fn::Equals') return list[0] === list[1];
    if (kind === 'Fn::Not') return !isTrue(list[0]);
    return kind === 'Fn::And' ? list.every(isTrue) : list.some(isTrue);
  };
  const choose = (node: unknown): unknown => {
    const [name, yes, no] = (node as { 'Fn::If'?: [string, unknown, unknown] })?.['Fn::If'] ?? [];
    return name === undefined ? node : choose(isTrue(Conditions[name]) ? yes : no);
  };
  const { x } = Resources['B']!['Properties'] as { x: unknown };
  const chosen = choose(x);
  const items = Array.isArray(chosen) ? chosen.map(choose).filter((each) => JSON.stringify(each) !== JSON.stringify(NONE)) : chosen;
  const properties = JSON.stringify(items) === JSON.stringify(NONE) ? {} : { x: items };
  const hasA = isTrue(Conditions['Second']);
  return {
    Resources: { ...(hasA && { A: { Type: 'T' } }), B: { Type: 'T', ...(hasA && { DependsOn: ['A'] }), Properties: properties } },
    Outputs: {},
  };
}

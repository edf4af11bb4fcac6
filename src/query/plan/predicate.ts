import { someScalar, type Json, type JsonObject, type Scalar } from '../view/json.ts';
import { visitPath, type Visit } from '../view/path.ts';
import type { Alternative, LogView, Source } from '../view/view.ts';
import type { Leaf, Plan } from './plan.ts';

export type Predicate = (log: Json) => boolean;

/** A plan as a function of a parsed log. */
export function predicateOf(plan: Plan, view: LogView): Predicate {
  switch (plan.kind) {
    case 'constant':
      return () => plan.value;
    case 'not': {
      const operand = predicateOf(plan.operand, view);
      return (log) => !operand(log);
    }
    case 'and': {
      const operands = plan.operands.map((operand) => predicateOf(operand, view));
      return (log) => operands.every((operand) => operand(log));
    }
    case 'or': {
      const operands = plan.operands.map((operand) => predicateOf(operand, view));
      return (log) => operands.some((operand) => operand(log));
    }
    case 'leaf':
      return leafPredicate(plan, view);
  }
}

function leafPredicate({ field, test }: Leaf, view: LogView): Predicate {
  const source = view.source(field);
  if (source === 'everything') return (log) => someScalar(log, test.matches);
  const matches: Visit = test.takesObjects ? test.matches : (value) => typeof value !== 'object' && test.matches(value);
  return (log) => visitSource(log, source, matches);
}

/** Visits a field's values; true stops the search. The first alternative that has a value is the field's. */
export function visitSource(log: Json, { alternatives, turn }: Source, visit: Visit): boolean {
  const turned: Visit = turn ? (value) => typeof value !== 'object' && turn(value).some(visit) : visit;
  for (const alternative of alternatives) {
    let seen = false;
    const found = visitAlternative(log, alternative, (value) => {
      seen = true;
      return turned(value);
    });
    if (seen) return found;
  }
  return false;
}

function visitAlternative(log: Json, alternative: Alternative, visit: Visit): boolean {
  switch (alternative.kind) {
    case 'paths':
      return alternative.paths.some((path) => visitPath(log, path, visit));
    case 'derived': {
      const value = alternative.derive(alternative.inputs.map((path) => firstScalar(log, path)));
      return value !== undefined && visit(value);
    }
    case 'constants':
      return alternative.values.some((value) => visit(value));
  }
}

function firstScalar(log: Json, path: Parameters<typeof visitPath>[1]): Scalar | undefined {
  let first: Scalar | undefined;
  visitPath(log, path, (value: Scalar | JsonObject) => {
    if (typeof value === 'object') return false;
    first = value;
    return true;
  });
  return first;
}

import type { ValueTest } from '../match/valueTest.ts';
import type { Leaf, Plan } from '../plan/plan.ts';
import { holdsValue, type Scalar } from '../view/json.ts';
import type { Alternative, LogView } from '../view/view.ts';
import { byteTestOf } from './byteTest.ts';
import { absentWord } from './absentWord.ts';
import type { TrailReader } from './trailReader.ts';
import { FALSE, not, TRUE, truthOf, UNKNOWN, type Truth } from './truth.ts';

/** A plan as a question about the reader's open record, answered by its bytes as far as they tell. */
export type RawPlan = () => Truth;

export function rawPlanOf(plan: Plan, view: LogView, reader: TrailReader): RawPlan {
  switch (plan.kind) {
    case 'constant': {
      const truth = truthOf(plan.value);
      return () => truth;
    }
    case 'not': {
      const operand = rawPlanOf(plan.operand, view, reader);
      return () => not(operand());
    }
    case 'and':
      return firstDecisive(plan.operands.map((operand) => rawPlanOf(operand, view, reader)), FALSE);
    case 'or':
      return firstDecisive(plan.operands.map((operand) => rawPlanOf(operand, view, reader)), TRUE);
    case 'leaf':
      return leafPlan(plan, view, reader);
  }
}

/** Kleene's `and` (FALSE decides) and `or` (TRUE decides): what is unknown does not matter when another operand decides. */
function firstDecisive(operands: RawPlan[], decisive: Truth): RawPlan {
  return () => {
    let result = not(decisive);
    for (let i = 0; i < operands.length; i++) {
      const truth = operands[i]!();
      if (truth === decisive) return decisive;
      if (truth === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

function leafPlan({ field, test }: Leaf, view: LogView, reader: TrailReader): RawPlan {
  const source = view.source(field);
  if (source === 'everything') {
    const isAbsent = absentWord(test.words ?? []);
    return () => (isAbsent(reader.record) ? FALSE : UNKNOWN);
  }
  const { turn } = source;
  const turned: ValueTest = turn ? { matches: (value) => typeof value !== 'object' && turn(value).some(test.matches), takesObjects: false } : test;
  const testWindow = windowTest(turned, reader);
  const slots = source.alternatives.map((alternative) => (alternative.kind === 'paths' && alternative.paths.length === 1 ? reader.slotOf(alternative.paths[0]!) : -1));
  const [first = -1, second = -1] = slots;
  // Nearly all fields are one path, or one of our own names and the record's path behind it.
  if (slots.length === 1 && first >= 0) return () => (reader.count(first) === 0 ? FALSE : anyOf(first, testWindow, reader));
  if (slots.length === 2 && first >= 0 && second >= 0) {
    return () => (reader.count(first) !== 0 ? anyOf(first, testWindow, reader) : reader.count(second) !== 0 ? anyOf(second, testWindow, reader) : FALSE);
  }
  const alternatives = source.alternatives.map((alternative) => alternativePlan(alternative, turned, testWindow, reader));
  return () => {
    for (const alternative of alternatives) {
      const truth = alternative();
      if (truth !== undefined) return truth;
    }
    return FALSE;
  };
}

/** Undefined: this alternative has no value, the next one decides. */
function alternativePlan(alternative: Alternative, test: ValueTest, testWindow: WindowTest, reader: TrailReader): () => Truth | undefined {
  switch (alternative.kind) {
    case 'constants': {
      const truth = alternative.values.length === 0 ? undefined : truthOf(alternative.values.some(test.matches));
      return () => truth;
    }
    case 'paths': {
      const slots = alternative.paths.map((path) => reader.slotOf(path));
      return () => {
        let result: Truth | undefined;
        for (const slot of slots) {
          if (reader.count(slot) === 0) continue;
          const truth = anyOf(slot, testWindow, reader);
          if (truth !== FALSE) return truth;
          result = truth;
        }
        return result;
      };
    }
    case 'derived': {
      const slots = alternative.inputs.map((path) => reader.slotOf(path));
      return () => {
        const inputs: (Scalar | undefined)[] = [];
        for (const slot of slots) {
          if (reader.count(slot) < 0) return UNKNOWN;
          inputs.push(firstScalar(slot, reader));
        }
        const value = alternative.derive(inputs);
        return value === undefined ? undefined : truthOf(test.matches(value));
      };
    }
  }
}

type WindowTest = (slot: number, index: number) => Truth;

/** Whether the test holds for one of a slot's values, of which there are some. */
function anyOf(slot: number, testWindow: WindowTest, reader: TrailReader): Truth {
  const count = reader.count(slot);
  if (count < 0) return UNKNOWN;
  for (let index = 0; index < count; index++) if (testWindow(slot, index) === TRUE) return TRUE;
  return FALSE;
}

function firstScalar(slot: number, reader: TrailReader): Scalar | undefined {
  for (let index = 0; index < reader.count(slot); index++) {
    const start = reader.startOf(slot, index);
    if (reader.bytes[start] !== 0x7b) return reader.scalar(start, reader.endOf(slot, index));
  }
  return undefined;
}

/** Tests one value of the open record where it lies; it is decoded only when its bytes do not decide. */
function windowTest(test: ValueTest, reader: TrailReader): WindowTest {
  const byteTest = byteTestOf(test);
  return (slot, index) => {
    const start = reader.startOf(slot, index);
    const end = reader.endOf(slot, index);
    const first = reader.bytes[start];
    if (first === 0x7b) return truthOf(test.takesObjects && holdsValue(reader.json(start, end)));
    if (test.takesObjects) return TRUE;
    if (byteTest && first === 0x22) {
      const truth = byteTest(reader.bytes, start + 1, end - 1);
      if (truth !== UNKNOWN) return truth;
    }
    return truthOf(test.matches(reader.scalar(start, end)));
  };
}

import type { Bound, Condition } from '../ast.ts';
import { jsonNumberOf, numberOf } from '../language/number.ts';
import { holdsValue, type JsonObject, type Scalar } from '../view/json.ts';
import { isInBlock, parseAddress, parseBlock, type Block } from './cidr.ts';
import { globTest, literalParts } from './glob.ts';
import { textGlobTest, textTest, wordsOf } from './text.ts';

/** A condition without its field: what one value must be. */
export interface ValueTest {
  matches: (value: Scalar | JsonObject) => boolean;
  /** What can be told of a string by its bytes alone. */
  bytes?:
    | { kind: 'equals'; literals: readonly string[] }
    | { kind: 'parts'; parts: readonly string[] };
  /** `exists` also holds for objects that hold something. */
  takesObjects: boolean;
  /** For text search: what must stand in the text, in lower case. */
  words?: readonly string[];
}

function ofScalars(matches: (value: Scalar) => boolean): Pick<ValueTest, 'matches' | 'takesObjects'> {
  return { matches: (value) => typeof value !== 'object' && matches(value), takesObjects: false };
}

/** The test of a condition on an attribute, a tag or a reserved field: the whole value, case sensitive. */
export function valueTest(condition: Condition): ValueTest {
  switch (condition.type) {
    case 'term':
      return equalsTest([condition.value]);
    case 'phrase':
      return equalsTest([condition.value]);
    case 'glob': {
      const matches = globTest(condition.pieces);
      const parts = literalParts(condition.pieces);
      return { ...ofScalars((value) => matches(String(value))), ...(parts ? { bytes: { kind: 'parts', parts } } : {}) };
    }
    case 'compare':
      return ofScalars(boundTest(condition.bound, condition.operator));
    case 'range': {
      const { lower, upper, includesLower, includesUpper } = condition;
      const asText = lower.kind === 'text' || upper.kind === 'text';
      const isAbove = boundTest(asText ? textBound(lower) : lower, includesLower ? '>=' : '>');
      const isBelow = boundTest(asText ? textBound(upper) : upper, includesUpper ? '<=' : '<');
      return ofScalars((value) => isAbove(value) && isBelow(value));
    }
    case 'exists':
      return { matches: (value) => typeof value !== 'object' || holdsValue(value), takesObjects: true };
    case 'cidr': {
      const blocks = condition.blocks.map(parseBlock).filter((block): block is Block => block !== undefined);
      return ofScalars((value) => {
        const address = typeof value === 'string' ? parseAddress(value) : undefined;
        return address !== undefined && blocks.some((block) => isInBlock(address, block));
      });
    }
  }
}

/** The test of a condition on the message, or on everything: words, whatever their case. */
export function messageTest(condition: Condition): ValueTest {
  switch (condition.type) {
    case 'term':
    case 'phrase': {
      const matches = textTest(condition.value);
      const words = wordsOf(condition.value);
      return { ...ofScalars((value) => matches(String(value))), words: words.length > 0 ? words : [condition.value.toLowerCase()] };
    }
    case 'glob': {
      const matches = textGlobTest(condition.pieces);
      return { ...ofScalars((value) => matches(String(value))), words: condition.pieces.flatMap((piece) => ('literal' in piece ? [piece.literal.toLowerCase()] : [])) };
    }
    default:
      return valueTest(condition);
  }
}

/** Equality with any of some texts: as text, and as a number where both are. */
export function equalsTest(literals: readonly string[]): ValueTest {
  const texts = new Set(literals);
  const numbers = new Set(literals.map(jsonNumberOf).filter((number) => number !== undefined));
  const [only] = literals;
  const matches = (value: Scalar): boolean => {
    if (typeof value === 'string') return literals.length === 1 ? value === only : texts.has(value);
    return texts.has(String(value)) || (typeof value === 'number' && numbers.has(value));
  };
  return { ...ofScalars(matches), bytes: { kind: 'equals', literals } };
}

function textBound(bound: Bound): Bound {
  return bound.kind === 'number' ? { kind: 'text', value: bound.text } : bound;
}

/** Numbers compare with numbers and with texts that are numbers; texts compare with texts, in the order of UTF-16. */
function boundTest(bound: Bound, operator: '>' | '>=' | '<' | '<='): (value: Scalar) => boolean {
  if (bound.kind === 'open') return () => true;
  const compares = <T extends string | number>(a: T, b: T) => (operator === '>' ? a > b : operator === '>=' ? a >= b : operator === '<' ? a < b : a <= b);
  if (bound.kind === 'text') return (value) => typeof value === 'string' && compares(value, bound.value);
  return (value) => {
    const number = typeof value === 'string' ? numberOf(value) : value;
    return typeof number === 'number' && compares(number, bound.value);
  };
}

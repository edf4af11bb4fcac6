import type { Condition } from '../ast.ts';
import { KNOWN_VALUES } from './knownFields.ts';
import type { Lint } from './lint.ts';

/** Values that no CloudTrail record has in that field. */
export function* lintValue(condition: Condition): Generator<Lint> {
  if ((condition.type !== 'term' && condition.type !== 'phrase') || condition.field.kind !== 'attribute') return;
  const { start, end, value, field } = condition;
  const values = Object.hasOwn(KNOWN_VALUES, field.path) ? KNOWN_VALUES[field.path] : undefined;
  const meant = values?.find((known) => known !== value && known.toLowerCase() === value.toLowerCase());
  if (meant !== undefined && !values?.includes(value)) {
    yield { code: 'value-case', message: `@${field.path} is never '${value}': attribute search minds the case`, hint: `write ${meant}`, start, end };
  }
  if (field.path === 'eventSource' && !value.includes('.')) {
    yield { code: 'event-source', message: `no eventSource is '${value}'`, hint: `write ${value}.amazonaws.com`, start, end };
  }
}

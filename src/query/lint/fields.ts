import { distance } from 'fastest-levenshtein';
import { RESERVED, type Condition } from '../ast.ts';
import { ADDED_BY_DATADOG, KNOWN_FIELDS, MEANT, OPEN_ROOTS } from './knownFields.ts';
import type { Lint, LintOptions } from './lint.ts';

/** Fields that a CloudTrail record does not have, or not where the query looks. */
export function* lintField(condition: Condition, purpose: LintOptions['purpose']): Generator<Lint> {
  const { field } = condition;
  const { start, end } = field;
  switch (field.kind) {
    case 'tag': {
      const meant = KNOWN_FIELDS.has(field.key) || isBelow(field.key, OPEN_ROOTS) ? field.key : sameButCase(field.key);
      if (meant !== undefined) yield { code: 'missing-at', message: `'${field.key}' is read as a tag`, hint: `write @${meant} for the attribute`, start, end };
      return;
    }
    case 'attribute': {
      const path = field.path.replaceAll('"', '');
      if (purpose === 'filter' && isBelow(path, ADDED_BY_DATADOG)) {
        yield { code: 'added-by-datadog', message: `@${path} is added by Datadog after it has received the log, so nothing has it here`, hint: 'use a field of the record itself', start, end };
        return;
      }
      const meant = Object.hasOwn(MEANT, path) ? MEANT[path] : undefined;
      if (meant !== undefined) {
        yield { code: 'other-field-meant', message: `CloudTrail logs have no @${path}`, hint: `write @${meant}`, start, end };
        return;
      }
      if (isKnown(path)) return;
      if ((RESERVED as readonly string[]).includes(path)) {
        yield { code: 'other-field-meant', message: `${path} is a reserved field, not an attribute`, hint: `write ${path} without @`, start, end };
        return;
      }
      const nearest = nearestTo(path);
      yield { code: 'unknown-field', message: `CloudTrail logs have no @${path}`, hint: nearest === undefined ? 'check the name against a record; names mind the case' : `did you mean @${nearest}?`, start, end };
      return;
    }
    case 'free-text':
      if (purpose === 'filter') {
        yield { code: 'no-message', message: 'a word without a field searches the message, and CloudTrail records have none', hint: 'write *:word to search all attributes, or name one: @eventName:word', start: condition.start, end: condition.end };
      }
      return;
    default:
      return;
  }
}

function isKnown(path: string): boolean {
  if (KNOWN_FIELDS.has(path) || isBelow(path, OPEN_ROOTS) || isBelow(path, ADDED_BY_DATADOG)) return true;
  // The object above known fields, as in @userIdentity.sessionContext:*.
  return [...KNOWN_FIELDS].some((known) => known.startsWith(`${path}.`));
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}.`));
}

function sameButCase(path: string): string | undefined {
  return [...KNOWN_FIELDS].find((known) => known.toLowerCase() === path.toLowerCase());
}

function nearestTo(path: string): string | undefined {
  const same = sameButCase(path);
  if (same !== undefined) return same;
  const candidates = [...KNOWN_FIELDS, ...OPEN_ROOTS];
  const [nearest] = candidates.sort((a, b) => distance(path, a) - distance(path, b));
  if (nearest !== undefined && distance(path, nearest) <= path.length / 4) return nearest;
  // A typing error in the first name of a long path.
  const dot = path.indexOf('.');
  if (dot > 0) {
    const root = OPEN_ROOTS.find((open) => distance(path.slice(0, dot), open) <= 2);
    if (root !== undefined) return root + path.slice(dot);
  }
  return [...KNOWN_FIELDS].find((known) => known.endsWith(`.${path}`));
}

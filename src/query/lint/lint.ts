import { conditions, type Span } from '../ast.ts';
import type { Query } from '../language/parser.ts';
import { pointAt } from '../queryError.ts';
import { lintField } from './fields.ts';
import { lintLogic } from './logic.ts';
import { lintSpelling } from './spelling.ts';
import { lintValue } from './values.ts';

/** Something that is allowed but probably not meant. */
export interface Lint extends Span {
  code: LintCode;
  message: string;
  hint: string;
}

export type LintCode =
  | 'lower-case-operator'
  | 'curly-quotes'
  | 'space-after-colon'
  | 'bare-colon'
  | 'quoted-wildcard'
  | 'nothing-to-search'
  | 'no-message'
  | 'missing-at'
  | 'unknown-field'
  | 'other-field-meant'
  | 'added-by-datadog'
  | 'value-case'
  | 'event-source'
  | 'range-wildcard'
  | 'empty-range'
  | 'contradiction'
  | 'always-true'
  | 'redundant'
  | 'matches-all'
  | 'matches-none'
  | 'no-source';

export interface LintOptions {
  /** What the query runs on. `cloudtrail` (the default) knows the fields of a record; `any` knows none. */
  logs?: 'cloudtrail' | 'any';
  /**
   * `filter` (the default) runs in the forwarder, before Datadog has enriched the log; `rule` runs at Datadog, on all
   * sources; `search` is typed by a person.
   */
  purpose?: 'filter' | 'rule' | 'search';
}

/** What is probably wrong with a query that can be read, in the order of its text. */
export function lintQuery(query: Query, { logs = 'cloudtrail', purpose = 'filter' }: LintOptions = {}): Lint[] {
  const lints = [...lintSpelling(query), ...lintLogic(query)];
  for (const condition of conditions(query.root)) {
    if (logs === 'cloudtrail') lints.push(...lintField(condition, purpose), ...lintValue(condition));
  }
  if (purpose === 'rule' && logs === 'cloudtrail' && ![...conditions(query.root)].some((one) => one.field.kind === 'reserved' && one.field.name === 'source')) {
    lints.push({ code: 'no-source', message: 'the query looks at the logs of all sources', hint: 'begin it with source:cloudtrail', start: 0, end: query.text.length });
  }
  return lints.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** A lint as an error is shown: the line of the query with a caret under the place, and the hint. */
export function renderLint(query: string, { message, hint, start, end }: Lint): string {
  return `${message}\n${pointAt(query, start, end - start)}\nhint: ${hint}`;
}

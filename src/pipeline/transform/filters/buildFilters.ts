import { parseQuery } from '../../../query/language/parser.ts';
import { lintQuery, renderLint } from '../../../query/lint/lint.ts';
import { pointAt, QueryError } from '../../../query/queryError.ts';
import type { TrailMetadata } from '../../../query/view/cloudtrailLog.ts';
import { PatternError } from '../pythonRegex/patternError.ts';
import { atMatch } from './atMatch.ts';
import { CRITICAL_EVENTS, type CriticalEvent } from './criticalEvents.ts';
import { Filters, type Gate } from './filters.ts';
import { FiltersError, type Problem } from './filtersError.ts';
import { describeRefusal, guard } from './guard.ts';
import type { FilterFile } from './rule.ts';

/** What the operator has set; absent is not set, and an empty text is a mistake. */
export interface FilterOptions {
  file?: FilterFile;
  /** DD_INCLUDE_QUERY: what does not match is filtered. */
  includeQuery?: string;
  /** DD_EXCLUDE_QUERY: what matches is filtered. */
  excludeQuery?: string;
  /** INCLUDE_AT_MATCH and EXCLUDE_AT_MATCH of the official forwarder: Python patterns on the record's text. */
  includeAtMatch?: string;
  excludeAtMatch?: string;
  /** What the forwarder adds to each log, for queries on `source`, `service` and tags. */
  metadata?: Partial<TrailMetadata>;
  /** What to do with filters that drop what is protected: refuse them (the default), or only warn. */
  guard?: 'refuse' | 'warn';
  /** What the guard protects; default: `CRITICAL_EVENTS`. */
  protect?: readonly CriticalEvent[];
}

/**
 * Filters out of what is set, or undefined when nothing is. The gates (variables) are asked first, excluding before
 * including, as in the official forwarder; then the file's rules, of which the first match decides.
 *
 * A query that would drop what detections are written for is refused. The official patterns are only warned about: they
 * did what they do before.
 *
 * @throws FiltersError with every problem at once
 */
export function buildFilters(options: FilterOptions): { filters: Filters; warnings: string[] } | undefined {
  const { file, metadata = {}, protect = CRITICAL_EVENTS } = options;
  const problems: Problem[] = [];
  const warnings = [...(file?.warnings ?? [])];
  const gates = [
    patternGate('EXCLUDE_AT_MATCH', 'exclude', options.excludeAtMatch),
    patternGate('INCLUDE_AT_MATCH', 'include', options.includeAtMatch),
    queryGate('DD_EXCLUDE_QUERY', 'exclude', options.excludeQuery),
    queryGate('DD_INCLUDE_QUERY', 'include', options.includeQuery),
  ].flatMap((gate) => {
    if ('problem' in gate) problems.push(gate.problem);
    else if ('gate' in gate) {
      warnings.push(...gate.warnings);
      return [gate.gate];
    }
    return [];
  });
  const rules = file?.rules ?? [];
  for (const refusal of guard(gates, rules, protect, metadata)) {
    const lost = `it would filter what detections are written for: ${describeRefusal(refusal)}`;
    const isOfFile = rules.some(({ name }) => name === refusal.name);
    const place = isOfFile ? `${file?.name}, filter ${refusal.name}` : refusal.name;
    if (options.guard === 'warn' || (!isOfFile && refusal.name.endsWith('_AT_MATCH'))) warnings.push(`${place}: ${lost}`);
    else {
      const hint = isOfFile ? "narrow the query, put a keep: before it, or write force: '<reason>' in the filter" : 'narrow the query, or use a filter file, where a filter can be forced';
      problems.push({ place, message: lost, hint });
    }
  }
  if (problems.length > 0) throw new FiltersError(problems);
  if (gates.length === 0 && rules.length === 0) return undefined;
  return { filters: new Filters(gates, rules, metadata), warnings };
}

type GateResult = { gate: Gate; warnings: string[] } | { problem: Problem } | Record<never, never>;

function queryGate(name: string, action: Gate['action'], text: string | undefined): GateResult {
  if (text === undefined) return {};
  if (text.trim() === '') return { problem: { place: name, message: 'it is empty', hint: 'remove the variable, or write a query; * matches every record' } };
  try {
    const query = parseQuery(text);
    return { gate: { name, action, query }, warnings: lintQuery(query).map((lint) => `${name}: ${renderLint(text, lint)}`) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { problem: { place: name, message: error.problem, hint: error.hint, frame: pointAt(text, error.offset, error.length) } };
  }
}

function patternGate(name: string, action: Gate['action'], pattern: string | undefined): GateResult {
  if (pattern === undefined) return {};
  if (pattern === '') return { problem: { place: name, message: 'it is empty', hint: 'remove the variable: an empty pattern would match every record' } };
  try {
    const { matches, warnings } = atMatch(pattern);
    return { gate: { name, action, matches }, warnings: warnings.map((warning) => `${name}: ${warning}`) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return { problem: { place: name, message: `this pattern cannot be used: ${error.message}`, hint: 'write it without that, or use DD_INCLUDE_QUERY and DD_EXCLUDE_QUERY', frame: pointAt(pattern, error.offset, 1) } };
  }
}

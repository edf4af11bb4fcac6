import { compileForLogs } from '../../../query/compile.ts';
import type { Query } from '../../../query/language/parser.ts';
import { cloudtrailLog, type TrailMetadata } from '../../../query/view/cloudtrailLog.ts';
import type { Json } from '../../../query/view/json.ts';
import type { CriticalEvent } from './criticalEvents.ts';
import type { Gate } from './filters.ts';
import type { FilterRule } from './rule.ts';

/** A rule or gate that would filter events which detections are written for. */
export interface Refusal {
  name: string;
  events: CriticalEvent[];
}

/**
 * Finds the rules and gates that would filter any of the events, and have not been forced to. A rule that takes only a
 * share is refused as one that takes all: whether it takes the event is chance.
 */
export function guard(gates: readonly Gate[], rules: readonly FilterRule[], events: readonly CriticalEvent[], metadata: Partial<TrailMetadata> = {}): Refusal[] {
  const view = cloudtrailLog(metadata);
  const finds = (query: Query) => compileForLogs(query, view);
  const judges = [
    ...gates.map((gate) => {
      const matches = 'query' in gate ? finds(gate.query) : (log: Json) => gate.matches(JSON.stringify(log));
      return { name: gate.name, isForced: false, judge: (log: Json) => (matches(log) === (gate.action === 'exclude') ? 'filters' : 'passes on') };
    }),
    ...rules.map(({ name, action, query, rate, force }) => {
      const matches = finds(query);
      const takes = action === 'exclude' || rate < 1 ? 'filters' : 'keeps';
      return { name, isForced: force !== undefined, judge: (log: Json) => (matches(log) ? takes : 'passes on') };
    }),
  ];
  const refusals = new Map<string, Refusal>();
  for (const event of events) {
    const decided = judges.find(({ judge }) => judge(event.record as Json) !== 'passes on');
    if (!decided || decided.isForced || decided.judge(event.record as Json) !== 'filters') continue;
    const refusal = refusals.get(decided.name) ?? { name: decided.name, events: [] };
    refusal.events.push(event);
    refusals.set(decided.name, refusal);
  }
  return [...refusals.values()];
}

/** `CloudTrail is switched off (StopLogging)`, for the first few. */
export function describeRefusal({ events }: Refusal): string {
  const named = events.slice(0, 3).map(({ what, record }) => `${what} (${String(record['eventName'])})`);
  return named.join('; ') + (events.length > named.length ? `; and ${events.length - named.length} more` : '');
}

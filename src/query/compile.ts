import type { TrailRecord } from '../model.ts';
import type { Query } from './language/parser.ts';
import { planOf } from './plan/plan.ts';
import { predicateOf, type Predicate } from './plan/predicate.ts';
import { rawPlanOf } from './raw/rawPlan.ts';
import { TrailReader } from './raw/trailReader.ts';
import { TRUE, UNKNOWN, type Truth } from './raw/truth.ts';
import { cloudtrailLog, type TrailMetadata } from './view/cloudtrailLog.ts';
import type { LogView } from './view/view.ts';

/** A query as a function of parsed logs. */
export function compileForLogs(query: Query, view: LogView): Predicate {
  return predicateOf(planOf(query.root), view);
}

/** A query on raw CloudTrail records. */
export interface RecordQuery {
  /** Whether the open record matches. */
  matches: () => boolean;
  /** What the bytes alone tell; 0 (unknown) means that `matches` parses the record. */
  verdict: () => Truth;
  /** The slow twin: always parses. */
  matchesParsed: () => boolean;
}

/**
 * Matches raw CloudTrail records against queries, all of which share what is read of a record.
 *
 * ```ts
 * const matcher = new RecordMatcher();
 * const stopped = matcher.add(parseQuery('@evt.name:StopLogging'));
 * matcher.open(record);
 * stopped.matches();
 * ```
 */
export class RecordMatcher {
  private readonly reader = new TrailReader();
  private readonly view: LogView;
  private isKept = false;

  /** `metadata`: what the forwarder will add to each record, for queries on `source`, `service` and tags. */
  constructor(metadata: Partial<TrailMetadata> = {}) {
    this.view = cloudtrailLog(metadata);
  }

  add(query: Query): RecordQuery {
    const plan = planOf(query.root);
    const predicate = predicateOf(plan, this.view);
    const verdict = rawPlanOf(plan, this.view, this.reader);
    return {
      verdict,
      matches: () => {
        if (!this.isKept) return false;
        const truth = verdict();
        return truth === UNKNOWN ? predicate(this.reader.parsed()) : truth === TRUE;
      },
      matchesParsed: () => this.isKept && predicate(this.reader.parsed()),
    };
  }

  /** The record that the queries are asked about. One whose text was not kept matches nothing. */
  open(record: TrailRecord): void {
    this.isKept = record.unkept === undefined;
    if (this.isKept) this.reader.open(record);
  }
}

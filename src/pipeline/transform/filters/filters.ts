import type { TrailRecord } from '../../../model.ts';
import { RecordMatcher, type RecordQuery } from '../../../query/compile.ts';
import type { Query } from '../../../query/language/parser.ts';
import type { TrailMetadata } from '../../../query/view/cloudtrailLog.ts';
import { eventIdOf } from '../facts.ts';
import type { FilterRule } from './rule.ts';
import { shareOf } from './share.ts';

/** What becomes of a record, and the rule that said so; no rule: none matched. */
export interface Decision {
  fate: 'keep' | 'filtered';
  rule?: string;
}

/**
 * A gate stands before the rules and decides alone: what it excludes, or does not include, is filtered whatever the
 * rules say. Its name is that of the variable it comes from.
 */
export type Gate = { name: string; action: 'include' | 'exclude' } & ({ query: Query } | { matches: (text: string) => boolean });

/** Why a record has its fate, gate by gate and rule by rule, up to the one that decided. */
export interface Step {
  name: string;
  kind: 'include' | 'exclude' | 'keep';
  matched: boolean;
  decision?: Decision;
  /** The record is in the part that a rule with a rate does not take. */
  spared?: boolean;
}

type Test = (record: TrailRecord) => boolean;

interface Compiled {
  name: string;
  kind: Step['kind'];
  matches: Test;
  /** The decision when it matches, and when it does not; undefined: the next one is asked. */
  matched: Decision | undefined;
  missed: Decision | undefined;
  rate: number;
  /** The decision for the share that a rule with a rate does not take. */
  spared: Decision;
}

const KEPT: Decision = { fate: 'keep' };

/** Filters, ready to decide about one record after another. Decisions are shared objects: compare, do not change them. */
export class Filters {
  private readonly matcher: RecordMatcher;
  private readonly compiled: Compiled[];

  constructor(gates: readonly Gate[], rules: readonly FilterRule[], metadata: Partial<TrailMetadata> = {}) {
    this.matcher = new RecordMatcher(metadata);
    this.compiled = [...gates.map((gate) => this.compileGate(gate)), ...rules.map((rule) => this.compileRule(rule))];
  }

  /** All that can filter, in the order they are asked: for counts, also of those that hit nothing. */
  get names(): string[] {
    return this.compiled.map(({ name }) => name);
  }

  /** A record whose text was not kept is kept: whoever forwards it says what becomes of it. */
  decide(record: TrailRecord): Decision {
    if (record.unkept !== undefined) return KEPT;
    this.matcher.open(record);
    for (let i = 0; i < this.compiled.length; i++) {
      const decision = decisionOf(this.compiled[i]!, record);
      if (decision !== undefined) return decision;
    }
    return KEPT;
  }

  /** As `decide`, but says what each gate and rule made of the record. */
  explain(record: TrailRecord): Step[] {
    const steps: Step[] = [];
    if (record.unkept !== undefined) return steps;
    this.matcher.open(record);
    for (const one of this.compiled) {
      const decision = decisionOf(one, record);
      const matched = one.matches(record);
      steps.push({ name: one.name, kind: one.kind, matched, ...(decision && { decision }), ...(matched && decision === one.spared && { spared: true }) });
      if (decision !== undefined) break;
    }
    return steps;
  }

  private test(query: Query): Test {
    const { matches }: RecordQuery = this.matcher.add(query);
    return matches;
  }

  private compileGate(gate: Gate): Compiled {
    const { name, action } = gate;
    const filtered: Decision = { fate: 'filtered', rule: name };
    const matches = 'query' in gate ? this.test(gate.query) : (record: TrailRecord) => gate.matches(textOf(record));
    const kind = action === 'include' ? 'include' : 'exclude';
    return { name, kind, matches, matched: action === 'exclude' ? filtered : undefined, missed: action === 'include' ? filtered : undefined, rate: 1, spared: KEPT };
  }

  private compileRule({ name, action, query, rate }: FilterRule): Compiled {
    const decided: Decision = { fate: action === 'exclude' ? 'filtered' : 'keep', rule: name };
    const spared: Decision = { fate: action === 'exclude' ? 'keep' : 'filtered', rule: name };
    return { name, kind: action, matches: this.test(query), matched: decided, missed: undefined, rate, spared };
  }
}

function decisionOf({ matches, matched, missed, rate, spared }: Compiled, record: TrailRecord): Decision | undefined {
  if (!matches(record)) return missed;
  return rate < 1 && !isInShare(record, rate) ? spared : matched;
}

/** By the eventID, so that the same event always falls on the same side; without one by the whole text. */
function isInShare(record: TrailRecord, rate: number): boolean {
  const eventId = eventIdOf(record);
  const bytes = eventId === undefined ? record.bytes.subarray(record.start, record.end) : Buffer.from(eventId);
  return shareOf(bytes, 0, bytes.length) < rate;
}

function textOf({ bytes, start, end }: TrailRecord): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

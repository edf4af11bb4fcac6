import { ForwarderError } from '../../errors.ts';
import type { Field } from '../../query/ast.ts';
import { fieldNamed } from '../../query/language/field.ts';
import { printField } from '../../query/language/printer.ts';
import { visitSource } from '../../query/plan/predicate.ts';
import { cloudtrailLog } from '../../query/view/cloudtrailLog.ts';
import type { Json, Scalar } from '../../query/view/json.ts';
import { parsed, type Found } from './found.ts';

/** More groups than anybody reads; a bound on memory. */
const MAX_GROUPS = 1_000_000;

export interface Group {
  /** A value a field; null: the record has none. */
  values: (Scalar | null)[];
  count: number;
}

/** Counts records by the values of fields. A record with several values of a field counts once in the group of each. */
export class Groups {
  readonly names: readonly string[];
  readonly #fields: readonly Field[];
  readonly max: number;
  /** There was one group too many; the counts are not whole. */
  isFull = false;
  readonly #groups = new Map<string, Group>();

  /**
   * @param list `@eventName`, or several with commas; the names of the query language
   * @throws ForwarderError ERR_USAGE
   */
  constructor(list: string, max = MAX_GROUPS) {
    this.max = max;
    this.#fields = list.split(',').map((name) => fieldCalled(name.trim()));
    this.names = this.#fields.map(printField);
  }

  /** False: there are too many groups. */
  add(found: Found): boolean {
    const record = parsed(found);
    const values = this.#fields.map((field) => valuesOf(record, field));
    for (const combination of combinations(values)) {
      const key = JSON.stringify(combination);
      const group = this.#groups.get(key);
      if (group) group.count += 1;
      else if (this.#groups.size < this.max) this.#groups.set(key, { values: combination, count: 1 });
      else this.isFull = true;
    }
    return !this.isFull;
  }

  /** The largest first, and how many there are in all. */
  top(limit: number): { groups: Group[]; all: number } {
    const sorted = [...this.#groups.entries()].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
    return { groups: sorted.slice(0, limit).map(([, group]) => group), all: sorted.length };
  }
}

const LOG = cloudtrailLog();

function valuesOf(record: Json, field: Field): (Scalar | null)[] {
  const source = LOG.source(field);
  const values = new Set<Scalar>();
  if (source !== 'everything') {
    visitSource(record, source, (value) => {
      if (typeof value !== 'object') values.add(value);
      return false;
    });
  }
  return values.size === 0 ? [null] : [...values];
}

function combinations(values: readonly (Scalar | null)[][]): (Scalar | null)[][] {
  return values.reduce<(Scalar | null)[][]>((begun, next) => begun.flatMap((combination) => next.map((value) => [...combination, value])), [[]]);
}

function fieldCalled(name: string): Field {
  const field = name === '' || name === '*' ? undefined : fieldNamed(name, { start: 0, end: name.length }, false);
  if (!field) throw usage(`Cannot group by ${JSON.stringify(name)}: expected a field`, 'Example: --group-by @eventName,@userIdentity.arn');
  if (field.kind === 'tag') throw usage(`Cannot group by the tag ${JSON.stringify(name)}: records in the bucket have no tags`, `Write @${name} for the attribute.`);
  return field;
}

function usage(message: string, hint: string): ForwarderError {
  return new ForwarderError('ERR_USAGE', message, { stage: 'cli', retry: 'never', hint });
}

import { eventIdOf, readFacts } from '../../pipeline/transform/facts.ts';
import type { TrailRecord } from '../../model.ts';
import type { Decision, Filters } from '../../pipeline/transform/filters/filters.ts';
import { shareOf } from '../../pipeline/transform/filters/share.ts';
import { parseField, valuesOf } from '../../query/values.ts';
import { cloudtrailLog } from '../../query/view/cloudtrailLog.ts';
import type { Json, Scalar } from '../../query/view/json.ts';
import { foundIn, type Found } from '../grep/found.ts';

/** Records and the bytes of their text. */
export interface Volume {
  records: number;
  bytes: number;
}

export interface FilterTally {
  name: string;
  filtered: Volume;
  /** Records that the rule let through: of a `keep`, or what a rate leaves. */
  kept: Volume;
  /** Some of what it would filter: chosen by the hash of the eventID, so that they are spread over all of it. */
  samples: Found[];
}

/** Something that repeats: who does what where. */
export interface Noise extends Volume {
  eventSource: string;
  eventName: string;
  principal: string;
}

/** More kinds of noise than this are counted together. */
const MAX_KINDS = 100_000;
const REST = '(others)';

const VIEW = cloudtrailLog();
const first = (name: string) => {
  const values = valuesOf(parseField(name), VIEW);
  return (log: Json): Scalar | undefined => values(log)[0];
};
const EVENT_SOURCE = first('@eventSource');
const EVENT_NAME = first('@eventName');
const EVENT_TYPE = first('@eventType');
/** Who makes noise: a service, a role whatever its session, a user, or just the kind of identity. */
const PRINCIPAL = ['@userIdentity.invokedBy', '@userIdentity.assumed_role', '@usr.name', '@userIdentity.type'].map(first);

/** Counts what filters do to records. */
export class Tally {
  readonly all: Volume = { records: 0, bytes: 0 };
  readonly kept: Volume = { records: 0, bytes: 0 };
  readonly filtered: Volume = { records: 0, bytes: 0 };
  /** eventTime, ms since the epoch; NaN when no record has one. */
  oldestMs = NaN;
  newestMs = NaN;
  private readonly filters: Filters;
  private readonly samples: number;
  private readonly byFilter: Map<string, FilterTally & { ranks: number[] }>;
  private readonly noise = new Map<string, Noise>();

  /** `samples`: how many records to keep of what each filter filters. */
  constructor(filters: Filters, samples: number) {
    this.filters = filters;
    this.samples = samples;
    this.byFilter = new Map(filters.names.map((name) => [name, { name, filtered: none(), kept: none(), samples: [], ranks: [] }]));
  }

  add(record: TrailRecord, object: string): void {
    const { eventTimeMs } = readFacts(record, false);
    if (!(eventTimeMs >= this.oldestMs)) this.oldestMs = Number.isNaN(eventTimeMs) ? this.oldestMs : eventTimeMs;
    if (!(eventTimeMs <= this.newestMs)) this.newestMs = Number.isNaN(eventTimeMs) ? this.newestMs : eventTimeMs;
    const decision = this.filters.decide(record);
    count(this.all, record);
    count(decision.fate === 'keep' ? this.kept : this.filtered, record);
    this.addToFilter(decision, record, object);
    if (decision.fate === 'keep' && record.unkept === undefined) this.addNoise(record);
  }

  /** In the order the filters are asked. */
  get perFilter(): FilterTally[] {
    return [...this.byFilter.values()].map(({ name, filtered, kept, samples }) => ({ name, filtered, kept, samples }));
  }

  /** What is kept, the most frequent first. */
  loudest(limit: number): Noise[] {
    return [...this.noise.values()].sort((a, b) => b.records - a.records || b.bytes - a.bytes).slice(0, limit);
  }

  private addToFilter({ rule, fate }: Decision, record: TrailRecord, object: string): void {
    const tally = rule === undefined ? undefined : this.byFilter.get(rule);
    if (!tally) return;
    count(fate === 'keep' ? tally.kept : tally.filtered, record);
    if (fate === 'keep' || this.samples === 0) return;
    const id = Buffer.from(eventIdOf(record) ?? `${object}#${record.index}`);
    const rank = shareOf(id, 0, id.length);
    const place = tally.ranks.findIndex((other) => rank < other);
    if (place < 0 && tally.ranks.length >= this.samples) return;
    const at = place < 0 ? tally.ranks.length : place;
    tally.ranks.splice(at, 0, rank);
    tally.samples.splice(at, 0, foundIn(object, record));
    tally.ranks.length = Math.min(tally.ranks.length, this.samples);
    tally.samples.length = Math.min(tally.samples.length, this.samples);
  }

  private addNoise(record: TrailRecord): void {
    const log = JSON.parse(Buffer.from(record.bytes.buffer, record.bytes.byteOffset + record.start, record.end - record.start).toString('utf8')) as Json;
    const name = (value: Scalar | undefined) => (value === undefined ? '-' : String(value));
    const eventSource = name(EVENT_SOURCE(log));
    const eventName = name(EVENT_NAME(log) ?? EVENT_TYPE(log));
    const principal = name(PRINCIPAL.map((of) => of(log)).find((value) => value !== undefined));
    const key = JSON.stringify([eventSource, eventName, principal]);
    const isNew = !this.noise.has(key);
    const kind = isNew && this.noise.size >= MAX_KINDS ? REST : key;
    const noise = this.noise.get(kind) ?? { eventSource: kind === REST ? REST : eventSource, eventName: kind === REST ? '' : eventName, principal: kind === REST ? '' : principal, records: 0, bytes: 0 };
    count(noise, record);
    this.noise.set(kind, noise);
  }
}

function none(): Volume {
  return { records: 0, bytes: 0 };
}

function count(volume: Volume, { lengthBytes }: TrailRecord): void {
  volume.records += 1;
  volume.bytes += lengthBytes;
}

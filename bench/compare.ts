import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './cases.ts';
import type { Contestant } from './contestants.ts';
import type { CorpusObject } from './corpus/objects.ts';
import type { Measured, Task } from './implementations/task.ts';
import { run } from './run.ts';
import type { Received } from './servers/intake.ts';
import type { Servers } from './servers/servers.ts';
import { median, ratio } from './statistics.ts';

/** What one contestant did in one case. */
export interface Row {
  case: string;
  contestant: string;
  objects: number;
  records: number;
  /** Of the records' objects, before gzip. */
  bytesIn: number;
  cpuS: number;
  wallS: number;
  peakRssBytes: number;
  posts: number;
  /** As sent, compressed. */
  bytesOut: number;
  /** As Datadog counts them: before compression. */
  bytesIngested: number;
  /** CPU and wall relative to the floor, and how many times less than the naive one with fetch and the official one. */
  cpuOverFloor?: number;
  times: { than: string; cpu: number; wall: number }[];
  rounds: number;
}

export interface Stage {
  servers: Servers;
  /** The cache: `trail` in it is the bucket. */
  cache: string;
  floor: string[];
  contestants: Contestant[];
  onProgress: (text: string) => void;
}

/**
 * Measures a case: first each contestant once while the intake looks into every payload (all must have sent the same
 * events), then all of them in turn, round after round, each time in a fresh process.
 */
export async function compare(one: Case, stage: Stage): Promise<Row[]> {
  const taking = stage.contestants.filter(({ name }) => one.without?.test(name) !== true);
  const objects = one.measured.flat();
  const records = objects.reduce((sum, object) => sum + object.records, 0);
  const checked = new Map<string, Received>();
  const kept = (k: number) => join(stage.cache, 'payloads', String(k));
  for (const [k, contestant] of taking.entries()) {
    stage.onProgress(`${one.name}: checking ${contestant.name}`);
    rmSync(kept(k), { recursive: true, force: true });
    // What was sent several times need be looked at only once.
    await stage.servers.prepare({ check: true, ...(one.floor && contestant.ours ? { keep: kept(k) } : {}) });
    await run(contestant, taskOf({ ...one, warmUp: [] }, stage));
    const received = await stage.servers.received();
    const first = checked.values().next().value ?? received;
    if (received.logs !== records || received.checksum !== first.checksum) throw new Error(`"${contestant.name}" did not deliver the same events in "${one.name}": ${received.logs} of ${records} records, checksum ${received.checksum} instead of ${first.checksum}`);
    checked.set(contestant.name, received);
  }
  const runs = new Map<string, Measured[]>();
  const floors = new Map<string, Measured[]>();
  const add = (to: Map<string, Measured[]>, name: string, measured: Measured) => to.set(name, [...(to.get(name) ?? []), measured]);
  for (let round = 1; round <= one.rounds; round++) {
    for (const [k, contestant] of taking.entries()) {
      stage.onProgress(`${one.name}: round ${round} of ${one.rounds}, ${contestant.name}`);
      await stage.servers.prepare(one.latency);
      add(runs, contestant.name, await run(contestant, taskOf(one, stage)));
      if (one.floor && existsSync(kept(k))) {
        const floor = { name: 'floor', command: stage.floor, env: {} };
        add(floors, contestant.name, await run(floor, { ...taskOf(one, stage), files: objects.map(({ key }) => join(stage.cache, 'trail', key)), payloads: [kept(k)], codec: contestant.codec }));
      }
    }
  }
  const of = (name: string, what: keyof Measured) => runs.get(name)!.map((each) => each[what]);
  return taking.map(({ name, ours }) => {
    const { posts, bytes, plainBytes } = checked.get(name)!;
    const floor = floors.get(name);
    return {
      case: one.name,
      contestant: name,
      objects: objects.length,
      records,
      bytesIn: objects.reduce((sum, object) => sum + object.bytes, 0),
      cpuS: median(of(name, 'cpuS')),
      wallS: median(of(name, 'wallS')),
      peakRssBytes: median(of(name, 'peakRssBytes')),
      posts,
      bytesOut: bytes,
      bytesIngested: plainBytes,
      ...(floor === undefined ? {} : { cpuOverFloor: ratio(of(name, 'cpuS'), floor.map((each) => each.cpuS)) }),
      times: taking.filter((other) => ours && !other.ours).map((other) => ({ than: other.name, cpu: ratio(of(other.name, 'cpuS'), of(name, 'cpuS')), wall: ratio(of(other.name, 'wallS'), of(name, 'wallS')) })),
      rounds: one.rounds,
    };
  });
}

function taskOf(one: Pick<Case, 'warmUp' | 'measured'>, { servers }: Stage): Task {
  const keys = (invocations: CorpusObject[][]) => invocations.map((objects) => objects.map(({ key }) => key));
  return { s3Port: servers.s3Port, intakePort: servers.intakePort, warmUp: keys(one.warmUp), measured: keys(one.measured) };
}

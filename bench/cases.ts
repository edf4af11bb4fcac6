import { largeObject, smallObjects, type CorpusObject } from './corpus/objects.ts';

/** One thing that is measured with every contestant. */
export interface Case {
  name: string;
  /** Objects of each invocation. */
  warmUp: CorpusObject[][];
  measured: CorpusObject[][];
  latency?: { s3LatencyMs: number; intakeLatencyMs: number };
  rounds: number;
  /** Also measure the floor. */
  floor: boolean;
  /** Contestants that are left out: what they show is shown elsewhere, or they cannot do it. */
  without?: RegExp;
}

const LATENCY = { s3LatencyMs: 20, intakeLatencyMs: 40 };

export interface Wanted {
  cache: string;
  quick: boolean;
  rounds: number | undefined;
  only: RegExp | undefined;
  onMaking: (what: string) => void;
}

/** The cases, cheap ones first. Their objects are made when they are wanted. */
export async function* cases({ cache, quick, rounds, only, onMaking }: Wanted): AsyncGenerator<Case> {
  const wanted = (name: string) => only === undefined || only.test(name);
  const large = async (megabytes: number) => {
    onMaking(`object of ${megabytes} MB`);
    return largeObject(cache, megabytes * 1e6);
  };
  // As in a function that has run for a while: the compiler is done with what runs for every record.
  const warm = async () => [[await large(1)], [await large(10)], [await large(10)]];
  const few = rounds ?? (quick ? 3 : 7);

  for (const each of [1, 10, 100]) {
    for (const latency of [undefined, LATENCY]) {
      const name = `small objects, ${each} per invocation${latency === undefined ? '' : ', with latency'}`;
      if (!wanted(name)) continue;
      const count = latency !== undefined && each === 1 ? 60 : quick || each === 1 ? 300 : 1000;
      // Waiting does not warm: where each object waits alone, fewer go before.
      const before = latency !== undefined && each === 1 ? 30 : 200;
      onMaking(`${count + before} small objects`);
      const objects = await smallObjects(cache, count + before);
      yield { name, warmUp: grouped(objects.slice(0, before), each), measured: grouped(objects.slice(before), each), ...(latency && { latency }), rounds: few, floor: latency === undefined, without: latency === undefined ? /zstd 3|lean/ : /naive|zstd 3|lean/ };
    }
  }
  for (const megabytes of quick ? [1, 10] : [0.06, 0.3, 1, 10, 100]) {
    const name = `object of ${megabytes} MB`;
    if (!wanted(name)) continue;
    const object = await large(megabytes);
    // Small ones are sent several times, so that there is something to measure.
    const times = Math.max(1, Math.min(50, Math.round(5 / megabytes)));
    yield { name, warmUp: await warm(), measured: Array.from({ length: times }, () => [object]), rounds: megabytes === 100 ? Math.min(few, rounds ?? 5) : few, floor: true };
  }
  for (const megabytes of quick ? [10] : [10, 100]) {
    const name = `object of ${megabytes} MB, with latency`;
    if (!wanted(name)) continue;
    yield { name, warmUp: await warm(), measured: [[await large(megabytes)]], latency: LATENCY, rounds: rounds ?? 3, floor: false, without: /zstd 3|lean/ };
  }
  if (!quick && wanted('object of 500 MB')) {
    // Others hold the whole object several times, or meet V8's longest string.
    yield { name: 'object of 500 MB', warmUp: [], measured: [[await large(500)]], rounds: rounds ?? 3, floor: false, without: /naive|zstd 3|lean/ };
  }
}

function grouped<T>(items: T[], each: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / each) }, (_, k) => items.slice(k * each, (k + 1) * each));
}

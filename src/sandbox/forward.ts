import { s3Notification } from './aws/notification.ts';
import { type Counts, readCounts } from './counts.ts';
import { Evidence, type Finding } from './evidence.ts';
import type { ReceivedLog } from './intake/accepted.ts';
import type { Lambda } from './lambda/emulator.ts';
import type { Outcome } from './lambda/outcome.ts';
import type { Sandbox } from './sandbox.ts';

/** An object to be forwarded. */
export interface Source {
  key: string;
  bytes: Buffer;
}

/** What became of one object: what the function says, and what the intake has. */
export interface Forwarded {
  key: string;
  outcome: Outcome;
  /** Undefined when the invocation failed. */
  counts: Counts | undefined;
  finding: Finding;
  /** What does not fit together: empty when all is well. */
  contradictions: string[];
}

/** Passes each log that arrives to whoever watches at the time. */
export class Watch {
  #see: ((log: ReceivedLog) => void) | undefined;
  /** To be given to the intake as `onLog`. */
  readonly onLog = (log: ReceivedLog) => this.#see?.(log);

  async during<T>(see: (log: ReceivedLog) => void, work: () => Promise<T>): Promise<T> {
    this.#see = see;
    try {
      return await work();
    } finally {
      this.#see = undefined;
    }
  }
}

/** Puts one object into the bucket, tells the function as S3 would, and compares what arrives with what was put. */
export async function forwardObject(sandbox: Sandbox, lambda: Pick<Lambda, 'invoke'>, watch: Watch, source: Source, see: (log: ReceivedLog, evidence: Evidence) => void): Promise<Forwarded> {
  const { bucket } = sandbox;
  const evidence = new Evidence(bucket.name, source.key, source.bytes);
  await bucket.put(source.key, source.bytes);
  const event = s3Notification(bucket.name, [{ key: source.key, sizeBytes: source.bytes.length }], Date.now());
  const outcome = await watch.during(
    (log) => {
      evidence.see(log);
      see(log, evidence);
    },
    () => lambda.invoke(event),
  );
  const counts = outcome.ok ? readCounts(outcome.result) : undefined;
  const { finding } = evidence;
  return { key: source.key, outcome, counts, finding, contradictions: contradictions(outcome, counts, finding) };
}

/** Every way in which the function's word and the intake's contents can disagree. */
export function contradictions(outcome: Outcome, counts: Counts | undefined, finding: Finding): string[] {
  if (!outcome.ok) return [`the invocation failed: ${outcome.errorType}: ${outcome.errorMessage}`];
  if (counts === undefined) return ['the function did not say what it did'];
  const { recordsIn, delivered, filtered, held } = counts;
  const found: [boolean, string][] = [
    [recordsIn !== delivered + filtered + held, `${recordsIn} records in are not ${delivered} delivered + ${filtered} filtered + ${held} held`],
    [counts.objects > 0 && held === 0 && finding.records !== undefined && finding.records !== recordsIn, `the object has ${finding.records} records, the function saw ${recordsIn}`],
    [finding.arrived !== delivered, `${delivered} records were reported delivered, the intake holds ${finding.arrived}`],
    [finding.altered.length > 0, `${finding.altered.length} records arrived with another text, the first is #${finding.altered[0]}`],
    [finding.twice > 0, `${finding.twice} logs arrived twice`],
    [finding.strangers > 0, `${finding.strangers} logs arrived that are not of this object`],
  ];
  return found.filter(([isSo]) => isSo).map(([, words]) => words);
}

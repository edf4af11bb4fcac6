import type { Lambda } from '../../src/sandbox/lambda/emulator.ts';

/** The counts of one snapshot of metrics. */
export type Snapshot = Record<string, number>;

/** A line of the function's log. */
export interface Told {
  level: string;
  message: string;
  [about: string]: unknown;
}

/** Hears what the function says of itself: its log and its metrics. */
export class Ear {
  lines: string[] = [];
  #waiting: (() => void)[] = [];

  hear(line: string): void {
    this.lines.push(line);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  forget(): void {
    this.lines = [];
  }

  /**
   * Waits until all is heard that was said so far: a process answers on one way and writes on another, so it is asked
   * once more, and its last line is waited for.
   */
  async catchUp(lambda: Lambda): Promise<void> {
    if (lambda.pid() === undefined) return;
    const { requestId, ok } = await lambda.invoke({ Service: 'Amazon S3', Event: 's3:TestEvent' });
    if (!ok) return;
    const ended = () => {
      const answered = this.lines.findIndex((line) => line.includes(requestId));
      return answered >= 0 && this.lines.slice(answered).some((line) => line.startsWith('{"_aws"'));
    };
    while (!ended()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** The counts of each invocation that came to its end; a metric of several values is their sum. */
  get snapshots(): Snapshot[] {
    return this.lines
      // Those of filters are of a filter, not of an invocation.
      .filter((line) => line.startsWith('{"_aws"') && !line.includes('"FilterHits"'))
      .map((line) => Object.fromEntries(Object.entries(JSON.parse(line) as Record<string, unknown>).map(([name, value]) => [name, [value].flat().reduce<number>((sum, each) => sum + Number(each), 0)])));
  }

  /** All snapshots together. */
  get total(): Snapshot {
    const total: Snapshot = {};
    for (const snapshot of this.snapshots) for (const [name, value] of Object.entries(snapshot)) total[name] = (total[name] ?? 0) + value;
    return total;
  }

  /** The function's log, without the metrics. */
  get told(): Told[] {
    return this.lines.filter((line) => line.startsWith('{') && !line.startsWith('{"_aws"')).map((line) => JSON.parse(line) as Told);
  }
}

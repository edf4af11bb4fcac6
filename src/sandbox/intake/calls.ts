/** One request to the intake: what came, and what became of it. */
export interface Call {
  /** Position in the history, from 0. */
  index: number;
  startedMs: number;
  method: string;
  path: string;
  /** As received, the API key shown only by its end. */
  headers: Record<string, string>;
  encoding: string;
  wireBytes: number;
  /** Bytes after decompression; 0 when it was not decompressed. */
  bytes: number;
  /** Logs in the payload; 0 when it was not judged. */
  logs: number;
  accepted: boolean;
  /** The fault that met it, by its kind. */
  fault?: string;
  /** Undefined while it is under way, and for ever when no answer was sent. */
  status?: number;
  /** - `gone`: the client went away before it had its answer. */
  outcome: 'under-way' | 'answered' | 'reset' | 'silent' | 'gone';
  /** Why a payload was refused. */
  detail?: string;
  tookMs?: number;
}

/** All requests in the order of their arrival, and how many there were at once. */
export class Calls {
  list: Call[] = [];
  /** The most requests that were ever under way together. */
  mostAtOnce = 0;
  #underWay = 0;
  #next = 0;

  open(about: Pick<Call, 'method' | 'path' | 'headers' | 'encoding' | 'startedMs'>): Call {
    const call: Call = { ...about, index: this.#next++, wireBytes: 0, bytes: 0, logs: 0, accepted: false, outcome: 'under-way' };
    this.list.push(call);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#underWay);
    return call;
  }

  close(call: Call, outcome: Exclude<Call['outcome'], 'under-way'>, nowMs: number): void {
    if (call.outcome !== 'under-way') return;
    call.outcome = outcome;
    call.tookMs = nowMs - call.startedMs;
    this.#underWay--;
  }

  clear(): void {
    this.list = [];
    this.mostAtOnce = this.#underWay;
  }
}

/** A request's headers with the API key shown only by its last four characters. */
export function shownHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = String(value);
    shown[name] = name === 'dd-api-key' || name === 'dd-application-key' ? `***${text.slice(-4)}` : text;
  }
  return shown;
}

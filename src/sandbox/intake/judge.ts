import { isUtf8 } from 'node:buffer';
import { MAX_ENTRIES } from '../../edge/datadog/limits.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { afterBlanks, elementsOf, type Window } from './windows.ts';

/** What a payload holds when the intake can take it. */
export interface Judged {
  /** Where each log lies in the payload. */
  windows: Window[];
  /** Each log, parsed. */
  logs: JsonObject[];
}

/** What is wrong with a payload: the status and the sentence of the answer. */
export interface Misfit {
  status: number;
  detail: string;
}

/** Reads a payload as the API reference has it: one log, or an array of at most 1,000, each a JSON object. */
export function judge(bytes: Buffer): Judged | Misfit {
  if (!isUtf8(bytes)) return { status: 400, detail: 'Invalid JSON: not UTF-8' };
  let payload: unknown;
  try {
    payload = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    return { status: 400, detail: `Invalid JSON: ${(error as Error).message}` };
  }
  if (isJsonObject(payload)) {
    const start = afterBlanks(bytes, 0);
    // The Agent checks the way with `{}`: accepted, and no log (CONTRACT A7).
    if (Object.keys(payload).length === 0) return { windows: [], logs: [] };
    return { windows: [{ start, end: bytes.lastIndexOf('}') + 1 }], logs: [payload] };
  }
  if (!Array.isArray(payload)) return { status: 400, detail: 'Invalid payload: expected a JSON object or an array of them' };
  if (payload.length > MAX_ENTRIES) return { status: 400, detail: `Too many logs: ${payload.length}, the limit is ${MAX_ENTRIES}` };
  const odd = payload.findIndex((log) => !isJsonObject(log));
  if (odd >= 0) return { status: 400, detail: `Invalid log at index ${odd}: expected a JSON object` };
  return { windows: elementsOf(bytes), logs: payload as JsonObject[] };
}

/** The attributes that the intake reads a log's date from, in the order of its documentation. */
const DATE_ATTRIBUTES = ['@timestamp', 'timestamp', '_timestamp', 'Timestamp', 'eventTime', 'date', 'published_date'];

/** The log's official date, ms since the epoch; undefined when it has none: then Datadog takes the time of arrival. */
export function dateOf(log: JsonObject): number | undefined {
  for (const name of DATE_ATTRIBUTES) {
    const value = log[name];
    const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : NaN;
    if (Number.isFinite(ms)) return ms;
  }
  return undefined;
}

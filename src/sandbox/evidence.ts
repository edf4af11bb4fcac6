import { constants, gunzipSync } from 'node:zlib';
import { isJsonObject } from '../json.ts';
import type { ReceivedLog } from './intake/accepted.ts';
import { elementsOf, membersOf, type Window } from './intake/windows.ts';

/** What the intake holds of one object, compared with the object itself. */
export interface Finding {
  /** Records in the object; undefined when it cannot be read. */
  records: number | undefined;
  /** Different records that arrived. */
  arrived: number;
  /** Of these, with the record's own text, byte for byte. */
  exact: number;
  /** Of these, cut because they are larger than the intake takes, and marked so. */
  cut: number;
  /** Of these, with a top-level name kept as `original_...`, because Datadog's metadata needs it. */
  renamed: number;
  /** Records whose text is not what it was: their indexes. There must be none. */
  altered: number[];
  /** Logs that came again. */
  twice: number;
  /** Logs that are not of this object. There must be none. */
  strangers: number;
  /** Logs older than 18 hours. */
  tooOld: number;
}

/**
 * Watches what arrives of one object. It reads the object by itself and compares bytes: it must not believe the
 * forwarder.
 */
export class Evidence {
  readonly #bucket: string;
  readonly #key: string;
  readonly #content: Buffer | undefined;
  readonly #records: Window[] | undefined;
  readonly #seen = new Set<number>();
  readonly #finding: Omit<Finding, 'records' | 'arrived'> = { exact: 0, cut: 0, renamed: 0, altered: [], twice: 0, strangers: 0, tooOld: 0 };

  /** @param stored the object's bytes, as they lie in the bucket */
  constructor(bucket: string, key: string, stored: Buffer) {
    this.#bucket = bucket;
    this.#key = key;
    this.#content = unpack(stored);
    this.#records = this.#content && recordsOf(this.#content);
  }

  see(log: ReceivedLog): void {
    const finding = this.#finding;
    const index = this.#indexOf(log);
    if (index === undefined) return void finding.strangers++;
    if (this.#seen.has(index)) return void finding.twice++;
    this.#seen.add(index);
    if (log.tooOld) finding.tooOld++;
    if (this.#hasOwnText(log, index)) finding.exact++;
    else if ('_truncated' in log.json) finding.cut++;
    else if (Object.keys(log.json).some((name) => name.startsWith('original_'))) finding.renamed++;
    else finding.altered.push(index);
  }

  /** Records in the object; undefined when it cannot be read. */
  get records(): number | undefined {
    return this.#records?.length;
  }

  /** Different records that arrived until now. */
  get arrived(): number {
    return this.#seen.size;
  }

  get finding(): Finding {
    return { records: this.records, arrived: this.arrived, ...this.#finding };
  }

  /** The index that the log says it has; undefined when it names another object, or a record that there is not. */
  #indexOf(log: ReceivedLog): number | undefined {
    const aws = log.json['aws'];
    const s3 = isJsonObject(aws) ? aws['s3'] : undefined;
    if (!isJsonObject(s3) || s3['bucket'] !== this.#bucket || s3['key'] !== this.#key) return undefined;
    const index = s3['record'];
    const isRecord = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < (this.#records?.length ?? Infinity);
    return isRecord ? index : undefined;
  }

  /** Whether the log begins with the record's text without its closing brace: the metadata follows there. */
  #hasOwnText({ bytes }: ReceivedLog, index: number): boolean {
    const window = this.#records?.[index];
    if (window !== undefined) {
      const text = this.#content!.subarray(window.start, this.#content!.subarray(0, window.end).lastIndexOf('}'));
      return bytes.subarray(0, text.length).equals(text);
    }
    // Of a broken file only this can be said: what was taken from it must stand in it.
    const metadata = bytes.lastIndexOf(`,"aws":{"s3":{"bucket":${JSON.stringify(this.#bucket)}`);
    return this.#content !== undefined && metadata > 0 && this.#content.includes(`${bytes.toString('utf8', 0, metadata)}}`);
  }
}

/** The object's content, of cut gzip as far as it goes; undefined when it is damaged otherwise. */
function unpack(stored: Buffer): Buffer | undefined {
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored;
  try {
    return gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** Where the records lie; none for a file without `Records`; undefined when the file is not JSON. */
function recordsOf(content: Buffer): Window[] | undefined {
  const start = content.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? 3 : 0;
  try {
    // Longer texts than Node's longest string are taken on trust, and found out by the records that do not arrive.
    const root: unknown = content.length < 400_000_000 ? JSON.parse(content.toString('utf8', start)) : {};
    if (!isJsonObject(root)) return [];
    const records = membersOf(content, start).find(({ key }) => content.toString('utf8', key.start, key.end) === 'Records');
    return records !== undefined && content[records.value.start] === 0x5b ? elementsOf(content, records.value.start) : [];
  } catch {
    return undefined;
  }
}

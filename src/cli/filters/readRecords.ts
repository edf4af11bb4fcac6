import { setMaxListeners } from 'node:events';
import { asForwarderError, type ForwarderError } from '../../errors.ts';
import { isDigestRoot } from '../../object/layout.ts';
import type { TrailRecord } from '../../model.ts';
import { Splitter } from '../../pipeline/split/splitter.ts';
import type { Place } from '../trailObjects/place.ts';
import { walk, type ListedObject, type PassedOver, type Wanted } from '../trailObjects/walk.ts';

export interface ReadRecordsOptions {
  wanted: Pick<Wanted, 'fromMs' | 'toMs'>;
  /** Objects read at once. */
  parallel: number;
  signal: AbortSignal;
  /** Called with each record, in no certain order; its bytes are gone after the call. */
  onRecord: (record: TrailRecord, object: string) => void;
  /** Called with an object that could not be read to its end; what came before was counted. */
  onFault: (object: string, error: ForwarderError) => void;
  onObject: () => void;
}

/** What was read. */
export interface RecordsRead {
  objects: number;
  /** As stored. */
  storedBytes: number;
  passed: PassedOver;
}

/** Reads every record of places, several objects at once. */
export async function readRecords(places: readonly Place[], options: ReadRecordsOptions): Promise<RecordsRead> {
  const { wanted, parallel, signal, onRecord, onFault, onObject } = options;
  const read: RecordsRead = { objects: 0, storedBytes: 0, passed: { outside: 0, digests: 0, others: 0, faults: [] } };
  setMaxListeners(Infinity, signal);
  const objects = objectsOf(places, wanted, read.passed);

  async function readOne(place: Place, { key }: ListedObject): Promise<void> {
    const name = place.nameOf(key);
    const splitter = new Splitter();
    try {
      for await (const chunk of place.content(key, signal, (bytes) => (read.storedBytes += bytes))) {
        for (const record of splitter.push(chunk)) onRecord(record, name);
        signal.throwIfAborted();
      }
      splitter.end();
      if (!splitter.sawRecords && isDigestRoot(splitter.rootKeys)) read.passed.digests += 1;
      else if (!splitter.sawRecords) read.passed.others += 1;
    } catch (thrown) {
      if (!signal.aborted) onFault(name, asForwarderError(thrown, 'cli'));
    }
    read.objects += 1;
    onObject();
  }

  const worker = async (): Promise<void> => {
    for (let next = await objects.next(); next.done !== true && !signal.aborted; next = await objects.next()) await readOne(next.value.place, next.value.object);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  for (const error of read.passed.faults) onFault('', error);
  return read;
}

async function* objectsOf(places: readonly Place[], { fromMs, toMs }: ReadRecordsOptions['wanted'], passed: PassedOver): AsyncGenerator<{ place: Place; object: ListedObject }> {
  for (const place of places) {
    if (place.file !== undefined) yield { place, object: { key: place.file } };
    else for await (const object of walk(place.listing, place.prefix, { fromMs, toMs, accounts: [], regions: [] }, passed)) yield { place, object };
  }
}

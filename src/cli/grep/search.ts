import { setMaxListeners } from 'node:events';
import { asForwarderError, ForwarderError } from '../../errors.ts';
import { isDigestRoot } from '../../object/layout.ts';
import { Splitter } from '../../pipeline/split/splitter.ts';
import { RecordMatcher } from '../../query/compile.ts';
import type { Query } from '../../query/language/parser.ts';
import type { Place } from '../trailObjects/place.ts';
import { walk, type ListedObject, type PassedOver } from '../trailObjects/walk.ts';
import { foundIn, type Found } from './found.ts';
import { OrderedOutput } from './orderedOutput.ts';
import { scopeOf, wantedObjects, type ScopeOptions } from './scope.ts';

export interface SearchOptions extends ScopeOptions {
  /** Objects read at once. */
  parallel: number;
  signal: AbortSignal;
  /** What to do with a record, at once: its bytes are gone later. A text is printed in its turn. */
  take: (found: () => Found) => string | undefined;
  /** Prints lines, in the order of the objects. */
  print: (lines: readonly string[]) => Promise<void>;
  /** Called with an object, or records of it, that could not be searched. */
  onFault: (what: string, error: ForwarderError) => void;
  onProgress: (searched: Searched) => void;
}

/** What a search has seen. */
export interface Searched {
  objects: number;
  /** As stored. */
  bytes: number;
  records: number;
  found: number;
  /** Objects that could not be read to their end, records too large to be kept, folders that could not be listed. */
  faults: number;
  passed: PassedOver;
}

/** Searches the objects of places, many at once; memory grows neither with their size nor with their number. */
export async function search(places: readonly Place[], query: Query, options: SearchOptions): Promise<Searched> {
  const { parallel, signal, take, print, onFault, onProgress } = options;
  const searched: Searched = { objects: 0, bytes: 0, records: 0, found: 0, faults: 0, passed: { outside: 0, digests: 0, others: 0, faults: [] } };
  const matcher = new RecordMatcher();
  const compiled = matcher.add(query);
  const inScope = scopeOf(options, matcher);
  const output = new OrderedOutput(print);
  const objects = objectsOf(places, options, searched.passed);
  // All objects hang on one signal: that many listeners are no leak.
  setMaxListeners(Infinity, signal);

  const fault = (what: string, error: ForwarderError): void => {
    searched.faults += 1;
    onFault(what, error);
  };

  async function searchObject(place: Place, { key, trail }: ListedObject): Promise<void> {
    const lane = output.open();
    const name = place.nameOf(key);
    const splitter = new Splitter();
    let unkept = 0;
    try {
      for await (const chunk of place.content(key, signal, (bytes) => (searched.bytes += bytes))) {
        const lines: string[] = [];
        for (const record of splitter.push(chunk)) {
          searched.records += 1;
          if (record.unkept !== undefined) unkept += 1;
          matcher.open(record);
          if (!compiled.matches() || !inScope(record, trail !== undefined)) continue;
          searched.found += 1;
          const line = take(() => foundIn(name, record));
          if (line !== undefined) lines.push(line);
        }
        if (lines.length > 0) await lane.write(lines);
        signal.throwIfAborted();
      }
      endOf(splitter, searched);
      if (unkept > 0) fault(name, tooLarge(name, unkept));
    } catch (thrown) {
      if (!signal.aborted) fault(name, asForwarderError(thrown, 'cli'));
    } finally {
      searched.objects += 1;
      onProgress(searched);
      await lane.close();
    }
  }

  async function work(): Promise<void> {
    for (let next = await objects.next(); next.done !== true && !signal.aborted; next = await objects.next()) {
      await searchObject(next.value.place, next.value.object);
    }
  }

  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    await objects.return(undefined);
  }
  for (const error of searched.passed.faults) fault('', error);
  return searched;
}

async function* objectsOf(places: readonly Place[], scope: ScopeOptions, passed: PassedOver): AsyncGenerator<{ place: Place; object: ListedObject }> {
  for (const place of places) {
    // A file that was named itself is read, whatever its name says.
    if (place.file !== undefined) yield { place, object: { key: place.file } };
    else for await (const object of walk(place.listing, place.prefix, wantedObjects(scope), passed)) yield { place, object };
  }
}

/** An object without records is a digest under a strange name, or nothing of CloudTrail's. */
function endOf(splitter: Splitter, { passed }: Searched): void {
  splitter.end();
  if (splitter.sawRecords) return;
  if (isDigestRoot(splitter.rootKeys)) {
    passed.digests += 1;
    return;
  }
  throw new ForwarderError('ERR_NOT_CLOUDTRAIL', 'it has no array "Records", so it is no log file of CloudTrail', {
    stage: 'cli',
    retry: 'never',
    hint: 'For one log a line: query match.',
  });
}

function tooLarge(name: string, count: number): ForwarderError {
  return new ForwarderError('ERR_RECORD_TOO_LARGE', `${count} records of it are larger than 8 MiB or nested too deeply`, { stage: 'cli', retry: 'never', hint: `Look at ${name} with jq.` });
}

import { MAX_ENTRIES, MAX_PAYLOAD_BYTES } from '../../edge/datadog/limits.ts';
import type { LogEntry } from '../../model.ts';
import { Batch } from './batch.ts';
import { BatchMemory } from './batchMemory.ts';

/**
 * Packs entries into batches, across all objects of an invocation: at most 1,000 entries and 5,000,000 bytes each
 * (CONTRACT A5). Memory given back is used again, so that a long object needs no more than a short one.
 */
export class Batcher<Owner> {
  #open: Batch<Owner> | undefined;
  readonly #memory: BatchMemory;
  readonly #maxEntries: number;
  readonly #maxBytes: number;

  constructor(memory = new BatchMemory(), maxEntries = MAX_ENTRIES, maxBytes = MAX_PAYLOAD_BYTES) {
    this.#memory = memory;
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** Adds the entry of record `index` of `owner`; gives the batch that is full because of it, if one is. */
  add(entry: LogEntry, owner: Owner, index: number): Batch<Owner> | undefined {
    let full: Batch<Owner> | undefined;
    if (this.#open !== undefined && (this.#open.count >= this.#maxEntries || this.#open.lengthWith(entry) > this.#maxBytes)) full = this.flush();
    this.#open ??= new Batch<Owner>(this.#memory.take());
    this.#open.add(entry, owner, index);
    return full;
  }

  /** The batch begun, if there is one. */
  flush(): Batch<Owner> | undefined {
    const batch = this.#open;
    this.#open = undefined;
    return batch;
  }

  /** Takes back the memory of a batch whose fate is known. */
  recycle(batch: Batch<Owner>): void {
    this.#memory.giveBack(batch.buffer);
  }
}

import { Splitter } from '../../src/pipeline/split/splitter.ts';
import type { TrailRecord } from '../../src/model.ts';

/** The records of these texts, cut from an object of their own. They stay valid: the object is one chunk that nobody reuses. */
export function recordsOf(...texts: string[]): TrailRecord[] {
  return new Splitter().push(Buffer.from(`{"Records":[${texts.join(',')}]}`));
}

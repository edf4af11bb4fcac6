/** How many sources may begin before their turn; shared by all levels of a walk. */
export interface Ahead {
  free: number;
}

/**
 * What the sources give, one source after the other, but the first element of those to come is already asked for: waiting
 * for one answer is waiting for many.
 */
export async function* inOrder<T>(sources: readonly (() => AsyncGenerator<T>)[], ahead: Ahead): AsyncGenerator<T> {
  const begun: { source: AsyncGenerator<T>; first: Promise<IteratorResult<T>> }[] = [];
  let next = 0;
  try {
    for (let turn = 0; turn < sources.length; turn++) {
      while (next < sources.length && ahead.free > 0) {
        ahead.free -= 1;
        begun.push(begin(sources[next++]!()));
      }
      let current = begun.shift();
      if (current) ahead.free += 1;
      else current = begin(sources[next++]!());
      for (let element = await current.first; element.done !== true; element = await current.source.next()) yield element.value;
    }
  } finally {
    ahead.free += begun.length;
    for (const { source } of begun) void source.return(undefined);
  }
}

function begin<T>(source: AsyncGenerator<T>): { source: AsyncGenerator<T>; first: Promise<IteratorResult<T>> } {
  const first = source.next();
  // Whoever waits for it is told; until then nobody may be waiting.
  first.catch(() => undefined);
  return { source, first };
}

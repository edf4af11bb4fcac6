import type { Context } from './context.ts';

const BAR_CELLS = 24;
/** On a terminal as often as the eye follows; into a file rarely enough to be read. */
const TERMINAL_MS = 100;
const FILE_MS = 10_000;

export interface Progress {
  /** Says how far it is; `total` when it is known. Cheap enough for every item. */
  at(done: number, total?: number): void;
  /** Takes the line away. */
  end(): void;
}

/** `sending  [######------] 42 of 120` on standard error: one line rewritten on a terminal, a line now and then elsewhere. */
export function progress({ err, now }: Context, doing: string): Progress {
  const everyMs = err.isTTY ? TERMINAL_MS : FILE_MS;
  let lastMs = err.isTTY ? -Infinity : now();
  let shown = false;
  return {
    at(done, total) {
      if (now() - lastMs < everyMs) return;
      lastMs = now();
      const line = total === undefined ? `${doing} ${done}` : `${doing} ${bar(done, total)}${done} of ${total}`;
      err.write(err.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
      shown = err.isTTY === true;
    },
    end() {
      if (shown) err.write('\r\x1b[2K');
      shown = false;
    },
  };
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_CELLS : Math.min(BAR_CELLS, Math.floor((done / total) * BAR_CELLS));
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] `;
}

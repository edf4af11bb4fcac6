/** Text of objects that wait for their turn; beyond this, who reads ahead waits too. */
const WAITING_BYTES = 16 * 1024 * 1024;

/** What one object prints. */
export interface Lane {
  /** Prints these lines, now or when it is this object's turn. Wait for it before reading on. */
  write(lines: readonly string[]): Promise<void>;
  /** There is no more. */
  close(): Promise<void>;
}

class WaitingLane {
  lines: string[] = [];
  bytes = 0;
  isFirst = false;
  isClosed = false;
  becomesFirst: () => void = () => undefined;
  readonly turn = new Promise<void>((resolve) => (this.becomesFirst = resolve));
}

/**
 * Prints what objects give in the order in which they were opened, though many are read at once. The first of them prints
 * directly, the others wait with a bounded amount of text.
 */
export class OrderedOutput {
  readonly #print: (lines: readonly string[]) => Promise<void>;
  readonly #lanes: WaitingLane[] = [];
  #waitingBytes = 0;

  constructor(print: (lines: readonly string[]) => Promise<void>) {
    this.#print = print;
  }

  open(): Lane {
    const lane = new WaitingLane();
    lane.isFirst = this.#lanes.length === 0;
    if (lane.isFirst) lane.becomesFirst();
    this.#lanes.push(lane);
    return {
      write: async (lines) => {
        if (lane.isFirst) return this.#print(lines);
        const bytes = lines.reduce((sum, line) => sum + line.length, 0);
        lane.lines.push(...lines);
        lane.bytes += bytes;
        this.#waitingBytes += bytes;
        if (this.#waitingBytes > WAITING_BYTES) await lane.turn;
      },
      close: async () => {
        lane.isClosed = true;
        if (lane.isFirst) await this.#advance();
      },
    };
  }

  /** The first lane has ended: those behind it that have ended too are printed, and the next becomes the first. */
  async #advance(): Promise<void> {
    this.#lanes.shift();
    for (let lane = this.#lanes[0]; lane !== undefined; lane = this.#lanes[0]) {
      while (lane.lines.length > 0) {
        const lines = lane.lines;
        this.#waitingBytes -= lane.bytes;
        lane.lines = [];
        lane.bytes = 0;
        await this.#print(lines);
      }
      lane.isFirst = true;
      lane.becomesFirst();
      if (!lane.isClosed) return;
      this.#lanes.shift();
    }
  }
}

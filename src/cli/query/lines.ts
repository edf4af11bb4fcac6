/** One line of a text, as bytes. */
export interface Line {
  /** From 1. */
  number: number;
  /** With its line break, if it has one. Valid only until the next chunk is cut. */
  bytes: Buffer;
  /** Longer than is kept: `bytes` is empty. */
  tooLong: boolean;
}

const LINE_FEED = 0x0a;

/**
 * Cuts bytes into lines, chunk by chunk. Memory: one line at most (`maxBytes`), whatever the input's size.
 */
export class LineCutter {
  readonly #maxBytes: number;
  #number = 0;
  /** The beginning of a line whose end has not come yet. */
  #open: Buffer[] = [];
  #openBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in these bytes. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      lines.push(this.#close(chunk.subarray(from, at + 1)));
      from = at + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** The last line, when no line break ends it. */
  end(): Line[] {
    return this.#openBytes > 0 ? [this.#close(Buffer.alloc(0))] : [];
  }

  #keep(part: Buffer): void {
    this.#openBytes += part.length;
    // A copy: the chunk's memory is not ours.
    if (this.#openBytes <= this.#maxBytes) this.#open.push(Buffer.from(part));
    else this.#open = [];
  }

  #close(last: Buffer): Line {
    const lengthBytes = this.#openBytes + last.length;
    const tooLong = lengthBytes > this.#maxBytes;
    const bytes = tooLong ? Buffer.alloc(0) : this.#open.length === 0 ? last : Buffer.concat([...this.#open, last]);
    this.#open = [];
    this.#openBytes = 0;
    return { number: ++this.#number, bytes, tooLong };
  }
}

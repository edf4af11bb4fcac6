/**
 * What to do on the way through a JSON text. `Place` is where the walk is, in the words of its owner; elements of an
 * array have the array's place.
 */
export interface Rewriting<Place> {
  /** Called before a member's value, with its key as JSON.parse would give it. Gives the value's place, or 'remove'. */
  member(place: Place, key: string): Place | 'remove';
  /** Called with each scalar but null; gives its new JSON text in latin1, or undefined to leave it. */
  scalar(place: Place, text: string): string | undefined;
}

/** Where a top-level member is in the new text: key start, key end, value start, value end. */
export type Members = number[];

export interface Rewritten {
  text: string;
  members: Members;
}

/** Deeper than any record that the splitter keeps. */
const MAX_DEPTH = 2_000;

/**
 * Goes through a JSON text and replaces or removes values, leaving every other byte as it is: numbers, escapes, white
 * space, repeated keys. The text is latin1, one character a byte, so that nothing is decoded that is not changed; it
 * must be valid JSON, as the splitter gives it. Gives undefined when nothing is changed.
 */
export function rewriteJson<Place extends object>(text: string, root: Place, rewriting: Rewriting<Place>): Rewritten | undefined {
  const writer = new Writer(text, rewriting);
  writer.value(root, 0);
  return writer.result();
}

class Writer<Place extends object> {
  private readonly text: string;
  private readonly rewriting: Rewriting<Place>;
  private at = 0;
  /** The new text up to `copied` of the old one. */
  private written = '';
  private copied = 0;
  private readonly members: Members = [];

  constructor(text: string, rewriting: Rewriting<Place>) {
    this.text = text;
    this.rewriting = rewriting;
  }

  result(): Rewritten | undefined {
    if (this.copied === 0) return undefined;
    this.copyTo(this.text.length);
    return { text: this.written, members: this.members };
  }

  private copyTo(end: number): void {
    this.written += this.text.slice(this.copied, end);
    this.copied = end;
  }

  /** Where the old position lies in the new text. */
  private newOffset(old: number): number {
    return this.written.length + old - this.copied;
  }

  value(place: Place, depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    this.space();
    const start = this.at;
    switch (this.text[start]) {
      case '{':
        return this.object(place, depth);
      case '[':
        return this.array(place, depth);
      default: {
        this.skipScalar();
        const scalar = this.text.slice(start, this.at);
        const replacement = scalar === 'null' ? undefined : this.rewriting.scalar(place, scalar);
        if (replacement === undefined || replacement === scalar) return;
        this.copyTo(start);
        this.written += replacement;
        this.copied = this.at;
      }
    }
  }

  private object(place: Place, depth: number): void {
    this.at++;
    let kept = 0;
    for (let first = true; ; first = false) {
      const before = this.at;
      this.space();
      if (this.text[this.at] === '}') break;
      if (!first) this.at++;
      this.space();
      const keyStart = this.at + 1;
      this.skipString();
      const keyEnd = this.at - 1;
      this.space();
      this.at++;
      const next = this.rewriting.member(place, keyOf(this.text.slice(keyStart, keyEnd)));
      this.space();
      if (next === 'remove') {
        // A removed member takes the comma before it along.
        this.copyTo(before);
        this.skipValue();
        this.copied = this.at;
        continue;
      }
      // The comma before the first member that stays goes, too, when the ones before it went.
      if (kept === 0 && !first) this.dropComma(before, keyStart - 1);
      kept++;
      const isTop = depth === 0;
      if (isTop) this.members.push(this.newOffset(keyStart), this.newOffset(keyEnd), this.newOffset(this.at));
      this.value(next, depth + 1);
      if (isTop) this.members.push(this.newOffset(this.at));
    }
    this.at++;
  }

  private dropComma(from: number, to: number): void {
    this.copyTo(from);
    this.written += this.text.slice(from, to).replace(',', '');
    this.copied = to;
  }

  private array(place: Place, depth: number): void {
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value(place, depth + 1);
      this.space();
      if (this.text[this.at++] !== ',') return;
    }
  }

  private skipValue(): void {
    let depth = 0;
    do {
      this.space();
      const next = this.text[this.at];
      if (next === '{' || next === '[') depth++;
      if (next === '}' || next === ']') depth--;
      if (next === '"') this.skipString();
      else if (next !== undefined && '{}[]:,'.includes(next)) this.at++;
      else this.skipScalar();
    } while (depth > 0 && this.at < this.text.length);
  }

  private skipScalar(): void {
    if (this.text[this.at] === '"') return this.skipString();
    SCALAR.lastIndex = this.at;
    SCALAR.exec(this.text);
    this.at = Math.max(SCALAR.lastIndex, this.at + 1);
  }

  private skipString(): void {
    this.at++;
    for (let next = this.text[this.at]; next !== '"' && next !== undefined; next = this.text[this.at]) this.at += next === '\\' ? 2 : 1;
    this.at++;
  }

  private space(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 0x20) this.at++;
  }
}

const SCALAR = /[^\s,\]}]*/y;

function keyOf(latin1: string): string {
  if (!latin1.includes('\\') && PLAIN.test(latin1)) return latin1;
  return decodeString(`"${latin1}"`);
}

const PLAIN = /^[\x20-\x7e]*$/;

/** A JSON string in latin1 as the text it means. */
export function decodeString(latin1: string): string {
  return JSON.parse(Buffer.from(latin1, 'latin1').toString('utf8')) as string;
}

/** A text as a JSON string in latin1. */
export function encodeString(text: string): string {
  return Buffer.from(JSON.stringify(text), 'utf8').toString('latin1');
}

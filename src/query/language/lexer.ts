import type { GlobPiece, Span } from '../ast.ts';
import { QueryError } from '../queryError.ts';
import { isCurly, isSpace } from './characters.ts';

/** A run of characters, escapes resolved, with its unescaped wildcards kept apart. */
export interface Word extends Span {
  pieces: GlobPiece[];
  /** As typed, escapes and all. */
  raw: string;
  /** Where an unescaped colon stands inside the word, -1 when there is none. */
  colonAt: number;
}

/** Something worth telling that a reader of the tree could no longer see. */
export interface Note extends Span {
  kind: 'curly-quotes' | 'space-after-colon' | 'bare-colon';
}

/** A place in a query's text, and the reading of what stands there. What may stand there is the parser's knowledge. */
export class Lexer {
  readonly text: string;
  at = 0;
  readonly notes: Note[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** The next character, '' at the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  startsWith(symbol: string): boolean {
    return this.text.startsWith(symbol, this.at);
  }

  /** Takes a symbol if it stands here. */
  take(symbol: string): boolean {
    if (!this.startsWith(symbol)) return false;
    this.at += symbol.length;
    return true;
  }

  skipSpace(): void {
    for (; isSpace(this.peek()); this.at++) {
      if (isCurly(this.peek())) this.notes.push({ kind: 'curly-quotes', start: this.at, end: this.at + 1 });
    }
  }

  /** The operator that stands here, or undefined. Operators are upper case and end where a word would. */
  operator(): { name: 'AND' | 'OR' | 'NOT'; length: number } | undefined {
    if (this.startsWith('&&')) return { name: 'AND', length: 2 };
    if (this.startsWith('||')) return { name: 'OR', length: 2 };
    for (const name of ['AND', 'OR', 'NOT'] as const) {
      const after = this.peek(name.length);
      if (this.startsWith(name) && (after === '' || isSpace(after) || '()"'.includes(after))) return { name, length: name.length };
    }
    return undefined;
  }

  /** Reads a word; with `asField`, an unescaped colon ends it and a quoted part of an attribute's name belongs to it. */
  word(asField: boolean): Word {
    const start = this.at;
    const pieces: GlobPiece[] = [];
    let colonAt = -1;
    const add = (literal: string) => {
      const last = pieces.at(-1);
      if (last && 'literal' in last) last.literal += literal;
      else pieces.push({ literal });
    };
    for (let next = this.peek(); next !== '' && !isSpace(next); next = this.peek()) {
      if (next === '\\') {
        add(this.escaped());
        continue;
      }
      if (next === '"' && asField && this.text[start] === '@') {
        add(`"${this.quoted()}"`);
        continue;
      }
      if ('()"[]{}'.includes(next) || this.startsWith('&&') || this.startsWith('||')) break;
      if (next === ':' && asField) break;
      if (next === ':' && colonAt < 0) colonAt = this.at;
      if (next === '*' || next === '?') {
        const last = pieces.at(-1);
        if (!(next === '*' && last && 'wildcard' in last && last.wildcard === '*')) pieces.push({ wildcard: next });
      } else add(next);
      this.at++;
    }
    return { pieces, raw: this.text.slice(start, this.at), colonAt, start, end: this.at };
  }

  /** Reads plain text up to white space or one of `ends`: an end of a range, an argument of a function. */
  plain(ends: string): string {
    let text = '';
    for (let next = this.peek(); next !== '' && !ends.includes(next) && !this.isAtSpace(); next = this.peek()) {
      text += next === '\\' ? this.escaped() : next;
      if (next !== '\\') this.at++;
    }
    return text;
  }

  /** Reads a backslash and gives the character after it. */
  private escaped(): string {
    const code = this.text.codePointAt(this.at + 1);
    if (code === undefined) throw this.error(this.here(1), 'nothing follows this backslash', 'write \\\\ for a backslash');
    const character = String.fromCodePoint(code);
    this.at += 1 + character.length;
    return character;
  }

  /** Reads a quoted text, which begins here, and gives it without quotes and escapes. */
  quoted(): string {
    const start = this.at;
    let text = '';
    for (this.at++; this.peek() !== '"'; this.at++) {
      if (this.peek() === '\\') this.at++;
      if (this.peek() === '') throw this.error({ start, end: start + 1 }, 'this quote is never closed', 'add a closing ", or write \\" for a quote in the text');
      text += this.peek();
    }
    this.at++;
    return text;
  }

  /** After a word: white space, a parenthesis that closes, an operator, or the end. */
  endWord(word: Word): void {
    const next = this.peek();
    const isWord = word.pieces.length > 0;
    if (next === '' || next === ')' || (isWord && !'"([{]}'.includes(next))) return;
    throw this.error(this.here(1), `unexpected ${next} ${isWord ? 'inside a word' : 'here'}`, `write \\${next} if it belongs to the value, or quote the value; else put a space before it`);
  }

  isAtSpace(): boolean {
    return isSpace(this.peek());
  }

  /** The next `length` characters, as a place. */
  here(length: number): Span {
    return { start: this.at, end: this.at + length };
  }

  neverClosed(open: Span): QueryError {
    return this.error(open, 'this parenthesis is never closed', 'add a closing ), or write \\( for a parenthesis in a value');
  }

  error(at: Span, problem: string, hint: string): QueryError {
    return new QueryError(this.text, at, problem, hint);
  }
}

/** The text of a word without wildcards, or undefined when it has some. */
export function plainText(word: Word): string | undefined {
  const [first] = word.pieces;
  return word.pieces.length === 1 && first && 'literal' in first ? first.literal : undefined;
}

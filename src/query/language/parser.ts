import { join, type Field, type QueryNode, type Span } from '../ast.ts';
import { readCidr } from './cidrCall.ts';
import { readComparison, readRange } from './comparison.ts';
import { fieldNamed, fieldOf } from './field.ts';
import { Lexer, plainText, type Note, type Word } from './lexer.ts';

/** A query that could be read. */
export interface Query {
  text: string;
  root: QueryNode;
  /** Oddities of the spelling, for the lints. */
  notes: Note[];
}

/** Deeper nesting than any person writes; a bound on the stack. */
const MAX_DEPTH = 250;

/**
 * Reads a query in Datadog's log search syntax (https://docs.datadoghq.com/logs/explorer/search_syntax/).
 * Beyond that page it takes what Datadog's own rules and Vector's `datadog_search` take: `!`, `&&`, `||`, `+`,
 * `_exists_:`, `_missing_:`, escapes that are not needed, bare colons inside a value.
 *
 * ```ts
 * parseQuery('source:cloudtrail @evt.name:(StopLogging OR DeleteTrail)').root;
 * ```
 *
 * @throws QueryError with the place, the problem and a hint.
 */
export function parseQuery(text: string): Query {
  const lexer = new Lexer(text);
  const root = new Parser(lexer).parse();
  return { text, root, notes: lexer.notes };
}

class Parser {
  private readonly lexer: Lexer;
  private depth = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  parse(): QueryNode {
    this.lexer.skipSpace();
    if (this.lexer.peek() === '') return { type: 'all', start: 0, end: this.lexer.text.length };
    const root = this.or(undefined);
    if (this.lexer.peek() === ')') throw this.neverOpened();
    return root;
  }

  /** `field` is the group's: in `@a:(x OR y)` it is `@a`. */
  private or(field: Field | undefined): QueryNode {
    const operands = [this.and(field)];
    while (this.lexer.operator()?.name === 'OR') {
      this.operator();
      operands.push(this.and(field));
    }
    return join('or', operands);
  }

  private and(field: Field | undefined): QueryNode {
    const operands = [this.unary(field)];
    for (;;) {
      this.lexer.skipSpace();
      const operator = this.lexer.operator()?.name;
      if (operator === 'OR' || this.lexer.peek() === '' || this.lexer.peek() === ')') return join('and', operands);
      if (operator === 'AND') this.operator();
      const operand = this.unary(field);
      operands.push(operator === 'AND' ? operand : carried(operand, operands.at(-1)));
    }
  }

  /** Takes AND or OR, and sees to it that an expression follows. */
  private operator(): void {
    const { name, length } = this.lexer.operator() ?? { name: 'AND', length: 0 };
    const at = this.lexer.here(length);
    this.lexer.at = at.end;
    this.expectOperand(at, `${name} needs an expression after it`);
  }

  private expectOperand(at: Span, problem: string): void {
    this.lexer.skipSpace();
    const operator = this.lexer.operator();
    if (this.lexer.peek() === '' || this.lexer.peek() === ')' || (operator && operator.name !== 'NOT')) {
      throw this.lexer.error(at, problem, `to search for the text itself, escape it: \\${this.lexer.text.slice(at.start, at.end)}`);
    }
  }

  private unary(field: Field | undefined): QueryNode {
    this.lexer.skipSpace();
    const operator = this.lexer.operator();
    if (operator && operator.name !== 'NOT') {
      throw this.lexer.error(this.lexer.here(operator.length), `${operator.name} needs an expression before it`, `to search for the text itself, escape it: \\${this.lexer.text.slice(this.lexer.at, this.lexer.at + operator.length)}`);
    }
    const prefix = operator ? operator.length : '-!+'.includes(this.lexer.peek()) && this.lexer.peek() !== '' ? 1 : 0;
    if (prefix === 0) return this.primary(field);

    const at = this.lexer.here(prefix);
    const symbol = this.lexer.text.slice(at.start, at.end);
    this.lexer.at = at.end;
    this.expectOperand(at, `${symbol} needs an expression after it`);
    const operand = this.deeper(at, () => this.unary(field));
    return symbol === '+' ? operand : { type: 'not', operand, start: at.start, end: operand.end };
  }

  private primary(field: Field | undefined): QueryNode {
    const { lexer } = this;
    const next = lexer.peek();
    if (next === '(') return this.group(field);
    if (next === ')') throw this.neverOpened();
    if (field) return this.value(field, true);
    switch (next) {
      case '"':
        return this.phrase({ kind: 'free-text', start: lexer.at, end: lexer.at });
      case '[':
      case '{':
        throw this.lexer.error(this.lexer.here(1), 'a range needs a field', 'write @attribute:[400 TO 499], or \\[ for a bracket in a word');
      case '>':
      case '<':
        throw this.lexer.error(this.lexer.here(1), 'a comparison needs a field', `write @attribute:${next}100, or \\${next} for the character itself`);
      case '#':
        throw this.lexer.error(this.lexer.here(1), 'calculated fields exist only in the Log Explorer', 'write the condition on attributes, or \\# for the character itself');
      case ':':
        throw this.lexer.error(this.lexer.here(1), 'a field name is missing before this colon', 'write @attribute:value, or \\: for the character itself');
      case ']':
      case '}':
        throw this.lexer.error(this.lexer.here(1), `unexpected ${next}`, `write \\${next} for a bracket in a word`);
      default:
        return this.wordOrField();
    }
  }

  private group(field: Field | undefined): QueryNode {
    const open = this.lexer.here(1);
    this.lexer.at++;
    this.lexer.skipSpace();
    if (this.lexer.peek() === '') throw this.lexer.neverClosed(open);
    if (this.lexer.peek() === ')') throw this.lexer.error({ start: open.start, end: this.lexer.at + 1 }, 'there is nothing between these parentheses', 'put a condition inside, or remove them');
    const inner = this.deeper(open, () => this.or(field));
    if (!this.lexer.take(')')) throw this.lexer.neverClosed(open);
    return { ...inner, start: open.start, end: this.lexer.at };
  }

  /** What begins with a word outside a field's group: free text, a field, or CIDR(...). */
  private wordOrField(): QueryNode {
    const { lexer } = this;
    const word = lexer.word(true);
    if (lexer.peek() === '(' && word.raw.toUpperCase() === 'CIDR') {
      if (word.raw !== 'CIDR') throw this.lexer.error(word, `functions are upper case: CIDR, not ${word.raw}`, 'write CIDR(@attribute, 10.0.0.0/8)');
      return readCidr(lexer, word.start);
    }
    if (lexer.peek() === ':') {
      const field = fieldOf(word, lexer);
      lexer.at++;
      return this.afterColon(field, word);
    }
    if (word.raw.startsWith('@')) {
      const use = word.raw === '@' ? 'write @attribute:value' : `use ${word.raw}:* to test that it exists`;
      throw this.lexer.error(word, 'an attribute needs a value', `${use}, or \\@ for the character itself`);
    }
    this.lexer.endWord(word);
    return this.conditionOf(word, { kind: 'free-text', start: word.start, end: word.start });
  }

  private afterColon(field: Field | 'exists' | 'missing', name: Word): QueryNode {
    const { lexer } = this;
    const after = lexer.at;
    const spelled = lexer.text.slice(name.start, after);
    if (lexer.isAtSpace()) {
      lexer.skipSpace();
      lexer.notes.push({ kind: 'space-after-colon', start: after, end: lexer.at });
      if (lexer.operator() || this.standsField()) throw this.missing(spelled, name);
    }
    if (lexer.peek() === '' || lexer.peek() === ')' || lexer.startsWith('&&') || lexer.startsWith('||')) throw this.missing(spelled, name);
    if (field === 'exists' || field === 'missing') return this.existence(field, name.start);
    if (lexer.peek() === '(') return this.group(field);
    const condition = this.value(field, false);
    return { ...condition, start: name.start };
  }

  /** `_exists_:x` and `_missing_:x`. */
  private existence(asked: 'exists' | 'missing', start: number): QueryNode {
    const { lexer } = this;
    const from = lexer.at;
    const quoted = lexer.peek() === '"';
    const word = quoted ? undefined : lexer.word(true);
    const name = quoted ? lexer.quoted() : word && plainText(word);
    if (word) this.lexer.endWord(word);
    if (name === undefined) throw this.lexer.error({ start: from, end: lexer.at }, 'wildcards are not allowed in a field name', 'name one field exactly');
    if (name === '') throw this.lexer.error({ start: from, end: lexer.at }, 'the name of a field is missing', 'name a field, such as _exists_:attribute');
    const field = fieldNamed(name, { start: from, end: lexer.at }, true);
    if (!field) throw this.lexer.error({ start: from, end: lexer.at }, 'the name of an attribute is missing after @', 'write @attribute');
    const exists: QueryNode = { type: 'exists', field, start, end: lexer.at };
    return asked === 'exists' ? exists : { type: 'not', operand: exists, start, end: lexer.at };
  }

  /** A value of `field`: after its colon, or inside its group, where `*:*` still means everything and a further field is a mistake. */
  private value(field: Field, inGroup: boolean): QueryNode {
    const { lexer } = this;
    const next = lexer.peek();
    if (next === '"') return this.phrase(field);
    if (next === '[' || next === '{') return readRange(lexer, field);
    if (next === '>' || next === '<') return readComparison(lexer, field);
    if (next === '!') throw this.lexer.error(this.lexer.here(1), 'negation stands before the field', 'write -@attribute:value, or \\! for the character itself');
    if (inGroup && lexer.startsWith('*:*')) {
      lexer.at += 3;
      return { type: 'all', start: lexer.at - 3, end: lexer.at };
    }
    const word = lexer.word(inGroup);
    if (inGroup && lexer.peek() === ':') {
      throw this.lexer.error({ start: word.start, end: lexer.at + 1 }, "a field cannot stand inside another field's group", `if the colon belongs to the value, escape it (${word.raw}\\:...) or quote the value; else put the field outside the group`);
    }
    this.lexer.endWord(word);
    if (word.colonAt >= 0) lexer.notes.push({ kind: 'bare-colon', start: word.colonAt, end: word.colonAt + 1 });
    return this.conditionOf(word, field);
  }

  private conditionOf(word: Word, field: Field): QueryNode {
    const { start, end, pieces } = word;
    const text = plainText(word);
    if (text !== undefined) return { type: 'term', field, value: text, start, end };
    const [first] = pieces;
    if (pieces.length > 1 || (first && 'wildcard' in first && first.wildcard === '?')) return { type: 'glob', field, pieces, start, end };
    return field.kind === 'free-text' || field.kind === 'everything' ? { type: 'all', start, end } : { type: 'exists', field, start, end };
  }

  private phrase(field: Field): QueryNode {
    const { lexer } = this;
    const start = lexer.at;
    const value = lexer.quoted();
    if (field.kind === 'free-text' && lexer.peek() === ':') {
      throw this.lexer.error({ start, end: lexer.at + 1 }, 'a field name is not quoted', `write @${lexer.text.slice(start, lexer.at)}: for an attribute whose name holds a dot`);
    }
    return { type: 'phrase', field, value, start, end: lexer.at };
  }

  /** Whether a field's name with its colon stands here. */
  private standsField(): boolean {
    return /^(?:[@*]|[\w.-]+:)/.test(this.lexer.text.slice(this.lexer.at)) && /^[^\s()"]*:/.test(this.lexer.text.slice(this.lexer.at));
  }

  private neverOpened(): Error {
    return this.lexer.error(this.lexer.here(1), 'this parenthesis was never opened', 'remove it, or write \\) for a parenthesis in a value');
  }

  private missing(spelled: string, name: Word): Error {
    return this.lexer.error({ start: name.start, end: name.start + spelled.length }, `missing value after '${spelled}'`, `use ${spelled}* to test that it exists`);
  }

  private deeper<T>(at: Span, parse: () => T): T {
    if (++this.depth > MAX_DEPTH) throw this.lexer.error(at, `nested more than ${MAX_DEPTH} levels deep`, 'write it flatter');
    const result = parse();
    this.depth--;
    return result;
  }
}

/**
 * `*:hello world` is `*:hello *:world`, and so with phrases (Datadog's docs, revision 5130bb54, "Multiple terms"): a word
 * without a field, right after full text and without an operator between them, is full text too.
 */
function carried(operand: QueryNode, before: QueryNode | undefined): QueryNode {
  if (!before || !('field' in before) || before.field.kind !== 'everything') return operand;
  if (!('field' in operand) || operand.field.kind !== 'free-text') return operand;
  return { ...operand, field: before.field };
}

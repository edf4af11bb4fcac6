import { CLASSES, literal, readClass } from './characterClass.ts';
import { PatternError } from './patternError.ts';

/**
 * Patterns in Python's syntax as JavaScript's, for the variables of the official forwarder, which is written in Python
 * (https://docs.python.org/3/library/re.html). What JavaScript cannot do is refused with its place.
 */

interface Flags {
  /** `(?i)` */
  i: boolean;
  /** `(?m)` */
  m: boolean;
  /** `(?s)` */
  s: boolean;
  /** `(?x)` */
  x: boolean;
  /** `(?a)` */
  a: boolean;
}

export interface Pattern {
  regex: RegExp;
  /** Worth saying once. */
  warnings: string[];
}

/**
 * Compiles a Python pattern for `search`, or with `g` for `sub`.
 *
 * @throws PatternError
 */
export function compilePython(pattern: string, global: '' | 'g' = ''): Pattern {
  const translation = new Translation(pattern);
  const source = translation.run();
  const flags = `u${global}${translation.flags.i ? 'i' : ''}`;
  try {
    return { regex: new RegExp(source, flags), warnings: translation.warnings };
  } catch (thrown) {
    // "Invalid regular expression: /<what we made of it>/u: reason": only the reason is about the user's pattern.
    const reason = /: ([^:]*)$/.exec((thrown as Error).message)?.[1] ?? 'it is not a pattern';
    throw new PatternError(pattern, 0, reason);
  }
}

// Without JavaScript's flag m these are the ends of the whole text.
const START_OF_TEXT = '^';
const END_OF_TEXT = '$';

class Translation {
  readonly flags: Flags = { i: false, m: false, s: false, x: false, a: false };
  readonly warnings: string[] = [];
  private readonly pattern: string;
  private at = 0;
  /** Of each open group: whether it may repeat something without end. */
  private readonly repeats: boolean[] = [false];
  /** Whether a group was just closed that repeats something without end: repeating it, too, is slow on texts that nearly match. */
  private closedRepeating = false;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  run(): string {
    this.globalFlags();
    let source = '';
    while (this.at < this.pattern.length) source += this.next();
    return source;
  }

  private refuse(problem: string, at = this.at): never {
    throw new PatternError(this.pattern, at, problem);
  }

  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private globalFlags(): void {
    for (let match = /^\(\?([aiLmsux]+)\)/.exec(this.pattern.slice(this.at)); match; match = /^\(\?([aiLmsux]+)\)/.exec(this.pattern.slice(this.at))) {
      for (const flag of match[1]!) {
        if (flag === 'L') this.refuse('the flag L is for bytes, and logs are text');
        if (flag !== 'u') this.flags[flag as keyof Flags] = true;
      }
      this.at += match[0].length;
    }
  }

  private next(): string {
    const character = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    const wasClosed = this.closedRepeating;
    this.closedRepeating = false;
    switch (character) {
      case '\\':
        return this.escape();
      case '[': {
        const { source, end } = readClass(this.pattern, this.at, this.flags.a);
        this.at = end;
        return source;
      }
      case '(':
        return this.group();
      case ')':
        if (this.repeats.length === 1) this.refuse('this parenthesis was never opened');
        this.closedRepeating = this.repeats.pop() ?? false;
        if (this.closedRepeating) this.repeats[this.repeats.length - 1] = true;
        this.at++;
        return ')';
      case '*':
      case '+':
      case '?':
        this.at++;
        return this.quantifier(character, character !== '?', wasClosed);
      case '{':
        return this.braces(wasClosed);
      case '|':
        this.at++;
        return '|';
      case '.':
        this.at++;
        return this.flags.s ? '[\\s\\S]' : '[^\\n]';
      case '^':
        this.at++;
        return this.flags.m ? '(?<=\\n|^)' : START_OF_TEXT;
      case '$':
        this.at++;
        // Python's $ also holds before a line break at the very end.
        return this.flags.m ? '(?=\\n|$)' : '(?=\\n?$)';
      default:
        if (this.flags.x && (/\s/.test(character) || character === '#')) return this.verbose(character);
        this.at += character.length;
        return literal(character);
    }
  }

  /** In verbose patterns white space means nothing, and `#` begins a comment. */
  private verbose(character: string): string {
    const lineEnd = this.pattern.indexOf('\n', this.at);
    this.at = character !== '#' ? this.at + 1 : lineEnd < 0 ? this.pattern.length : lineEnd;
    return '';
  }

  private group(): string {
    const open = this.at;
    if (this.take('(?#')) {
      const end = this.pattern.indexOf(')', this.at);
      if (end < 0) this.refuse('this comment is never closed', open);
      this.at = end + 1;
      return '';
    }
    const backReference = /^\(\?P=(\w+)\)/.exec(this.pattern.slice(open));
    if (backReference) {
      this.at += backReference[0].length;
      return `\\k<${backReference[1]}>`;
    }
    const source = this.groupOpening(open);
    this.repeats.push(false);
    return source;
  }

  private groupOpening(open: number): string {
    const named = /^\(\?P<([A-Za-z_]\w*)>/.exec(this.pattern.slice(open));
    if (named) {
      this.at += named[0].length;
      return `(?<${named[1]}>`;
    }
    for (const opening of ['(?:', '(?=', '(?!', '(?<=', '(?<!']) if (this.take(opening)) return opening;
    if (!this.take('(?')) {
      this.at++;
      return '(';
    }
    const next = this.pattern[this.at];
    if (next === '>') this.refuse('atomic groups (?>...) do not exist in JavaScript', open);
    if (next === '(') this.refuse('conditions (?(...)...) do not exist in JavaScript', open);
    if (next === 'P') this.refuse('a group is named (?P<name>...)', open);
    const scoped = /^([aimsux]*)(?:-([imsx]+))?([:)])/.exec(this.pattern.slice(this.at));
    if (scoped?.[3] === ')') this.refuse('flags for the whole pattern stand at its very beginning', open);
    if (scoped) {
      const changes = [...(scoped[1] ?? '')].some((flag) => flag !== 'u' && !this.flags[flag as keyof Flags]) || [...(scoped[2] ?? '')].some((flag) => this.flags[flag as keyof Flags]);
      if (changes) this.refuse('flags for a part of the pattern are not understood here; put them at its beginning', open);
      this.at += scoped[0].length;
      return '(?:';
    }
    return this.refuse('this kind of group is not understood', open);
  }

  private quantifier(source: string, isEndless: boolean, wasClosedRepeating: boolean): string {
    if (isEndless) {
      this.repeats[this.repeats.length - 1] = true;
      if (wasClosedRepeating && this.warnings.length === 0) this.warnings.push(`what is repeated before character ${this.at} repeats something itself: on a text that nearly matches this can take very long`);
    }
    if (this.pattern[this.at] === '+') this.refuse('possessive quantifiers (a second +) do not exist in JavaScript');
    return this.take('?') ? `${source}?` : source;
  }

  /** `{2}`, `{2,}`, `{,5}`, `{2,5}`; any other brace stands for itself. */
  private braces(wasClosedRepeating: boolean): string {
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.pattern.slice(this.at));
    if (!match || (match[1] === '' && match[3] === '')) {
      this.at++;
      return literal('{');
    }
    const [text, least = '', comma = '', most = ''] = match;
    this.at += text.length;
    return this.quantifier(`{${least === '' ? '0' : least}${comma}${most}}`, comma !== '' && most === '', wasClosedRepeating);
  }

  private escape(): string {
    const start = this.at;
    const next = this.pattern[start + 1];
    if (next === undefined) this.refuse('nothing follows this backslash');
    const rest = this.pattern.slice(start + 1);
    const octal = /^(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest);
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    const reference = /^[1-9]\d?/.exec(rest);
    if (octal) return this.escaped(octal[0].length, literal(String.fromCodePoint(parseInt(octal[0], 8))));
    if (hex) {
      const code = parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16);
      if (code > 0x10ffff) this.refuse('there is no such character');
      return this.escaped(hex[0].length, `\\u{${code.toString(16)}}`);
    }
    if (reference) return this.escaped(reference[0].length, `(?:\\${reference[0]})`);
    const word = `[${CLASSES(this.flags.a).w}]`;
    switch (next) {
      case 'A':
        return this.escaped(1, START_OF_TEXT);
      case 'Z':
        return this.escaped(1, END_OF_TEXT);
      case 'b':
        return this.escaped(1, `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`);
      case 'B':
        return this.escaped(1, `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`);
      case 'd':
      case 's':
      case 'w':
        return this.escaped(1, `[${CLASSES(this.flags.a)[next]}]`);
      case 'D':
      case 'S':
      case 'W':
        return this.escaped(1, `[^${CLASSES(this.flags.a)[next.toLowerCase() as 'd']}]`);
      case 'n':
      case 'r':
      case 't':
      case 'f':
      case 'v':
        return this.escaped(1, `\\${next}`);
      case 'a':
        return this.escaped(1, '\\x07');
      default:
        if (/[A-Za-z0-9]/.test(next)) this.refuse(`\\${next} is not understood`);
        return this.escaped(String.fromCodePoint(rest.codePointAt(0) ?? 0).length, literal(String.fromCodePoint(rest.codePointAt(0) ?? 0)));
    }
  }

  private escaped(length: number, source: string): string {
    this.at += 1 + length;
    return source;
  }
}

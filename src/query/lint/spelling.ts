import { conditions, type Condition } from '../ast.ts';
import type { Note } from '../language/lexer.ts';
import type { Query } from '../language/parser.ts';
import { wordsOf } from '../match/text.ts';
import type { Lint } from './lint.ts';

/** What was written in a way that reads differently than it looks. */
export function* lintSpelling(query: Query): Generator<Lint> {
  const curly = query.notes.filter((note) => note.kind === 'curly-quotes');
  if (curly[0]) yield lintNote(curly[0]);
  for (const note of query.notes) if (note.kind !== 'curly-quotes') yield lintNote(note);
  for (const condition of conditions(query.root)) yield* lintCondition(query.text, condition);
}

function lintNote({ kind, start, end }: Note): Lint {
  switch (kind) {
    case 'curly-quotes':
      return { code: kind, message: 'curly quotes are ignored', hint: 'use straight quotes: "..."', start, end };
    case 'space-after-colon':
      return { code: kind, message: 'a space stands between the colon and the value', hint: 'remove it', start, end };
    case 'bare-colon':
      return { code: kind, message: 'this colon is read as part of the value', hint: 'escape it (\\:) or quote the value, so that Datadog reads it the same', start, end };
  }
}

function* lintCondition(text: string, condition: Condition): Generator<Lint> {
  const { start, end, field } = condition;
  if (condition.type === 'term' && /^(?:and|or|not)$/.test(text.slice(start, end))) {
    const upper = condition.value.toUpperCase();
    yield { code: 'lower-case-operator', message: `'${condition.value}' is a word to search for here; operators are upper case`, hint: `write ${upper} for the operator, or "${condition.value}" for the word`, start, end };
  }
  if (condition.type === 'phrase' && /[*?]/.test(condition.value)) {
    yield { code: 'quoted-wildcard', message: 'inside quotes * and ? are plain characters', hint: 'remove the quotes, and escape spaces with a backslash', start, end };
  }
  if ((condition.type === 'term' || condition.type === 'phrase') && (field.kind === 'free-text' || field.kind === 'everything') && wordsOf(condition.value).length === 0) {
    yield { code: 'nothing-to-search', message: 'text search looks for words, and there is none in this', hint: 'search an attribute: @attribute:value', start, end };
  }
  if (condition.type === 'range' && [condition.lower, condition.upper].some((bound) => bound.kind === 'text' && /[*?]/.test(bound.value))) {
    yield { code: 'range-wildcard', message: 'inside a range * and ? are plain characters', hint: 'only a lone * is special: an open end', start, end };
  }
}

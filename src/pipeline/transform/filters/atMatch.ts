import { compilePython } from '../pythonRegex/translate.ts';

/**
 * INCLUDE_AT_MATCH and EXCLUDE_AT_MATCH of the official forwarder: a Python pattern, searched in the record's text.
 *
 * The official one searches its own re-serialisation, which puts a space after each colon and comma, so that
 * `"awsRegion":"us-east-1"` finds nothing (FAULTS 25). Here a pattern may be written for either text.
 *
 * @throws PatternError
 */
export function atMatch(pattern: string): { matches: (text: string) => boolean; warnings: string[] } {
  const { regex, warnings } = compilePython(pattern);
  return { matches: (text) => regex.test(text) || regex.test(respaced(text)), warnings };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[\s]+|[:,]/gs;

/** The record as Python's `json.dumps(record, ensure_ascii=False)` spaces and escapes it; numbers stay as they are. */
export function respaced(text: string): string {
  return text.replace(TOKEN, (token) => {
    switch (token[0]) {
      case ':':
        return ': ';
      case ',':
        return ', ';
      case '"':
        return token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token;
      default:
        return '';
    }
  });
}

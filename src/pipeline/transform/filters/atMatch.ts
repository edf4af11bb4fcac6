import { compilePython } from '../pythonRegex/translate.ts';

/** A pattern of these characters finds no white space, so it finds the same however the JSON is spaced. */
const SPACELESS = /^[\w"/|()@=-]*$/;
/** White space between tokens; CloudTrail writes none. */
const SPACED = /[{}[\]:,]\s|\s[{}[\]:,]/;

/**
 * INCLUDE_AT_MATCH and EXCLUDE_AT_MATCH of the official forwarder: a Python pattern, searched in the record's text.
 *
 * The official one searches its own re-serialisation, which puts a space after each colon and comma, so that
 * `"awsRegion":"us-east-1"` finds nothing (FAULTS 25). Here a pattern may be written for either text, whatever the record
 * itself looks like.
 *
 * @throws PatternError
 */
export function atMatch(pattern: string): { matches: (text: string) => boolean; warnings: string[] } {
  const { regex, warnings } = compilePython(pattern);
  const isSpaceless = SPACELESS.test(pattern);
  return {
    matches: (text) => {
      if (regex.test(text)) return true;
      const isPlain = !text.includes('\\') && !SPACED.test(text);
      if (isPlain && isSpaceless) return false;
      return regex.test(respaced(text, ' ')) || (!isPlain && regex.test(respaced(text, '')));
    },
    warnings,
  };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\s+|[:,]/gs;

/**
 * The record as Python's `json.dumps(record, ensure_ascii=False)` escapes it, with `space` after each colon and comma
 * (there it is one space). Numbers stay as they are.
 */
export function respaced(text: string, space: ' ' | ''): string {
  return text.replace(TOKEN, (token) => {
    switch (token[0]) {
      case ':':
      case ',':
        return token + space;
      case '"':
        return token.includes('\\') ? JSON.stringify(JSON.parse(token)) : token;
      default:
        return '';
    }
  });
}

/** JSON's numbers: what a term must look like to equal a number of a log. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What counts as a number in a comparison, in a query or as the text of an attribute. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const WITH_UNIT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|sec|m|min|h|hr|d|day|w|b|kb|mb|gb|tb|kib|mib|gib|tib|%)$/i;

/** The number that a text writes, or undefined. */
export function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** The number that a term writes as JSON would, or undefined: `443` but not `0443`. */
export function jsonNumberOf(text: string): number | undefined {
  return JSON_NUMBER.test(text) ? Number(text) : undefined;
}

/** Whether a text is a number with a unit, such as `20ms`; Datadog reads these on measures only. */
export function hasUnit(text: string): boolean {
  return WITH_UNIT.test(text);
}

/**
 * The automaton of JSON's numbers, `true`, `false` and `null` (RFC 8259, sections 3 and 6), as a table, because a
 * scalar may lie across any chunk border and the state between two bytes must fit into one number.
 * State 0 means "no such scalar".
 */
const STATES = 32;

/** `NEXT[state << 8 | byte]` is the state after that byte, 0 when the byte does not continue the scalar. */
export const NEXT = new Uint8Array(STATES * 256);
/** `ACCEPTS[state]` is 1 where the scalar may end. */
export const ACCEPTS = new Uint8Array(STATES);
/** The state before the first byte of a scalar. */
export const START = 1;

const [MINUS, ZERO, INTEGER, POINT, FRACTION, EXPONENT, SIGN, POWER] = [2, 3, 4, 5, 6, 7, 8, 9] as const;

function on(from: number, bytes: string, to: number): void {
  for (const byte of Buffer.from(bytes)) NEXT[(from << 8) | byte] = to;
}

on(START, '-', MINUS);
for (const from of [START, MINUS]) {
  on(from, '0', ZERO);
  on(from, '123456789', INTEGER);
}
on(INTEGER, '0123456789', INTEGER);
for (const from of [ZERO, INTEGER]) on(from, '.', POINT);
for (const from of [POINT, FRACTION]) on(from, '0123456789', FRACTION);
for (const from of [ZERO, INTEGER, FRACTION]) on(from, 'eE', EXPONENT);
on(EXPONENT, '+-', SIGN);
for (const from of [EXPONENT, SIGN, POWER]) on(from, '0123456789', POWER);
for (const state of [ZERO, INTEGER, FRACTION, POWER]) ACCEPTS[state] = 1;

let free = POWER + 1;
for (const literal of ['true', 'false', 'null']) {
  let from: number = START;
  for (const letter of literal) {
    on(from, letter, free);
    from = free++;
  }
  ACCEPTS[from] = 1;
}

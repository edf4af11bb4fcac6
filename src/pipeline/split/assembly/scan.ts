// AssemblyScript, not TypeScript: built into WebAssembly by scripts/assemble.mjs.
//
// The hot middle of ../splitter.ts: the same automaton, 16 bytes of a string at a time. It works only inside a
// `Records` array, and stops before whatever it does not handle: the array's end, a byte that breaks the grammar, a
// table that is full. The splitter's own loop, which handles everything, goes on from that byte with the same state;
// so no error is made here.

// Where things lie in the memory; ../vectorScan.ts knows the same numbers.
const STATE: usize = 1024;
const NEXT: usize = 4096;
const ACCEPTS: usize = 12288;
const CONTAINERS: usize = 65536;
const RECORDS: usize = 131072;
const RECORDS_END: usize = RECORDS + 4096 * 20;
const MEMBERS: usize = 262144;
const MEMBERS_CAPACITY: i32 = 65536;
const MAX_DEPTH: i32 = 65536;

const OBJECT: u8 = 1;
const ARRAY: u8 = 2;

const VALUE: i32 = 0;
const FIRST_ELEMENT: i32 = 1;
const FIRST_KEY: i32 = 2;
const KEY: i32 = 3;
const COLON: i32 = 4;
const AFTER_VALUE: i32 = 5;
const SCALAR: i32 = 7;
const IN_KEY: i32 = 8;
const IN_STRING: i32 = 9;

const START: i32 = 1;
const TOO_DEEP: i32 = 1;

// The state, as 32-bit words.
// 0 state, 1 escape, 2 lex, 3 depth, 4 start, 5 in a record, 6 is an object, 7 escaped keys, 8 unkept, 9 member top,
// 10 first member, 11 records given, 12 deepest depth that is kept
@inline function get(word: i32): i32 {
  return load<i32>(STATE + (<usize>word << 2));
}
@inline function put(word: i32, value: i32): void {
  store<i32>(STATE + (<usize>word << 2), value);
}
@inline function note(top: i32, position: i32): void {
  store<i32>(MEMBERS + (<usize>top << 2), position);
}

/**
 * Scans bytes `i` to `length` (positions in the chunk; byte k lies at `at + k`); gives the position where it stopped.
 * The 16 bytes after the last one are overwritten.
 */
export function scan(from: i32, length: i32, at: usize): i32 {
  let i = from;
  let state = get(0);
  let escape = get(1);
  let lex = get(2);
  let depth = get(3);
  let start = get(4);
  let inRecord = get(5);
  let isObject = get(6);
  let escapedKeys = get(7);
  let unkept = get(8);
  let top = get(9);
  let first = get(10);
  const deepest = get(12);
  let given = RECORDS;
  // A string that goes on to the end of the chunk is ended there by a zero, which no string may hold.
  v128.store(at + length, i8x16.splat(0));
  const quotes = i8x16.splat(0x22);
  const backslashes = i8x16.splat(0x5c);
  const spaces = i8x16.splat(0x20);

  while (i < length) {
    let ended = false;
    if (state >= IN_KEY) {
      if (escape != 0) {
        const byte = load<u8>(at + i);
        if (escape > 1) {
          if (!isHex(byte)) break;
          escape = escape == 2 ? 0 : escape - 1;
        } else if (byte == 0x75) {
          escape = 5;
        } else {
          if (!isEscape(byte)) break;
          escape = 0;
        }
        i++;
        continue;
      }
      let found: i32 = 0;
      for (;;) {
        const bytes = v128.load(at + i);
        found = i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), i8x16.lt_u(bytes, spaces)));
        if (found != 0) break;
        i += 16;
      }
      i += ctz(found);
      if (i >= length) {
        i = length;
        break;
      }
      const byte = load<u8>(at + i);
      if (byte == 0x22) {
        i++;
        if (state == IN_KEY) {
          if (depth == 3 && unkept == 0) note(top++, i - 1 - start);
          state = COLON;
          // Minified files have the colon, and mostly the next string, right here. A zero stands after the last byte.
          if (load<u8>(at + i) == 0x3a) {
            i++;
            state = VALUE;
            if (load<u8>(at + i) == 0x22) {
              if (depth == 3 && unkept == 0) note(top++, i - start);
              i++;
              state = IN_STRING;
            }
          }
          continue;
        }
        state = AFTER_VALUE;
        ended = true;
      } else if (byte == 0x5c) {
        escape = 1;
        if (state == IN_KEY && depth == 3) escapedKeys = 1;
        i++;
        continue;
      } else {
        break;
      }
    } else if (state == SCALAR) {
      let next: i32 = 0;
      while (i < length) {
        next = load<u8>(NEXT + ((<usize>lex << 8) | <usize>load<u8>(at + i)));
        if (next == 0) break;
        lex = next;
        i++;
      }
      if (i >= length) break;
      if (load<u8>(ACCEPTS + lex) == 0) break;
      state = AFTER_VALUE;
      ended = true;
    } else {
      const byte = load<u8>(at + i);
      if (byte == 0x22) {
        if (state == FIRST_KEY || state == KEY) {
          if (depth == 3) {
            if (unkept == 0) {
              if (top + 4 > MEMBERS_CAPACITY) break;
              note(top++, i + 1 - start);
            }
          }
          state = IN_KEY;
        } else if (state <= FIRST_ELEMENT) {
          if (depth == 2) {
            if (given == RECORDS_END) break;
            inRecord = 1; isObject = 0; unkept = 0; escapedKeys = 0; start = i; first = top;
          } else if (depth == 3 && isObject != 0 && unkept == 0) note(top++, i - start);
          state = IN_STRING;
        } else break;
        i++;
      } else if (byte == 0x2c) {
        if (state != AFTER_VALUE) break;
        state = load<u8>(CONTAINERS + depth) == OBJECT ? KEY : VALUE;
        i++;
      } else if (byte == 0x7b || byte == 0x5b) {
        if (state > FIRST_ELEMENT) break;
        if (depth + 1 >= MAX_DEPTH) break;
        if (depth == 2) {
          if (given == RECORDS_END) break;
          inRecord = 1; isObject = byte == 0x7b ? 1 : 0; unkept = 0; escapedKeys = 0; start = i; first = top;
        } else if (depth == 3 && isObject != 0 && unkept == 0) note(top++, i - start);
        depth++;
        if (depth > deepest && unkept == 0) unkept = TOO_DEEP;
        store<u8>(CONTAINERS + depth, byte == 0x7b ? OBJECT : ARRAY);
        state = byte == 0x7b ? FIRST_KEY : FIRST_ELEMENT;
        i++;
      } else if (byte == 0x7d) {
        if ((state != AFTER_VALUE && state != FIRST_KEY) || load<u8>(CONTAINERS + depth) != OBJECT) break;
        depth--;
        state = AFTER_VALUE;
        i++;
        ended = true;
      } else if (byte == 0x5d) {
        if (depth == 2) break;
        if ((state != AFTER_VALUE && state != FIRST_ELEMENT) || load<u8>(CONTAINERS + depth) != ARRAY) break;
        depth--;
        state = AFTER_VALUE;
        i++;
        ended = true;
      } else if (byte == 0x3a) {
        if (state != COLON) break;
        state = VALUE;
        i++;
      } else if (byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09) {
        i++;
      } else {
        if (state > FIRST_ELEMENT) break;
        const next = load<u8>(NEXT + ((<usize>START << 8) | <usize>byte));
        if (next == 0) break;
        if (depth == 2) {
          if (given == RECORDS_END) break;
          inRecord = 1; isObject = 0; unkept = 0; escapedKeys = 0; start = i; first = top;
        } else if (depth == 3 && isObject != 0 && unkept == 0) note(top++, i - start);
        lex = next;
        state = SCALAR;
        i++;
      }
    }

    if (ended) {
      if (depth == 3) {
        if (isObject != 0 && unkept == 0) {
          note(top++, i - start);
          // And the comma and the next key.
          if (load<u8>(at + i) == 0x2c && load<u8>(at + i + 1) == 0x22 && top + 4 <= MEMBERS_CAPACITY) {
            i += 2;
            note(top++, i - start);
            state = IN_KEY;
          }
        }
      } else if (depth == 2) {
        inRecord = 0;
        store<i32>(given, start);
        store<i32>(given + 4, i);
        store<i32>(given + 8, first);
        store<i32>(given + 12, unkept != 0 || isObject == 0 ? -1 : (top - first) >> 2);
        store<i32>(given + 16, unkept | (escapedKeys << 2));
        given += 20;
        if (unkept != 0) top = first;
      } else if (load<u8>(at + i) == 0x2c && load<u8>(at + i + 1) == 0x22) {
        i += 2;
        state = load<u8>(CONTAINERS + depth) == OBJECT ? IN_KEY : IN_STRING;
      }
    }
  }

  put(0, state);
  put(1, escape);
  put(2, lex);
  put(3, depth);
  put(4, start);
  put(5, inRecord);
  put(6, isObject);
  put(7, escapedKeys);
  put(8, unkept);
  put(9, top);
  put(10, first);
  put(11, <i32>((given - RECORDS) / 20));
  return i;
}

@inline function isHex(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** One of "\/bfnrt */
@inline function isEscape(byte: u8): bool {
  return byte == 0x22 || byte == 0x5c || byte == 0x2f || byte == 0x62 || byte == 0x66 || byte == 0x6e || byte == 0x72 || byte == 0x74;
}

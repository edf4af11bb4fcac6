import { ACCEPTS, NEXT } from './scalars.ts';
import { SCAN_WASM } from './scanWasm.ts';

// Where things lie in the memory of assembly/scan.ts.
const STATE = 1024;
const NEXT_AT = 4096;
const ACCEPTS_AT = 12_288;
const CONTAINERS = 65_536;
const RECORDS = 131_072;
const MEMBERS = 262_144;
const INPUT = 524_288;

// TypeScript tells of it with browsers' types only.
declare const WebAssembly: {
  validate(code: Uint8Array): boolean;
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { exports: object };
};

/** Bytes scanned in one go. */
export const SLICE_BYTES = 256 * 1024;
/** Records that one go can give. */
export const SCANNED_RECORDS = 4096;
/** Numbers of the member table that one go can give: the open record's are among them. */
export const SCANNED_MEMBERS = 65_536;

/** Words of the state. */
export const WORD = { state: 0, escape: 1, lex: 2, depth: 3, start: 4, inRecord: 5, isObject: 6, escapedKeys: 7, unkept: 8, memberTop: 9, firstMember: 10, given: 11, deepest: 12 } as const;
/** Words of a record given: its start and end, where its members begin, how many they are, and flags. */
export const GIVEN_WORDS = 5;

/** The splitter's loop over records in WebAssembly, and the memory it shares with it. */
export interface VectorScan {
  readonly state: Int32Array;
  readonly containers: Uint8Array;
  readonly records: Int32Array;
  readonly members: Int32Array;
  /** Scans `chunk[from, to)`, at most {@link SLICE_BYTES}; gives the position where it stopped. All positions are the chunk's. */
  scan(chunk: Uint8Array, from: number, to: number): number;
}

let made: VectorScan | undefined | 'never';

/**
 * The scanner, made at the first call; undefined where the runtime has no 128-bit vectors. One is enough for the
 * process: between two calls nothing of worth is in it.
 */
export function vectorScan(): VectorScan | undefined {
  made ??= make() ?? 'never';
  return made === 'never' ? undefined : made;
}

function make(): VectorScan | undefined {
  const code = Buffer.from(SCAN_WASM, 'base64');
  if (!WebAssembly.validate(code)) return undefined;
  const { scan, memory } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as { scan: (from: number, to: number, at: number) => number; memory: { buffer: ArrayBuffer } };
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(NEXT, NEXT_AT);
  bytes.set(ACCEPTS, ACCEPTS_AT);
  return {
    state: new Int32Array(memory.buffer, STATE, 16),
    containers: bytes.subarray(CONTAINERS, RECORDS),
    records: new Int32Array(memory.buffer, RECORDS, SCANNED_RECORDS * GIVEN_WORDS),
    members: new Int32Array(memory.buffer, MEMBERS, SCANNED_MEMBERS),
    scan(chunk, from, to) {
      bytes.set(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to), INPUT);
      return scan(from, to, INPUT - from);
    },
  };
}

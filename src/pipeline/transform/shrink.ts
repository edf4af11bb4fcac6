/**
 * Cuts a log that is too large for the intake (1 MB, CONTRACT A5) so that what detection needs stays: who, what, when,
 * from where, on what, with which error. The biggest values go first; each is replaced by a text that says how many
 * bytes stood there, and `_truncated` lists them. Everything that is kept, is kept as it was written.
 */

/** Kept whole while anything else can still be cut: identity, event, error, address, resources, and our metadata. */
const KEPT = new Set([
  'userIdentity', 'eventTime', 'eventVersion', 'eventSource', 'eventName', 'eventID', 'eventType', 'eventCategory',
  'awsRegion', 'recipientAccountId', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestID',
  'readOnly', 'managementEvent', 'resources', 'sharedEventID', 'vpcEndpointId',
  'aws', 'ddsource', 'ddsourcecategory', 'ddtags', 'service', 'host',
]);

/** Smaller values are not worth a marker. */
const MIN_CUT_BYTES = 256;
const MAX_LISTED = 20;
const MAX_PATH_CHARACTERS = 120;
/** Room for `_truncated` itself: twenty paths, escaped, and the numbers. */
const RESERVED_BYTES = 20_000;

/** A value of at least {@link MIN_CUT_BYTES}; smaller ones are not looked at, which bounds the memory. */
interface Value {
  path: string;
  start: number;
  end: number;
  isLeaf: boolean;
  kept: boolean;
  inside: Value | undefined;
  cut: boolean;
  /** Bytes that cutting values inside it has saved. */
  savedInside: number;
}

/**
 * The text of a JSON object, cut to at most `maxBytes`; the same text when it is small enough.
 *
 * @throws nothing: as a last resort all members but the smallest are dropped.
 */
export function shrink(text: Buffer, maxBytes: number): Buffer {
  if (text.length <= maxBytes) return text;
  const values = findValues(text);
  const room = Math.max(maxBytes - Math.min(RESERVED_BYTES, Math.floor(maxBytes / 4)), 0);
  let size = text.length;
  const cutWhile = (candidates: Value[]) => {
    for (const value of candidates) {
      if (size <= room) return;
      if (value.cut || value.inside?.cut === true) continue;
      const saved = value.end - value.start - value.savedInside - marker(value).length;
      if (saved <= 0) continue;
      value.cut = true;
      size -= saved;
      for (let outer = value.inside; outer !== undefined; outer = outer.inside) outer.savedInside += saved;
    }
  };
  const bySize = (a: Value, b: Value) => b.end - b.start - (a.end - a.start);
  for (const kept of [false, true]) {
    const among = values.filter((value) => value.kept === kept).sort(bySize);
    cutWhile(among.filter((value) => value.isLeaf));
    // Then whole containers, the inner ones first, so that as much of the structure stays as can.
    cutWhile(among.filter((value) => !value.isLeaf).sort((a, b) => depthOf(b) - depthOf(a) || bySize(a, b)));
  }
  const cut = values.filter((value) => value.cut && !isInsideCut(value)).sort((a, b) => a.start - b.start);
  const result = write(text, cut);
  return result.length <= maxBytes ? result : lastResort(text, maxBytes);
}

function depthOf(value: Value): number {
  let depth = 0;
  for (let outer = value.inside; outer !== undefined; outer = outer.inside) depth++;
  return depth;
}

function isInsideCut(value: Value): boolean {
  for (let outer = value.inside; outer !== undefined; outer = outer.inside) if (outer.cut) return true;
  return false;
}

function marker(value: Value): string {
  return `"[cut by the forwarder: ${value.end - value.start} bytes]"`;
}

function write(text: Buffer, cut: Value[]): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const value of cut) {
    pieces.push(text.subarray(from, value.start), Buffer.from(marker(value)));
    from = value.end;
  }
  pieces.push(text.subarray(from, text.lastIndexOf('}')), Buffer.from(`,${truncated(text, cut.map((value) => value.path))}}`));
  return Buffer.concat(pieces);
}

function truncated(text: Buffer, paths: string[]): string {
  const listed = paths.slice(0, MAX_LISTED).map((path) => path.slice(0, MAX_PATH_CHARACTERS));
  return `"_truncated":${JSON.stringify({ originalBytes: text.length, cutValues: paths.length, cut: listed })}`;
}

/** Thousands of small members: those that are kept above, smallest first, as far as there is room. */
function lastResort(text: Buffer, maxBytes: number): Buffer {
  const members: { key: string; start: number; end: number }[] = [];
  eachMember(text, 0, (key, keyStart, _valueStart, valueEnd) => members.push({ key, start: keyStart, end: valueEnd }));
  const note = truncated(text, ['(members that would not fit)']);
  let size = note.length + 2;
  const fitting = members
    .sort((a, b) => Number(KEPT.has(b.key)) - Number(KEPT.has(a.key)) || a.end - a.start - (b.end - b.start))
    .filter((member) => size + member.end - member.start + 1 <= maxBytes && (size += member.end - member.start + 1) > 0)
    .sort((a, b) => a.start - b.start);
  return Buffer.concat([Buffer.from('{'), ...fitting.flatMap((member) => [text.subarray(member.start, member.end), Buffer.from(',')]), Buffer.from(`${note}}`)]);
}

function findValues(text: Buffer): Value[] {
  const values: Value[] = [];
  const visit = (path: string, start: number, end: number, kept: boolean, inside: Value | undefined) => {
    if (end - start < MIN_CUT_BYTES) return;
    const opening = text[start];
    const isLeaf = opening !== 0x7b && opening !== 0x5b;
    const value: Value = { path, start, end, isLeaf, kept, inside, cut: false, savedInside: 0 };
    values.push(value);
    if (opening === 0x7b) eachMember(text, start, (key, _keyStart, from, to) => visit(`${path}.${key}`, from, to, kept, value));
    if (opening === 0x5b) eachElement(text, start, (k, from, to) => visit(`${path}[${k}]`, from, to, kept, value));
  };
  eachMember(text, 0, (key, _keyStart, start, end) => visit(key, start, end, KEPT.has(key), undefined));
  return values;
}

// A walk over JSON that is known to be valid: the splitter has checked it.

function eachMember(text: Buffer, object: number, member: (key: string, keyStart: number, valueStart: number, valueEnd: number) => void): void {
  let at = skipSpace(text, skipSpace(text, object) + 1);
  while (text[at] !== 0x7d) {
    const keyEnd = skipString(text, at);
    const key = JSON.parse(text.subarray(at, keyEnd).toString()) as string;
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    member(key, at, start, end);
    at = skipSpace(text, end);
    if (text[at] === 0x2c) at = skipSpace(text, at + 1);
  }
}

function eachElement(text: Buffer, array: number, element: (k: number, start: number, end: number) => void): void {
  let at = skipSpace(text, array + 1);
  for (let k = 0; text[at] !== 0x5d; k++) {
    const end = skipValue(text, at);
    element(k, at, end);
    at = skipSpace(text, end);
    if (text[at] === 0x2c) at = skipSpace(text, at + 1);
  }
}

function skipSpace(text: Buffer, at: number): number {
  while (text[at] === 0x20 || text[at] === 0x0a || text[at] === 0x0d || text[at] === 0x09) at++;
  return at;
}

function skipString(text: Buffer, at: number): number {
  for (at++; text[at] !== 0x22; at++) if (text[at] === 0x5c) at++;
  return at + 1;
}

function skipValue(text: Buffer, at: number): number {
  let depth = 0;
  for (; ; at++) {
    const byte = text[at];
    if (byte === 0x22) at = skipString(text, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (depth === 0) {
      while (at < text.length && !DELIMITERS.has(text[at]!)) at++;
      return at;
    }
    if (depth === 0) return at + 1;
  }
}

const DELIMITERS = new Set(Buffer.from(',]} \n\r\t'));

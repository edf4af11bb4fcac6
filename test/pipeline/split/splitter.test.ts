import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Splitter, type SplitLimits } from '../../../src/pipeline/split/splitter.ts';
import { SCANNED_MEMBERS, SCANNED_RECORDS, SLICE_BYTES, vectorScan } from '../../../src/pipeline/split/vectorScan.ts';
import { describeShared, sharedFiles } from '../../support/sharedData.ts';

interface Cut {
  records: string[];
  members: [string, string][][];
  unkept: (string | undefined)[];
  error?: { code: string; message: string };
}

/** Both loops must give the same, at every chunk border. */
function cut(bytes: Uint8Array, borders: number[] = [], limits: Partial<SplitLimits> = {}): Cut {
  const vectored = cutBy('fastest', bytes, borders, limits);
  const plain = cutBy('plain', bytes, borders, limits);
  if (!isDeepStrictEqual(vectored, plain)) throw new Error(`the vector loop differs from the plain one on ${JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 2000))} with borders ${borders.slice(0, 50).join(',')}: ${JSON.stringify(vectored).slice(0, 500)} instead of ${JSON.stringify(plain).slice(0, 500)}`);
  return vectored;
}

/** Cuts `bytes`, pushed in chunks that end at `borders`. Each chunk's memory is wiped after use: what is kept must be a copy. */
function cutBy(loop: 'fastest' | 'plain', bytes: Uint8Array, borders: number[], limits: Partial<SplitLimits>): Cut {
  const splitter = new Splitter(limits, loop);
  const result: Cut = { records: [], members: [], unkept: [] };
  const ends = [...new Set([...borders.filter((at) => at > 0 && at < bytes.length), bytes.length])].sort((a, b) => a - b);
  try {
    let from = 0;
    for (const to of ends) {
      const chunk = Uint8Array.from(bytes.subarray(from, to));
      for (const record of splitter.push(chunk)) {
        const text = Buffer.from(record.bytes.subarray(record.start, record.end));
        result.records.push(text.toString());
        result.unkept.push(record.unkept);
        const members: [string, string][] = [];
        for (let m = 0; m < record.memberCount; m++) {
          const [keyStart, keyEnd, valueStart, valueEnd] = record.members.subarray(4 * (record.firstMember + m));
          members.push([text.subarray(keyStart, keyEnd).toString(), text.subarray(valueStart, valueEnd).toString()]);
        }
        result.members.push(members);
      }
      chunk.fill(0x21);
      from = to;
    }
    splitter.end();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    result.error = { code, message };
  }
  return result;
}

const bytes = (text: string): Buffer => Buffer.from(text);
const everyBorder = (text: Uint8Array): number[] => Array.from(text, (_, at) => at);

describe('Splitter gives the original text of each record', () => {
  const objects: [string, string, string[]][] = [
    ['a minified file', '{"Records":[{"a":1},{"b":"x"}]}', ['{"a":1}', '{"b":"x"}']],
    ['no records', '{"Records":[]}', []],
    ['keys before and after Records', '{"x":{"Records":[9]},"Records":[{"a":[1,{"b":2}]}],"y":[[]],"z":null}', ['{"a":[1,{"b":2}]}']],
    ['pretty-printed, CRLF', '{\r\n  "Records": [\r\n    { "a" : 1 },\r\n\t{ }\r\n  ]\r\n}\r\n', ['{ "a" : 1 }', '{ }']],
    ['a byte order mark', '\ufeff{"Records":[{"a":1}]}', ['{"a":1}']],
    ['numbers, escapes and duplicate keys as they stand', '{"Records":[{"n":12345678901234567890,"m":1.10,"e":1E400,"z":0.0,"-":-0,"d":1,"d":2,"u":"\\u00e9\\ud83d"}]}', ['{"n":12345678901234567890,"m":1.10,"e":1E400,"z":0.0,"-":-0,"d":1,"d":2,"u":"\\u00e9\\ud83d"}']],
    ['quotes, backslashes and brackets in strings', '{"Records":[{"a":"\\\\\\"]}[{,","b]":"\\\\"}]}', ['{"a":"\\\\\\"]}[{,","b]":"\\\\"}']],
    ['multi-byte characters and U+2028', '{"Records":[{"a":"é漢😀\u2028"}]}', ['{"a":"é漢😀\u2028"}']],
    ['an escaped Records key', '{"\\u0052ecords":[{"a":1}]}', ['{"a":1}']],
    ['records that are not objects', '{"Records":[null,1,"a,b",[1,[2]],{},true]}', ['null', '1', '"a,b"', '[1,[2]]', '{}', 'true']],
  ];

  test.each(objects)('%s, whole and with a chunk border at every byte', (_name, text, records) => {
    const input = bytes(text);
    expect(cut(input)).toMatchObject({ records });
    expect(cut(input, everyBorder(input))).toMatchObject({ records });
    expect(cut(input).error).toBeUndefined();
    for (const at of everyBorder(input)) expect(cut(input, [at]).records).toEqual(records);
  });
});

test('the top-level members of a record are told with their original text', () => {
  const text = '{"Records":[{"a" : {"x":[1,2]}, "b\\"":"v,", "c":-1.5e3 ,"a":null}]}';
  const members = [['a', '{"x":[1,2]}'], ['b\\"', '"v,"'], ['c', '-1.5e3'], ['a', 'null']];
  expect(cut(bytes(text)).members).toEqual([members]);
  expect(cut(bytes(text), everyBorder(bytes(text))).members).toEqual([members]);
});

test('a record with hundreds of members does not disturb the ones before it', () => {
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, k) => [`k${k}`, k])));
  const input = bytes(`{"Records":[{"first":1},${wide},{"last":1}]}`);
  for (const borders of [[], [20, 9000, 9001]]) {
    const { members, records } = cut(input, borders);
    expect(records[1]).toBe(wide);
    expect(members[0]).toEqual([['first', '1']]);
    expect(members[1]).toHaveLength(3000);
    expect(members[1]![2999]).toEqual(['k2999', '2999']);
    expect(members[2]).toEqual([['last', '1']]);
  }
});

describe('the vector loop', () => {
  test('is taken here, and was built from its source', () => {
    expect(vectorScan()).toBeDefined();
    expect(spawnSync(process.execPath, ['scripts/assemble.mjs', '--check'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  }, 60_000);

  test.each([
    ['more records than its table holds', `{"Records":[${'1,'.repeat(3 * SCANNED_RECORDS)}{"a":2}]}`, 3 * SCANNED_RECORDS + 1],
    ['more members than its table holds', `{"Records":[{"a":1},{${'"k":0,'.repeat(SCANNED_MEMBERS / 4 + 10)}"z":1},{"b":2},{${'"k":0,'.repeat(SCANNED_MEMBERS / 8)}"z":1},{${'"k":0,'.repeat(SCANNED_MEMBERS / 8)}"z":1}]}`, 5],
    ['a record longer than one go', `{"Records":[{"a":1},{"b":"${'x'.repeat(2 * SLICE_BYTES)}","c":${' '.repeat(SLICE_BYTES)}1},{"d":1}]}`, 3],
    ['a second Records array', `{"Records":[{"a":1}],"x":[1,{"Records":[2]}],"Records":[{"b":2},3]}`, 3],
  ])('gives what the plain one gives: %s', (_name, text, count) => {
    const input = bytes(text);
    for (const borders of [[], [20, 9000, 9001, SLICE_BYTES + 3], Array.from({ length: 60 }, (_, k) => k * 9973)]) {
      const { records, error } = cut(input, borders);
      expect([records.length, error]).toEqual([count, undefined]);
    }
  });
});

describe('Splitter names what is not a whole CloudTrail object', () => {
  test.each([
    ['nothing', '', 'ERR_NOT_CLOUDTRAIL', /it is empty/],
    ['an array', '[{"a":1}]', 'ERR_NOT_CLOUDTRAIL', /starts with "\[" at byte 0/],
    ['text', 'version account-id', 'ERR_NOT_CLOUDTRAIL', /starts with "v" at byte 0/],
    ['a cut inside a string', '{"Records":[{"a":"b', 'ERR_JSON_BROKEN', /at byte 19, in record 0: the object ends before/],
    ['a cut after a record', '{"Records":[{"a":1},{"a":2}', 'ERR_JSON_BROKEN', /at byte 27, in the text after record 1/],
    ['a missing value', '{"Records":[{"a":1},{"b":}]}', 'ERR_JSON_BROKEN', /at byte 25, in record 1: unexpected "}"/],
    ['a bad literal', '{"Records":[{"a":tru}]}', 'ERR_JSON_BROKEN', /at byte 20/],
    ['a leading zero', '{"Records":[{"a":01}]}', 'ERR_JSON_BROKEN', /at byte 18/],
    ['a control character in a string', '{"Records":[{"a":"\n"}]}', 'ERR_JSON_BROKEN', /at byte 18.*byte 0x0a/],
    ['a bad escape', '{"Records":[{"a":"\\x"}]}', 'ERR_JSON_BROKEN', /at byte 19/],
    ['a bracket of the wrong kind', '{"Records":[{"a":[1}]}', 'ERR_JSON_BROKEN', /at byte 19/],
    ['a trailing comma', '{"Records":[{"a":1},]}', 'ERR_JSON_BROKEN', /at byte 20/],
    ['something after the end', '{"Records":[]}{', 'ERR_JSON_BROKEN', /at byte 14/],
  ])('%s', (_name, text, code, message) => {
    const input = bytes(text);
    const { error } = cut(input);
    expect(error).toEqual({ code, message: expect.stringMatching(message) });
    expect(cut(input, everyBorder(input)).error).toEqual(error);
  });

  test('the whole records before the fault are given first', () => {
    const { records, error } = cut(bytes('{"Records":[{"a":1},{"b":2},{"c":}]}'));
    expect(records).toEqual(['{"a":1}', '{"b":2}']);
    expect(error?.message).toMatch(/byte 33, in record 2/);
  });
});

describe('Splitter keeps its memory bounded', () => {
  test('a record over the limit is counted, not kept, and the next ones come', () => {
    const long = `{"a":"${'x'.repeat(5000)}"}`;
    const input = bytes(`{"Records":[{"a":1},${long},{"b":2}]}`);
    for (const borders of [[], everyBorder(input)]) {
      const { records, unkept } = cut(input, borders, { maxRecordBytes: 1000 });
      expect(records).toEqual(['{"a":1}', '', '{"b":2}']);
      expect(unkept).toEqual([undefined, 'too-large', undefined]);
    }
  });

  test('a record nested too deeply is counted, not kept', () => {
    const deep = `{"a":${'['.repeat(50)}${']'.repeat(50)}}`;
    const { records, unkept } = cut(bytes(`{"Records":[${deep},{"b":2}]}`), [30, 60], { maxRecordDepth: 20 });
    expect([records, unkept]).toEqual([['', '{"b":2}'], ['too-deep', undefined]]);
    expect(cut(bytes(`{"Records":[${deep}]}`), [], { maxRecordDepth: 51 }).records).toEqual([deep]);
  });

  test('nesting without end is refused, not followed', () => {
    const { error, records } = cut(bytes(`{"Records":[{"a":1},${'['.repeat(200_000)}`));
    expect(records).toEqual(['{"a":1}']);
    expect(error).toEqual({ code: 'ERR_JSON_BROKEN', message: expect.stringContaining('nesting deeper than 65536') });
  });
});

/** The slow twin: JSON.parse decides what is valid and what the records are. */
function twin(input: Uint8Array): unknown[] | 'broken' {
  try {
    const root = JSON.parse(new TextDecoder('utf-8', { ignoreBOM: false }).decode(input)) as { Records?: unknown };
    return Array.isArray(root.Records) ? root.Records : [];
  } catch {
    return 'broken';
  }
}

describe('Splitter agrees with its slow twin', () => {
  const borders = fc.array(fc.nat(4000), { maxLength: 40 });
  const padding = fc.constantFrom('', ' ', '\n', '\r\n\t', '    ');
  const object = fc.tuple(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), padding, fc.boolean());

  test('on generated objects with any chunk borders: same records, same text', () => {
    fc.assert(
      fc.property(object, borders, ([values, others, pad, pretty], at) => {
        const texts = values.map((value) => JSON.stringify(value, null, pretty ? 2 : undefined));
        delete others['Records'];
        const before = Object.entries(others).map(([key, value]) => `${JSON.stringify(key)}${pad}:${JSON.stringify(value)},`).join('');
        const input = bytes(`${pad}{${before}${pad}"Records"${pad}:${pad}[${texts.join(`${pad},${pad}`)}${pad}]}${pad}`);
        const result = cut(input, at);
        return result.error === undefined && result.records.length === texts.length && result.records.every((text, k) => text === texts[k]);
      }),
      { numRuns: 1500 },
    );
  });

  test('on damaged objects: broken for one is broken for the other', () => {
    const valid = bytes('{"v":[1.5e-3,{}],"Records":[{"eventName":"A\\u00e9\\\\","n":-0.5,"t":[true,false,null,"",{"a":[]}]},{"eventID":"é"}],"w":{"x":"y"}}');
    const damage = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.constantFrom(...'{}[]",:\\u019-+.eEtfnx \n\u0001'), fc.constantFrom('replace', 'insert', 'remove', 'cut')), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(damage, borders, (faults, at) => {
        let text = valid.toString('latin1');
        for (const [where, char, how] of faults) {
          const put = how === 'remove' || how === 'cut' ? '' : char;
          text = text.slice(0, where) + put + (how === 'cut' ? '' : text.slice(how === 'insert' ? where : where + 1));
        }
        const input = Buffer.from(text, 'latin1');
        const expected = twin(input);
        const result = cut(input, at);
        if (expected === 'broken') return result.error !== undefined;
        // A root that is no object is valid JSON, but not CloudTrail's; doubled Records are all given, where JSON.parse keeps the last.
        return result.error?.code === 'ERR_NOT_CLOUDTRAIL' || (result.error === undefined && result.records.length >= expected.length);
      }),
      { numRuns: 4000 },
    );
  });
});

describeShared('Splitter on real CloudTrail data', () => {
  test('agrees with JSON.parse on every record of every file', () => {
    let compared = 0;
    const differing: string[] = [];
    for (const file of sharedFiles('cloudtrail-data', /\.json$/)) {
      const input = readFileSync(file);
      const expected = twin(input);
      const result = cut(input, [1000, 1001, 4096, 70_000]);
      if (expected === 'broken' || result.error) {
        if (result.error === undefined || (expected !== 'broken' && expected.length > 0)) differing.push(file);
        continue;
      }
      compared += result.records.length;
      if (!isDeepStrictEqual(result.records.map((text) => JSON.parse(text) as unknown), expected)) differing.push(file);
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(1500);
  });
});

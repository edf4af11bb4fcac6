import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { indentJson } from '../../../src/cli/show/indent.ts';
import { makeBucket } from '../../support/fauxqs.ts';
import { runCli } from '../../support/runCli.ts';

const RECORDS = ['{"eventName":"ConsoleLogin","n":1.10,"big":12345678901234567890}', '{"eventName":"StopLogging","e":"\\u00fc","a":[],"o":{},"dup":1,"dup":2}', '{"eventName":"ü","l":[1,{"x":null}]}'];
const OBJECT = `{"Records":[${RECORDS.join(', ')}]}`;

describe('show', () => {
  test('prints the record a log points to, byte for byte', async () => {
    const bucket = await makeBucket({ 'k.json.gz': gzipSync(OBJECT) });
    expect(await runCli(['show', `s3://${bucket}/k.json.gz#1`])).toEqual({ exitCode: 0, out: `${RECORDS[1]}\n`, err: '' });
  });

  test('prints all records, one after another', async () => {
    const bucket = await makeBucket({ 'k.json': OBJECT });
    expect((await runCli(['show', `s3://${bucket}/k.json`])).out).toBe(`${RECORDS.join('\n')}\n`);
  });

  test('breaks lines on a terminal, its tokens untouched, unless --raw', async () => {
    const bucket = await makeBucket({ 'k.json': OBJECT });
    const { out } = await runCli(['show', `s3://${bucket}/k.json#1`], { isTTY: true });
    expect(out).toBe('{\n  "eventName": "StopLogging",\n  "e": "\\u00fc",\n  "a": [],\n  "o": {},\n  "dup": 1,\n  "dup": 2\n}\n');
    expect((await runCli(['show', `s3://${bucket}/k.json#1`, '--raw'], { isTTY: true })).out).toBe(`${RECORDS[1]}\n`);
  });

  test.each<[string, string | Buffer, string, RegExp]>([
    ['a record that is not there', OBJECT, '#3', /^ERR_USAGE: Cannot show record 3 of "s3:\/\/.*\/k": it has 3, 0 to 2\n/],
    ['a record of an object without any', '{"Records":[]}', '#0', /^ERR_USAGE: .*it has none\n/],
    ['a digest', '{"digestS3Bucket":"b","digestEndTime":"t"}', '#0', /^ERR_NOT_CLOUDTRAIL: .*it has no "Records", only "digestS3Bucket", "digestEndTime"\n/],
    ['a broken object, after its last whole record', OBJECT.slice(0, -10), '#2', /^ERR_JSON_BROKEN/],
    ['a broken gzip', gzipSync(OBJECT).subarray(0, 60), '#2', /^ERR_GZIP_BROKEN/],
  ])('%s', async (_, content, record, said) => {
    const bucket = await makeBucket({ k: content });
    const { exitCode, err } = await runCli(['show', `s3://${bucket}/k${record}`]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(said);
  });

  test('an object that is not there', async () => {
    const bucket = await makeBucket();
    const { exitCode, out, err } = await runCli(['show', `s3://${bucket}/k#0`]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(/^ERR_OBJECT_NOT_FOUND \(in read\): Cannot read "s3:\/\/.*\/k": there is no such object\n {2}\w/);
  });
});

describe('indentJson', () => {
  test('adds white space and nothing else', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, spaces) => {
        const json = spaces === undefined ? text : JSON.stringify(JSON.parse(text), null, spaces);
        return withoutSpace(indentJson(json)) === withoutSpace(json);
      }),
    );
  });

  test('is what JSON.stringify would write, of what JSON.stringify can write', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => indentJson(JSON.stringify(value)) === JSON.stringify(value, null, 2)));
  });
});

/** White space outside strings taken away, one character after the other. */
function withoutSpace(json: string): string {
  let [inString, escaped, kept] = [false, false, ''];
  for (const character of json) {
    if (inString || !/\s/.test(character)) kept += character;
    if (inString && !escaped && character === '"') inString = false;
    else if (!inString && character === '"') inString = true;
    escaped = inString && !escaped && character === '\\';
  }
  return kept;
}

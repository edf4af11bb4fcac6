import { gzipSync } from 'node:zlib';
import { compileForLogs } from '../../../src/query/compile.ts';
import { parseQuery } from '../../../src/query/language/parser.ts';
import { cloudtrailLog } from '../../../src/query/view/cloudtrailLog.ts';
import type { Json } from '../../../src/query/view/json.ts';
import { makeBucket } from '../../support/fauxqs.ts';
import { runCli } from '../../support/runCli.ts';
import { folderWith, NOW_MS, recordsOf, TRAIL, type Known } from './trailOnDisk.ts';

const files = Object.fromEntries(TRAIL.map(({ key, bytes }) => [key, bytes]));
const { folder, remove } = folderWith(files);
afterAll(remove);
let bucket: string;
beforeAll(async () => {
  bucket = await makeBucket(files);
});

const grep = (query: string, ...more: string[]) => runCli(['grep', query, ...more], { now: () => NOW_MS });
const asJson = (known: readonly Known[]) => known.map(({ pointer, text }) => `{"pointer":"${pointer}","record":${text}}\n`).join('');

/** The slow twin: every record parsed, one after another. */
function twin(query: string, known: readonly Known[]): Known[] {
  const matches = compileForLogs(parseQuery(query), cloudtrailLog());
  return known.filter(({ text }) => matches(JSON.parse(text) as Json));
}

const QUERIES = ['@evt.name:StopLogging', '@error.kind:*', '-@readOnly:true', 'CIDR(@network.client.ip, 203.0.113.66)', '@usr.name:(paulo OR backup-operator)', '*:administratoraccess', '@eventType:AwsCloudTrailInsight', '@userIdentity.type:Root OR @eventName:Create*', '*'];

describe('grep finds what parsing every record finds, in the order of the listing', () => {
  test.each(QUERIES)('on disk: %s', async (query) => {
    const expected = twin(query, recordsOf(folder));
    const { exitCode, out } = await grep(query, folder, '--json');
    expect(out === asJson(expected)).toBe(true);
    expect(exitCode).toBe(expected.length > 0 ? 0 : 1);
  });

  test.each(QUERIES)('in S3: %s', async (query) => {
    const expected = twin(query, recordsOf(`s3://${bucket}`));
    const { out } = await grep(query, `s3://${bucket}`, '--json');
    expect(out === asJson(expected)).toBe(true);
  });

  test.each([
    ['--from', '2026-11-20T11:30Z'],
    ['--to', '2026-11-20T11:30Z'],
    ['--from', '30m', '--to', '2026-11-20T11:45Z'],
    ['--from', '2026-11-20', '--to', '2026-11-21'],
  ])('between times: %s %s %s %s', async (...options) => {
    const given = options.filter((one) => one !== undefined);
    const time = (name: string) => {
      const text = given[given.indexOf(name) + 1];
      return !given.includes(name) ? NaN : text === '30m' ? NOW_MS - 30 * 60_000 : Date.parse(text!);
    };
    const expected = recordsOf(`s3://${bucket}`).filter(({ text }) => {
      const atMs = Date.parse((JSON.parse(text) as { eventTime: string }).eventTime);
      return !(atMs < time('--from')) && !(atMs >= time('--to'));
    });
    expect(expected.length).toBeGreaterThan(0);
    const { out } = await grep('*', `s3://${bucket}`, '--json', ...given);
    expect(out === asJson(expected)).toBe(true);
  });
});

describe('grep', () => {
  test('prints records as CloudTrail wrote them into a pipe, and says what it searched', async () => {
    const [stop] = twin('@evt.name:StopLogging', recordsOf(folder));
    const { exitCode, out, err } = await grep('@evt.name:StopLogging', folder);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: `${stop!.text}\n` });
    expect(err).toMatch(/^1 found in \d+ records of 23 objects \(\d+\.\d MB as stored\)\. Passed over: 1 digest\.\n$/);
  });

  test('prints a table on a terminal: who did what, when, from where, and where it lies', async () => {
    const { out } = await runCli(['grep', '@network.client.ip:203.0.113.66 -@readOnly:true', folder], { isTTY: true });
    const [header, ...rows] = out.trimEnd().split('\n');
    expect(header).toMatch(/^TIME \(UTC\) +EVENT +PRINCIPAL +SOURCE IP +REGION +ERROR +RECORD$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(1, 6))).toEqual([
      ['ConsoleLogin', 'paulo', '203.0.113.66', 'us-east-1', '-'],
      ['CreateAccessKey', 'paulo', '203.0.113.66', 'us-east-1', '-'],
      ['AttachUserPolicy', 'paulo', '203.0.113.66', 'us-east-1', '-'],
      ['StopLogging', 'backup-operator', '203.0.113.66', 'us-east-1', '-'],
    ]);
  });

  test('the address of a record in S3 is what show takes', async () => {
    const table = await grep('@evt.name:StopLogging', `s3://${bucket}`, '--table');
    const address = table.out.trimEnd().split(' ').at(-1)!;
    expect((await runCli(['show', address])).out).toBe((await grep('@evt.name:StopLogging', `s3://${bucket}`, '--raw')).out);
  });

  test('--count prints the number; nothing found is exit code 1', async () => {
    const expected = twin('@readOnly:false', recordsOf(folder)).length;
    expect((await grep('@readOnly:false', folder, '--count')).out).toBe(`${expected}\n`);
    expect(await grep('@evt.name:NoSuchCall', folder, '--count')).toMatchObject({ exitCode: 1, out: '0\n' });
  });

  test('--group-by counts by fields, the largest first', async () => {
    const counts = new Map<string, number>();
    for (const { text } of recordsOf(folder)) {
      const { eventName, errorCode } = JSON.parse(text) as { eventName?: string; errorCode?: string };
      const group = JSON.stringify({ '@evt.name': eventName ?? null, '@error.kind': errorCode ?? null });
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    const { out } = await grep('*', folder, '--group-by', '@evt.name, @error.kind', '--json', '--limit', '1000');
    const groups = out.trimEnd().split('\n').map((line) => JSON.parse(line) as { count: number });
    expect(groups.map(({ count, ...group }) => [JSON.stringify(group), count]).sort()).toEqual([...counts].sort());
    expect(groups.map(({ count }) => count)).toEqual([...counts.values()].sort((a, b) => b - a));

    const table = await grep('*', folder, '--group-by', '@error.kind', '--limit', '1');
    expect(table.out).toMatch(/^COUNT {2}@error.kind\n +\d+ {2}\(none\)\n\(\d+ more groups; --limit\)\n$/);
  });

  test('--limit ends the search early, in the order of the listing', async () => {
    const all = (await grep('*', folder, '--json')).out.split('\n');
    const { exitCode, out, err } = await grep('*', folder, '--json', '--limit', '7');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: `${all.slice(0, 7).join('\n')}\n` });
    expect(err).toMatch(/^Stopped at --limit 7: /);
  });

  test('one object at a time gives the same as many', async () => {
    expect((await grep('@error.kind:*', folder, '--parallel', '1')).out).toBe((await grep('@error.kind:*', folder, '--parallel', '64')).out);
  });

  test('reads files that are named whatever their name, and several places', async () => {
    const { folder: own, remove: drop } = folderWith({ 'export.txt': '{"Records":[{"eventName":"A","awsRegion":"eu-west-1"},\n  {"eventName":"B",\n   "awsRegion":"us-east-1"}]}', 'more/b.json': '{"Records":[{"eventName":"C"}]}' });
    expect(await grep('*', `${own}/export.txt`, `${own}/more`)).toMatchObject({ exitCode: 0, out: '{"eventName":"A","awsRegion":"eu-west-1"}\n{"eventName":"B","awsRegion":"us-east-1"}\n{"eventName":"C"}\n' });
    drop();
  });

  test('a record cannot steer the terminal', async () => {
    const { folder: own, remove: drop } = folderWith({ 'a.json': '{"Records":[{"eventName":"\\u001b[2Jx","userIdentity":{"userName":"\\u009b31m\\u202e"},"errorCode":["a"]},null,7]}' });
    const { out } = await grep('*', own, '--table');
    expect(out).toContain('\uFFFD[2Jx');
    expect(out).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(out.trimEnd().split('\n')).toHaveLength(4);
    drop();
  });

  describe('where it need not look', () => {
    test('--region and --account leave out what the layout tells', async () => {
      const inRegion = recordsOf(`s3://${bucket}`).filter(({ pointer }) => pointer.includes('/eu-central-1/'));
      const { out, err } = await grep('*', `s3://${bucket}`, '--region', 'eu-central-1', '--json');
      expect(out === asJson(inRegion)).toBe(true);
      expect(err).toMatch(/of 6 objects .* Passed over: \d+ of other times, accounts or regions/);
      expect(await grep('*', `s3://${bucket}`, '--account', '210987654321')).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^0 found in 0 records of 0 objects/) });
    });

    test('days that are over are not listed', async () => {
      const { err } = await grep('*', `s3://${bucket}`, '--from', '2026-12-20');
      expect(err).toMatch(/^0 found in 0 records of 0 objects/);
    });

    test('outside the layout, records tell', async () => {
      const records = ['{"eventName":"A","awsRegion":"eu-west-1","recipientAccountId":"123456789012"}', '{"eventName":"B","awsRegion":"us-east-1","userIdentity":{"accountId":"123456789012"}}', '{"eventName":"C","awsRegion":"eu-west-1","recipientAccountId":"210987654321","userIdentity":{"accountId":"123456789012"}}'];
      const { folder: own, remove: drop } = folderWith({ 'a.json': `{"Records":[${records.join(',')}]}` });
      expect((await grep('*', own, '--region', 'eu-west-1')).out).toBe(`${records[0]}\n${records[2]}\n`);
      expect((await grep('*', own, '--account', '123456789012')).out).toBe(`${records[0]}\n${records[1]}\n`);
      expect((await grep('*', own, '--account', '123456789012,210987654321', '--region', 'eu-west-1', '--region', 'us-east-1')).out).toBe(`${records.join('\n')}\n`);
      drop();
    });

    test('an event delivered late is found within --late, not after it', async () => {
      const key = 'AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/20/123456789012_CloudTrail_us-east-1_20261120T1500Z_x.json';
      const late = await makeBucket({ [key]: '{"Records":[{"eventName":"Late","eventTime":"2026-11-20T10:30:00Z"}]}' });
      const window = ['--from', '2026-11-20T10:00Z', '--to', '2026-11-20T11:00Z', '--count'];
      expect((await grep('*', `s3://${late}`, ...window)).out).toBe('0\n');
      expect((await grep('*', `s3://${late}`, ...window, '--late', '6h')).out).toBe('1\n');
    });

    test("digests, other services and other files are passed over, and counted", async () => {
      const { folder: own, remove: drop } = folderWith({
        'AWSLogs/123456789012/elasticloadbalancing/us-east-1/x.json': 'not ours',
        'AWSLogs/123456789012/CloudTrail-Digest/us-east-1/x.json': 'a digest',
        'notes.txt': 'x',
        'copy.json': '{"digestS3Bucket":"b","digestS3Object":"o","digestEndTime":"t"}',
      });
      expect(await grep('*', own)).toEqual({ exitCode: 1, out: '', err: '0 found in 0 records of 1 object (0.0 MB as stored). Passed over: 2 digests, 2 other files or folders.\n' });
      drop();
    });
  });

  describe('what cannot be read is named and counted', () => {
    const whole = gzipSync(`{"Records":[${Array.from({ length: 4000 }, (_, i) => `{"eventName":"A${i}"}`).join(',')}]}`);
    const broken = { 'cut.json.gz': whole.subarray(0, whole.length - 20), 'half.json': '{"Records":[{"eventName":"A1"},{"eventNa', 'none.json': '{"a":1}', 'good.json': '{"Records":[{"eventName":"B"}]}', 'text.json': 'hello' };
    const { folder: own, remove: drop } = folderWith(broken);
    afterAll(drop);

    test('the others, and what came before the break, are searched', async () => {
      const { exitCode, out, err } = await grep('@eventName:(A1 OR B)', own);
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: '{"eventName":"A1"}\n{"eventName":"B"}\n{"eventName":"A1"}\n' });
      expect(err).toContain(`ERR_GZIP_BROKEN: Cannot read "${own}/cut.json.gz" to its end`);
      expect(err).toContain(`ERR_JSON_BROKEN: ${own}/half.json: Broken JSON at byte 40`);
      expect(err).toContain(`ERR_NOT_CLOUDTRAIL: ${own}/none.json`);
      expect(err).toContain(`ERR_NOT_CLOUDTRAIL: ${own}/text.json`);
      expect(err).toContain('4 objects could not be searched whole.\n');
    });

    test('with nothing found, nobody knows that there is nothing: exit code 2', async () => {
      expect((await grep('@eventName:C', own)).exitCode).toBe(2);
    });

    test('in S3 too', async () => {
      const { exitCode, err } = await grep('@eventName:C', `s3://${await makeBucket(broken)}`);
      expect(exitCode).toBe(2);
      expect(err).toMatch(/ERR_GZIP_BROKEN: Cannot read "s3:\/\/[^"]+\/cut.json.gz"/);
    });

    test('a record too large to be kept is told', async () => {
      const { folder: big, remove: dropBig } = folderWith({ 'a.json': `{"Records":[{"eventName":"A","x":"${'x'.repeat(9 * 1024 * 1024)}"},{"eventName":"B"}]}` });
      const { exitCode, out, err } = await grep('*', big);
      expect({ exitCode, out }).toEqual({ exitCode: 0, out: '{"eventName":"B"}\n' });
      expect(err).toContain('ERR_RECORD_TOO_LARGE');
      dropBig();
    });
  });

  test.each([
    [['@a:(', '.'], /^ERR_QUERY: Cannot read the query: .*\n {2}@a:\(\n +\^/],
    [['*', '/no/such/folder'], /ERR_USAGE: Cannot read "\/no\/such\/folder": there is no such file or folder/],
    [['*', 's3://'], /expected s3:\/\/BUCKET or s3:\/\/BUCKET\/PREFIX/],
    [['*', 's3://no-such-bucket-here'], /list "s3:\/\/no-such-bucket-here\/"/],
    [['*', '.', '--from', '1h', '--to', '2h'], /--from is not before --to/],
    [['*', '.', '--raw', '--json'], /Cannot print --raw and --json at once/],
    [['*', '.', '--count', '--group-by', '@eventName'], /Cannot print groups as --count/],
    [['*', '.', '--count', '--limit', '1'], /Cannot limit a count/],
    [['*', '.', '--group-by', 'eventName'], /Write @eventName for the attribute/],
    [['*', '.', '--account', '42'], /account ids of 12 digits/],
    [['*', '.', '--frm', '1h'], /unknown option '--frm'/],
    [['*'], /missing required argument 'place'/],
  ])('a mistake is said before anything is searched, exit code 2: %j', async (args, said) => {
    const { exitCode, out, err } = await runCli(['grep', ...args]);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(said);
  });

  test('a query may begin with a minus', async () => {
    expect((await grep('-@readOnly:true', folder, '--count')).out).toBe((await grep('NOT @readOnly:true', '--count', folder)).out);
  });

  test('says what is probably not meant: free text, which records do not have', async () => {
    const { exitCode, err } = await grep('StopLogging', folder);
    expect(exitCode).toBe(1);
    expect(err).toContain('hint: write *:word to search all attributes');
  });

  test('Ctrl-C ends it in order', async () => {
    const interrupt = new AbortController();
    const searching = runCli(['grep', '*', `s3://${bucket}`, '--count'], { interrupted: interrupt.signal });
    interrupt.abort();
    const { exitCode, err } = await searching;
    expect(exitCode).toBe(2);
    expect(err).toMatch(/Stopped\.\n$/);
  });

  test('progress is a line of its own on a terminal, gone in the end', async () => {
    const { err } = await runCli(['grep', '@evt.name:StopLogging', folder, '--count'], { isTTY: true });
    expect(err).toMatch(/\r\x1b\[2Kobjects searched: \d+[^\n]*\r\x1b\[2K1 found in/);
  });
});

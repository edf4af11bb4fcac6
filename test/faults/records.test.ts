import { gzipSync } from 'node:zlib';
import { s3Event } from './stage.ts';
import { contentOf, noise, recordText, records, secondsAgo } from './trail.ts';
import { useStage } from './useStage.ts';

const HOURS = 3_600;

describe('records', () => {
  const stage = useStage();

  async function forward(texts: readonly string[], bytes?: Uint8Array) {
    const { put, invoke, bucket } = stage();
    const key = await put(texts, bytes && { bytes });
    return { key, outcome: await invoke(s3Event(bucket, key)) };
  }

  test('9. a record over 1 MB is cut in its biggest values first: who, what, when, where and which error stay, it is marked, and it points to its original', async () => {
    const more = `,"errorCode":"AccessDenied","errorMessage":"no","resources":[{"ARN":"arn:aws:s3:::b/k"}],"small":"${noise(5_000)}","large":"${noise(900_000)}","larger":{"inside":["${noise(1_200_000)}"]}`;
    const { key, outcome } = await forward([recordText(), recordText(more), recordText()]);
    expect(outcome).toMatchObject({ ok: true, result: { recordsIn: 3, delivered: 3, truncated: 1, held: 0 } });
    const log = stage().intake.logs.find(({ json }) => '_truncated' in json)!;
    expect(log.bytes.length).toBeLessThanOrEqual(1_000_000);
    expect(log.truncated).toBe(false);
    expect(log.json).toMatchObject({
      userIdentity: { arn: 'arn:aws:iam::123456789012:user/jürgen' },
      eventName: 'GetObject',
      eventSource: 's3.amazonaws.com',
      sourceIPAddress: '192.0.2.17',
      errorCode: 'AccessDenied',
      errorMessage: 'no',
      resources: [{ ARN: 'arn:aws:s3:::b/k' }],
      small: expect.stringMatching(/^\w{5000}$/),
      large: expect.stringMatching(/^\w{900000}$/),
      larger: { inside: ['[cut by the forwarder: 1200002 bytes]'] },
      _truncated: { cut: ['larger.inside[0]'] },
      ddsource: 'cloudtrail',
      aws: { s3: { bucket: stage().bucket, key, record: 1 } },
    });
  });

  test.each([1_100_000, 4_000_000, 6_500_000])('9. a record of %d bytes does not make the batch around it too large', async (bytes) => {
    const texts = [...records(3), recordText(`,"large":"${noise(bytes)}"`), ...records(3)];
    const { key } = await forward(texts);
    expect(stage().arrived(key)).toBe('0-6');
    expect(stage().intake.calls.map(({ status }) => status)).toEqual([202]);
  });

  test.each([['service', '"mine"'], ['host', 'null'], ['ddtags', '["a"]'], ['ddsource', '1.10'], ['ddsourcecategory', '{}'], ['aws', '{"s3":{"key":"mine"}}']])('11. a record with a top-level "%s" of its own is delivered, its value kept as original_...', async (name, value) => {
    const clashing = recordText(`,"${name}":${value}`);
    const { key, outcome } = await forward([recordText(), clashing, recordText()]);
    expect(outcome).toMatchObject({ ok: true, result: { recordsIn: 3, delivered: 3, clashing: 1 } });
    expect(stage().arrived(key)).toBe('0-2');
    expect(stage().intake.logs[1]!.text).toContain(`"original_${name}":${value}`);
    expect(stage().intake.logs[1]!.json).toMatchObject({ ddsource: 'cloudtrail', service: 'cloudtrail' });
  });

  test.each([
    ['userIdentity is null', () => recordText().replace(/"userIdentity":\{.*?\}/, '"userIdentity":null')],
    ['userIdentity is a text', () => recordText().replace(/"userIdentity":\{.*?\}/, '"userIdentity":"me"')],
    ['eventTime is a number', () => recordText().replace(/"eventTime":"[^"]*"/, '"eventTime":17')],
    ['there is nothing in it', () => '{}'],
    ['it is no object', () => '"a text"'],
  ])('11. a record is delivered with those around it when %s', async (_name, odd) => {
    const { key, outcome } = await forward([recordText(), odd(), recordText()]);
    expect(outcome).toMatchObject({ ok: true, result: { delivered: 3, held: 0 } });
    expect(stage().arrived(key)).toBe('0-2');
  });

  test('16. numbers, duplicate keys and escapes arrive as they were written', async () => {
    const text = '{"a":12345678901234567890,"b":1.10,"c":1E400,"d":0.0,"e":-0,"f":1.5e-7,"g":9007199254740993,"twice":1,"twice":2,"h":"\\u00e9\\/\\ud800","i" : [ 1 , 2 ] }';
    await forward([text]);
    expect(stage().intake.logs[0]!.text).toContain(text.slice(0, -1));
  });

  test.each([0, 1, 2, 3])('17. characters of two, three and four bytes and U+2028 arrive as they were written, wherever a chunk ends (shifted by %d)', async (shift) => {
    const texts = Array.from({ length: 60 }, (_, k) => recordText(`,"text":"${'x'.repeat((shift + k) % 4)}${'é\u2028\u{1f98a}'.repeat(500 + k)}"`));
    for (const bytes of [Buffer.from(contentOf(texts)), gzipSync(contentOf(texts))]) {
      const { key } = await forward(texts, bytes);
      expect(stage().arrived(key)).toBe('0-59');
      expect(stage().intake.logs.filter(({ text }, k) => !text.startsWith(texts[k % 60]!.slice(0, -1)))).toEqual([]);
      stage().intake.clear();
    }
  });

  test('27. the same event twice in one invocation is sent twice unless asked otherwise', async () => {
    const text = recordText();
    const { outcome } = await forward([text, recordText(), text]);
    expect(outcome).toMatchObject({ ok: true, result: { delivered: 3, filtered: 0, duplicates: 0 } });
  });

  test('29. records older than 18 hours are sent, counted, logged once for their object, and an alarm can see them', async () => {
    const old = records(3).map((text) => text.replace(/"eventTime":"[^"]*"/, `"eventTime":"${secondsAgo(19 * HOURS)}"`));
    const { key, outcome } = await forward([...old, ...records(2)]);
    expect(outcome).toMatchObject({ ok: true, result: { recordsIn: 5, delivered: 5, tooOld: 3 } });
    expect(stage().intake.totals.tooOld).toBe(3);
    expect(await stage().counts()).toMatchObject({ RecordsDelivered: 5, RecordsTooOld: 3 });
    expect(stage().ear.told.filter(({ tooOld, object }) => tooOld === 3 && object === `s3://${stage().bucket}/${key}`)).toHaveLength(1);
  });

  test('29. records of 17 hours are not too old', async () => {
    const { outcome } = await forward(records(3).map((text) => text.replace(/"eventTime":"[^"]*"/, `"eventTime":"${secondsAgo(17 * HOURS)}"`)));
    expect(outcome).toMatchObject({ ok: true, result: { delivered: 3, tooOld: 0 } });
  });
});

describe('records, with the official forwarder\'s EXCLUDE_AT_MATCH and a filter that matches nothing', () => {
  const stage = useStage({ env: { EXCLUDE_AT_MATCH: '"eventName":"Decrypt"', DD_EXCLUDE_QUERY: '@evt.name:NothingIsCalledSo' } });

  test('25. a filter matches the record\'s own text, with or without spaces, and one that matches nothing is visible', async () => {
    const { put, invoke, bucket, intake, ear } = stage();
    const key = await put(['{"eventID":"a","eventName":"Decrypt"}', '{"eventID":"b", "eventName" : "Decrypt"}', '{"eventID":"c","eventName":"Encrypt"}']);
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { recordsIn: 3, delivered: 1, filtered: 2, held: 0 } });
    expect(intake.logs.map(({ json }) => json['eventID'])).toEqual(['c']);
    expect(await stage().counts()).toMatchObject({ RecordsFiltered: 2 });
    const hits = ear.lines.filter((line) => line.includes('"FilterHits"')).map((line) => JSON.parse(line) as { Filter: string; FilterHits: number });
    expect(hits.map(({ Filter, FilterHits }) => [Filter, FilterHits])).toEqual(expect.arrayContaining([['EXCLUDE_AT_MATCH', 2], ['DD_EXCLUDE_QUERY', 0]]));
  });
});

describe('records, with DD_DEDUPLICATE and DD_TOO_OLD=hold', () => {
  const stage = useStage({ env: { DD_DEDUPLICATE: 'true', DD_TOO_OLD: 'hold' } });

  test('27. the same event twice in one invocation, also from two objects, is sent once and counted as filtered', async () => {
    const { put, invoke, bucket, counts, intake } = stage();
    const [a, b, c] = records(3) as [string, string, string];
    const keys = [await put([a, b, a]), await put([b, c])];
    expect(await invoke(s3Event(bucket, ...keys))).toMatchObject({ ok: true, result: { recordsIn: 5, delivered: 3, filtered: 2, duplicates: 2 } });
    expect(await counts()).toMatchObject({ RecordsIn: 5, RecordsDelivered: 3, RecordsFiltered: 2, RecordsDuplicate: 2 });
    expect(new Set(intake.logs.map(({ json }) => json.eventID)).size).toBe(3);
  });

  test('27. in the next invocation it is sent: only what one invocation brings is compared', async () => {
    const { put, invoke, bucket, arrived } = stage();
    const texts = records(2);
    const keys = [await put(texts), await put(texts)];
    for (const key of keys) await invoke(s3Event(bucket, key));
    expect(keys.map(arrived)).toEqual(['0-1', '0-1']);
  });

  test('29. records older than 18 hours are held instead of sent, with what to do about them', async () => {
    const { put, invoke, bucket, deadLetter, messages, arrived } = stage();
    const old = recordText().replace(/"eventTime":"[^"]*"/, `"eventTime":"${secondsAgo(19 * HOURS)}"`);
    const key = await put([recordText(), old, recordText()]);
    expect(await invoke(s3Event(bucket, key))).toMatchObject({ ok: true, result: { delivered: 2, held: 1, tooOld: 1 } });
    expect(arrived(key)).toBe('0, 2');
    expect(await messages(deadLetter)).toMatchObject([{ key, ranges: [{ first: 1, last: 1 }], records: 1, reason: { code: 'ERR_RECORD_TOO_OLD', hint: expect.stringContaining('DD_TOO_OLD=send') }, permanent: true }]);
  });
});

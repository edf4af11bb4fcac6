import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { heldQueue } from '../../../src/edge/aws/heldQueue.ts';
import type { HeldPointer } from '../../../src/model.ts';
import { parsePointer } from '../../../src/object/pointer.ts';
import { LOCAL_AWS, makeQueues, messagesIn } from '../../support/fauxqs.ts';
import { heldPointer } from '../../support/pointers.ts';
import { runCli } from '../../support/runCli.ts';
import { trigger } from '../../pipeline/decode/fixtures.ts';

const sqs = new SQSClient(LOCAL_AWS);
const pointers = (bodies: string[]): HeldPointer[] => bodies.map((body) => parsePointer(JSON.parse(body) as Record<string, unknown>));
const keysOf = (bodies: string[]) => pointers(bodies).map(({ key }) => key).sort();

const DENIED = { code: 'ERR_OBJECT_DENIED', message: 'Cannot read "s3://b/k": access denied (s3:GetObject)', hint: "Allow the function's role s3:GetObject." };
const dead = (key: string, more: Partial<HeldPointer> = {}) => heldPointer({ key, permanent: true, reason: DENIED, ranges: [{ first: 0, last: 41 }], records: 42, ...more });

/** Two queues of one's own, with these pointers in them, and a way to run `held` on them. */
async function queuesWith(held: HeldPointer[], maxReceives = 5) {
  const queues = await makeQueues(maxReceives);
  await heldQueue({ ...LOCAL_AWS, ...queues, random: () => 0 }).hold(held);
  const env = { DD_SQS_QUEUE_URL: queues.queueUrl, DD_DLQ_URL: queues.deadLetterQueueUrl };
  return {
    ...queues,
    held: (...args: string[]) => runCli(['held', ...args], { env }),
    heldOnTerminal: (...args: string[]) => runCli(['held', ...args], { env, isTTY: true }),
    inDeadLetter: async () => (await messagesIn(queues.deadLetterQueueUrl)).ready,
    inRetry: async () => (await messagesIn(queues.queueUrl)).ready,
    hidden: async () => [...(await messagesIn(queues.queueUrl)).inflight, ...(await messagesIn(queues.deadLetterQueueUrl)).inflight],
    send: (QueueUrl: string, body: unknown) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: typeof body === 'string' ? body : JSON.stringify(body) })),
  };
}

describe('held list', () => {
  test('says what waits for somebody: what, why, since when, how many records, what to do; exit code 1', async () => {
    const { held } = await queuesWith([dead('a.json.gz'), dead('b.json.gz', { ranges: [{ first: 7 }], records: null, attempts: 3 }), heldPointer()]);
    const { exitCode, out, err } = await held('list');
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out).toMatch(/^Held until somebody acts \(.*-dlq\): 2 messages, 42 records, 1 objects not counted\n/);
    expect(out).toMatch(/\n {2}[0-9a-f]{8} {2}2026-11-20 12:06 {2}1 {6}ERR_OBJECT_DENIED {2}42 {7}s3:\/\/cloudtrail-logs-123456789012\/a\.json\.gz#0-41\n/);
    expect(out).toMatch(/ {2}3 {6}ERR_OBJECT_DENIED {2}\? {8}s3:\/\/cloudtrail-logs-123456789012\/b\.json\.gz#7-\n/);
    expect(out).toContain(`\n${DENIED.code}: ${DENIED.message}\n  ${DENIED.hint}\n`);
    expect(out).toMatch(/\nTried again by itself \(.*\): 1 waiting, 0 with the function, 0 later\n$/);
  });

  test('of nothing is exit code 0', async () => {
    const { held } = await queuesWith([heldPointer()]);
    const { exitCode, out } = await held('list');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Held until somebody acts \(.*\): nothing\nTried again by itself/);
  });

  test('leaves every message where it was, for everybody to see, however often one looks', async () => {
    const { held, inDeadLetter, hidden } = await queuesWith(Array.from({ length: 23 }, (_, i) => dead(`k${i}`)));
    for (let looks = 0; looks < 3; looks += 1) expect((await held('list', '--json')).exitCode).toBe(1);
    expect(await inDeadLetter()).toHaveLength(23);
    expect(await hidden()).toEqual([]);
  });

  test('--json is one document', async () => {
    const { held, deadLetterQueueUrl } = await queuesWith([dead('a.json.gz', { oldestEventMs: Date.parse('2026-11-20T12:01:44Z') })]);
    const { out } = await held('list', '--json');
    expect(JSON.parse(out)).toEqual({
      deadLetter: {
        url: deadLetterQueueUrl,
        waiting: 1,
        inFlight: 0,
        delayed: 0,
        messages: [
          {
            id: expect.any(String) as string,
            since: '2026-11-20T12:06:15.000Z',
            attempts: 1,
            code: DENIED.code,
            reason: DENIED.message,
            next: DENIED.hint,
            records: 42,
            permanent: true,
            oldestEvent: '2026-11-20T12:01:44.000Z',
            objects: [{ bucket: 'cloudtrail-logs-123456789012', key: 'a.json.gz', ranges: [{ first: 0, last: 41 }] }],
          },
        ],
      },
      retry: expect.objectContaining({ waiting: 0, maxReceives: 5, messages: [] }) as object,
    });
  });

  test('--limit reads no more, and says that there is more', async () => {
    const { held } = await queuesWith(Array.from({ length: 25 }, (_, i) => dead(`k${i}`)));
    expect((await held('list', '--limit', '10')).out).toMatch(/10 messages, 420 records, about 15 more not read \(--limit\)/);
  });

  test('--waiting looks into the held queue too, without moving what is in it', async () => {
    const { held, inRetry, hidden } = await queuesWith([heldPointer({ key: 'waits' })]);
    const { exitCode, out } = await held('list', '--waiting');
    expect(exitCode).toBe(0);
    expect(out).toContain('/waits\n');
    expect(keysOf(await inRetry())).toEqual(['waits']);
    expect(await hidden()).toEqual([]);
  });

  test("understands what Lambda and the queues themselves put there, and says so of what it doesn't", async () => {
    const { held, send, deadLetterQueueUrl } = await queuesWith([]);
    await send(deadLetterQueueUrl, trigger('lambda-on-failure'));
    await send(deadLetterQueueUrl, trigger('s3-put-several'));
    await send(deadLetterQueueUrl, { order: 17 });
    await send(deadLetterQueueUrl, 'not JSON');
    const { out } = await held('list');
    expect(out).toContain('4 messages, 3 objects not counted');
    expect(out).toMatch(/RetriesExhausted: the function failed at it: .*Task timed out after 120\.00 seconds/);
    expect(out).toContain('GIVEN_UP: a notification that the queue gave up on');
    expect(out).toMatch(/ERR_EVENT_UNKNOWN.*\n?.*-\n/);
  });

  test('shows progress on a terminal only', async () => {
    const { heldOnTerminal } = await queuesWith([dead('a')]);
    expect((await heldOnTerminal('list')).err).toMatch(/\r.*reading .*-dlq \[-+\] 0 of 1/);
  });

  test('Ctrl-C puts back what was being looked at', async () => {
    const queues = await queuesWith([dead('a')]);
    const env = { DD_SQS_QUEUE_URL: queues.queueUrl, DD_DLQ_URL: queues.deadLetterQueueUrl };
    const { exitCode, out, err } = await runCli(['held', 'list'], { env, interrupted: AbortSignal.abort() });
    expect({ exitCode, out, err }).toEqual({ exitCode: 2, out: '', err: 'Stopped.\n' });
    expect(await queues.hidden()).toEqual([]);
    expect(await queues.inDeadLetter()).toHaveLength(1);
  });
});

describe('held show', () => {
  test('shows one message whole, by the beginning of its id', async () => {
    const { held } = await queuesWith([dead('a.json.gz'), dead('b.json.gz')]);
    const { deadLetter } = JSON.parse((await held('list', '--json')).out) as { deadLetter: { messages: { id: string; objects: { key: string }[] }[] } };
    const { id } = deadLetter.messages.find(({ objects }) => objects[0]?.key === 'b.json.gz')!;
    const { exitCode, out } = await held('show', id.slice(0, 8));
    expect(exitCode).toBe(0);
    expect(out).toContain(`message       ${id}\nheld since    2026-11-20T12:06:15.000Z\n`);
    expect(out).toContain('what          s3://cloudtrail-logs-123456789012/b.json.gz#0-41\nwhy           ERR_OBJECT_DENIED: ');
    expect(out).toContain('look          npx cloudtrail-forwarder show "s3://cloudtrail-logs-123456789012/b.json.gz#0"\n');
    expect(JSON.parse((await held('show', id, '--json')).out)).toMatchObject({ id, body: expect.stringContaining('held/1') as string });
  });

  test('of an id that is not there', async () => {
    const { held } = await queuesWith([dead('a')]);
    const { exitCode, err } = await held('show', 'ffffffff-0');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^ERR_USAGE: Cannot show message "ffffffff-0": there is none of that id in .*-dlq\n/);
  });
});

describe('held replay', () => {
  test('sends the chosen round again, attempts from 0, and leaves the others', async () => {
    const { held, inRetry, inDeadLetter, hidden } = await queuesWith([dead('a'), dead('b', { attempts: 7 }), dead('c', { reason: { ...DENIED, code: 'ERR_GZIP_BROKEN' } })]);
    const { exitCode, out } = await held('replay', '--code', 'ERR_OBJECT_DENIED');
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: 'Sent 2 messages (84 records) round again.\n' });
    expect(pointers(await inRetry()).sort((x, y) => x.key.localeCompare(y.key))).toEqual([dead('a', { attempts: 0, permanent: false }), dead('b', { attempts: 0, permanent: false })]);
    expect(keysOf(await inDeadLetter())).toEqual(['c']);
    expect(await hidden()).toEqual([]);
  });

  test.each([
    [['--all'], ['x/a', 'x/b', 'y/c']],
    [['--match', '/x/'], ['x/a', 'x/b']],
    [['--match', '/x/', '--code', 'ERR_GZIP_BROKEN'], ['x/b']],
  ])('%j', async (choice, keys) => {
    const { held, inRetry } = await queuesWith([dead('x/a'), dead('x/b', { reason: { ...DENIED, code: 'ERR_GZIP_BROKEN' } }), dead('y/c')]);
    await held('replay', ...choice);
    expect(keysOf(await inRetry())).toEqual(keys);
  });

  test('--dry-run names what it would send and sends nothing', async () => {
    const { held, inRetry, inDeadLetter } = await queuesWith([dead('a'), dead('b')]);
    const { exitCode, out } = await held('replay', '--all', '--dry-run');
    expect(exitCode).toBe(0);
    expect(out.split('\n').sort()).toEqual(['', 'Would send 2 messages (84 records) round again. Nothing was sent.', 's3://cloudtrail-logs-123456789012/a#0-41', 's3://cloudtrail-logs-123456789012/b#0-41']);
    expect([(await inRetry()).length, (await inDeadLetter()).length]).toEqual([0, 2]);
  });

  test('pages through any number', async () => {
    const { held, inRetry, inDeadLetter } = await queuesWith(Array.from({ length: 57 }, (_, i) => dead(`k${i}`)));
    await held('replay', '--all');
    expect(new Set(keysOf(await inRetry())).size).toBe(57);
    expect(await inDeadLetter()).toEqual([]);
  });

  test("passes on a trigger's own message as it is, and leaves what names no object", async () => {
    const { held, send, inRetry, inDeadLetter, deadLetterQueueUrl } = await queuesWith([]);
    await send(deadLetterQueueUrl, trigger('lambda-on-failure'));
    await send(deadLetterQueueUrl, { order: 17 });
    const { out } = await held('replay', '--all');
    expect(out).toContain('Left 1 that name no object');
    expect((await inRetry()).map((body) => JSON.parse(body) as unknown)).toEqual([trigger('lambda-on-failure')]);
    expect(await inDeadLetter()).toEqual(['{"order":17}']);
  });

  test('what is named twice goes round once at a time', async () => {
    const { held, inRetry, inDeadLetter } = await queuesWith([dead('a'), dead('a')]);
    const { out, err } = await held('replay', '--all');
    expect(out).toBe('Sent 1 message (42 records) round again.\n');
    expect(err).toContain('1 more name what was sent round just now');
    expect([(await inRetry()).length, (await inDeadLetter()).length]).toEqual([1, 1]);
  });

  test('keeps everything in the dead-letter queue when the held queue takes nothing', async () => {
    const { deadLetterQueueUrl, queueUrl, inDeadLetter, hidden } = await queuesWith([dead('a'), dead('b')]);
    const { exitCode, out, err } = await runCli(['held', 'replay', '--all', '--queue', `${queueUrl}-gone`, '--dlq', deadLetterQueueUrl]);
    expect(exitCode).toBe(2);
    expect(out).toBe('Sent 0 messages (0 records) round again.\n');
    expect(err).toMatch(/^ERR_HOLD: Cannot send 2 messages round again: /);
    expect(keysOf(await inDeadLetter())).toEqual(['a', 'b']);
    expect(await hidden()).toEqual([]);
  });

  test.each([[[], 'Cannot tell which messages are meant'], [['--all', '--code', 'X'], 'Cannot take --all together with a choice']])('%j must be clear', async (choice, said) => {
    const { held } = await queuesWith([]);
    const { exitCode, err } = await held('replay', ...choice);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });
});

describe('held drop', () => {
  test('drops nothing without --yes, and says what it would drop', async () => {
    const { held, inDeadLetter } = await queuesWith([dead('a'), dead('b')]);
    for (const flags of [[], ['--dry-run'], ['--dry-run', '--yes']]) {
      const { out, err } = await held('drop', '--match', '/a', ...flags);
      expect(out).toBe('s3://cloudtrail-logs-123456789012/a#0-41\nWould drop 1 messages (42 records).\n');
      expect(err).toContain('Nothing was dropped: add --yes to do it.');
    }
    expect(keysOf(await inDeadLetter())).toEqual(['a', 'b']);
  });

  test('--yes drops the chosen, and --json keeps their names', async () => {
    const { held, inDeadLetter, hidden } = await queuesWith([dead('a'), dead('b')]);
    const { exitCode, out } = await held('drop', '--match', '/a', '--yes', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ dryRun: false, dropped: [{ objects: [{ key: 'a' }] }] });
    expect(keysOf(await inDeadLetter())).toEqual(['b']);
    expect(await hidden()).toEqual([]);
  });
});

describe('the queues of held', () => {
  test('that do not exist are named', async () => {
    const { queueUrl } = await makeQueues();
    const { exitCode, err } = await runCli(['held', 'list', '--queue', queueUrl, '--dlq', `${queueUrl}-gone`]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^ERR_API_REFUSED: Cannot read queue ".*-gone": /);
  });
});

import { type Fault, FaultScript } from '../../../src/sandbox/intake/faults.ts';
import { type Intake, SANDBOX_API_KEY, startIntake } from '../../../src/sandbox/intake/server.ts';

let intake: Intake;
beforeEach(async () => {
  intake = await startIntake();
});
afterEach(() => intake.close());

async function post(body = '[{"message":"hello"}]', signal?: AbortSignal) {
  return fetch(`${intake.url}/api/v2/logs`, { method: 'POST', body, headers: { 'dd-api-key': SANDBOX_API_KEY, 'content-type': 'application/json' }, ...(signal && { signal }) });
}

const outcome = async () => {
  try {
    return (await post()).status;
  } catch {
    return 'no answer';
  }
};

test('an answer is given as often as it says, with its headers, and nothing is kept', async () => {
  intake.faults.add({ kind: 'answer', status: 429, headers: { 'retry-after': '7' }, times: 2 });
  const first = await post();
  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
  expect([await outcome(), await outcome()]).toEqual([429, 202]);
  expect(intake.totals.logs).toBe(1);
});

test('an answer with accept keeps the payload all the same', async () => {
  intake.faults.add({ kind: 'answer', status: 504, accept: true });
  expect(await outcome()).toBe(504);
  expect(intake.totals.logs).toBe(1);
});

test.each<[Fault, number]>([
  [{ kind: 'reset', when: 'before' }, 0],
  [{ kind: 'reset', when: 'half-body' }, 0],
  [{ kind: 'reset', when: 'after' }, 1],
])('%j gives no answer and keeps %i logs; the next request is served', async (fault, kept) => {
  intake.faults.add(fault);
  expect(await outcome()).toBe('no answer');
  expect(intake.totals.logs).toBe(kept);
  expect(intake.calls[0]).toMatchObject({ fault: 'reset', outcome: 'reset', accepted: kept === 1 });
  expect(await outcome()).toBe(202);
});

test.each<[Fault, number]>([
  [{ kind: 'silence', when: 'before' }, 0],
  [{ kind: 'silence', when: 'after' }, 1],
])('%j never answers and keeps %i logs', async (fault, kept) => {
  intake.faults.add(fault);
  const gaveUp = new AbortController();
  const request = post(undefined, gaveUp.signal).catch(() => 'no answer');
  await intake.until(() => intake.calls[0]?.outcome === 'silent');
  gaveUp.abort();
  expect(await request).toBe('no answer');
  expect(intake.totals.logs).toBe(kept);
});

test('slow accepts and answers later', async () => {
  intake.faults.add({ kind: 'slow', delayMs: 60 });
  const begin = performance.now();
  expect(await outcome()).toBe(202);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(55);
  expect(intake.totals.logs).toBe(1);
});

test('poison refuses every payload that holds the text, until it is cleared', async () => {
  intake.faults.poison('"bad"');
  expect((await post('[{"m":"good"},{"m":"bad"}]')).status).toBe(400);
  expect((await post('[{"m":"good"}]')).status).toBe(202);
  intake.faults.clear();
  expect((await post('[{"m":"bad"}]')).status).toBe(202);
});

test('requests that are under way together are counted', async () => {
  intake.faults.add({ kind: 'slow', delayMs: 50, times: 3 });
  await Promise.all([post(), post(), post()]);
  expect(intake.mostAtOnce).toBe(3);
});

test('a script runs in order; none leaves a request as it is; -1 stands for ever', () => {
  const script = new FaultScript();
  script.add({ kind: 'none' }, { kind: 'slow', delayMs: 1, times: 2 }, { kind: 'none', times: 0 });
  expect(script.left).toBe(3);
  expect([1, 2, 3, 4].map(() => script.next()?.kind)).toEqual(['none', 'slow', 'slow', undefined]);
  script.add({ kind: 'silence', when: 'before', times: -1 });
  expect([script.left, script.next()?.kind, script.next()?.kind, script.left]).toEqual([Infinity, 'silence', 'silence', Infinity]);
});

describe('from another process', () => {
  const sandbox = (method: string, path: string, body?: string) => fetch(`${intake.url}/sandbox/${path}`, { method, ...(body && { body }) });

  test('faults are set, seen and cleared', async () => {
    await sandbox('POST', 'faults', '{"faults":[{"kind":"answer","status":503,"times":-1}],"poison":["x"]}');
    expect(await outcome()).toBe(503);
    expect(await (await sandbox('GET', 'summary')).json()).toMatchObject({ logs: 0, requests: 1, faultsLeft: -1 });
    await sandbox('DELETE', 'faults');
    expect(await outcome()).toBe(202);
    expect(await (await sandbox('GET', 'logs')).text()).toBe('{"text":"{\\"message\\":\\"hello\\"}","call":1,"tooOld":false,"truncated":false}\n');
    await sandbox('DELETE', 'logs');
    expect(await (await sandbox('GET', 'calls')).json()).toEqual([]);
  });

  test.each([
    ['not JSON', /JSON/],
    ['[]', /Expected a JSON object/],
    ['{"fault":[]}', /Unknown member "fault"/],
    ['{"faults":{}}', /"faults" must be an array/],
    ['{"poison":[1]}', /"poison" must be an array of texts/],
    ['{"faults":[1]}', /"faults"\[0\] must be an object/],
    ['{"faults":[{"kind":"none"},{"kind":"explode"}]}', /"faults"\[1\]: "kind" must be/],
    ['{"faults":[{"kind":"answer","status":"503"}]}', /"status" must be an HTTP status/],
    ['{"faults":[{"kind":"slow"}]}', /"delayMs" is missing/],
    ['{"faults":[{"kind":"reset"}]}', /"when" must be/],
    ['{"faults":[{"kind":"none","times":1.5}]}', /"times" must be a whole number/],
  ])('a wrong script is refused with the place and what was expected: %s', async (body, message) => {
    const response = await sandbox('POST', 'faults', body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
    expect(intake.faults.left).toBe(0);
  });
});

import type { Lambda } from '../../../src/sandbox/lambda/emulator.ts';
import { startFunction } from '../../support/lambda.ts';

let lambda: Lambda;
afterEach(() => lambda.stop());

test('invoke gives the handler the event and gives back its result', async () => {
  lambda = startFunction('exports.handler = async (event) => ({ twice: event.n * 2, text: event.text });');
  expect(await lambda.invoke({ n: 21, text: 'é\u2028' })).toMatchObject({ ok: true, result: { twice: 42, text: 'é\u2028' } });
});

test('the context says who runs and how much time is left', async () => {
  lambda = startFunction(
    `exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(), env: process.env });`,
    { timeoutMs: 30_000, memoryMb: 512, functionName: 'my-forwarder', region: 'eu-central-1', env: { DD_SITE: 'datadoghq.eu' } },
  );
  const outcome = await lambda.invoke({});
  if (!outcome.ok) throw new Error(outcome.errorMessage);
  const context = outcome.result as Record<string, unknown> & { env: Record<string, string> };
  expect(context).toMatchObject({
    functionName: 'my-forwarder',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:my-forwarder',
    awsRequestId: outcome.requestId,
    memoryLimitInMB: '512',
  });
  expect(Number(context.left)).toBeGreaterThan(25_000);
  expect(Number(context.left)).toBeLessThanOrEqual(30_000);
  expect(context.env).toMatchObject({ DD_SITE: 'datadoghq.eu', AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: 'my-forwarder' });
});

test('nothing of this process\'s environment is inherited', async () => {
  process.env.DD_TAGS = 'leaked:true';
  try {
    lambda = startFunction('exports.handler = async () => Object.keys(process.env);');
    expect(await lambda.invoke({})).toMatchObject({ ok: true, result: expect.not.arrayContaining(['DD_TAGS']) });
  } finally {
    delete process.env.DD_TAGS;
  }
});

test('a warm process is used again; invocations wait for each other', async () => {
  lambda = startFunction(`
    let running = 0, most = 0, count = 0;
    exports.handler = async () => { most = Math.max(most, ++running); await new Promise((r) => setTimeout(r, 5)); running--; return { most, count: ++count, pid: process.pid }; };`);
  const outcomes = await Promise.all([lambda.invoke({}), lambda.invoke({}), lambda.invoke({})]);
  expect(outcomes.map((outcome) => outcome.ok && outcome.result)).toEqual([1, 2, 3].map((count) => ({ most: 1, count, pid: lambda.pid() })));
  expect(outcomes.map((outcome) => outcome.initMs !== undefined)).toEqual([true, false, false]);
  expect(lambda.starts()).toBe(1);
});

test('an error of the handler is told by its name, message and stack, and the process stays', async () => {
  lambda = startFunction(`
    class ForwarderError extends Error { name = 'ForwarderError'; }
    exports.handler = async (event) => { if (event.fail) throw new ForwarderError('Cannot read "s3://b/k"'); return 'fine'; };`);
  expect(await lambda.invoke({ fail: true })).toMatchObject({
    ok: false,
    errorType: 'ForwarderError',
    errorMessage: 'Cannot read "s3://b/k"',
    stackTrace: expect.arrayContaining([expect.stringContaining('function')]),
  });
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: 'fine' });
  expect(lambda.starts()).toBe(1);
});

test('at the timeout the process is killed; the next invocation starts a new one', async () => {
  lambda = startFunction('exports.handler = (event) => event.hang ? new Promise(() => setInterval(() => {}, 1000)) : process.pid;', { timeoutMs: 200 });
  await lambda.invoke({});
  const first = lambda.pid();
  expect(await lambda.invoke({ hang: true })).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/Task timed out after 0\.20 seconds/) });
  expect(() => process.kill(first!, 0)).toThrow('ESRCH');
  const next = await lambda.invoke({});
  expect(next).toMatchObject({ ok: true, result: lambda.pid(), initMs: expect.any(Number) });
  expect(lambda.pid()).not.toBe(first);
});

test('the timeout also ends a handler that never yields', async () => {
  lambda = startFunction('exports.handler = async () => { for (;;); };', { timeoutMs: 200 });
  expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
});

test('kill ends the running invocation as a crash would; the next one is served', async () => {
  lambda = startFunction('exports.handler = (event) => { console.log("begun"); return event.hang ? new Promise(() => setInterval(() => {}, 1000)) : 1; };', {
    onLog: ({ line }) => {
      if (line === 'begun' && lambda.starts() === 1) lambda.kill();
    },
  });
  expect(await lambda.invoke({ hang: true })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/^RequestId: .* Runtime exited with error: signal: killed$/) });
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: 1 });
  expect(lambda.starts()).toBe(2);
});

test.each([
  ['process.exit', 'process.exit(3)', 'Runtime.ExitError', /exit status 3/],
  ['an exception that nobody catches', 'setTimeout(() => { throw new RangeError("loose") })', 'RangeError', /loose/],
  ['a rejection that nobody handles', 'void Promise.reject(new Error("lost"))', 'Runtime.UnhandledPromiseRejection', /lost/],
])('%s fails the invocation and ends the process', async (_name, statement, errorType, message) => {
  lambda = startFunction(`exports.handler = (event) => { if (event.ok) return 1; ${statement}; return new Promise(() => setInterval(() => {}, 1000)); };`);
  expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType, errorMessage: expect.stringMatching(message) });
  expect(await lambda.invoke({ ok: true })).toMatchObject({ ok: true });
  expect(lambda.starts()).toBe(2);
});

test.each([
  ['a module that throws when it is loaded', 'throw new TypeError("no settings");', 'TypeError', /no settings/],
  ['a module without the handler', 'exports.other = 1;', 'Runtime.HandlerNotFound', /handler is undefined or not exported/],
  ['a process that ends while it is loaded', 'process.exit(7);', 'Runtime.ExitError', /exit status 7/],
])('%s is an initialisation error of each invocation', async (_name, source, errorType, message) => {
  lambda = startFunction(source);
  for (const starts of [1, 2]) {
    expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType, errorMessage: expect.stringMatching(message) });
    expect(lambda.starts()).toBe(starts);
  }
});

test('a missing bundle is an import error', async () => {
  lambda = startFunction('', { bundle: '/nowhere/forwarder.cjs' });
  expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType: 'Runtime.ImportModuleError' });
});

test('what the function writes can be read, line by line and by stream', async () => {
  lambda = startFunction('exports.handler = async () => { console.log("{\\"a\\":1}"); console.error("careful"); };');
  expect(await lambda.invoke({})).toMatchObject({ ok: true, result: null });
  await lambda.stop();
  expect(lambda.logs).toEqual(expect.arrayContaining([{ stream: 'stdout', line: '{"a":1}' }, { stream: 'stderr', line: 'careful' }]));
});

test('peakRssBytes knows what the process held, also after it let go of it', async () => {
  lambda = startFunction('exports.handler = async (event) => Buffer.alloc(event.bytes, 1).length;', { memoryMb: 1024 });
  await lambda.invoke({ bytes: 1 });
  const before = lambda.peakRssBytes();
  await lambda.invoke({ bytes: 200_000_000 });
  await lambda.stop();
  expect(lambda.peakRssBytes()).toBeGreaterThan(before + 190_000_000);
  expect(before).toBeLessThan(150_000_000);
});

test('a stopped function says so', async () => {
  lambda = startFunction('exports.handler = async () => 1;');
  await lambda.invoke({});
  await lambda.stop();
  expect(lambda.pid()).toBeUndefined();
  expect(await lambda.invoke({})).toMatchObject({ ok: false, errorType: 'ResourceNotFoundException' });
});

import { runCli } from '../../support/runCli.ts';

describe('query explain', () => {
  test('prints the canonical spelling and the query in words', async () => {
    expect(await runCli(['query', 'explain', '-@error.kind:* (@evt.name:StopLogging OR @evt.name:Delete*Trail?) CIDR(@network.client.ip,10.0.0.0/8)'])).toEqual({
      exitCode: 0,
      out: `-@error.kind:* @evt.name:(StopLogging OR Delete*Trail?) CIDR(@network.client.ip, 10.0.0.0/8)

all of:
  not @error.kind exists
  any of:
    @evt.name is "StopLogging"
    @evt.name is like "Delete" + any text + "Trail" + one character
  @network.client.ip is an address in 10.0.0.0/8
`,
      err: '',
    });
  });

  test.each([
    ['*', 'every log\n'],
    ['service:web', 'service is "web"\n'],
    ['env:prod', 'the tag env is "prod"\n'],
    ['_exists_:x', 'the tag or attribute x exists\n'],
    ['hello', 'the message has the words "hello", in any case\n'],
    ['*:adm*', 'any attribute or the message has a word like "adm" + any text\n'],
    ['@eventTime:[2026-11-20 TO *}', '@eventTime is at least "2026-11-20"\n'],
    ['@requestParameters.n:{1 TO 5]', '@requestParameters.n is more than 1 and at most 5\n'],
    ['@requestParameters.n:>=1.5', '@requestParameters.n >= 1.5\n'],
    ['-(service:a service:b)', 'not all of:\n  service is "a"\n  service is "b"\n'],
  ])('%s', async (query, words) => {
    expect((await runCli(['query', 'explain', query])).out).toContain(`\n\n${words}`);
  });

  test('says what is probably not meant, exit code 1', async () => {
    const { exitCode, out } = await runCli(['query', 'explain', '@eventNam:StopLogging']);
    expect(exitCode).toBe(1);
    expect(out).toContain('warning: CloudTrail logs have no @eventNam\n  @eventNam:StopLogging\n  ^^^^^^^^^\nhint: did you mean @eventName?\n');
  });

  test('a query that cannot be read: exit code 2', async () => {
    expect(await runCli(['query', 'explain', '@a:"x'])).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('^') });
  });
});

import { VERSION } from '../../src/version.ts';
import { runCli } from '../support/runCli.ts';

describe('the command line', () => {
  test('--help goes to standard output, exit code 0, and names every command', async () => {
    const { exitCode, out, err } = await runCli(['--help']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const command of ['integration', 'doctor', 'verify', 'held', 'replay', 'show']) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each([['held'], ['held', 'list'], ['held', 'show'], ['held', 'replay'], ['held', 'drop'], ['show'], ['replay']])('%s %s explains itself', async (...command) => {
    const { exitCode, out } = await runCli([...command, '--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Usage: cloudtrail-forwarder ${command.join(' ')}`);
  });

  test('--version', async () => {
    expect((await runCli(['--version'])).out).toBe(`${VERSION}\n`);
  });

  test.each([
    [['hold'], /^ERR_USAGE: unknown command 'hold'\n\(Did you mean held\?\)\n {2}See npx cloudtrail-forwarder --help\n$/],
    [['held', 'lst'], /Did you mean list\?\)\n {2}See npx cloudtrail-forwarder held --help/],
    [['held', 'list', '--jsn'], /^ERR_USAGE: unknown option '--jsn'\n\(Did you mean --json\?\)\n {2}See npx cloudtrail-forwarder held list --help/],
    [['held', 'list', '--limit', 'x'], /expected a number from 1 on/],
    [['show'], /missing required argument 'address'/],
    [['replay', 's3://bucket'], /required option '--from <time>' not specified/],
    [['replay', 's3://bucket', '--from', 'yesterday'], /expected a time like 2026-11-20/],
  ])('a mistake is said on standard error with the way out, exit code 2: %j', async (args, said) => {
    const { exitCode, out, err } = await runCli(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(said);
  });

  test('an error says code, what, and what next, and no stack', async () => {
    const { exitCode, out, err } = await runCli(['show', 'https://example.com/x']);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toBe(
      'ERR_USAGE: Cannot read "https://example.com/x" as an object\'s address: expected s3://BUCKET/KEY\n' +
        '  Give the address as a log carries it: s3://, aws.s3.bucket, /, aws.s3.key, and #aws.s3.record for one record.\n',
    );
  });
});

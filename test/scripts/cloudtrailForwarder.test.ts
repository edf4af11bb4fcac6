import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpServer } from '../support/httpServer.ts';

const ROOT = join(__dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

interface Ended {
  exitCode: number | null;
  out: string;
  err: string;
}

/** Runs the command as somebody who types it does, in another folder; `meanwhile` is given the process. */
async function cli(args: string[], env: Record<string, string> = {}, meanwhile: (kill: () => void) => void = () => undefined): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/cloudtrail-forwarder.mjs'), ...args], { cwd: '/', env: { ...process.env, ...env } });
  const ended: Ended = { exitCode: null, out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.err += chunk.toString()));
  meanwhile(() => child.kill('SIGINT'));
  ended.exitCode = await new Promise((exit) => child.on('close', exit));
  return ended;
}

describe('the command as it is typed', () => {
  test('answers on standard output, exit code 0, from any folder', async () => {
    expect(await cli(['--version'])).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
  });

  test('says a mistake on standard error, exit code 2', async () => {
    const { exitCode, out, err } = await cli(['hold']);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain('Did you mean held?');
  });

  describe('at Ctrl-C', () => {
    const server = httpServer();

    test('puts back what it was looking at, then ends with exit code 2', async () => {
      const targets: string[] = [];
      let interrupt = (): void => undefined;
      server.answer((request, response, body) => {
        const target = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
        targets.push(target);
        // A queue without end: only Ctrl-C ends the look.
        const messages = Array.from({ length: 10 }, (_, i) => ({ MessageId: `${targets.length}-${i}`, ReceiptHandle: 'r', Body: '{}', MD5OfBody: '99914b932bd37a50b983c5e7c90ae93b', Attributes: { SentTimestamp: '0', ApproximateReceiveCount: '1' } }));
        const released = target === 'ChangeMessageVisibilityBatch' ? (JSON.parse(body) as { Entries: { Id: string }[] }).Entries : [];
        if (targets.length === 5) interrupt();
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(
          JSON.stringify({ GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: '1000' } }, ReceiveMessage: { Messages: messages }, ChangeMessageVisibilityBatch: { Successful: released } }[target] ?? {}),
        );
      });
      const env = { AWS_ENDPOINT_URL: server.url(), AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'EXAMPLEKEY', DD_SQS_QUEUE_URL: `${server.url()}/123456789012/held`, DD_DLQ_URL: `${server.url()}/123456789012/dlq` };
      const { exitCode, out, err } = await cli(['held', 'list', '--limit', '100000'], env, (kill) => (interrupt = kill));
      expect({ exitCode, out, err }).toEqual({ exitCode: 2, out: '', err: 'Stopped.\n' });
      const received = targets.filter((target) => target === 'ReceiveMessage').length;
      expect(received).toBeLessThan(50);
      expect(targets.filter((target) => target === 'ChangeMessageVisibilityBatch')).toHaveLength(received);
    });
  });
});

import type { AddressInfo } from 'node:net';

/** S3, SQS and SNS on this machine. */
export interface Aws {
  /** What AWS_ENDPOINT_URL is set to. */
  url: string;
  stop(): Promise<void>;
}

/** What is used of the Fastify application that `fauxqs` gives; its own types need a setting that this project has not. */
interface App {
  server: { address(): unknown };
  addHook(name: 'preHandler', hook: (request: { body?: unknown }, reply: unknown, done: () => void) => void): void;
  listen(where: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts S3, SQS and SNS in this process with `fauxqs`, in memory, reachable from this machine only. (`startFauxqs`
 * would listen on every network interface, and the bucket may hold a user's own audit trail.)
 *
 * @param port 0, the default, takes a free one
 */
export async function startAws(port = 0): Promise<Aws> {
  // fauxqs is an ES module, the CLI's bundle is not.
  const { buildApp } = (await import('fauxqs')) as { buildApp: (options: { logger: boolean }) => unknown };
  const app = buildApp({ logger: false }) as App;
  // Queues are named http://sqs.us-east-1.localhost:PORT/..., a host that many resolvers do not know: any host will do.
  app.addHook('preHandler', (request, _reply, done) => {
    const body = request.body as { QueueUrl?: unknown } | undefined;
    if (typeof body?.QueueUrl === 'string') body.QueueUrl = body.QueueUrl.replace(/^http:\/\/[^/]+/, `http://sqs.us-east-1.localhost:${portOf(app.server)}`);
    done();
  });
  await app.listen({ host: '127.0.0.1', port });
  return { url: `http://127.0.0.1:${portOf(app.server)}`, stop: () => app.close() };
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

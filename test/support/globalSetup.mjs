// One S3, SQS and SNS (fauxqs, in memory) for the whole run, outside jest's module registry because fauxqs is an ES
// module. Tests reach it at FAUXQS_URL, through the real AWS clients, and make buckets and queues of their own.
import { startFauxqs } from 'fauxqs';
import { bundleDatadogClient } from './datadogClient.mjs';

export default async function globalSetup() {
  await bundleDatadogClient();
  const server = await startFauxqs({ port: 0, logger: false });
  globalThis.__fauxqs = server;
  process.env.FAUXQS_URL = `http://127.0.0.1:${server.port}`;
}

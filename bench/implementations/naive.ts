// What one would write first: the whole object, gunzip, JSON.parse, the metadata, JSON.stringify, gzip, post.
// With BENCH_CLIENT=datadog the posts are made by @datadog/datadog-api-client.
import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BUCKET, measure, readTask } from './task.ts';

type CloudTrailRecord = Record<string, unknown>;

const task = readTask();
const s3 = new S3Client({ endpoint: `http://127.0.0.1:${task.s3Port}`, forcePathStyle: true, region: 'us-east-1', credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'example' } });
const tags = 'forwardername:naive,forwarder_version:0';
const MAX_LOGS = 1000;
const MAX_BYTES = 4_000_000;

void (async () => {
  const post = process.env.BENCH_CLIENT === 'datadog' ? await withClient() : withFetch;
  await measure(task, async (keys) => {
    for (const key of keys) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
      const { Records } = JSON.parse(gunzipSync(await Body!.transformToByteArray()).toString()) as { Records: CloudTrailRecord[] };
      let batch: CloudTrailRecord[] = [];
      let bytes = 0;
      for (const record of Records) {
        const log = { ...record, aws: { s3: { bucket: BUCKET, key }, invoked_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:naive' }, ddsourcecategory: 'aws', ddtags: tags, ddsource: 'cloudtrail', service: 'cloudtrail' };
        const size = JSON.stringify(log).length + 1;
        if (batch.length === MAX_LOGS || bytes + size > MAX_BYTES) {
          await post(batch);
          batch = [];
          bytes = 0;
        }
        batch.push(log);
        bytes += size;
      }
      if (batch.length > 0) await post(batch);
    }
  });
})();

async function withFetch(batch: CloudTrailRecord[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${task.intakePort}/api/v2/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'dd-api-key': 'x' },
    body: gzipSync(JSON.stringify(batch)),
  });
  await response.text();
}

async function withClient(): Promise<(batch: CloudTrailRecord[]) => Promise<void>> {
  const { client, v2 } = await import('@datadog/datadog-api-client');
  const configuration = client.createConfiguration({ authMethods: { apiKeyAuth: 'x' }, baseServer: new client.BaseServerConfiguration(`http://127.0.0.1:${task.intakePort}`, {}) });
  const api = new v2.LogsApi(configuration);
  return async (batch) => {
    // The client requires a message, and drops what it does not know (CONTRACT A8): the record goes as text.
    const body = batch.map((log) => ({ message: JSON.stringify(log), ddsource: 'cloudtrail', service: 'cloudtrail', ddtags: tags }));
    await api.submitLog({ body, contentEncoding: 'gzip' });
  };
}

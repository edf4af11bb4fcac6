import { makeQueues } from '../../support/fauxqs.ts';
import { httpServer } from '../../support/httpServer.ts';
import { runCli } from '../../support/runCli.ts';

describe('without --queue and --dlq', () => {
  const server = httpServer();
  const lambda = (functions: Record<string, object>) => {
    server.answer(({ url = '' }, response) => {
      const name = /\/functions\/([^/?]+)/.exec(url)?.[1];
      const answered = name === undefined ? { Functions: Object.keys(functions).map((FunctionName) => ({ FunctionName, Handler: 'dist/forwarder.handler' })) } : { Configuration: { FunctionName: name, FunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`, Environment: { Variables: functions[name] } }, Tags: {} };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
    });
  };
  beforeEach(() => {
    process.env.AWS_ENDPOINT_URL_LAMBDA = server.url();
  });
  afterEach(() => {
    delete process.env.AWS_ENDPOINT_URL_LAMBDA;
  });

  test("the queues are those of the region's only forwarder", async () => {
    const { queueUrl, deadLetterQueueUrl } = await makeQueues();
    lambda({ 'cloudtrail-forwarder-prod': { DD_SQS_QUEUE_URL: queueUrl, DD_DLQ_URL: deadLetterQueueUrl } });
    const { exitCode, out } = await runCli(['held', 'list', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ deadLetter: { url: deadLetterQueueUrl }, retry: { url: queueUrl } });
  });

  test.each([
    [{}, [], /^ERR_USAGE: Cannot find the held queue: there is no forwarder in this region\n {2}Give the region/],
    [{ one: {}, two: {} }, [], /^ERR_USAGE: Cannot choose one of the forwarders one, two\n {2}Name it: --function one/],
    [{ one: {}, two: {} }, ['--function', 'two'], /^ERR_USAGE: Cannot find the held queue: the function has no DD_SQS_QUEUE_URL or no DD_DLQ_URL/],
  ])('%j %j is said', async (functions, args, said) => {
    lambda(functions);
    const { exitCode, err } = await runCli(['held', 'list', ...args]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(said);
  });
});

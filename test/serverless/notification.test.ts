import { createRequire } from 'node:module';
import { httpServer } from '../support/httpServer.ts';

type Handler = (event: object, context: object) => Promise<void>;

/** What CloudFormation runs inline, with S3 played by a server that keeps the bucket's configuration as XML. */
const server = httpServer();
const before = { ...process.env };
let configuration: string;
let refuse: (body: string) => { status: number; code: string; message: string } | undefined;
let answered: Record<string, string> | undefined;
let handler: Handler;

beforeEach(() => {
  Object.assign(process.env, { AWS_ENDPOINT_URL: server.url(), AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'EXAMPLEKEY' });
  ({ handler } = createRequire(__filename)('../../serverless/notification/handler.cjs') as { handler: Handler });
  configuration = '';
  refuse = () => undefined;
  answered = undefined;
  server.answer((request, response, body) => {
    if (request.url === '/answer') {
      answered = JSON.parse(body) as Record<string, string>;
      return response.writeHead(200).end();
    }
    if (request.method === 'GET') return response.writeHead(200).end(`<NotificationConfiguration>${configuration}</NotificationConfiguration>`);
    const refusal = refuse(body);
    if (refusal) return response.writeHead(refusal.status).end(`<Error><Code>${refusal.code}</Code><Message>${refusal.message}</Message></Error>`);
    configuration = /<NotificationConfiguration[^>]*>(.*)<\/NotificationConfiguration>/s.exec(body)![1]!;
    response.writeHead(200).end();
  });
});

afterAll(() => {
  process.env = before;
});

const FILTER = { S3Key: { Rules: [{ Name: 'prefix', Value: 'AWSLogs/' }, { Name: 'suffix', Value: '.json.gz' }] } };
const LAMBDA = { LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: 'arn:aws:lambda:us-east-1:123456789012:function:forwarder', Filter: FILTER }] };
const QUEUE = { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: 'arn:aws:sqs:us-east-1:123456789012:trail', Filter: FILTER }] };
const TOPIC = { TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: 'arn:aws:sns:us-east-1:123456789012:trail', Filter: FILTER }] };
const EVENT_BRIDGE = { EventBridgeConfiguration: { EventBridgeEnabled: 'true' } };
const OTHERS = '<TopicConfiguration><Id>theirs</Id><Topic>arn:aws:sns:us-east-1:123456789012:theirs</Topic><Event>s3:ObjectRemoved:*</Event></TopicConfiguration><CloudFunctionConfiguration><Id>another</Id><CloudFunction>arn:aws:lambda:us-east-1:123456789012:function:another</CloudFunction><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>other/</Value></FilterRule></S3Key></Filter></CloudFunctionConfiguration>';

async function send(RequestType: string, Notification: object): Promise<Record<string, string>> {
  const ResourceProperties = { Bucket: 'example-trail-bucket', Owner: 'cloudtrail-forwarder-prod', Notification };
  await handler({ RequestType, ResourceProperties, ResponseURL: `${server.url()}/answer`, StackId: 's', RequestId: 'r', LogicalResourceId: 'BucketNotification' }, { logStreamName: 'stream' });
  return answered!;
}

const idsIn = (xml: string) => [...xml.matchAll(/<Id>([^<]*)<\/Id>/g)].map(([, id]) => id).sort();

describe('the notification of an existing bucket', () => {
  it.each([
    ['the function', LAMBDA, '<CloudFunction>arn:aws:lambda:us-east-1:123456789012:function:forwarder</CloudFunction>'],
    ['the queue', QUEUE, '<Queue>arn:aws:sqs:us-east-1:123456789012:trail</Queue>'],
    ['the topic', TOPIC, '<Topic>arn:aws:sns:us-east-1:123456789012:trail</Topic>'],
  ])('tells %s of new log files', async (_, wanted, expected) => {
    expect(await send('Create', wanted)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'example-trail-bucket/cloudtrail-forwarder-prod' });
    expect(configuration).toContain(expected);
    expect(configuration).toContain('<Event>s3:ObjectCreated:*</Event>');
    expect(configuration).toMatch(/<Name>prefix<\/Name><Value>AWSLogs\/<\/Value>.*<Name>suffix<\/Name><Value>.json.gz<\/Value>/);
  });

  it('switches EventBridge on', async () => {
    await send('Create', EVENT_BRIDGE);
    expect(configuration).toContain('EventBridgeConfiguration');
  });

  it('keeps every other notification of the bucket, and EventBridge where it is on', async () => {
    configuration = `${OTHERS}<EventBridgeConfiguration></EventBridgeConfiguration>`;
    await send('Create', LAMBDA);
    expect(idsIn(configuration)).toEqual(['another', 'cloudtrail-forwarder-prod', 'theirs']);
    expect(configuration).toContain('<Value>other/</Value>');
    expect(configuration).toContain('EventBridgeConfiguration');
  });

  it('replaces its own when it changes, also for another kind of receiver', async () => {
    configuration = OTHERS;
    await send('Create', LAMBDA);
    await send('Update', QUEUE);
    expect(idsIn(configuration)).toEqual(['another', 'cloudtrail-forwarder-prod', 'theirs']);
    expect(configuration).not.toContain('function:forwarder');
  });

  it('takes away its own alone', async () => {
    configuration = OTHERS;
    await send('Create', LAMBDA);
    await send('Delete', LAMBDA);
    expect(idsIn(configuration)).toEqual(['another', 'theirs']);
  });

  it('says who has the keys already, and which trigger goes beside it, when S3 refuses an overlap', async () => {
    configuration = OTHERS;
    refuse = () => ({ status: 400, code: 'InvalidArgument', message: 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.' });
    const { Status, Reason } = await send('Create', LAMBDA);
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/"example-trail-bucket": it has "another", "theirs" already.*trigger=eventbridge.*topicArn.*log stream stream/);
    expect(idsIn(configuration)).toEqual(['another', 'theirs']);
  });

  it('fails with S3\'s own words for anything else', async () => {
    refuse = () => ({ status: 403, code: 'AccessDenied', message: 'no' });
    expect(await send('Create', LAMBDA)).toMatchObject({ Status: 'FAILED', Reason: 'no (log stream stream)' });
  });

  it.each([['AccessDenied', 403], ['NoSuchBucket', 404]])('lets the stack end when the bucket answers %s', async (code, status) => {
    refuse = () => ({ status, code, message: 'no' });
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    expect(await send('Delete', LAMBDA)).toMatchObject({ Status: 'SUCCESS' });
    expect(said).toHaveBeenCalledWith('Left the bucket\'s notifications alone: no');
    said.mockRestore();
  });

  it('holds no parenthesis or colon within a dollar sign\'s braces, which the framework would take for a variable', () => {
    const { text } = createRequire(__filename)('../../serverless/notification/code.cjs') as { text: string };
    expect([...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inside]) => inside).filter((inside) => /[:(]/.test(inside!))).toEqual([]);
  });
});

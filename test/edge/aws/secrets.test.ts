import { fetchApiKey } from '../../../src/edge/aws/secrets.ts';
import type { ForwarderError } from '../../../src/errors.ts';
import { httpServer } from '../../support/httpServer.ts';
import { LOCAL_AWS } from '../../support/fauxqs.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const SECRET_ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:datadog-AbCdEf';
const SOURCES = {
  'secrets-manager': { kind: 'secrets-manager', arn: SECRET_ARN },
  ssm: { kind: 'ssm', name: '/datadog/api-key' },
  kms: { kind: 'kms', ciphertext: Buffer.from('ciphertext').toString('base64') },
} as const;
type Kind = keyof typeof SOURCES;

const server = httpServer();
interface Asked {
  target: string;
  region: string;
  body: Record<string, unknown>;
}
let asked: Asked[] = [];
const options = (more: object = {}) => ({ ...LOCAL_AWS, endpoint: server.url(), ...more });

/** Each service answers a value in its own words. */
const WORDS: Record<Kind, (value: string) => object> = {
  'secrets-manager': (value) => ({ SecretString: value }),
  ssm: (value) => ({ Parameter: { Value: value } }),
  kms: (value) => ({ Plaintext: Buffer.from(value).toString('base64') }),
};

function answer(status: number, body: (asked: Asked) => object): void {
  asked = [];
  server.answer((request, response, text) => {
    const region = /\/([a-z0-9-]+)\/\w+\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const one = { target: String(request.headers['x-amz-target']), region, body: JSON.parse(text) as Record<string, unknown> };
    asked.push(one);
    const answered = body(one);
    response.writeHead('__type' in answered ? 400 : status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answered));
  });
}

describe.each(Object.keys(SOURCES) as Kind[])('the API key from %s', (kind) => {
  const refusal = (more: object = {}) =>
    fetchApiKey(SOURCES[kind], options(more)).then(
      () => Promise.reject(new Error('fetched')),
      (thrown: ForwarderError) => thrown,
    );

  test.each([
    ['plain', KEY],
    ['with white space around it', `  ${KEY}\n`],
    ['as JSON', JSON.stringify({ DD_API_KEY: KEY, other: 'x' })],
    ['as JSON with white space', ` { "DD_API_KEY" : "${KEY} " }\n`],
  ])('%s', async (_, value) => {
    answer(200, () => WORDS[kind](value));
    expect(await fetchApiKey(SOURCES[kind], options())).toBe(KEY);
  });

  test.each([
    ['empty', '', 'it is empty'],
    ['white space', ' \n', 'it is empty'],
    ['JSON without the key', '{"api_key":"hunter2"}', 'has no text DD_API_KEY'],
    ['JSON with a number', '{"DD_API_KEY":17}', 'has no text DD_API_KEY'],
    ['half JSON', '{"DD_API_KEY":"hunter2', 'begins like JSON and is none'],
  ])('%s is refused without printing it', async (_, value, why) => {
    answer(200, () => WORDS[kind](value));
    const refused = await refusal();
    expect(refused).toMatchObject({ code: 'ERR_SECRET', message: expect.stringContaining(why) as string });
    expect(`${refused.message} ${refused.hint} ${String(refused.cause)}`).not.toContain('hunter2');
  });

  test('denied names the permission to add', async () => {
    answer(400, () => ({ __type: 'AccessDeniedException', message: 'not authorized' }));
    const permission = { 'secrets-manager': 'secretsmanager:GetSecretValue', ssm: 'ssm:GetParameter', kms: 'kms:Decrypt' }[kind];
    expect(await refusal()).toMatchObject({ code: 'ERR_SECRET', message: expect.stringContaining(`access denied (${permission})`) as string, hint: expect.stringContaining(`Allow the function's role ${permission}`) as string });
  });

  test('no answer is given up in time', async () => {
    server.answer(() => undefined);
    expect(await refusal({ timeoutMs: 100 })).toMatchObject({ code: 'ERR_SECRET', message: expect.stringContaining('no answer within 100 ms') as string });
  });

  test('nobody there', async () => {
    expect(await refusal({ endpoint: 'http://127.0.0.1:1' })).toMatchObject({ code: 'ERR_SECRET', message: expect.stringContaining('ECONNREFUSED') as string });
  });
});

test('a secret is asked for in its own region', async () => {
  answer(200, () => ({ SecretString: KEY }));
  await fetchApiKey(SOURCES['secrets-manager'], options());
  expect(asked).toEqual([{ target: 'secretsmanager.GetSecretValue', region: 'eu-west-1', body: { SecretId: SECRET_ARN } }]);
});

test('a parameter is asked for by name here, by ARN in its region, decrypted', async () => {
  const arn = 'arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/datadog/api-key';
  answer(200, () => ({ Parameter: { Value: KEY } }));
  await fetchApiKey(SOURCES.ssm, options());
  await fetchApiKey({ kind: 'ssm', name: arn }, options());
  expect(asked.map(({ region, body }) => [region, body])).toEqual([
    ['us-east-1', { Name: '/datadog/api-key', WithDecryption: true }],
    ['us-gov-west-1', { Name: arn, WithDecryption: true }],
  ]);
});

test.each([
  ['secrets-manager', 'ResourceNotFoundException', 'Create it, or correct DD_API_KEY_SECRET_ARN'],
  ['ssm', 'ParameterNotFound', 'Create it, or correct DD_API_KEY_SSM_NAME'],
  ['secrets-manager', 'DecryptionFailure', 'kms:Decrypt'],
  ['kms', 'DisabledException', 'see that the key is enabled'],
  ['kms', 'IncorrectKeyException', 'DD_KMS_API_KEY is whole'],
] as const)('%s %s says what to do', async (kind, code, hint) => {
  answer(400, () => ({ __type: code, message: 'no' }));
  await expect(fetchApiKey(SOURCES[kind], options())).rejects.toMatchObject({ code: 'ERR_SECRET', hint: expect.stringContaining(hint) as string });
});

test('a ciphertext of the Lambda console is decrypted with its encryption context', async () => {
  answer(200, ({ body }) => (body['EncryptionContext'] ? { Plaintext: Buffer.from(KEY).toString('base64') } : { __type: 'InvalidCiphertextException', message: null }));
  expect(await fetchApiKey(SOURCES.kms, options({ functionName: 'cloudtrail-forwarder' }))).toBe(KEY);
  expect(asked.map(({ body }) => body['EncryptionContext'])).toEqual([undefined, { LambdaFunctionName: 'cloudtrail-forwarder' }]);
  await expect(fetchApiKey(SOURCES.kms, options())).rejects.toMatchObject({ code: 'ERR_SECRET', message: expect.stringContaining('InvalidCiphertextException') as string });
});

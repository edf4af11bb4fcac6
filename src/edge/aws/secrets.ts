/**
 * The Datadog API key from where it is kept (CONTRACT B4). Each SDK client is loaded only when its source is used: one
 * costs about 40 ms of cold start.
 */
import { ForwarderError } from '../../errors.ts';
import type { ApiKeySource } from '../../settings/settings.ts';
import { addressOf } from './address.ts';
import type { AwsAddress } from './address.ts';

type KeptKey = Exclude<ApiKeySource, { kind: 'plain' }>;

export interface FetchOptions extends AwsAddress {
  /** The encryption context that the Lambda console's helper gives a ciphertext; without it such a ciphertext cannot be read. */
  functionName?: string;
  /** All tries together. Default 5,000. */
  timeoutMs?: number;
}

/**
 * Fetches the API key: the value as it is, or the member `DD_API_KEY` of a JSON value; white space around it removed.
 *
 * @throws ForwarderError ERR_SECRET naming the source and the permission to add, never a value
 */
export async function fetchApiKey(source: KeptKey, options: FetchOptions = {}): Promise<string> {
  const { timeoutMs = 5000 } = options;
  const place = placeOf(source);
  const abortSignal = AbortSignal.timeout(timeoutMs);
  const fetching = fetchValue(source, { ...options, ...(place.region !== undefined && { region: place.region }) }, abortSignal);
  const late = new Promise<never>((_, reject) => abortSignal.addEventListener('abort', () => reject(abortSignal.reason as Error), { once: true }));
  const value = await Promise.race([fetching, late]).catch((thrown: unknown) => {
    throw secretError(place, abortSignal.aborted ? `no answer within ${timeoutMs} ms` : thrown);
  });
  return keyIn(value, place);
}

async function fetchValue(source: KeptKey, options: FetchOptions, abortSignal: AbortSignal): Promise<string | undefined> {
  const settings = { ...addressOf(options), maxAttempts: 3, requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true } };
  switch (source.kind) {
    case 'secrets-manager': {
      const { GetSecretValueCommand, SecretsManagerClient } = await import('./sdk/secretsManager.ts');
      const { SecretString } = await new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: source.arn }), { abortSignal });
      return SecretString;
    }
    case 'ssm': {
      const { GetParameterCommand, SSMClient } = await import('./sdk/ssm.ts');
      const { Parameter } = await new SSMClient(settings).send(new GetParameterCommand({ Name: source.name, WithDecryption: true }), { abortSignal });
      return Parameter?.Value;
    }
    case 'kms': {
      const { DecryptCommand, KMSClient } = await import('./sdk/kms.ts');
      const kms = new KMSClient(settings);
      const CiphertextBlob = Buffer.from(source.ciphertext, 'base64');
      const { functionName } = options;
      const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }), { abortSignal }).catch((thrown: Error) => {
        if (thrown.name !== 'InvalidCiphertextException' || functionName === undefined) throw thrown;
        return kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { LambdaFunctionName: functionName } }), { abortSignal });
      });
      return Plaintext === undefined ? undefined : Buffer.from(Plaintext).toString('utf8');
    }
  }
}

interface Place {
  /** As in `Cannot read the Datadog API key from ...`. */
  name: string;
  permission: string;
  resource: string;
  /** The setting that names the place. */
  setting: string;
  /** From the ARN; the function's own otherwise. */
  region?: string;
}

function placeOf(source: KeptKey): Place {
  switch (source.kind) {
    case 'secrets-manager':
      return { name: `the secret "${source.arn}"`, permission: 'secretsmanager:GetSecretValue', resource: source.arn, setting: 'DD_API_KEY_SECRET_ARN', ...regionOf(source.arn) };
    case 'ssm':
      return { name: `the parameter "${source.name}"`, permission: 'ssm:GetParameter', resource: 'the parameter', setting: 'DD_API_KEY_SSM_NAME', ...regionOf(source.name) };
    case 'kms':
      return { name: 'its KMS ciphertext', permission: 'kms:Decrypt', resource: 'the key it was encrypted with', setting: 'DD_KMS_API_KEY' };
  }
}

function regionOf(arn: string): { region?: string } {
  const region = /^arn:aws[\w-]*:[\w-]+:([a-z0-9-]+):/.exec(arn)?.[1];
  return region === undefined ? {} : { region };
}

function keyIn(value: string | undefined, place: Place): string {
  const text = value?.trim() ?? '';
  let key: unknown = text;
  if (text.startsWith('{')) {
    try {
      key = (JSON.parse(text) as Record<string, unknown>)['DD_API_KEY'];
    } catch {
      throw unusable(place, 'its value begins like JSON and is none');
    }
    if (typeof key !== 'string') throw unusable(place, 'its JSON value has no text DD_API_KEY');
  }
  const trimmed = (key as string).trim();
  if (trimmed === '') throw unusable(place, 'it is empty');
  return trimmed;
}

function unusable({ name, setting }: Place, why: string): ForwarderError {
  return new ForwarderError('ERR_SECRET', `Cannot read the Datadog API key from ${name}: ${why}`, {
    stage: 'settings',
    retry: 'later',
    hint: `Put the key there as it is, or as {"DD_API_KEY": "..."}, or name another place in ${setting}.`,
  });
}

function secretError({ name, permission, resource, setting }: Place, thrown: unknown): ForwarderError {
  const refused = (why: string, hint: string) => new ForwarderError('ERR_SECRET', `Cannot read the Datadog API key from ${name}: ${why}`, { stage: 'settings', retry: 'later', hint, cause: thrown });
  const { name: code, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  switch (code) {
    case 'AccessDeniedException':
    case 'AccessDenied':
      return refused(`access denied (${permission})`, `Allow the function's role ${permission} on ${resource}, and kms:Decrypt on its key if that is a customer's own.`);

    case 'ResourceNotFoundException':
    case 'ParameterNotFound':
      return refused('there is no such thing in that account and region', `Create it, or correct ${setting}.`);

    case 'DecryptionFailure':
    case 'InvalidCiphertextException':
    case 'InvalidKeyId':
    case 'NotFoundException':
    case 'DisabledException':
    case 'KMSInvalidStateException':
    case 'IncorrectKeyException':
      return refused(`its KMS key does not decrypt it (${code})`, `Allow the function's role kms:Decrypt on the key, see that the key is enabled and in this region, and that ${setting} is whole.`);

    default:
      return refused(message === '' ? code : message, `If this lasts, see that the function reaches AWS (in a VPC: a NAT gateway or an endpoint) and that ${setting} is right.`);
  }
}

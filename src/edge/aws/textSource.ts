import { ForwarderError, messageOf } from '../../errors.ts';
import { parseUri } from '../../object/uri.ts';
import type { ObjectStore } from '../../pipeline/read/objectStore.ts';
import { addressOf, type AwsAddress } from './address.ts';

/** A filter file is some kilobytes; Parameter Store's own limit is 8 KB. */
const MAX_BYTES = 1_000_000;
const TIMEOUT_MS = 5_000;

/**
 * The text of an object (`s3://bucket/key`) or of a parameter (`ssm:name`, also encrypted).
 *
 * @throws ForwarderError ERR_SETTINGS naming the address and the permission that it takes
 */
export async function fetchText(uri: string, store: ObjectStore, address: AwsAddress = {}): Promise<string> {
  try {
    return uri.startsWith('ssm:') ? await fetchParameter(uri.slice('ssm:'.length), address) : await fetchObject(uri, store);
  } catch (thrown) {
    throw new ForwarderError('ERR_SETTINGS', `Cannot read "${uri}": ${messageOf(thrown)}`, {
      stage: 'settings',
      retry: 'later',
      hint: uri.startsWith('ssm:') ? "Correct the name, and allow the function's role ssm:GetParameter on it (and kms:Decrypt on its key)." : "Correct the address, and allow the function's role s3:GetObject on it.",
      cause: thrown,
    });
  }
}

async function fetchObject(uri: string, store: ObjectStore): Promise<string> {
  const { bucket, key } = parseUri(uri);
  const { body } = await store.open({ bucket, key, attempts: 0 }, AbortSignal.timeout(TIMEOUT_MS));
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function fetchParameter(name: string, address: AwsAddress): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import('./sdk/ssm.ts');
  const { Parameter } = await new SSMClient(addressOf(address)).send(new GetParameterCommand({ Name: name, WithDecryption: true }), { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  if (Parameter?.Value === undefined) throw new Error('it has no value');
  return Parameter.Value;
}

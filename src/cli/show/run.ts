import { systemClock } from '../../clock.ts';
import { s3ObjectStore } from '../../edge/aws/objectStore.ts';
import { ForwarderError } from '../../errors.ts';
import { parseUri, printUri } from '../../object/uri.ts';
import type { ObjectAddress } from '../../object/uri.ts';
import { readObject } from '../../pipeline/read/readObject.ts';
import { Splitter } from '../../pipeline/split/splitter.ts';
import { awsAddress } from '../awsAddress.ts';
import type { Context } from '../context.ts';
import { indentJson } from './indent.ts';

export interface ShowOptions {
  region?: string;
  versionId?: string;
  raw?: boolean;
}

/** Prints the record that an address names, or every record of the object, as CloudTrail wrote it. */
export async function runShow(ctx: Context, uri: string, options: ShowOptions): Promise<void> {
  const address = parseUri(uri);
  const isPretty = !options.raw && ctx.out.isTTY === true;
  const splitter = new Splitter();
  for await (const chunk of contentOf(ctx, address, options)) {
    for (const { index, bytes, start, end, unkept, lengthBytes } of splitter.push(chunk)) {
      if (address.record !== undefined && index !== address.record) continue;
      if (unkept !== undefined) throw notKept(address, index, lengthBytes);
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
      ctx.out.write(`${isPretty ? indentJson(text) : text}\n`);
      if (index === address.record) return;
    }
  }
  splitter.end();
  if (!splitter.sawRecords) throw noRecords(address, splitter.rootKeys);
  if (address.record !== undefined) throw noSuchRecord(address, splitter.count);
}

function contentOf(ctx: Context, { bucket, key }: ObjectAddress, { region, versionId }: ShowOptions): AsyncIterable<Uint8Array> {
  return readObject(
    { bucket, key, attempts: 0, ...(versionId !== undefined && { versionId }) },
    {
      store: s3ObjectStore(awsAddress(ctx, 'S3', region)),
      clock: systemClock,
      signal: ctx.interrupted ?? new AbortController().signal,
      random: Math.random,
      onOpen: () => undefined,
      onBytesIn: () => undefined,
    },
  );
}

function noSuchRecord({ bucket, key, record }: ObjectAddress, count: number): ForwarderError {
  return new ForwarderError('ERR_USAGE', `Cannot show record ${record} of "${printUri({ bucket, key })}": it has ${count === 0 ? 'none' : `${count}, 0 to ${count - 1}`}`, {
    stage: 'cli',
    retry: 'never',
    hint: 'Records are counted from 0, as in the attribute aws.s3.record of a log.',
  });
}

function noRecords(address: ObjectAddress, rootKeys: readonly string[]): ForwarderError {
  return new ForwarderError('ERR_NOT_CLOUDTRAIL', `Cannot show a record of "${printUri(address)}": it has no "Records"${rootKeys.length > 0 ? `, only ${rootKeys.slice(0, 6).map((key) => JSON.stringify(key)).join(', ')}` : ''}`, {
    stage: 'cli',
    retry: 'never',
    hint: `To see it whole: aws s3 cp "s3://${address.bucket}/${address.key}" - | gunzip`,
  });
}

function notKept(address: ObjectAddress, index: number, lengthBytes: number): ForwarderError {
  return new ForwarderError('ERR_RECORD_TOO_LARGE', `Cannot show record ${index} of "${printUri({ bucket: address.bucket, key: address.key })}": it has ${lengthBytes} bytes, or is nested too deeply`, {
    stage: 'cli',
    retry: 'never',
    hint: `To see it all the same: aws s3 cp "s3://${address.bucket}/${address.key}" - | gunzip`,
  });
}

/** Above this an object is put in parts: `fauxqs` takes 11 MiB in one request. */
const PART_BYTES = 8 * 1024 * 1024;

/** A bucket of the local S3, over plain HTTP: the forwarder is the one that must speak through AWS's client. */
export interface Bucket {
  name: string;
  /** Stores an object of any size. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** Creates the bucket when it is not there yet. */
export async function createBucket(awsUrl: string, name: string): Promise<Bucket> {
  await send('PUT', `${awsUrl}/${name}`);
  return {
    name,
    async put(key, bytes) {
      const address = `${awsUrl}/${name}/${key.split('/').map(encodeURIComponent).join('/')}`;
      if (bytes.length <= PART_BYTES) await send('PUT', address, bytes);
      else await putInParts(address, bytes);
    },
  };
}

async function putInParts(address: string, bytes: Uint8Array): Promise<void> {
  const begun = await (await send('POST', `${address}?uploads`)).text();
  const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun)?.[1] ?? '';
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += PART_BYTES) {
    const number = parts.length + 1;
    const answer = await send('PUT', `${address}?partNumber=${number}&uploadId=${uploadId}`, bytes.subarray(from, from + PART_BYTES));
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${answer.headers.get('etag')}</ETag></Part>`);
  }
  await send('POST', `${address}?uploadId=${uploadId}`, Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`));
}

async function send(method: string, address: string, body?: Uint8Array): Promise<Response> {
  const response = await fetch(address, { method, ...(body && { body, headers: { 'content-type': 'application/octet-stream' } }) });
  if (!response.ok) throw new Error(`Cannot ${method} ${address}: ${response.status} ${await response.text()}`);
  return response;
}

import { gzipSync } from 'node:zlib';

/** Stands in every record, and so must stand in none of the function's own logs and in no queue. */
export const NEVER_LOGGED = 'not-for-our-logs';

let made = 0;

/**
 * The text of a record like CloudTrail's, with what careless handling of JSON loses: numbers that no double holds, a key
 * that comes twice, escapes, characters of two to four bytes, U+2028.
 *
 * @param more members put behind the others, as JSON text
 */
export function recordText(more = ''): string {
  const id = (++made).toString(16).padStart(12, '0');
  return (
    `{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/j\\u00fcrgen","accountId":"123456789012"},` +
    `"eventTime":"${secondsAgo(60)}","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.17",` +
    `"requestParameters":{"bucketName":"${NEVER_LOGGED}","key":"\u00fc\u2028\u{1f98a}/${id}","size":12345678901234567890,"price":1.10,"far":1E400,"zero":0.0,"twice":1,"twice":2},` +
    `"responseElements":null,"eventID":"00000000-0000-4000-8000-${id}","readOnly":true${more}}`
  );
}

/** `count` records. */
export function records(count: number, more = ''): string[] {
  return Array.from({ length: count }, () => recordText(more));
}

/** `bytes` of text that gzip cannot make much of, another one each time. */
export function noise(bytes: number): string {
  let [text, state] = ['', ++made];
  while (text.length < bytes) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, bytes);
}

/** CloudTrail's way to write a time. */
export function secondsAgo(seconds: number): string {
  return `${new Date(Date.now() - seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The content of an object, not compressed. */
export function contentOf(texts: readonly string[]): string {
  return `{"Records":[${texts.join(',')}]}`;
}

/** An object as CloudTrail writes it. */
export function objectOf(texts: readonly string[]): Buffer {
  return gzipSync(contentOf(texts), { level: 1 });
}

/** A key as CloudTrail makes them. */
export function keyOf(name: string, folder = 'CloudTrail'): string {
  return `AWSLogs/123456789012/${folder}/us-east-1/2026/11/20/123456789012_${folder}_us-east-1_20261120T1205Z_${name}.json.gz`;
}

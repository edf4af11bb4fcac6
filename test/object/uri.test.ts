import { parseUri, printUri } from '../../src/object/uri.ts';

describe('an object\'s address', () => {
  test.each([
    ['s3://bucket/a/b.json.gz', { bucket: 'bucket', key: 'a/b.json.gz' }],
    ['s3://bucket/a/b.json.gz#17', { bucket: 'bucket', key: 'a/b.json.gz', record: 17 }],
    ['s3://bucket/a#b/c d%20.gz', { bucket: 'bucket', key: 'a#b/c d%20.gz' }],
    ['s3://bucket//a', { bucket: 'bucket', key: '/a' }],
  ])('%s is read and written again', (text, address) => {
    expect(parseUri(text)).toEqual(address);
    expect(printUri(address)).toBe(text);
  });

  test.each(['', 's3://', 's3://bucket', 's3://bucket/', 'https://bucket/key', 'bucket/key', 's3://../key', 's3://b/#3'])('%j is refused', (text) => {
    expect(() => parseUri(text)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';

const EVENTS = join(__dirname, '../../events');

/** What could name somebody, and what it must look like when it names nobody. */
const IDENTITIES: Record<string, { found: RegExp; made: RegExp }> = {
  'an account': { found: /(?<![\w.-])\d{12}(?!\d)/g, made: /^123456789012$/ },
  'an account in an ARN': { found: /(?<=arn:aws[\w-]*:[\w-]*:[\w-]*:)\d+/g, made: /^123456789012$/ },
  'an IPv4 address': { found: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g, made: /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/ },
  'an access key': { found: /\b(AKIA|ASIA)[A-Z0-9]{12,}/g, made: /EXAMPLE/ },
  'a principal id': { found: /\b(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{8,}/g, made: /EXAMPLE/ },
  'a mail address': { found: /[\w.+-]+@[\w-]+\.[\w.-]+/g, made: /@example\.(com|org|net)$/ },
};

describe('events/ names nobody', () => {
  const files = readdirSync(EVENTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

  test.each(Object.entries(IDENTITIES))('%s is a made-up one', (_, { found, made }) => {
    const real = files.flatMap((file) => (textOf(file).match(found) ?? []).filter((name) => !made.test(name)).map((name) => `${file}: ${name}`));
    expect(real).toEqual([]);
  });

  test('the search finds what it looks for', () => {
    const text = '"111122223333" arn:aws:s3:us-east-1:444455556666:b 10.1.2.3 AKIAABCDEFGHIJKLMNOP AROAABCDEFGHIJKLMNOP joe@corp.com';
    expect(Object.values(IDENTITIES).map(({ found, made }) => (text.match(found) ?? []).filter((name) => !made.test(name)).length)).not.toContain(0);
  });
});

/** Of broken gzip, what can be read: without its ten bytes of header nothing asks for the end or the checksum. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? inflateRawSync(bytes.subarray(10), { finishFlush: constants.Z_SYNC_FLUSH }) : bytes).toString('utf8');
}

import { isInBlock, parseAddress, parseBlock } from '../../../src/query/match/cidr.ts';

function isIn(address: string, block: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== undefined && isInBlock(parsed, parseBlock(block)!);
}

test.each([
  ['192.0.2.7', '192.0.2.0/24', true],
  ['192.0.3.7', '192.0.2.0/24', false],
  ['10.255.255.255', '10.0.0.0/8', true],
  ['11.0.0.0', '10.0.0.0/8', false],
  ['255.255.255.255', '0.0.0.0/0', true],
  ['128.0.0.1', '128.0.0.0/1', true],
  ['127.255.255.255', '128.0.0.0/1', false],
  ['192.0.2.7', '192.0.2.7/32', true],
  ['192.0.2.6', '192.0.2.7/32', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['10.1.2.3', '10.9.9.9/8', true],
  ['2001:db8:1::5', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['2001:DB8::A', '2001:db8::a/128', true],
  ['2001:db8:0:0:0:0:0:b', '2001:db8::a/127', true],
  ['2001:db8::c', '2001:db8::a/127', false],
  ['2001:db8::1:0:0:1', '2001:db8::/65', true],
  ['2001:db8::8000:0:0:1', '2001:db8::/65', false],
  ['fe80::1', '::/0', true],
  ['::', '::/128', true],
  ['::ffff:192.0.2.7', '192.0.2.0/24', true],
  ['192.0.2.7', '::ffff:192.0.2.0/120', true],
  ['192.0.2.7', '::/0', false],
  ['::1', '0.0.0.0/0', false],
  ['64:ff9b::192.0.2.33', '64:ff9b::/96', true],
])('%s in %s: %s', (address, block, expected) => {
  expect(isIn(address, block)).toBe(expected);
});

test.each(['cloudtrail.amazonaws.com', 'AWS Internal', '', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '1..2.3', '1.2.3.', '0x1.2.3.4', ':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::', 'fe80::1%eth0', '::1.2.3', '1:2:3:4:5:6:7::8', '999999999999.1.1.1'])('%s is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '2001:db8::/129', '::ffff:10.0.0.0/95', 'x/8', '/8', ''])('%s is no block', (text) => {
  expect(parseBlock(text)).toBeUndefined();
});

/** An address or a block of them: 32-bit words, one for IPv4 and four for IPv6. */
export type Address = readonly number[];

export interface Block {
  address: Address;
  prefixBits: number;
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Four numbers up to 255 without leading zeros, by hand: a filter asks this of every record. */
function parseV4(text: string): Address | undefined {
  let word = 0;
  let octet = -1;
  let dots = 0;
  if (text.length > 15) return undefined;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet * 10) + digit;
      if (octet > 255) return undefined;
    } else {
      if (text[i] !== '.' || octet < 0 || ++dots > 3) return undefined;
      word = word * 256 + octet;
      octet = -1;
    }
  }
  return dots === 3 && octet >= 0 ? [word * 256 + octet] : undefined;
}

function parseV6(text: string): Address | undefined {
  // The last 32 bits may be written as an IPv4 address.
  const lastColon = text.lastIndexOf(':');
  const dotted = text.includes('.') ? parseV4(text.slice(lastColon + 1)) : undefined;
  if (text.includes('.') && !dotted) return undefined;
  const hex = dotted ? `${text.slice(0, lastColon + 1)}${(dotted[0]! >>> 16).toString(16)}:${(dotted[0]! & 0xffff).toString(16)}` : text;

  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...tail];
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  const numbers = groups.map((group) => parseInt(group, 16));
  const words = [0, 2, 4, 6].map((i) => numbers[i]! * 0x10000 + numbers[i + 1]!);
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? [words[3]!] : words;
}

/** An IPv4 or IPv6 address (an IPv4-mapped one is its IPv4 address), or undefined: a DNS name, a service, anything else. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address alone; undefined when it is none. Bits after the prefix do not matter. */
export function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (!address) return undefined;
  const bits = address.length * 32;
  if (slash < 0) return { address, prefixBits: bits };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  // ::ffff:10.0.0.0/104 counts the 96 bits that IPv4 does not have.
  const prefixBits = addressText.includes(':') && address.length === 1 ? Number(prefix) - 96 : Number(prefix);
  return prefixBits >= 0 && prefixBits <= bits ? { address, prefixBits } : undefined;
}

export function isInBlock(address: Address, block: Block): boolean {
  if (address.length !== block.address.length) return false;
  let bits = block.prefixBits;
  for (let i = 0; i < address.length && bits > 0; i++, bits -= 32) {
    const mask = bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits);
    if (((address[i]! ^ block.address[i]!) & mask) !== 0) return false;
  }
  return true;
}

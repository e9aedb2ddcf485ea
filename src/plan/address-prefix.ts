import { formatIpv6Words } from '../bytes/address.js';

/** Whether the address in four words at `at` is written as something that begins with a text. */
export type AddressTest = (words: Uint32Array, at: number) => boolean;

const MAPPED = 0xffff;

/** A test that writes no address out where numbers tell: there may be a million of them. */
export function addressTest(prefix: string): AddressTest {
  if (prefix === '') return () => true;
  const ipv4 = /^\d{1,3}(?:\.\d{0,3}){0,3}$/.test(prefix) ? ipv4Test(prefix) : () => false;
  const ipv6 = /^[0-9a-f:.]+$/.test(prefix) ? ipv6Test(prefix) : () => false;
  return (words, at) => (isIpv4(words, at) ? ipv4(words[at + 3]) : ipv6(words, at));
}

function isIpv4(words: Uint32Array, at: number): boolean {
  return words[at + 2] === MAPPED && words[at + 1] === 0 && words[at] === 0;
}

/** Whole octets, and one that is being typed. */
function ipv4Test(prefix: string): (address: number) => boolean {
  const parts = prefix.split('.');
  const last = parts.length - 1;
  const begins = Array.from({ length: 256 }, (_, octet) => String(octet).startsWith(parts[last]));
  const bits = 8 * last;
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  const head = parts.slice(0, last).reduce((sum, part, i) => sum + Number(part) * 2 ** (24 - 8 * i), 0);
  return (address) => (address & mask) >>> 0 === head && begins[(address >>> (24 - bits)) & 0xff];
}

/** The first group tells most addresses apart; the rest is written out. */
function ipv6Test(prefix: string): AddressTest {
  const [group] = prefix.split(':');
  const known = prefix.includes(':') && group !== '' ? Number.parseInt(group, 16) : null;
  return (words, at) => (known === null || words[at] >>> 16 === known) && formatIpv6Words(words, at).startsWith(prefix);
}

import { formatIpv6Words } from '../bytes/address.js';

/** Whether the address in four words at `at` is written as something that begins with a text. */
export type AddressTest = (words: Uint32Array, at: number) => boolean;

const MAPPED = 0xffff;

/** A test that writes no address out where numbers tell: there may be a million of them. */
export function addressTest(prefix: string): AddressTest {
  if (prefix === '') return () => true;
  const ipv4 = /^\d{1,3}(?:\.\d{0,3}){0,3}$/.test(prefix) ? ipv4Test(prefix) : null;
  const ipv6 = /^[0-9a-f:.]+$/.test(prefix) ? ipv6Test(prefix) : null;
  return (words, at) => {
    if (words[at + 2] === MAPPED && words[at + 1] === 0 && words[at] === 0) return ipv4?.(words[at + 3]) ?? false;
    return ipv6?.(words, at) ?? false;
  };
}

/** Whole octets, and one that is being typed. */
function ipv4Test(prefix: string): (address: number) => boolean {
  const parts = prefix.split('.');
  const last = parts.length - 1;
  const begins = Uint8Array.from({ length: 256 }, (_, octet) => (String(octet).startsWith(parts[last]) ? 1 : 0));
  const shift = 24 - 8 * last;
  const head = parts.slice(0, last).reduce((sum, part) => sum * 256 + Number(part), 0);
  return (address) => begins[(address >>> shift) & 0xff] === 1 && (last === 0 || address >>> (shift + 8) === head);
}

/** The first group tells most addresses apart, by its beginning too; the rest is written out. */
function ipv6Test(prefix: string): AddressTest {
  const [group] = prefix.split(':');
  const known = prefix.includes(':') && group !== '' ? Number.parseInt(group, 16) : null;
  const begin = known === null && group !== '' ? Number.parseInt(group, 16) : null;
  return (words, at) => {
    let first = words[at] >>> 16;
    if (known !== null && first !== known) return false;
    if (begin !== null) {
      while (first > begin) first >>>= 4;
      if (first !== begin) return false;
    }
    return formatIpv6Words(words, at).startsWith(prefix);
  };
}

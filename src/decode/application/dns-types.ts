import { hexDigits, hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { field, shortfall } from '../dissector.js';
import {
  CERT_TYPES,
  DNS_RCODES,
  DNSSEC_ALGORITHMS,
  DS_DIGESTS,
  NSEC3_HASHES,
  SSHFP_ALGORITHMS,
  SSHFP_TYPES,
  TKEY_MODES,
  TLSA_MATCHINGS,
  TLSA_SELECTORS,
  TLSA_USAGES,
} from './dns-numbers.js';
import {
  base32Hex,
  characterString,
  characterStrings,
  counted,
  countedBytes,
  domainName,
  enumeration,
  ipv4Address,
  ipv6Address,
  macAddress,
  number,
  type Part,
  type Rdata,
  rest,
  secondsText,
  text,
  typeBitMaps,
  typeCovered,
} from './dns-rdata.js';
import { serviceParameters } from './dns-svcb.js';

/** RDATA by type, each as its specification draws it. */

function seconds(name: string): Part {
  return number(name, 4, (value) => `${value} s`);
}

const date = (name: string): Part => number(name, 4, (value) => `${value} (${secondsText(value)})`);

/** RFC 4034 section 2.1.1 and RFC 5011 section 2.1. */
const KEY_FLAGS: [number, string][] = [
  [0x0100, 'Zone Key'],
  [0x0080, 'Revoke'],
  [0x0001, 'Secure Entry Point'],
];

function flagWords(table: [number, string][], flags: number, digits: number): string {
  const words = table.filter(([bit]) => flags & bit).map(([, word]) => word);
  return [hexNumber(flags, digits), words.join(', ')].join(' ').trim();
}

const algorithm = enumeration('Algorithm', 1, DNSSEC_ALGORITHMS);
const delegation = [number('Key Tag', 2), algorithm, enumeration('Digest Type', 1, DS_DIGESTS), rest('Digest')];
const key = [
  number('Flags', 2, (value) => flagWords(KEY_FLAGS, value, 4)),
  number('Protocol', 1),
  algorithm,
  rest('Public Key'),
];
const signature = [
  typeCovered,
  algorithm,
  number('Labels', 1),
  seconds('Original TTL'),
  date('Signature Expiration'),
  date('Signature Inception'),
  number('Key Tag', 2),
  domainName("Signer's Name"),
  rest('Signature'),
];
const association = [
  enumeration('Certificate Usage', 1, TLSA_USAGES),
  enumeration('Selector', 1, TLSA_SELECTORS),
  enumeration('Matching Type', 1, TLSA_MATCHINGS),
  rest('Certificate Association Data'),
];
const nsec3 = [
  enumeration('Hash Algorithm', 1, NSEC3_HASHES),
  number('Flags', 1, (value) => flagWords([[1, 'Opt-Out']], value, 2)),
  number('Iterations', 2),
  countedBytes('Salt Length', 1, 'Salt'),
];
const nextHashedOwner = counted('Hash Length', 1, 'Next Hashed Owner Name', ({ bytes, at }, size) =>
  field('Next Hashed Owner Name', at, size, hexDigits(bytes, at, at + size), base32Hex(bytes, at, at + size)),
);
const binding = [number('SvcPriority', 2), domainName('TargetName'), serviceParameters];
const sized = (name: string): Part => countedBytes(`${name} Size`, 2, name);
const other = countedBytes('Other Len', 2, 'Other Data');
const error = enumeration('Error', 2, DNS_RCODES);

/** Seconds since 1970 in 48 bits (RFC 8945 section 4.2). */
const timeSigned: Part = (rdata: Rdata) => {
  const { bytes, at, end } = rdata;
  if (end - at < 6) {
    rdata.problem = shortfall('DNS Time Signed', 6, end - at, at);
    return;
  }
  const value = u16(bytes, at) * 2 ** 32 + u32(bytes, at + 2);
  // 2 ** 32 s end in 2106; the high bits are for later.
  const words = value < 2 ** 36 ? `${value} (${secondsText(value)})` : String(value);
  rdata.fields.push(field('Time Signed', at, 6, value, words));
  rdata.words.push(String(value));
  rdata.at += 6;
};

export const RDATA: Readonly<Record<number, readonly Part[]>> = {
  1: [ipv4Address('ADDRESS')],
  2: [domainName('NSDNAME')],
  3: [domainName('MADNAME')],
  4: [domainName('MADNAME')],
  5: [domainName('CNAME')],
  6: [
    domainName('MNAME'),
    domainName('RNAME'),
    number('SERIAL', 4),
    seconds('REFRESH'),
    seconds('RETRY'),
    seconds('EXPIRE'),
    seconds('MINIMUM'),
  ],
  7: [domainName('MADNAME')],
  8: [domainName('MGMNAME')],
  9: [domainName('NEWNAME')],
  12: [domainName('PTRDNAME')],
  13: [characterString('CPU'), characterString('OS')],
  14: [domainName('RMAILBX'), domainName('EMAILBX')],
  15: [number('PREFERENCE', 2), domainName('EXCHANGE')],
  16: [characterStrings('TXT-DATA')],
  17: [domainName('mbox-dname'), domainName('txt-dname')],
  18: [number('subtype', 2), domainName('hostname')],
  21: [number('preference', 2), domainName('intermediate-host')],
  24: signature,
  25: key,
  28: [ipv6Address('AAAA')],
  33: [number('Priority', 2), number('Weight', 2), number('Port', 2), domainName('Target')],
  35: [
    number('ORDER', 2),
    number('PREFERENCE', 2),
    characterString('FLAGS'),
    characterString('SERVICES'),
    characterString('REGEXP'),
    domainName('REPLACEMENT'),
  ],
  36: [number('PREFERENCE', 2), domainName('EXCHANGER')],
  37: [enumeration('type', 2, CERT_TYPES), number('key tag', 2), algorithm, rest('certificate or CRL')],
  39: [domainName('target')],
  43: delegation,
  44: [enumeration('algorithm', 1, SSHFP_ALGORITHMS), enumeration('fp type', 1, SSHFP_TYPES), rest('fingerprint')],
  46: signature,
  47: [domainName('Next Domain Name'), typeBitMaps],
  48: key,
  50: [...nsec3, nextHashedOwner, typeBitMaps],
  51: nsec3,
  52: association,
  53: association,
  59: delegation,
  60: key,
  62: [number('SOA Serial', 4), number('Flags', 2), typeBitMaps],
  63: [number('Serial', 4), number('Scheme', 1), number('Hash Algorithm', 1), rest('Digest')],
  64: binding,
  65: binding,
  99: [characterStrings('TXT-DATA')],
  107: [number('Preference', 2), domainName('FQDN')],
  108: [macAddress('EUI-48 Address', 6)],
  109: [macAddress('EUI-64 Address', 8)],
  249: [
    domainName('Algorithm'),
    date('Inception'),
    date('Expiration'),
    enumeration('Mode', 2, TKEY_MODES),
    error,
    sized('Key'),
    countedBytes('Other Size', 2, 'Other Data'),
  ],
  250: [
    domainName('Algorithm Name'),
    timeSigned,
    number('Fudge', 2, (value) => `${value} s`),
    sized('MAC'),
    number('Original ID', 2),
    error,
    other,
  ],
  256: [number('Priority', 2), number('Weight', 2), text('Target')],
  257: [
    number('Flags', 1, (value) => flagWords([[0x80, 'Issuer Critical']], value, 2)),
    counted('Tag Length', 1, 'Tag', ({ bytes, at }, size) => {
      const tag = Buffer.from(bytes.subarray(at, at + size))
        .toString('latin1')
        .replace(/[^0-9A-Za-z]/g, '?');
      return field('Tag', at, size, tag);
    }),
    text('Value'),
  ],
  32768: delegation,
  32769: delegation,
};

import { fromHex, ipv4, join } from '../../support/frames.js';

/** Messages of DNS written out by RFC 1035, apart from the code under test. */

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

/** "www.example.org" as labels and a root; "" is the root. */
export function dnsName(text: string): Uint8Array {
  const labels = text === '' ? [] : text.split('.');
  return join(...labels.map((label) => join(Uint8Array.of(label.length), ascii(label))), Uint8Array.of(0));
}

export function question(name: string | Uint8Array, type: number, kind = 1): Uint8Array {
  return join(typeof name === 'string' ? dnsName(name) : name, u16(type), u16(kind));
}

export function record(name: string | Uint8Array, type: number, data: Uint8Array, kind = 1, ttl = 300): Uint8Array {
  return join(question(name, type, kind), u16(ttl >>> 16), u16(ttl & 0xffff), u16(data.length), data);
}

export interface MessageParts {
  id?: number;
  flags?: number;
  questions?: Uint8Array[];
  answers?: Uint8Array[];
  authorities?: Uint8Array[];
  additionals?: Uint8Array[];
}

export function message(parts: MessageParts): Uint8Array {
  const { questions = [], answers = [], authorities = [], additionals = [] } = parts;
  const lists = [questions, answers, authorities, additionals];
  return join(
    u16(parts.id ?? 0x1234),
    u16(parts.flags ?? 0x0100),
    ...lists.map((list) => u16(list.length)),
    ...lists.flat(),
  );
}

/** Back to the name of the first question. */
export const FIRST_NAME = fromHex('c00c');

export function udpPacket(payload: Uint8Array, destination: number, source = 40000): Uint8Array {
  return ipv4({ protocol: 17, payload: join(u16(source), u16(destination), u16(8 + payload.length), u16(0), payload) });
}

/** One segment with PSH and ACK. */
export function tcpPacket(payload: Uint8Array, destination: number, source = 40000): Uint8Array {
  const header = join(u16(source), u16(destination), fromHex('00000001 00000001 5018 ffff 0000 0000'));
  return ipv4({ protocol: 6, payload: join(header, payload) });
}

function text(value: string): Uint8Array {
  return join(Uint8Array.of(value.length), ascii(value));
}

const SIGNATURE = fromHex('0001 0d 02 00000e10 65a2c980 658b4200 3039 076578616d706c65036f726700 a1b2c3d4e5f60708');

/** RDATA of each type: its number, its bytes, the words of the record's line. */
export const RECORDS: readonly [name: string, type: number, data: Uint8Array, words: string][] = [
  ['A', 1, fromHex('c0000201'), '192.0.2.1'],
  ['AAAA', 28, fromHex('20010db8000000000000000000000001'), '2001:db8::1'],
  ['NS', 2, dnsName('ns.example.org'), 'ns.example.org'],
  ['CNAME', 5, dnsName('alias.example.org'), 'alias.example.org'],
  [
    'SOA',
    6,
    join(
      dnsName('ns.example.org'),
      dnsName('admin.example.org'),
      fromHex('78a40001 00001c20 00000e10 00093a80 0000012c'),
    ),
    'ns.example.org admin.example.org 2024013825 7200 3600 604800 300',
  ],
  ['PTR', 12, dnsName('host.example.org'), 'host.example.org'],
  ['HINFO', 13, join(text('ARM'), text('Linux')), '"ARM" "Linux"'],
  ['MX', 15, join(fromHex('000a'), dnsName('mail.example.org')), '10 mail.example.org'],
  ['TXT', 16, join(text('v=spf1 -all'), text('two\n')), '"v=spf1 -all" "two\\x0a"'],
  ['SRV', 33, join(fromHex('0001 0002 01bb'), dnsName('www.example.org')), '1 2 443 www.example.org'],
  [
    'NAPTR',
    35,
    join(fromHex('0064 0032'), text('s'), text('SIP+D2U'), text(''), dnsName('_sip._udp.example.org')),
    '100 50 "s" "SIP+D2U" "" _sip._udp.example.org',
  ],
  ['DNAME', 39, dnsName('other.example'), 'other.example'],
  [
    'DS',
    43,
    fromHex('3039 0d 02 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766'),
    '12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766',
  ],
  ['SSHFP', 44, fromHex('0402 123456789abcdef0'), '4 2 123456789abcdef0'],
  ['RRSIG', 46, SIGNATURE, 'A 13 2 3600 1705167232 1703625216 12345 example.org a1b2c3d4e5f60708'],
  ['NSEC', 47, join(dnsName('b.example.org'), fromHex('0006 400000000003')), 'b.example.org A RRSIG NSEC'],
  ['DNSKEY', 48, fromHex('0101 03 0d 0123456789abcdef'), '257 3 13 0123456789abcdef'],
  [
    'NSEC3',
    50,
    fromHex('01 01 000a 04 aabbccdd 14 000102030405060708090a0b0c0d0e0f10111213 0001 40'),
    '1 1 10 aabbccdd 000g40o40k30e209185go38e1s8124gj A',
  ],
  ['NSEC3PARAM', 51, fromHex('01 00 0000 00'), '1 0 0 -'],
  ['TLSA', 52, fromHex('03 01 01 00112233'), '3 1 1 00112233'],
  [
    'SVCB',
    64,
    join(fromHex('0001'), dnsName('svc.example.org'), fromHex('0001 0003 02 6832 0003 0002 20fb')),
    '1 svc.example.org alpn=h2 port=8443',
  ],
  [
    'HTTPS',
    65,
    join(
      fromHex('0001 00'),
      fromHex('0000 0004 0001 0004 0001 0006 02 6833 02 6832 0002 0000 0004 0004 c0000201'),
      fromHex('0006 0010 20010db8000000000000000000000001 ff00 0001 7e'),
    ),
    '1 . mandatory=alpn,ipv4hint alpn=h3,h2 no-default-alpn ipv4hint=192.0.2.1 ipv6hint=2001:db8::1 key65280=7e',
  ],
  ['EUI48', 108, fromHex('02005e100001'), '02:00:5e:10:00:01'],
  ['URI', 256, join(fromHex('000a 0001'), ascii('https://example.org/')), '10 1 "https://example.org/"'],
  ['CAA', 257, join(fromHex('80'), text('issue'), ascii('ca.example')), '128 issue "ca.example"'],
  ['TYPE65280', 65280, fromHex('0102'), '0102'],
];

export const TSIG = join(dnsName('hmac-sha256'), fromHex('000065920080 012c 0004 deadbeef 1234 0010 0000'));

export const OPTIONS = fromHex(
  '0003 0000 000a 0008 0102030405060708 0008 0007 0001 18 00 c00002 000f 0005 0012 626164 000b 0002 0064 000c 0003 000000',
);

export const OPT = join(fromHex('00 0029 04d0 00 00 8000 0031'), OPTIONS);

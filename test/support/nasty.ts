import { fromHex, join } from './frames.js';

/** Packets built to cost as much as a decoder lets them: each a function of the size, for a decoder whose work grows faster than the size to be seen. */
export interface Nasty {
  name: string;
  linkType: number;
  build: (size: number) => Uint8Array;
}

const ETHERNET = 1;
const RAW_IPV4 = 228;
const RAW_IPV6 = 229;
const RADIOTAP = 127;
const IEEE80211 = 105;
const PPI = 192;
const PPP = 9;

const text = (string: string): Uint8Array => new TextEncoder().encode(string);

/** `unit` over and over, `size` bytes in all. */
function filled(unit: Uint8Array | string, size: number): Uint8Array {
  const part = typeof unit === 'string' ? fromHex(unit) : unit;
  const bytes = new Uint8Array(Math.max(0, size));
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part.subarray(0, bytes.length - at), at);
  return bytes;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 255, value & 255);
}

function ip(protocol: number, payload: Uint8Array): Uint8Array {
  const header = fromHex('45000000000000004000 0000 0a000001 0a000002');
  header.set(u16(Math.min(65_535, 20 + payload.length)), 2);
  header[9] = protocol;
  return join(header, payload);
}

function ipv6(next: number, payload: Uint8Array): Uint8Array {
  const header = fromHex(
    `60000000 0000 00 40 ${'fe80000000000000000000000000000000ff02000000000000000000000000000001'.slice(0, 64)}`,
  );
  header.set(u16(Math.min(65_535, payload.length)), 4);
  header[6] = next;
  return join(header, payload);
}

function tcp(port: number, payload: Uint8Array): Uint8Array {
  return join(u16(40_001), u16(port), fromHex('00000001 00000001 5018 ffff 0000 0000'), payload);
}

function udp(port: number, payload: Uint8Array): Uint8Array {
  return join(u16(40_001), u16(port), u16(Math.min(65_535, 8 + payload.length)), u16(0), payload);
}

/** `head`, then `unit` until the packet is full, over a transport. */
function over(transport: 'tcp' | 'udp', port: number, head: Uint8Array | string, unit: Uint8Array | string) {
  const lead = typeof head === 'string' ? fromHex(head) : head;
  return (size: number): Uint8Array => {
    const payload = join(lead, filled(unit, size - lead.length - 40));
    return transport === 'tcp' ? ip(6, tcp(port, payload)) : ip(17, udp(port, payload));
  };
}

/** Link header, then `unit` until the frame is full. */
function framed(type: string, unit: string, head = '') {
  return (size: number): Uint8Array =>
    join(fromHex(`020000000002 020000000001 ${type}`), fromHex(head), filled(unit, size - 14 - head.length / 2));
}

/** A name that begins with a pointer to the one before, and that one likewise. */
function pointerChain(size: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(16_000, size - 60));
  bytes.set(fromHex('0001 0100 ffff ffff ffff ffff 0161 00 0001 0001'));
  for (let at = 20; at + 6 <= bytes.length; at += 6) {
    bytes.set(u16(0xc000 | Math.max(12, at - 6)), at);
    bytes.set(fromHex('00010001'), at + 2);
  }
  return ip(17, udp(53, bytes));
}

/** Long chains of labels that end in a pointer to the chain before. */
function labelChain(size: number): Uint8Array {
  const bytes = new Uint8Array(size - 60);
  bytes.set(fromHex('0001 0100 ffff 0000 0000 0000'));
  let before = 12;
  for (let at = 12; at + 140 <= bytes.length; ) {
    const start = at;
    for (let label = 0; label < 60; label++) {
      bytes.set([1, 97], at);
      at += 2;
    }
    bytes.set(u16(0xc000 | Math.min(0x3fff, before)), at);
    bytes.set(fromHex('00010001'), at + 2);
    at += 6;
    before = start;
  }
  return ip(17, udp(53, bytes));
}

/** Every record is the same pointer to one long name. */
function samePointer(size: number): Uint8Array {
  const name = join(filled('3f'.padEnd(128, '61'), 192), fromHex('3d'), filled('61', 61), fromHex('00 0001 0001'));
  const head = join(fromHex('0001 8180 0001 ffff 0000 0000'), name);
  return ip(17, udp(53, join(head, filled('c00c 0001 0001 00000000 0004 7f000001', size - 60 - head.length))));
}

function nested(size: number, unit: (payload: Uint8Array) => Uint8Array): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(8);
  while (bytes.length < size) {
    const before = bytes.length;
    bytes = unit(bytes);
    // Building itself must not be quadratic: deep ones are repeated, what dissects them stops long before.
    if (bytes.length - before < 64 && bytes.length > 4096) return join(bytes, new Uint8Array(size - bytes.length));
  }
  return bytes;
}

const clientHello = (size: number): Uint8Array => {
  const extensions = filled('0a0a0000', Math.min(65_000, size - 120));
  const body = join(
    fromHex('0303'),
    filled('11', 32),
    fromHex('00 0002 1301 01 00'),
    u16(extensions.length),
    extensions,
  );
  const handshake = join(fromHex('0100'), u16(body.length), body);
  return ip(6, tcp(443, join(fromHex('160301'), u16(handshake.length), handshake)));
};

const query = '30820000 020101 0400 a0820000 0201010201000201003082';

export const NASTY: readonly Nasty[] = [
  { name: 'IPv4 in IPv4', linkType: RAW_IPV4, build: (size) => nested(size, (inner) => ip(4, inner)) },
  { name: 'IPv6 in IPv6', linkType: RAW_IPV6, build: (size) => nested(size, (inner) => ipv6(41, inner)) },
  {
    name: 'GRE in GRE',
    linkType: RAW_IPV4,
    build: (size) => nested(size, (inner) => ip(47, join(fromHex('00000800'), inner))),
  },
  {
    name: 'VXLAN in VXLAN',
    linkType: RAW_IPV4,
    build: (size) =>
      nested(size, (inner) =>
        ip(17, udp(4789, join(fromHex('0800000000000100 020000000002 020000000001 0800'), inner))),
      ),
  },
  { name: 'VLAN tags', linkType: ETHERNET, build: framed('8100', '00018100') },
  { name: 'MPLS without a bottom', linkType: ETHERNET, build: framed('8847', '00010040') },
  {
    name: 'GRE source routes',
    linkType: RAW_IPV4,
    build: (size) => ip(47, join(fromHex('40000800 00000000'), filled('08000001', size - 28))),
  },
  { name: 'PPPoE tags', linkType: ETHERNET, build: framed('8863', '01010000', '11090000fff0') },
  { name: 'LLDP values', linkType: ETHERNET, build: framed('88cc', 'fe00') },
  { name: 'CDP values', linkType: ETHERNET, build: framed('fff0', '00010004', 'aaaa0300000c2000 02b40000') },
  {
    name: 'IPv6 destination options',
    linkType: RAW_IPV6,
    build: (size) => ipv6(60, filled('3c00010400000000', size - 40)),
  },
  {
    name: 'IPv6 hop by hop, Pad1',
    linkType: RAW_IPV6,
    build: (size) => ipv6(0, filled('00ff'.padEnd(4096, '0'), size - 40)),
  },
  { name: 'IPv6 fragments', linkType: RAW_IPV6, build: (size) => ipv6(44, filled('2c00000000000001', size - 40)) },
  {
    name: 'IPv6 routing',
    linkType: RAW_IPV6,
    build: (size) => ipv6(43, filled(`2bfe00ff${'00'.repeat(2036)}`, size - 40)),
  },
  {
    name: 'AH chain',
    linkType: RAW_IPV4,
    build: (size) => ip(51, filled('33010000000000010000000100000000', size - 20)),
  },
  {
    name: 'ICMPv6 options',
    linkType: RAW_IPV6,
    build: (size) =>
      ipv6(58, join(fromHex('8600000040000000 0000000000000000'), filled('0101020000000001', size - 56))),
  },
  {
    name: 'ICMPv6 groups',
    linkType: RAW_IPV6,
    build: (size) => ipv6(58, join(fromHex('8f000000 0000ffff'), filled(`04000000${'ff'.repeat(16)}`, size - 48))),
  },
  {
    name: 'ICMP errors in ICMP errors',
    linkType: RAW_IPV4,
    build: (size) => nested(size, (inner) => ip(1, join(fromHex('0300000000000000'), inner))),
  },
  {
    name: 'ICMP extensions',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(
        1,
        join(
          fromHex('0b000000 00200000 45000080'),
          new Uint8Array(124),
          fromHex('20000000'),
          filled('00040101', size - 160),
        ),
      ),
  },
  {
    name: 'IGMP groups',
    linkType: RAW_IPV4,
    build: (size) => ip(2, join(fromHex('22000000 0000ffff'), filled('01000000e0000001', size - 28))),
  },
  {
    name: 'OSPF LSAs',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(
        89,
        join(
          fromHex(`02040000 01010101 00000000 00000000 0000000000000000 0000ffff`),
          filled('00010201010101010101010180000001 00000014', size - 48),
        ),
      ),
  },
  {
    name: 'OSPF LSAs of no length',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(89, join(fromHex(`02040000 01010101 00000000 00000000 0000000000000000 0000ffff`), filled('00', size - 48))),
  },
  {
    name: 'PIM joins',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(103, join(fromHex('23000000 01000a000001 00ff00d2'), filled('01000020e0000001 0000ffff', size - 34))),
  },
  {
    name: 'SCTP chunks',
    linkType: RAW_IPV4,
    build: (size) => ip(132, join(fromHex('00010002 00000000 00000000'), filled('0b000004', size - 32))),
  },
  {
    name: 'SCTP parameters',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(
        132,
        join(
          fromHex('00010002 00000000 00000000 0100fff0 00000001 00000001 00010001 00000001'),
          filled('80000004', size - 60),
        ),
      ),
  },
  {
    name: 'SCTP gap blocks',
    linkType: RAW_IPV4,
    build: (size) =>
      ip(
        132,
        join(fromHex('00010002 00000000 00000000 0300fff0 00000001 00000001 ffff ffff'), filled('00010002', size - 60)),
      ),
  },
  {
    name: 'radiotap words',
    linkType: RADIOTAP,
    build: (size) => join(fromHex('0000f0ff'), filled('ffffffff', size - 4)),
  },
  {
    name: '802.11 elements',
    linkType: IEEE80211,
    build: (size) => join(fromHex(`80000000 ${'ff'.repeat(18)} 0000 ${'00'.repeat(12)}`), filled('dd00', size - 36)),
  },
  {
    name: 'PPI fields',
    linkType: PPI,
    build: (size) => join(fromHex('0000f0ff69000000'), filled('02000000', size - 8)),
  },
  { name: 'PPP options', linkType: PPP, build: (size) => join(fromHex('ff03c021 0101fff0'), filled('0102', size - 8)) },
  { name: 'DNS pointers to pointers', linkType: RAW_IPV4, build: pointerChain },
  { name: 'DNS labels, then pointers', linkType: RAW_IPV4, build: labelChain },
  { name: 'DNS records of one long name', linkType: RAW_IPV4, build: samePointer },
  {
    name: 'DNS pointers to themselves',
    linkType: RAW_IPV4,
    build: over('udp', 53, '0001 0100 ffff 0000 0000 0000', 'c00c00010001'),
  },
  {
    name: 'DNS over TCP, many messages',
    linkType: RAW_IPV4,
    build: over('tcp', 53, '', '000c 0001 0100 0000 0000 0000 0000'),
  },
  {
    name: 'mDNS questions',
    linkType: RAW_IPV4,
    build: over('udp', 5353, '0000 0000 ffff 0000 0000 0000', '01610000010001'),
  },
  {
    name: 'DHCP options',
    linkType: RAW_IPV4,
    build: over('udp', 67, `01010600 12345678 ${'00'.repeat(228)} 63825363`, '3500'),
  },
  {
    name: 'DHCP padding',
    linkType: RAW_IPV4,
    build: over('udp', 67, `01010600 12345678 ${'00'.repeat(228)} 63825363 350101`, '00'),
  },
  {
    name: 'DHCPv6 relays in relays',
    linkType: RAW_IPV4,
    build: over('udp', 547, '', `0c00${'00'.repeat(32)}0009fff0`),
  },
  { name: 'DHCPv6 options', linkType: RAW_IPV4, build: over('udp', 547, '01123456', '00080000') },
  {
    name: 'HTTP, 60,000 headers of one byte',
    linkType: RAW_IPV4,
    build: over('tcp', 80, text('GET / HTTP/1.1\r\n'), text('a\n')),
  },
  {
    name: 'HTTP, headers with a colon',
    linkType: RAW_IPV4,
    build: over('tcp', 80, text('GET / HTTP/1.1\r\n'), text('a:\r\n')),
  },
  {
    name: 'HTTP, one long header',
    linkType: RAW_IPV4,
    build: over('tcp', 80, text('GET / HTTP/1.1\r\na: '), text(' \t')),
  },
  { name: 'HTTP, one long target', linkType: RAW_IPV4, build: over('tcp', 80, text('GET /'), text('%0')) },
  { name: 'HTTP, requests in a row', linkType: RAW_IPV4, build: over('tcp', 80, '', text('GET / HTTP/1.1\r\n\r\n')) },
  {
    name: 'HTTP/2 frames',
    linkType: RAW_IPV4,
    build: over('tcp', 80, text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), '000000040000000000'),
  },
  {
    name: 'SIP headers',
    linkType: RAW_IPV4,
    build: over('udp', 5060, text('OPTIONS sip:a@b SIP/2.0\r\n'), text('a:\r\n')),
  },
  {
    name: 'SDP lines',
    linkType: RAW_IPV4,
    build: over(
      'udp',
      5060,
      text('INVITE sip:a@b SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n'),
      text('a=b\r\n'),
    ),
  },
  {
    name: 'SMTP lines',
    linkType: RAW_IPV4,
    build: over('tcp', 25, text('220-mail.example ESMTP\r\n'), text('220-a\r\n')),
  },
  { name: 'SMTP commands', linkType: RAW_IPV4, build: over('tcp', 25, text('EHLO example\r\n'), text('NOOP\r\n')) },
  { name: 'FTP lines', linkType: RAW_IPV4, build: over('tcp', 21, text('220-FTP server\r\n'), text('220-\r\n')) },
  { name: 'IMAP lines', linkType: RAW_IPV4, build: over('tcp', 143, text('* OK IMAP4rev1\r\n'), text('* a\r\n')) },
  { name: 'POP lines', linkType: RAW_IPV4, build: over('tcp', 110, text('+OK POP3\r\n'), text('a\r\n')) },
  { name: 'SSH banner lines', linkType: RAW_IPV4, build: over('tcp', 22, '', text('a\r\n')) },
  {
    name: 'SSH packets',
    linkType: RAW_IPV4,
    build: over('tcp', 22, text('SSH-2.0-a\r\n'), '0000000c0a1500000000000000000000'),
  },
  { name: 'TLS extensions', linkType: RAW_IPV4, build: clientHello },
  { name: 'TLS empty records', linkType: RAW_IPV4, build: over('tcp', 443, '', '1603030000') },
  { name: 'TLS alerts', linkType: RAW_IPV4, build: over('tcp', 443, '', '15030300020100') },
  { name: 'TLS messages of one record', linkType: RAW_IPV4, build: over('tcp', 443, '160303fff0', '0e000000') },
  {
    name: 'TLS certificates',
    linkType: RAW_IPV4,
    build: over('tcp', 443, '160303fff0 0b00ffe0 00ffdd', '000002 3000'),
  },
  {
    name: 'X.509 nested',
    linkType: RAW_IPV4,
    build: over('tcp', 443, '160303fff0 0b00ffe0 00ffdd 00ffda', '3082ff00'),
  },
  {
    name: 'DTLS records',
    linkType: RAW_IPV4,
    build: over('udp', 443, '', '16fefd0000000000000000 000c 0e0000000000000000000000'),
  },
  { name: 'QUIC coalesced', linkType: RAW_IPV4, build: over('udp', 443, '', 'e000000001 00 00 01 00') },
  { name: 'SNMP nested', linkType: RAW_IPV4, build: over('udp', 161, query, '3082ff00') },
  { name: 'SNMP nested without end', linkType: RAW_IPV4, build: over('udp', 161, '', '3080') },
  {
    name: 'SNMP bindings',
    linkType: RAW_IPV4,
    build: over('udp', 161, '3082fff0 020101 0400 a082ffe0 020101 020100 020100 3082ffd0', '3004 0600 0500'),
  },
  {
    name: 'LDAP nested',
    linkType: RAW_IPV4,
    build: over('tcp', 389, '3084 0000fff0 020101 6384 0000ffe0', 'a084 0000ff00'),
  },
  { name: 'Kerberos nested', linkType: RAW_IPV4, build: over('udp', 88, '6a82fff0 3082ffe0', 'a182ff00') },
  {
    name: 'SMB2 compounded',
    linkType: RAW_IPV4,
    build: over('tcp', 445, '0000fff0', `fe534d42 4000 0000 00000000 0000 0000 00000000 40000000 ${'00'.repeat(40)}`),
  },
  {
    name: 'SMB2 chained to itself',
    linkType: RAW_IPV4,
    build: over('tcp', 445, '0000fff0', `fe534d42 4000 0000 00000000 0000 0000 00000000 08000000 ${'00'.repeat(40)}`),
  },
  {
    name: 'NetBIOS names',
    linkType: RAW_IPV4,
    build: over('udp', 137, '0001 0110 ffff ffff ffff ffff', `20 ${'43'.repeat(32)} 00 0020 0001`),
  },
  { name: 'MQTT packets', linkType: RAW_IPV4, build: over('tcp', 1883, '', 'c000') },
  { name: 'MQTT topics', linkType: RAW_IPV4, build: over('tcp', 1883, '82 f0ff03 0001', '000161 00') },
  { name: 'Redis nested arrays', linkType: RAW_IPV4, build: over('tcp', 6379, '', text('*1\r\n')) },
  { name: 'Redis strings', linkType: RAW_IPV4, build: over('tcp', 6379, text('*60000\r\n'), text('$0\r\n\r\n')) },
  { name: 'Redis values', linkType: RAW_IPV4, build: over('tcp', 6379, '', text('+\r\n')) },
  { name: 'BGP keepalives', linkType: RAW_IPV4, build: over('tcp', 179, '', `${'ff'.repeat(16)} 0013 04`) },
  { name: 'RTCP packets', linkType: RAW_IPV4, build: over('udp', 5005, '80c90001 00000001', '80cb0000') },
  {
    name: 'NTP extensions',
    linkType: RAW_IPV4,
    build: over('udp', 123, `23000000 ${'00'.repeat(44)}`, '01040010 000000000000000000000000'),
  },
  { name: 'L2TP values', linkType: RAW_IPV4, build: over('udp', 1701, 'c802fff0 00000000 00000000', '800600000000') },
  { name: 'GENEVE options', linkType: RAW_IPV4, build: over('udp', 6081, '3f006558 00000100', '00000000') },
  { name: 'RADIUS-like values', linkType: RAW_IPV4, build: over('udp', 1812, `0100fff0 ${'00'.repeat(16)}`, '0102') },
  {
    name: 'Syslog data',
    linkType: RAW_IPV4,
    build: over('udp', 514, text('<34>1 2003-10-11T22:14:15.003Z h a p m '), text('[a b="c"]')),
  },
  {
    name: 'STUN values',
    linkType: RAW_IPV4,
    build: over('udp', 3478, '0001fff0 2112a442 000000000000000000000000', '80220000'),
  },
  { name: 'bencoded lists', linkType: RAW_IPV4, build: over('udp', 6881, text('d1:ad2:id20:'), text('l')) },
];

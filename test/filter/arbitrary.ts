import fc from 'fast-check';

/** Few addresses and ports, so that random expressions and random packets meet. */
const IPV4 = ['10.0.0.1', '10.0.0.2', '10.1.2.3', '192.168.0.1'];
const IPV6 = ['2001:db8::1', '2001:db8::2', 'fe80::1', '::ffff:10.0.0.1'];
const PORTS = [0, 22, 53, 80, 443, 1024, 65535];

const direction = fc.constantFrom('', 'src ', 'dst ', 'src or dst ', 'src and dst ');
const protocol = fc.constantFrom(
  ...'ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp igrp pim vrrp carp ah esp'.split(' '),
);
const port = fc.constantFrom(...PORTS.map(String));

const primitive = fc.oneof(
  { weight: 4, arbitrary: protocol },
  { weight: 3, arbitrary: fc.tuple(direction, fc.constantFrom(...IPV4, ...IPV6)).map(([d, a]) => `${d}host ${a}`) },
  fc
    .tuple(fc.constantFrom('ip', 'arp', 'rarp'), direction, fc.constantFrom(...IPV4))
    .map(([p, d, a]) => `${p} ${d}host ${a}`),
  fc
    .tuple(direction, fc.constantFrom('10', '10.0.0.0/8', '10.0.0.0/31', '0.0.0.0/0', '2001:db8::/32', 'fe80::/10'))
    .map(([d, n]) => `${d}net ${n}`),
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('', 'tcp ', 'udp ', 'sctp '), direction, port)
      .map(([p, d, n]) => `${p}${d}port ${n}`),
  },
  fc
    .tuple(fc.constantFrom('', 'tcp ', 'udp '), direction, port, port)
    .map(([p, d, a, b]) => `${p}${d}portrange ${a}-${b}`),
  fc.tuple(port, port, fc.constantFrom('and', 'or')).map(([a, b, c]) => `port ${a} ${c} ${b}`),
  fc.tuple(fc.constantFrom('less', 'greater'), fc.constantFrom(0, 20, 42, 60, 66, 1500)).map(([w, n]) => `${w} ${n}`),
  fc.tuple(fc.constantFrom('ip ', 'ip6 ', ''), fc.constantFrom(1, 6, 17, 44, 58)).map(([p, n]) => `${p}proto ${n}`),
  fc.constantFrom('ether proto 0x88cc', 'ether proto 0x8100', 'ether proto 5', 'ether src 02:00:00:00:00:01'),
  fc.constantFrom(
    ...'iso clnp esis isis l1 l2 iih lsp snp csnp psnp stp ipx netbeui atalk aarp decnet lat pppoed llc'.split(' '),
    'broadcast',
    'multicast',
    'ip broadcast',
    'ip multicast',
    'ip6 multicast',
    'llc s',
    'llc ui',
    'iso proto 0x83',
    'ether proto \\ipx',
    'ip protochain 6',
    'ip6 protochain 17',
    'protochain 51',
    'decnet host 1.2',
    'byte 13 > 2',
  ),
  fc.constantFrom(
    'len = 60',
    'len != 42',
    'len > 40 and len <= 66',
    'tcp[13] & 2 != 0',
    'ip[6:2] & 0x1fff = 0',
    'ip[2:2] + 14 != len',
    'udp[4:2] % 3 = 1',
    '-1 + len / (ip[8] & 1) < 9',
    '1 << ip[8] > 7',
    'ether[len - 1] ^ 3 = 5',
    'ip[9] = 6',
    'tcp[0:2] = 80',
  ),
);

const tag = fc
  .tuple(fc.constantFrom('vlan', 'mpls', 'pppoes', 'geneve'), fc.constantFrom('', ' 1', ' 5', ' (5)'))
  .map(([word, number]) => word + number);

/** Expressions over the language, nested a few levels. Those with tags may be refused: not every word can stand behind MPLS. */
const expressions = (leaf: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.letrec<{ any: string; node: string }>((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, tie('node')),
    node: fc.oneof(
      fc.tuple(tie('any'), fc.constantFrom('and', 'or', '&&', '||'), tie('any')).map(([a, c, b]) => `${a} ${c} ${b}`),
      fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([a, c, b]) => `(${a}) ${c} (${b})`),
      tie('any').map((a) => `not ${a}`),
      tie('any').map((a) => `! (${a})`),
    ),
  })).any;

export const expression = expressions(primitive);
export const taggedExpression = expressions(
  fc.oneof({ weight: 2, arbitrary: tag }, { weight: 3, arbitrary: primitive }),
);

const octets = (text: string): number[] => text.split('.').map(Number);

function ipv6Octets(text: string): number[] {
  if (text.includes('.')) return [...Array(10).fill(0), 0xff, 0xff, ...octets(text.slice(7))];
  const [head, tail] = text.split('::').map((half) => half.split(':').map((group) => Number.parseInt(group, 16)));
  const groups = [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
  return groups.flatMap((group) => [group >>> 8, group & 255]);
}

const ipv4Packet = fc
  .record({
    options: fc.constantFrom(5, 5, 5, 5, 6, 15, 4),
    fragment: fc.constantFrom(0, 0, 0, 0x2000, 0x2001, 1, 0x4000),
    ttl: fc.nat(40),
    protocol: fc.constantFrom(1, 2, 6, 6, 17, 17, 44, 50, 51, 103, 112, 132),
    source: fc.constantFrom(...IPV4),
    destination: fc.constantFrom(...IPV4),
    ports: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
    rest: fc.uint8Array({ minLength: 20, maxLength: 40 }),
  })
  .map((p) => {
    const transport = [p.ports[0] >> 8, p.ports[0] & 255, p.ports[1] >> 8, p.ports[1] & 255, ...p.rest];
    const length = 4 * p.options + transport.length;
    const head = [
      0x40 | p.options,
      0,
      length >> 8,
      length & 255,
      0,
      1,
      p.fragment >> 8,
      p.fragment & 255,
      p.ttl,
      p.protocol,
      0,
      0,
    ];
    const padding = Array(Math.max(0, 4 * p.options - 20)).fill(0);
    return [0x08, 0, ...head, ...octets(p.source), ...octets(p.destination), ...padding, ...transport];
  });

const ipv6Packet = fc
  .record({
    next: fc.constantFrom(6, 6, 17, 17, 58, 44, 0, 132),
    source: fc.constantFrom(...IPV6),
    destination: fc.constantFrom(...IPV6),
    ports: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
    rest: fc.uint8Array({ minLength: 20, maxLength: 40 }),
  })
  .map((p) => {
    const transport = [p.ports[0] >> 8, p.ports[0] & 255, p.ports[1] >> 8, p.ports[1] & 255, ...p.rest];
    const head = [0x60, 0, 0, 0, 0, transport.length, p.next, 64];
    return [0x86, 0xdd, ...head, ...ipv6Octets(p.source), ...ipv6Octets(p.destination), ...transport];
  });

const arpPacket = fc
  .record({
    type: fc.constantFrom([0x08, 0x06], [0x80, 0x35]),
    sender: fc.constantFrom(...IPV4),
    target: fc.constantFrom(...IPV4),
  })
  .map((p) => [
    ...p.type,
    0,
    1,
    8,
    0,
    6,
    4,
    0,
    1,
    2,
    0,
    0,
    0,
    0,
    1,
    ...octets(p.sender),
    0,
    0,
    0,
    0,
    0,
    0,
    ...octets(p.target),
  ]);

const anyPacket = fc.oneof({ weight: 3, arbitrary: ipv4Packet }, { weight: 2, arbitrary: ipv6Packet });
const bytes = (...lengths: number[]): fc.Arbitrary<number[]> =>
  fc.uint8Array({ minLength: lengths[0], maxLength: lengths[lengths.length - 1] }).map((each) => [...each]);

const label = (bottom: number): fc.Arbitrary<number[]> =>
  fc.constantFrom(1, 5).map((number) => [0, 0, (number << 4) | bottom, 64]);
const mplsPacket = fc
  .tuple(fc.array(label(0), { maxLength: 2 }), label(1), anyPacket)
  .map(([stack, last, content]) => [...stack.flat(), ...last, ...content.slice(2)]);
const pppContent = fc.oneof(
  ipv4Packet.map((content) => [0, 0x21, ...content.slice(2)]),
  ipv6Packet.map((content) => [0, 0x57, ...content.slice(2)]),
  mplsPacket.map((content) => [2, 0x81, ...content]),
);

const llcContent = fc.oneof(
  fc
    .tuple(fc.constantFrom(0x81, 0x82, 0x83, 0x83), fc.constantFrom(15, 16, 17, 18, 20, 24, 25, 26, 27), bytes(20))
    .map(([protocol, type, rest]) => [0xfe, 0xfe, 3, protocol, 27, 1, 0, type, ...rest]),
  fc
    .tuple(
      fc.constantFrom(
        [0x42, 0x42, 3],
        [0xf0, 0xf0, 1],
        [0xe0, 0xe0, 3],
        [0xff, 0xff, 3],
        [0xaa, 0xaa, 3, 0, 0, 0, 0x81, 0x37],
        [0xaa, 0xaa, 3, 8, 0, 7, 0x80, 0x9b],
        [0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0xf3],
      ),
      bytes(0, 20),
    )
    .map(([head, rest]) => [...head, ...rest]),
);

/** UDP with a Geneve header and what it carries, over IPv4 or IPv6. */
const genevePacket = fc
  .record({
    outer: anyPacket,
    options: fc.constantFrom(0, 0, 1, 0x40),
    network: fc.constantFrom(1, 5),
    ethernet: fc.boolean(),
    content: anyPacket,
  })
  .map(({ outer, options, network, ethernet, content }) => {
    const [source, protocol] = outer[0] === 8 ? [[0, 9, 17], 11] : [[0, 6, 17], 8];
    const header = outer.slice(0, outer[0] === 8 ? 2 + 4 * (outer[2] & 15) : 42);
    header[protocol] = source[2];
    const type = ethernet ? [0x65, 0x58] : content.slice(0, 2);
    const inner = ethernet ? [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ...content] : content.slice(2);
    const padding = Array(4 * (options & 63)).fill(7);
    return [...header, 0, 53, 0x17, 0xc1, 0, 60, 0, 0, options, 0, ...type, 0, 0, network, 0, ...padding, ...inner];
  });

/** Packets inside tags, and what is no IP. */
export const wrappedPacket: fc.Arbitrary<number[]> = fc.letrec<{ any: number[]; inside: number[] }>((tie) => ({
  inside: fc.oneof({ depthSize: 'small' }, anyPacket, tie('any')),
  any: fc.oneof(
    fc
      .tuple(fc.constantFrom([0x81, 0], [0x88, 0xa8], [0x91, 0]), fc.constantFrom(1, 5), tie('inside'))
      .map(([type, id, rest]) => [...type, 0x20, id, ...rest]),
    mplsPacket.map((rest) => [0x88, 0x47, ...rest]),
    fc.tuple(fc.constantFrom(1, 5), pppContent).map(([id, rest]) => [0x88, 0x64, 0x11, 0, 0, id, 0, 60, ...rest]),
    genevePacket,
    llcContent.map((rest) => [0, rest.length, ...rest]),
    fc
      .tuple(
        fc.constantFrom([0x60, 3], [0x60, 4], [0x80, 0x9b], [0x80, 0xf3], [0x81, 0x37], [0x88, 0x63]),
        bytes(0, 30),
      )
      .map(([type, rest]) => [...type, ...rest]),
  ),
})).any;

const otherPacket = fc.oneof(
  ipv4Packet.map((rest) => [0x81, 0, 0, 5, ...rest]),
  fc
    .tuple(fc.constantFrom([0x88, 0xcc], [0, 40], [0x05, 0xdc]), fc.uint8Array({ maxLength: 60 }))
    .map(([type, rest]) => [...type, ...rest]),
);

export interface TestPacket {
  bytes: Uint8Array;
  original: number;
}

/** Ethernet frames, one in five of them cut somewhere. */
export const packet: fc.Arbitrary<TestPacket> = fc
  .record({
    content: fc.oneof(
      { weight: 5, arbitrary: ipv4Packet },
      { weight: 3, arbitrary: ipv6Packet },
      arpPacket,
      otherPacket,
      { weight: 4, arbitrary: wrappedPacket },
    ),
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.nat(110)),
  })
  .map(({ content, cut }) => {
    const whole = Uint8Array.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...content]);
    return { bytes: cut === null ? whole : whole.slice(0, cut), original: whole.length };
  });

import { PcapshError } from '../../src/errors.js';
import { compileFilter, completeFilter, type FilterNode } from '../../src/filter/filter.js';

function problem(text: string, linkType?: number): PcapshError {
  try {
    const filter = compileFilter(text);
    if (linkType !== undefined) filter.forLinkType(linkType);
  } catch (error) {
    if (error instanceof PcapshError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

/** A tree in one line, brackets around everything. */
function outline(node: FilterNode): string {
  switch (node.type) {
    case 'and':
    case 'or':
      return `(${node.operands.map(outline).join(` ${node.type} `)})`;
    case 'not':
      return `!${outline(node.operand)}`;
    case 'protocol':
      return node.name;
    case 'primitive': {
      const { protocol, direction, kind } = node.qualifier;
      return [protocol, direction, kind, node.operand.text].filter((part) => part !== null).join(' ');
    }
    case 'comparison':
      return `${node.relation}`;
    default:
      return node.type;
  }
}

const shape = (text: string): string => outline(compileFilter(text).tree);

test.each([
  ['tcp or udp and icmp', '((tcp or udp) and icmp)'],
  ['tcp and udp or icmp and arp', '(((tcp and udp) or icmp) and arp)'],
  ['not tcp and udp', '(!tcp and udp)'],
  ['tcp && ! udp || arp', '((tcp and !udp) or arp)'],
  ['port 80 or 443', '(port 80 or port 443)'],
  ['tcp src port 80 or 443 and udp or (1 or 2)', null],
  ['port 80 or (443 and not 22)', '(port 80 or (port 443 and !port 22))'],
  ['not host 10.0.0.1 and 10.0.0.2', '(!host 10.0.0.1 and host 10.0.0.2)'],
  ['tcp and (port 80 or 443)', '(tcp and (port 80 or port 443))'],
  ['port (80 or 443) and tcp', '((port 80 or port 443) and tcp)'],
  ['port not 80', '!port 80'],
  ['port 80 and not 443 or (444)', '((port 80 and !port 443) or port 444)'],
  ['src or dst port 80', 'src or dst port 80'],
  ['dst and src host 10.0.0.1', 'src and dst host 10.0.0.1'],
  ['tcp src port 80 or dst port 90 or 91', '(tcp src port 80 or dst port 90 or dst port 91)'],
  ['((5)) = len', '='],
  ['(len) = 5 or tcp', '(= or tcp)'],
  ['ip[0] & 0xf != 5 and tcp', '(!= and tcp)'],
  ['port (80) or (90)', '(port 80 or port 90)'],
  ['', 'everything'],
])('%s', (text, wanted) => {
  if (wanted === null) expect(problem(text).code).toBe('filter.bare-number');
  else expect(shape(text)).toBe(wanted);
});

test.each<[string, string, string, [number, number], string | null]>([
  ['dns', 'filter.unknown-word', 'unknown word "dns"', [0, 3], 'did you mean port 53?'],
  ['tcp and dst prot 443', 'filter.unknown-word', 'unknown word "prot"', [12, 16], 'did you mean port?'],
  ['tcp prot 443', 'filter.unknown-word', 'unknown word "prot"', [4, 8], 'did you mean port?'],
  ['(udp prot 53)', 'filter.unknown-word', 'unknown word "prot"', [5, 9], 'did you mean port?'],
  ['port 53 annd udp', 'filter.unknown-word', 'unknown word "annd"', [8, 12], 'did you mean and?'],
  ['udp port 53 and tcpp', 'filter.unknown-port', 'unknown port "tcpp"', [16, 20], 'did you mean tcp?'],
  ['ip.addr == 10.0.0.1', 'filter.unknown-word', 'unknown word "ip.addr"', [0, 7], 'did you mean host?'],
  ['tpc', 'filter.unknown-word', 'unknown word "tpc"', [0, 3], 'did you mean tcp?'],
  ['tcp and', 'filter.syntax', 'the expression ends where a protocol, an address or a port is expected', [4, 7], null],
  ['(tcp', 'filter.syntax', '"(" at column 1 is never closed', [0, 1], null],
  ['tcp udp', 'filter.syntax', '"and" or "or" is expected at column 5, not "udp"', [4, 7], null],
  ['10.0.0.1', 'filter.bare-address', 'address 10.0.0.1 stands alone', [0, 8], 'did you mean host 10.0.0.1?'],
  ['10.0.0.0/8', 'filter.bare-address', 'address 10.0.0.0 stands alone', [0, 8], 'did you mean net 10.0.0.0?'],
  ['80', 'filter.bare-number', 'number 80 stands alone', [0, 2], 'did you mean port 80?'],
  ['len + 1', 'filter.syntax', 'arithmetic is not compared with anything', [0, 7], 'write a comparison like len > 100'],
  ['port 65536', 'filter.bad-port', 'port 65536 is more than 65535', [5, 10], null],
  ['port 10.0.0.1', 'filter.bad-port', '10.0.0.1 is an address, not a port', [5, 13], 'did you mean host 10.0.0.1?'],
  ['port nosuchservice', 'filter.unknown-port', 'unknown port "nosuchservice"', [5, 18], null],
  ['udp port http', 'filter.bad-port', 'port "http" is a port of tcp', [9, 13], 'did you mean tcp port http?'],
  ['arp port 80', 'filter.bad-qualifier', '"arp" has no ports', [0, 11], 'tcp, udp and sctp have'],
  [
    'net 10.0.0.1/8',
    'filter.host-bits',
    '10.0.0.1/8 has bits set behind its mask',
    [4, 14],
    'did you mean 10.0.0.0/8?',
  ],
  [
    'net 10.1.0.0 mask 255.0.0.0',
    'filter.host-bits',
    '10.1.0.0 mask 255.0.0.0 has bits set behind its mask',
    [4, 27],
    'did you mean 10.0.0.0 mask 255.0.0.0?',
  ],
  ['net fe80::1/10', 'filter.host-bits', 'fe80::1/10 has bits set behind its prefix', [4, 14], null],
  ['net 10.0.0.0/33', 'filter.bad-prefix', 'prefix length 33 is more than 32', [4, 15], null],
  ['net ::/129', 'filter.bad-prefix', 'prefix length 129 is more than 128', [4, 10], null],
  [
    'host 10.0.0.0/8',
    'filter.bad-qualifier',
    'a mask or prefix length belongs to "net"',
    [5, 15],
    'write net in front',
  ],
  ['host fe80::/10', 'filter.bad-qualifier', 'a mask or prefix length belongs to "net"', [5, 14], 'write net in front'],
  [
    'host 300.1.2.3',
    'filter.bad-address',
    '300.1.2.3 is no IPv4 address: 300 is not a number from 0 to 255',
    [5, 14],
    null,
  ],
  [
    'host example.org',
    'filter.unknown-host',
    'name "example.org" cannot be resolved to an address',
    [5, 16],
    'write the address itself, or name its host in a file: set hosts FILE',
  ],
  [
    'udp host 10.0.0.1',
    'filter.bad-qualifier',
    '"udp" has no place before an IPv4 address',
    [0, 17],
    'write ip, arp or rarp, or "udp and …"',
  ],
  [
    'ip host ::1',
    'filter.bad-qualifier',
    '"ip" has no place before an IPv6 address',
    [0, 11],
    'write ip6, or "ip and …"',
  ],
  [
    'ether host 10.0.0.1',
    'filter.bad-qualifier',
    'an IPv4 address is no link-layer address',
    [0, 19],
    'leave "ether" out',
  ],
  [
    'host 1:2:3:4:5:6',
    'filter.bad-qualifier',
    '1:2:3:4:5:6 is a link-layer address',
    [0, 16],
    'did you mean ether host 1:2:3:4:5:6?',
  ],
  [
    'ether',
    'filter.syntax',
    '"ether" needs more: it is no protocol by itself',
    [0, 5],
    'like ether host 00:00:5e:00:53:01',
  ],
  ['ip proto nosuch', 'filter.unknown-protocol', 'unknown protocol "nosuch"', [9, 15], 'write its number'],
  [
    'tcp proto 6',
    'filter.bad-qualifier',
    '"tcp proto" has no meaning',
    [0, 11],
    'write ip proto, ip6 proto, ether proto or iso proto',
  ],
  ['ip proto 10.0.0.1', 'filter.bad-protocol', '10.0.0.1 is an address, not a protocol', [9, 17], null],
  ['vlan 4096', 'filter.bad-number', 'VLAN id 4096 is more than 4095', [0, 9], null],
  ['mpls 1048576', 'filter.bad-number', 'MPLS label 1048576 is more than 1048575', [0, 12], null],
  ['tcp or pppoes 65536', 'filter.bad-number', 'PPPoE session 65536 is more than 65535', [7, 19], null],
  ['geneve 16777216', 'filter.bad-number', 'Geneve network 16777216 is more than 16777215', [0, 15], null],
  ['vlan (5', 'filter.syntax', 'the expression ends where ")" is expected', [6, 7], null],
  ['llc foo', 'filter.unknown-name', 'unknown LLC frame "foo"', [4, 7], null],
  ['llc xad', 'filter.unknown-name', 'unknown LLC frame "xad"', [4, 7], 'did you mean xid?'],
  ['type mgmt', 'filter.unknown-name', 'unknown 802.11 type "mgmt"', [5, 9], 'did you mean mgt?'],
  ['type 3', 'filter.bad-number', '802.11 type 3 has bits that do not belong to it', [5, 6], 'its bits are 0xc'],
  ['subtype beakon', 'filter.unknown-name', 'unknown 802.11 subtype "beakon"', [8, 14], 'did you mean beacon?'],
  ['subtype 0x80', 'filter.syntax', 'a subtype by its number needs its type', [8, 12], 'write type mgt subtype 0x80'],
  ['dir todds', 'filter.unknown-name', 'unknown 802.11 direction "todds"', [4, 9], 'did you mean tods?'],
  ['action blok', 'filter.unknown-name', 'unknown action of pf "blok"', [7, 11], 'did you mean block?'],
  ['rset aaaaaaaaaaaaaaaa', 'filter.bad-name', 'a name behind "rset" has at most 15 letters', [0, 21], null],
  ['ifname', 'filter.syntax', 'the expression ends where a name behind "ifname" is expected', [0, 6], null],
  ['opc 16384', 'filter.bad-number', 'opc 16384 is more than 16383', [0, 9], null],
  ['vpi', 'filter.syntax', 'the expression ends where a number behind "vpi" is expected', [0, 3], null],
  ['arp broadcast', 'filter.bad-qualifier', '"arp" has no broadcast addresses', [0, 13], 'ether and ip have'],
  ['tcp multicast', 'filter.bad-qualifier', '"tcp" has no multicast addresses', [0, 13], 'ether, ip and ip6 have'],
  [
    'addr1 10.0.0.1',
    'filter.bad-qualifier',
    '"addr1" is a field of 802.11: it holds link-layer addresses',
    [0, 14],
    null,
  ],
  [
    'ra port 80',
    'filter.bad-qualifier',
    '"ra" is a field of 802.11: it holds no ports',
    [0, 10],
    'ports have src and dst',
  ],
  [
    'tcp protochain 6',
    'filter.bad-qualifier',
    '"tcp protochain" has no meaning',
    [0, 16],
    'write ip protochain or ip6 protochain',
  ],
  ['src proto 6', 'filter.syntax', '"proto" has no direction', [4, 9], 'leave "src" out'],
  ['iso proto \\isos', 'filter.unknown-protocol', 'unknown OSI protocol "isos"', [10, 15], 'did you mean isis?'],
  ['host $1f', 'filter.bad-qualifier', '$1f is a link-layer address', [0, 8], 'did you mean ether host $1f?'],
  ['radio', 'filter.syntax', '"radio" needs more: it is no protocol by itself', [0, 5], 'like radio[2:2] > 24'],
  ['port 90-70000', 'filter.bad-port', 'port 70000 is more than 65535', [5, 13], null],
  ['vlna and ip', 'filter.unknown-word', 'unknown word "vlna"', [0, 4], 'did you mean vlan?'],
  ['multicst', 'filter.unknown-word', 'unknown word "multicst"', [0, 8], 'did you mean multicast?'],
  ['tcp[0:3] = 1', 'filter.bad-size', '3 bytes cannot be read at once', [6, 7], 'sizes are 1, 2 and 4'],
  ['ip[0', 'filter.syntax', 'the expression ends where "]" is expected', [3, 4], null],
  ['ip[0:tcp]', 'filter.syntax', 'a size of 1, 2 or 4 bytes is expected at column 6, not "tcp"', [5, 8], null],
  [
    'ah[0] = 1',
    'filter.bad-index',
    'bytes of "ah" cannot be read by an index',
    [0, 5],
    'ip, ip6, arp, tcp, udp, icmp and ether can',
  ],
  ['1 / 0 = 1', 'filter.division-by-zero', 'division by zero', [4, 5], null],
  ['len << 32 = 1', 'filter.bad-shift', 'a shift by 32 bits leaves nothing of 32', [7, 9], null],
  ['len = 08', 'filter.bad-number', 'number 08 begins with 0, which makes it octal, and contains 8', [6, 8], 'write 8'],
  [
    'len = 4294967296',
    'filter.bad-number',
    'number 4294967296 does not fit in 32 bits',
    [6, 16],
    'the largest is 4294967295',
  ],
  ['tcp ; udp', 'filter.syntax', '";" has no meaning in a filter', [4, 5], null],
  ['tcp \u202e', 'filter.syntax', 'character U+202E has no meaning in a filter', [4, 5], null],
  ['less tcp', 'filter.syntax', 'a number of bytes behind "less" is expected at column 6, not "tcp"', [5, 8], null],
  ['net 10.0.0.0 mask 8', 'filter.syntax', 'a mask like 255.255.0.0 is expected at column 19, not "8"', [18, 19], null],
  ['net 10.0.0.0/tcp', 'filter.syntax', 'a prefix length is expected at column 14, not "tcp"', [13, 16], null],
  ['(1 + 2', 'filter.syntax', 'arithmetic is not compared with anything', [1, 6], 'write a comparison like len > 100'],
  ['len = (1 + 2', 'filter.syntax', 'the expression ends where ")" is expected', [11, 12], null],
  [
    'len = tcp',
    'filter.syntax',
    'a number, "len" or a byte of a packet like ip[8] is expected at column 7, not "tcp"',
    [6, 9],
    null,
  ],
  ['(tcp port', 'filter.syntax', 'the expression ends where a port number or name is expected', [5, 9], null],
  ['(tcp 80)', 'filter.syntax', '"and", "or" or ")" is expected at column 6, not "80"', [5, 7], null],
  [
    'host 10.0.0.1 or foo',
    'filter.unknown-word',
    'unknown word "foo"',
    [17, 20],
    'an address or a word of the language is expected here',
  ],
  ['portrange', 'filter.syntax', 'the expression ends where a range of ports like 8000-8080 is expected', [0, 9], null],
  ['net', 'filter.syntax', 'the expression ends where a network like 10.0.0.0/8 is expected', [0, 3], null],
  [
    'proto',
    'filter.syntax',
    'the expression ends where a protocol number, or a name behind a backslash, is expected',
    [0, 5],
    null,
  ],
])('error of %s', (text, code, message, span, hint) => {
  const error = problem(text);
  expect([error.code, error.message, error.span]).toEqual([code, message, span]);
  if (hint !== null) expect(error.hint).toBe(hint);
  expect(error.kind).toBe('input');
});

test('spans count UTF-16 units of the whole text', () => {
  const text = 'tcp and\n  port 99999';
  const { span } = problem(text);
  expect(text.slice(...(span ?? [0, 0]))).toBe('99999');
});

test('link types that libpcap cannot look into', () => {
  const says = (text: string, linkType: number): string => problem(text, linkType).message;
  expect(says('vlan', 101)).toBe('link type RAW has no VLAN tags');
  expect(says('mpls', 113)).toBe('link type LINUX_SLL has no MPLS labels');
  expect(says('broadcast', 9)).toBe('link type PPP knows no broadcast addresses');
  expect(says('llc', 113)).toBe('link type LINUX_SLL carries no LLC headers');
  expect(says('type mgt', 1)).toBe('link type EN10MB has no "type": that is a field of 802.11');
  expect(says('wlan addr1 1:2:3:4:5:6', 1)).toBe('link type EN10MB has no "addr1": that is a field of 802.11');
  expect(says('vpi 5', 1)).toBe('link type EN10MB has no "vpi": that is a field of ATM cells of SunATM');
  expect(says('fisu', 1)).toBe('link type EN10MB has no "fisu": that is a field of MTP2 of SS7');
  expect(says('rnr 5', 1)).toBe(
    'link type EN10MB has no "rnr": that is a field of packets that the pf firewall logged',
  );
  expect(says('radio[0] = 1', 105)).toBe(
    'link type IEEE802_11 has no "radio": that is a field of 802.11 with a radio header',
  );
  expect(says('link src $1', 1)).toBe('link type EN10MB has no stations of ARCNET');
  expect(says('ip protochain 6', 105)).toMatch(/^link type IEEE802_11 has headers of many lengths/);
  expect(says('ifname en0', 1)).toBe('this capture has no interface names');
  expect(says('mpls and arp', 1)).toBe('behind MPLS labels only IPv4 and IPv6 can be told');
  expect(says('mpls and vlan', 1)).toBe('no VLAN tag can stand behind MPLS labels');
  expect(says('vlan and vpi 5', 1)).toContain('"vpi"');
  const usb = 220;
  expect(problem('tcp or ip', usb).message).toBe('link type 220 does not tell which protocol it carries');
  expect(problem('ether host 1:2:3:4:5:6', 101).message).toBe('link type RAW has no Ethernet addresses');
  expect(compileFilter('less 10').forLinkType(usb)(new Uint8Array(4), 0, 4, 4)).toBe(true);
  expect(compileFilter('ether[1] = 7').forLinkType(usb)(Uint8Array.of(0, 7), 0, 2, 2)).toBe(true);
});

test('BSD loopback headers follow the byte order of the file', () => {
  const packet = Uint8Array.of(0, 0, 0, 2, 0x45);
  const filter = compileFilter('ip');
  expect(filter.forLinkType(0, 'big')(packet, 0, 5, 5)).toBe(true);
  expect(filter.forLinkType(0, 'little')(packet, 0, 5, 5)).toBe(false);
  expect(filter.forLinkType(0)).toBe(filter.forLinkType(0, 'little'));
});

test('hostile expressions end soon', () => {
  expect(problem('('.repeat(100_000)).code).toBe('filter.too-deep');
  expect(problem('not '.repeat(100_000)).code).toBe('filter.too-deep');
  expect(problem(`len = ${'-'.repeat(100_000)}1`).code).toBe('filter.too-deep');
  expect(problem(`len = 1${' ^ 1'.repeat(10_000)}`).code).toBe('filter.too-deep');
  expect(problem(`len = 1${' + 1'.repeat(100_000)}`).code).toBe('filter.too-deep');
  expect(problem('a'.repeat(2_000_000)).code).toBe('filter.too-long');
  expect(problem('tcp and udp or '.repeat(20_000)).kind).toBe('input');
  expect(problem(`tcp${' and udp or icmp'.repeat(20_000)}`).code).toBe('filter.too-deep');
  expect(problem(`port 1${' or 2'.repeat(100_000)}`).code).toBe('filter.too-long');
  const sum = compileFilter(`len = 1${' + 1'.repeat(1_999)}`);
  expect(sum.forLinkType(1)(new Uint8Array(1), 0, 1, 2_000)).toBe(true);
  const alternating = compileFilter(`tcp${' and len > 1 or len > 1'.repeat(450)}`);
  expect(alternating.forLinkType(1)(new Uint8Array(60), 0, 60, 60)).toBe(true);
  const list = compileFilter(
    `ip host 10.0.0.0${Array.from({ length: 3_000 }, (_, i) => ` or 10.0.${i >> 8}.${i & 255}`).join('')}`,
  );
  const packet = new Uint8Array(60);
  packet.set([8, 0, 0x45], 12);
  packet.set([10, 0, 11, 7], 30);
  expect(list.forLinkType(1)(packet, 0, 60, 60)).toBe(true);
  packet[31] = 1;
  expect(list.forLinkType(1)(packet, 0, 60, 60)).toBe(false);
});

test('hostile chains of tags and of names end soon', () => {
  const began = performance.now();
  const frame = new Uint8Array(60);
  const run = (text: string): unknown => {
    try {
      return compileFilter(text).forLinkType(1)(frame, 0, 60, 60);
    } catch (error) {
      if (error instanceof PcapshError) return error.code;
      throw error;
    }
  };
  for (const word of ['vlan', 'mpls', 'pppoes', 'geneve', 'l1', 'multicast', 'ip6 protochain 6', 'decnet host 1.2']) {
    for (const join of [' and ', ' or ']) {
      expect(['string', 'boolean']).toContain(typeof run(Array(1_000).fill(word).join(join)));
      expect(['string', 'boolean']).toContain(typeof run(Array(1_000).fill(`not ${word}`).join(join)));
    }
  }
  expect(run(`vlan ${'('.repeat(100_000)}`)).toBe('filter.too-deep');
  expect(run(`vlan ${'('.repeat(300)}5${')'.repeat(300)}`)).toBe(false);
  expect(run(`vpi (5${' or 5'.repeat(100_000)})`)).toMatch(/^filter\./);
  expect(run('a '.repeat(500_000))).toMatch(/^filter\./);
  expect(run(`host ${'a'.repeat(1_000_000)}`)).toBe('filter.unknown-host');
  expect(run(`host 10.0.0.1${' or a'.repeat(200_000)}`)).toMatch(/^filter\./);
  expect(run(Array.from({ length: 20_000 }, (_, i) => `ether[${i}] = 0`).join(' or '))).toBe(true);
  expect(run(Array(20_000).fill('vlan').join(' or '))).toBe(false);
  expect(run(Array(101).fill('geneve').join(' or '))).toBe('filter.too-deep');
  expect(performance.now() - began).toBeLessThan(30_000);
});

test.each<[string, string[]]>([
  ['', ['arp', 'len', 'less', 'not', 'tcp']],
  ['tcp and ic', ['icmp', 'icmp6']],
  ['src ', ['host', 'net', 'port', 'portrange']],
  ['tcp ', ['and', 'dst', 'or', 'port', 'src']],
  ['tcp p', ['port', 'portrange', 'proto']],
  ['tcp src port 80 ', ['and', 'or']],
  ['(tcp or ', ['arp', 'udp']],
  ['vl', ['vlan']],
  ['ip m', ['multicast']],
  ['type ', ['data', 'mgt']],
  ['type ctl subtype r', ['rts']],
  ['subtype b', ['beacon']],
  ['ether b', ['broadcast']],
  ['port ', []],
  ['tcp tcp tcp ', []],
  ['; t', []],
])('completion of "%s"', (text, some) => {
  const { words, start } = completeFilter(text, text.length);
  expect(words).toEqual(expect.arrayContaining(some));
  if (some.length === 0) expect(words).toEqual([]);
  for (const word of words) expect(word.startsWith(text.slice(start))).toBe(true);
});

test('the tree is plain JSON', () => {
  const { tree, text } = compileFilter('tcp port 80 and net fe80::/10 or not len < 4');
  expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
  expect(tree.span).toEqual([0, text.length]);
});

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
    'write the address itself',
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
    'write ip proto, ip6 proto or ether proto',
  ],
  ['ip proto 10.0.0.1', 'filter.bad-protocol', '10.0.0.1 is an address, not a protocol', [9, 17], null],
  ['vlan 5', 'filter.unsupported-word', '"vlan" is a word of pcap-filter that filters do not know yet', [0, 4], null],
  [
    'ether proto \\stp',
    'filter.unsupported-word',
    '"stp" is a word of pcap-filter that filters do not know yet',
    [12, 16],
    null,
  ],
  [
    'ether host $1f',
    'filter.unsupported-word',
    '"$1f" is a word of pcap-filter that filters do not know yet',
    [11, 14],
    null,
  ],
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

test.each<[string, string[]]>([
  ['', ['arp', 'len', 'less', 'not', 'tcp']],
  ['tcp and ic', ['icmp', 'icmp6']],
  ['src ', ['host', 'net', 'port', 'portrange']],
  ['tcp ', ['and', 'dst', 'or', 'port', 'src']],
  ['tcp p', ['port', 'portrange', 'proto']],
  ['tcp src port 80 ', ['and', 'or']],
  ['(tcp or ', ['ah', 'udp']],
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

import { dhcp } from '../../../src/decode/application/dhcp.js';
import { emitDhcp, viewDhcp } from '../../../src/decode/application/dhcp-layer.js';
import { dissection } from '../../../src/decode/dissect.js';
import { fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';
import { noise, recognized, UDP } from '../../support/payloads.js';
import { ascii, udpPacket } from './dns-messages.js';

const IPV4 = 228;
const COOKIE = '63825363';

interface Parts {
  head?: string;
  addresses?: string;
  sname?: Uint8Array;
  file?: Uint8Array;
  tail: Uint8Array;
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  return join(bytes, new Uint8Array(length - bytes.length));
}

/** RFC 2131 figure 1. */
function bootp({
  head = '01010600 11223344 0005 8000',
  addresses = '00'.repeat(16),
  sname,
  file,
  tail,
}: Parts): Uint8Array {
  return join(
    fromHex(head),
    fromHex(addresses),
    fromHex('02000000000100000000000000000000'),
    padded(sname ?? new Uint8Array(0), 64),
    padded(file ?? new Uint8Array(0), 128),
    tail,
  );
}

const DISCOVER = bootp({ tail: fromHex(`${COOKIE} 350101 3d07 01020000000001 3704 01032b fa ff 0000`) });
const OFFER = bootp({
  head: '02010601 11223344 0000 0000',
  addresses: '00000000 c0000205 c0000201 c0000202',
  sname: ascii('server'),
  file: ascii('boot.img'),
  tail: fromHex(`${COOKIE} 350102 0104ffffff00 0304c0000201 0608c0000201c0000202 33040000 0e10 3604c0000201 ff`),
});

function options(hex: string): string[] {
  const layer = layerOf(udpPacket(bootp({ tail: fromHex(`${COOKIE}${hex}`) }), 67, 68), IPV4, 'dhcp');
  return (layer.fields.at(-1)!.fields ?? []).map(({ name, text }) => `${name}: ${text}`);
}

test('discover: fields and the line', () => {
  const packet = udpPacket(DISCOVER, 67, 68);
  const layer = layerOf(packet, IPV4, 'dhcp');
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('discover 02:00:00:00:00:01  xid 0x11223344');
  expect(dissection(packet, IPV4).column.info).toBe('DHCP discover 02:00:00:00:00:01');
  expect(topLines(layer)).toEqual([
    'op: BOOTREQUEST (1)',
    'htype: Ethernet (1)',
    'hlen: 6',
    'hops: 0',
    'xid: 0x11223344',
    'secs: 5 s',
    'flags: 0x8000 BROADCAST',
    'ciaddr: 0.0.0.0',
    'yiaddr: 0.0.0.0',
    'siaddr: 0.0.0.0',
    'giaddr: 0.0.0.0',
    'chaddr: 02:00:00:00:00:01',
    'sname: none',
    'file: none',
    'Magic Cookie: DHCP',
    'options: DHCP Message Type, Client-identifier, Parameter Request List, End, Padding',
  ]);
  expect(lines(layer.fields.at(-1)!.fields!).slice(0, 4)).toEqual([
    'DHCP Message Type: DHCPDISCOVER (1)',
    '  Code: DHCP Message Type (53)',
    '  Len: 1',
    '  Value: DHCPDISCOVER (1)',
  ]);
});

test('offer', () => {
  const packet = udpPacket(OFFER, 68, 67);
  expect(dissection(packet, IPV4).column.info).toBe('DHCP offer 02:00:00:00:00:01 192.0.2.5');
  const found = topLines(layerOf(packet, IPV4, 'dhcp'));
  expect(found.slice(7, 14)).toEqual([
    'ciaddr: 0.0.0.0',
    'yiaddr: 192.0.2.5',
    'siaddr: 192.0.2.1',
    'giaddr: 192.0.2.2',
    'chaddr: 02:00:00:00:00:01',
    'sname: server',
    'file: boot.img',
  ]);
});

test('overload: options in file and sname', () => {
  const bytes = bootp({
    sname: fromHex('0f03 6c616e ff'),
    file: fromHex('0c02 7063 ff'),
    tail: fromHex(`${COOKIE} 340103 350105 ff`),
  });
  const layer = layerOf(udpPacket(bytes, 68, 67), IPV4, 'dhcp');
  expect(layer.problem).toBeNull();
  const [sname, file] = layer.fields.slice(12, 14);
  expect(lines(sname.fields!)[0]).toBe('Domain Name: lan');
  expect(lines(file.fields!)[0]).toBe('Host Name: pc');
});

test.each([
  ['020400000e10', 'Time Offset: 3600 s'],
  ['0204fffff1f0', 'Time Offset: -3600 s'],
  ['130101', 'IP Forwarding: enabled (1)'],
  ['2108 c0000200c0000201', 'Static Route: 192.0.2.0 192.0.2.1'],
  ['2e0108', 'NetBIOS over TCP/IP Node Type: H-node (8)'],
  ['3304ffffffff', 'IP Address Lease Time: infinity'],
  ['340101', 'Option Overload: file holds options (1)'],
  ['3d0400616263', 'Client-identifier: 616263'],
  ['3d0bff 00000001 0003 0001 0102', 'Client-identifier: IAID 00000001 DUID 000300010102'],
  ['5000', 'Rapid Commit: present'],
  ['5107 05 00 00 02 7063 00', 'Client FQDN: pc'],
  ['5105 01 00 00 7063', 'Client FQDN: pc'],
  ['520a 0103 616263 0503 c00002', 'Relay Agent Information: Agent Circuit ID 616263, Link Selection c00002'],
  ['5206 0504 c0000200', 'Relay Agent Information: Link Selection 192.0.2.0'],
  ['5d04 0000 0007', 'Client System Architecture: x86 BIOS (0), x64 UEFI (7)'],
  ['5e03 010200', 'Client Network Device Interface: UNDI 2.0'],
  ['6111 00 00112233445566778899aabbccddeeff', 'Client Machine Identifier: type 0 00112233445566778899aabbccddeeff'],
  ['770b 036c616e00 03 777777 c000', 'Domain Search: lan, www.lan'],
  ['7805 01 c0000201', 'SIP Servers: 192.0.2.1'],
  ['7806 00 03 6c616e 00', 'SIP Servers: lan'],
  ['790d 18c00002c0000201 00c0000201', 'Classless Static Route: 192.0.2.0/24 via 192.0.2.1, 0.0.0.0/0 via 192.0.2.1'],
  ['7c08 00000009 03 616263', 'V-I Vendor Class: enterprise 9 616263'],
  ['0c04 611b5b6d', 'Host Name: a\\x1b[m'],
  ['e002 0102', 'Option 224: 0102'],
])('option %s', (hex, text) => expect(options(`${hex}ff`)[0]).toBe(text));

describe('options that lie', () => {
  const problem = (hex: string) =>
    layerOf(udpPacket(bootp({ tail: fromHex(`${COOKIE}${hex}`) }), 67, 68), IPV4, 'dhcp').problem;
  test.each([
    ['0105ffffff0000', 'DHCP option Subnet Mask: 5 bytes make no such value, at byte 268'],
    ['0104ffff', 'DHCP option Subnet Mask: 6 bytes required, 4 available, at byte 268'],
    ['01', 'DHCP option Subnet Mask: 2 bytes required, 1 available, at byte 268'],
    ['7904 21 c00002', 'DHCP option Classless Static Route: 4 bytes make no such value, at byte 268'],
    ['7702 c000', 'DHCP option Domain Search: 2 bytes make no such value, at byte 268'],
    ['5203 0105 61', 'DHCP option Relay Agent Information: 3 bytes make no such value, at byte 268'],
  ])('%s', (hex, text) => expect(problem(hex)).toBe(text));
});

test('BOOTP without options', () => {
  const packet = udpPacket(bootp({ tail: new Uint8Array(64) }), 67, 68);
  expect(dissection(packet, IPV4).column.info).toBe('BOOTP request 02:00:00:00:00:01');
  expect(topLines(layerOf(packet, IPV4, 'dhcp')).at(-1)).toMatch(/^vend: 0000/);
});

test('emit(view) is the message', () => {
  for (const bytes of [DISCOVER, OFFER]) expect(emitDhcp(viewDhcp(bytes, 0, bytes.length)!)).toEqual(bytes);
  expect(viewDhcp(OFFER, 0, 235)).toBeNull();
});

test('cut anywhere', () => {
  const packet = udpPacket(OFFER, 68, 67);
  expect(strayFields(packet, IPV4)).toEqual([]);
  expect(dissection(packet.subarray(0, 200), IPV4, packet.length).layers.at(-1)!.problem).toBe(
    'DHCP header: 236 bytes required, 172 available, at byte 28',
  );
});

test('recognition', () => {
  for (const bytes of [DISCOVER, OFFER])
    for (const port of [67, 40001]) expect(recognized(UDP, bytes, port)).toBe('dhcp');
  const plain = bootp({ tail: new Uint8Array(64) });
  expect(recognized(UDP, plain, 67)).toBe('dhcp');
  expect(recognized(UDP, plain)).toBe('');
  for (let seed = 0; seed < 2000; seed++) {
    const bytes = noise(300, seed);
    bytes[0] = 1 + (seed & 1);
    expect(dhcp.udp!.recognize(bytes, 0, bytes.length, bytes.length)).toBe(0);
  }
  for (const byte of [0, 1, 2, 0x41]) {
    const bytes = new Uint8Array(300).fill(byte);
    expect(dhcp.udp!.recognize(bytes, 0, 300, 300)).toBe(0);
  }
});

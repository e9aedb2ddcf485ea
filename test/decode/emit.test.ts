import { formatIpv4 } from '../../src/bytes/address.js';
import { pseudoHeaderSum } from '../../src/decode/checksum.js';
import { dissect } from '../../src/decode/dissect.js';
import { emitEthernet, viewEthernet } from '../../src/decode/link/ethernet.js';
import { emitPpi, viewPpi } from '../../src/decode/link/ppi.js';
import { emitPppoe, viewPppoe } from '../../src/decode/link/pppoe.js';
import { emitAvs, viewAvs } from '../../src/decode/link/prism.js';
import { emitRadiotap, viewRadiotap } from '../../src/decode/link/radiotap.js';
import { emitArp, viewArp } from '../../src/decode/network/arp.js';
import { emitIcmp, viewIcmp } from '../../src/decode/network/icmp.js';
import { emitIcmpv6, viewIcmpv6 } from '../../src/decode/network/icmpv6.js';
import { emitIpv4, viewIpv4 } from '../../src/decode/network/ipv4.js';
import { emitIpv6, viewIpv6 } from '../../src/decode/network/ipv6.js';
import { emitIpv6Extension } from '../../src/decode/network/ipv6-extensions.js';
import { emitSctp, viewSctp } from '../../src/decode/transport/sctp.js';
import { emitTcp, viewTcp } from '../../src/decode/transport/tcp.js';
import { emitUdp, viewUdp } from '../../src/decode/transport/udp.js';
import { fromHex, ipv4, ipv6, join, udp } from '../support/frames.js';

/** Headers with wrong lengths and checksums are emitted anew with the right ones; the dissection then finds all of them ok. */

const PAYLOAD = fromHex('68656c6c6f');
const IPV4 = 228;
const IPV6 = 229;

function checksumText(packet: Uint8Array, linkType: number, layer: string): string {
  const found = dissect(packet, linkType).find((one) => one.name === layer)!;
  return found.fields.find((field) => field.name.endsWith('Checksum'))!.text;
}

test('IPv4', () => {
  const packet = ipv4({ protocol: 17, payload: udp(PAYLOAD), options: '01010100', totalLength: 99, checksum: 1 });
  expect(checksumText(packet, IPV4, 'ip')).toMatch(/^0x0001 wrong, should be 0x/);
  const view = viewIpv4(packet, 0, packet.length)!;
  const header = emitIpv4({ ...view, ihl: 5 }, { payloadLength: 13, checksum: true });
  expect(viewIpv4(header, 0, header.length)).toMatchObject({ ihl: 6, totalLength: 37 });
  expect(checksumText(join(header, udp(PAYLOAD)), IPV4, 'ip')).toMatch(/ ok$/);
  expect(formatIpv4(header, 16)).toBe('10.0.0.2');
});

test('IPv6 and its extension headers', () => {
  const packet = ipv6(17, udp(PAYLOAD));
  const header = emitIpv6(viewIpv6(packet, 0, packet.length)!, { payloadLength: 21 });
  expect(viewIpv6(header, 0, 40)!.payloadLength).toBe(21);
  const view = { nextHeader: 17, extensionLength: 77, headerLength: 0, content: new Uint8Array(14) };
  expect(emitIpv6Extension(view, { length: true }).subarray(0, 2)).toEqual(Uint8Array.of(17, 1));
});

const TCP = fromHex('c3ca01bb 00000bb8 00000bb5 f018ffff 1234 0000');

test.each([
  ['IPv4', IPV4, 4, ipv4({ protocol: 6, payload: join(TCP, PAYLOAD) }), 20],
  ['IPv6', IPV6, 6, ipv6(6, join(TCP, PAYLOAD)), 40],
] as const)('TCP over %s', (_name, linkType, family, packet, at) => {
  const network = family === 4 ? { family, source: 12, destination: 16 } : { family, source: 8, destination: 24 };
  const pseudoSum = pseudoHeaderSum(packet, network, 6, 25);
  const view = viewTcp(packet, at, at + 20)!;
  const header = emitTcp(view, { payload: PAYLOAD, pseudoSum });
  expect(viewTcp(header, 0, 20)!.dataOffset).toBe(5);
  expect(checksumText(join(packet.subarray(0, at), header, PAYLOAD), linkType, 'tcp')).toMatch(/ ok$/);
});

describe('UDP', () => {
  const packet = ipv4({ protocol: 17, payload: udp(PAYLOAD, 0x1234) });
  const pseudoSum = pseudoHeaderSum(packet, { family: 4, source: 12, destination: 16 }, 17, 13);

  test('checksum', () => {
    expect(checksumText(packet, IPV4, 'udp')).toMatch(/^0x1234 wrong, should be/);
    const header = emitUdp({ ...viewUdp(packet, 20, 33)!, length: 0 }, { payload: PAYLOAD, pseudoSum });
    expect(checksumText(join(packet.subarray(0, 20), header, PAYLOAD), IPV4, 'udp')).toMatch(/ ok$/);
  });

  test('a sum of zero is sent as all ones, and zero means none', () => {
    const view = { sourcePort: 0, destinationPort: 0, length: 0, checksum: 0 };
    expect(emitUdp(view, { payload: new Uint8Array(0), pseudoSum: 0xffff - 8 }).subarray(6)).toEqual(
      Uint8Array.of(255, 255),
    );
    expect(checksumText(ipv4({ protocol: 17, payload: udp(PAYLOAD) }), IPV4, 'udp')).toBe('0x0000 none');
    expect(checksumText(ipv6(17, udp(PAYLOAD)), IPV6, 'udp')).toBe('0x0000 none, which IPv6 allows for tunnels only');
  });

  test('the sum of the pseudo-header alone smells of offload', () => {
    const offloaded = ipv4({ protocol: 17, payload: udp(PAYLOAD, pseudoSum) });
    expect(checksumText(offloaded, IPV4, 'udp')).toMatch(/wrong \(offload\?\), should be/);
  });

  test('fragments and cut packets are not judged', () => {
    expect(checksumText(ipv4({ protocol: 17, payload: udp(PAYLOAD, 1), flagsAndOffset: 0x2000 }), IPV4, 'udp')).toMatch(
      /not verified: fragment$/,
    );
    const cut = dissect(ipv4({ protocol: 17, payload: udp(PAYLOAD, 1) }).subarray(0, 30), IPV4, 33);
    expect(cut[1].fields[3].text).toBe('0x0001 not verified: packet cut');
  });
});

test('ICMP', () => {
  const packet = ipv4({ protocol: 1, payload: join(fromHex('0800 0000 00010002'), PAYLOAD) });
  expect(checksumText(packet, IPV4, 'icmp')).toMatch(/ wrong, should be/);
  const header = emitIcmp(viewIcmp(packet, 20, packet.length)!, { payload: PAYLOAD });
  expect(checksumText(join(packet.subarray(0, 20), header, PAYLOAD), IPV4, 'icmp')).toMatch(/ ok$/);
});

test('ICMPv6', () => {
  const packet = ipv6(58, join(fromHex('8000 1111 00010002'), PAYLOAD));
  const pseudoSum = pseudoHeaderSum(packet, { family: 6, source: 8, destination: 24 }, 58, 13);
  const header = emitIcmpv6(viewIcmpv6(packet, 40, packet.length)!, { payload: PAYLOAD, pseudoSum });
  expect(checksumText(packet, IPV6, 'icmpv6')).toMatch(/wrong/);
  expect(checksumText(join(packet.subarray(0, 40), header, PAYLOAD), IPV6, 'icmpv6')).toMatch(/ ok$/);
});

test('SCTP', () => {
  const chunks = fromHex('0b000004');
  const packet = ipv4({ protocol: 132, payload: join(fromHex('0001 0002 00000003 12345678'), chunks) });
  expect(checksumText(packet, IPV4, 'sctp')).toMatch(/^0x12345678 wrong, should be 0x/);
  const header = emitSctp(viewSctp(packet, 20, packet.length)!, { chunks });
  expect(checksumText(join(packet.subarray(0, 20), header, chunks), IPV4, 'sctp')).toMatch(/ ok$/);
});

test('lengths of link headers', () => {
  const frame = fromHex('020000000002 020000000001 0007');
  expect(emitEthernet(viewEthernet(frame, 0, 14)!, { payloadLength: 46 }).subarray(12)).toEqual(Uint8Array.of(0, 46));
  const typed = fromHex('020000000002 020000000001 0800');
  expect(emitEthernet(viewEthernet(typed, 0, 14)!, { payloadLength: 46 })).toEqual(typed);
  expect(emitPppoe(viewPppoe(fromHex('110000010000'), 0, 6)!, { payloadLength: 300 }).subarray(4)).toEqual(
    Uint8Array.of(1, 44),
  );
  expect(
    emitRadiotap({ ...viewRadiotap(fromHex('0000090002000000 10'), 0, 9)!, headerLength: 0 }, { length: true })[2],
  ).toBe(9);
  expect(emitPpi({ ...viewPpi(fromHex('0000080069000000'), 0, 8)!, headerLength: 0 }, { length: true })[2]).toBe(8);
  expect(
    emitAvs(
      { ...viewAvs(join(fromHex('80211001 00000040'), new Uint8Array(56)), 0, 64)!, headerLength: 0 },
      { length: true },
    )[7],
  ).toBe(64);
  const arp = fromHex('0001 0800 06 04 0001 020000000001 0a000002 000000000000 0a000001');
  expect(emitArp({ ...viewArp(arp, 0, 28)!, hardwareLength: 0, protocolLength: 0 }, { lengths: true })).toEqual(arp);
});

import fc from 'fast-check';
import {
  buildPcap,
  concatBytes,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  sectionHeader,
  simplePacket,
} from './build-capture.js';
import { ethernet, fromHex, ipv6, join } from './frames.js';

/*
 * Random captures out of few addresses, ports and times, so that filters meet packets, flows meet each other and times are equal. Of everything that makes
 * a packet special to the index there is some: tags, tunnels, fragments, extension headers, cut headers, headers that lie, times out of range or none.
 */

/** A packet as its builder sees it. */
export interface RandomPacket {
  linkType: 'ethernet' | 'raw';
  data: Uint8Array;
  originalLength: number;
  /** Microseconds since 1970, in 64 bits; null: a Simple Packet Block where the file can hold one. */
  time: bigint | null;
}

const HOSTS = [1, 2, 3];
const PORTS = [53, 80, 443, 40000];

function ipv4Packet(protocol: number, payload: Uint8Array, { from = 1, to = 2, fragment = 0, lie = 0 }): Uint8Array {
  const bytes = new Uint8Array(20 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, lie === 1 ? 10 : lie === 2 ? 0 : bytes.length);
  view.setUint16(6, fragment);
  view.setUint8(8, 64);
  view.setUint8(9, protocol);
  bytes.set([10, 0, 0, from, 10, 0, 0, to], 12);
  bytes.set(payload, 20);
  return bytes;
}

const transport = fc
  .record({
    protocol: fc.constantFrom(1, 6, 17, 47, 58, 132),
    source: fc.constantFrom(...PORTS),
    destination: fc.constantFrom(...PORTS),
    flags: fc.nat(255),
    offset: fc.constantFrom(0x50, 0x50, 0x50, 0x80, 0x20),
    payload: fc.nat(30),
  })
  .map(({ protocol, source, destination, flags, offset, payload }) => {
    const bytes = new Uint8Array((protocol === 6 ? 20 : protocol === 132 ? 12 : 8) + payload);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, protocol === 1 ? [0x0800, 0x0000, 0x0301][source % 3] : source);
    view.setUint16(2, destination);
    if (protocol === 6) {
      bytes[12] = offset;
      bytes[13] = flags;
    } else if (protocol === 17) view.setUint16(4, bytes.length);
    else if (protocol === 47) view.setUint16(2, 0x0800);
    return { protocol, bytes };
  });

const network: fc.Arbitrary<{ type: number; bytes: Uint8Array }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        transport,
        from: fc.constantFrom(...HOSTS),
        to: fc.constantFrom(...HOSTS),
        fragment: fc.constantFrom(0, 0, 0, 0, 0x4000, 0x2000, 0x2010, 0x0010),
        lie: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
      })
      .map(({ transport: { protocol, bytes }, ...rest }) => ({
        type: 0x0800,
        bytes: ipv4Packet(protocol, bytes, rest),
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ transport, extension: fc.constantFrom(0, 0, 60, 44) })
      .map(({ transport: t, extension }) => ({
        type: 0x86dd,
        bytes:
          extension === 0
            ? ipv6(t.protocol, t.bytes)
            : ipv6(extension, join(Uint8Array.of(t.protocol, 0, 0, extension === 44 ? 1 : 0, 0, 0, 0, 0), t.bytes)),
      })),
  },
  {
    weight: 1,
    // A tunnel: IPv4 in IPv4.
    arbitrary: transport.map(({ protocol, bytes }) => ({
      type: 0x0800,
      bytes: ipv4Packet(4, ipv4Packet(protocol, bytes, { from: 3, to: 1 }), {}),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({
      type: 0x0806,
      bytes: fromHex('0001080006040001020000000001 0a000001 000000000000 0a000002'),
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ type: 0x1234, bytes })) },
);

const wrapping = fc.constantFrom(
  (type: number, bytes: Uint8Array) => ({ type, bytes }),
  (type: number, bytes: Uint8Array) => ({ type, bytes }),
  (type: number, bytes: Uint8Array) => ({
    type: 0x8100,
    bytes: join(Uint8Array.of(0, 7, type >>> 8, type & 255), bytes),
  }),
  (type: number, bytes: Uint8Array) => ({
    type: 0x88a8,
    bytes: join(Uint8Array.of(0, 9, 0x81, 0, 0, 7, type >>> 8, type & 255), bytes),
  }),
  (_type: number, bytes: Uint8Array) => ({ type: 0x8847, bytes: join(fromHex('000641ff'), bytes) }),
);

const DAY = 86_400_000_000n;
const time = fc.oneof(
  { weight: 8, arbitrary: fc.nat(6).map((second) => 1_700_000_000_000_000n + BigInt(second) * 250_000n) },
  { weight: 1, arbitrary: fc.constant<bigint | null>(null) },
  { weight: 1, arbitrary: fc.constantFrom(60_000n * DAY, 2n ** 63n) }, // behind the year 2106
);

export const randomPacket: fc.Arbitrary<RandomPacket> = fc
  .record({
    raw: fc.nat(6),
    network,
    wrapping,
    cut: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(60) }),
    time,
  })
  .map(({ raw, network: inner, wrapping: wrap, cut, time: at }) => {
    const isRaw = raw === 0;
    const { type, bytes } = wrap(inner.type, inner.bytes);
    const whole = isRaw ? inner.bytes : ethernet(type, bytes);
    const data = whole.slice(0, Math.min(whole.length, cut ?? whole.length));
    return { linkType: isRaw ? 'raw' : 'ethernet', data, originalLength: whole.length, time: at };
  });

/** One file: pcap of either resolution and byte order, or pcapng with its interfaces where they are first needed and several kinds of packet block. */
export type RandomFile = { name: string; bytes: Uint8Array; packets: number };

export const randomFile: fc.Arbitrary<RandomFile> = fc
  .record({
    packets: fc.array(randomPacket, { maxLength: 40 }),
    kind: fc.constantFrom('pcap', 'pcap', 'pcapng', 'pcapng', 'sections'),
    big: fc.boolean(),
    nanoseconds: fc.boolean(),
    fraction: fc.boolean(),
  })
  .map(({ packets, kind, big, nanoseconds, fraction }) => {
    if (kind === 'pcap') {
      const kept = packets.filter(({ linkType }) => linkType === 'ethernet');
      return { name: 'pcap', packets: kept.length, bytes: pcapOf(kept, { big, nanoseconds, fraction }) };
    }
    return { name: 'pcapng', packets: packets.length, bytes: pcapngOf(packets, big, kind === 'sections') };
  });

function pcapOf(
  packets: readonly RandomPacket[],
  { big, nanoseconds, fraction }: { big: boolean; nanoseconds: boolean; fraction: boolean },
): Uint8Array {
  return buildPcap({
    big,
    magic: nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4,
    records: packets.map(({ data, originalLength, time: at }, i) => {
      const seconds = at === null ? 0 : Number(BigInt.asUintN(32, at / 1_000_000n));
      const micros = at === null ? 0 : Number(at % 1_000_000n);
      // Now and then a fraction of a second or more.
      const units = nanoseconds ? micros * 1000 : micros;
      return { seconds, fraction: fraction && i % 7 === 3 ? 2_000_000_000 : units, data, originalLength };
    }),
  });
}

function pcapngOf(packets: readonly RandomPacket[], big: boolean, sections: boolean): Uint8Array {
  const parts: Uint8Array[] = [sectionHeader([], big), interfaceBlock(1, 0, [], big)];
  let raw = -1;
  packets.forEach(({ linkType, data, originalLength, time: at }, i) => {
    if (sections && i === Math.floor(packets.length / 2)) {
      parts.push(sectionHeader([], !big), interfaceBlock(1, 0, [], !big));
      raw = -1;
    }
    const order = sections && i >= Math.floor(packets.length / 2) ? !big : big;
    if (linkType === 'raw' && raw < 0) {
      parts.push(interfaceBlock(101, 0, [[9, Uint8Array.of(9)]], order)); // met late, in nanoseconds
      raw = 1;
    }
    const units = linkType === 'raw' ? BigInt.asUintN(64, (at ?? 0n) * 1000n) : (at ?? 0n);
    const interfaceId = linkType === 'raw' ? 1 : 0;
    if (at === null && linkType === 'ethernet' && data.length === originalLength)
      parts.push(simplePacket(data, originalLength, order));
    else if (i % 11 === 5 && data.length === originalLength)
      parts.push(obsoletePacket(data, units, interfaceId, 0, order));
    else parts.push(enhancedPacket(data, units, { interfaceId, originalLength, big: order }));
  });
  return concatBytes(parts);
}

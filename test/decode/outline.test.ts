import { join } from 'node:path';
import { formatIpv6Words } from '../../src/bytes/address.js';
import { dissection } from '../../src/decode/dissect.js';
import type { Layer } from '../../src/decode/layer.js';
import { createOutline, NO_PROTOCOL, type Outline, OutlineFlag, outline } from '../../src/decode/outline.js';
import { describeWithCorpora } from '../support/available.js';
import { type CorpusPacket, readCorpusPackets } from '../support/corpus-packets.js';
import { join as concat, ethernet, fromHex, ipv4, ipv6, udp } from '../support/frames.js';

/** Outline of a packet that stands somewhere in a larger buffer, as in a batch. */
function outlineOf(bytes: Uint8Array, linkType = 1): Outline {
  const o = createOutline();
  const buffer = new Uint8Array(bytes.length + 20).fill(0xee);
  buffer.set(bytes, 10);
  outline(buffer, 10, 10 + bytes.length, linkType, o);
  return o;
}

const addressesOf = (o: Outline): (string | null)[] =>
  o.hasAddresses === 1 ? [formatIpv6Words(o.addresses, 0), formatIpv6Words(o.addresses, 4)] : [null, null];

const tcp = (flags: number, offset: number, payload: number): Uint8Array => {
  const bytes = new Uint8Array(offset + payload);
  bytes.set([0x9c, 0x40, 0x01, 0xbb]);
  bytes[12] = (offset / 4) << 4;
  bytes[13] = flags;
  return bytes;
};

describe('the outline of a packet', () => {
  it('tells addresses, ports, flags and payload of a TCP segment', () => {
    const o = outlineOf(ethernet(0x0800, ipv4({ protocol: 6, payload: tcp(0x18, 32, 7), options: '01010100' })));
    expect(addressesOf(o)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(o).toMatchObject({
      etherType: 0x0800,
      outerType: 0x0800,
      networkOffset: 14,
      protocol: 6,
      sourcePort: 40000,
      destinationPort: 443,
      tcpFlags: 0x18,
      payloadOffset: 14 + 24 + 32,
      payloadLength: 7,
      flags: 0,
    });
  });

  it('ends the payload where the IP header says, and where the frame does when that says 0', () => {
    const padded = concat(ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(3)) })), new Uint8Array(9));
    expect(outlineOf(padded)).toMatchObject({ payloadOffset: 42, payloadLength: 3, flags: 0 });
    const offloaded = ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(3)), totalLength: 0 }));
    expect(outlineOf(offloaded)).toMatchObject({ payloadOffset: 42, payloadLength: 3, flags: 0 });
  });

  it('finds the transport behind the extension headers of IPv6', () => {
    const options = fromHex('3c00 0104 00000000'); // hop-by-hop, then destination options
    const destination = fromHex('1100 0104 00000000');
    const o = outlineOf(ethernet(0x86dd, ipv6(0, concat(options, destination, udp(new Uint8Array(5))))));
    expect(addressesOf(o)).toEqual(['2001:db8::1', '2001:db8::2']);
    expect(o).toMatchObject({ protocol: 17, sourcePort: 40000, payloadLength: 5, flags: OutlineFlag.bytes });
  });

  it.each([
    [
      'first of an IPv4 packet',
      ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(8)), flagsAndOffset: 0x2000 })),
      OutlineFlag.firstFragment,
      40000,
    ],
    [
      'later of an IPv4 packet',
      ethernet(0x0800, ipv4({ protocol: 17, payload: new Uint8Array(8), flagsAndOffset: 3 })),
      OutlineFlag.laterFragment,
      0,
    ],
    [
      'first of an IPv6 packet',
      ethernet(0x86dd, ipv6(44, concat(fromHex('1100 0001 00000007'), udp(new Uint8Array(8))))),
      OutlineFlag.firstFragment | OutlineFlag.bytes,
      40000,
    ],
    [
      'later of an IPv6 packet',
      ethernet(0x86dd, ipv6(44, concat(fromHex('1100 0008 00000007'), new Uint8Array(8)))),
      OutlineFlag.laterFragment | OutlineFlag.bytes,
      0,
    ],
  ])('tells the fragment that is %s', (_, bytes, flags, sourcePort) => {
    expect(outlineOf(bytes)).toMatchObject({ protocol: 17, flags, sourcePort });
  });

  it('keeps type and code of ICMP', () => {
    expect(outlineOf(ethernet(0x0800, ipv4({ protocol: 1, payload: fromHex('0301000000000000') })))).toMatchObject({
      icmp: 0x0301,
      sourcePort: 0,
    });
    expect(outlineOf(ethernet(0x86dd, ipv6(58, fromHex('8700000000000000'))))).toMatchObject({ icmp: 0x8700 });
  });

  it.each([
    ['a version that is not 4', ethernet(0x0800, fromHex(`55${'00'.repeat(30)}`))],
    ['a header shorter than 20 bytes', ethernet(0x0800, fromHex(`44${'00'.repeat(30)}`))],
    ['a version that is not 6', ethernet(0x86dd, fromHex(`45${'00'.repeat(50)}`))],
  ])('has no addresses with %s', (_, bytes) => {
    const o = outlineOf(bytes);
    expect(addressesOf(o)).toEqual([null, null]);
    expect(o.flags).toBe(OutlineFlag.malformed | OutlineFlag.bytes);
    expect(o.protocol).toBe(NO_PROTOCOL);
  });

  it('never looks beyond the captured bytes, wherever they are cut', () => {
    const whole = [
      ethernet(0x0800, ipv4({ protocol: 6, payload: tcp(2, 24, 9) })),
      ethernet(0x86dd, ipv6(0, concat(fromHex('0600 0104 00000000'), tcp(2, 20, 9)))),
      ethernet(0x0800, ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) })),
      ethernet(0x0800, ipv4({ protocol: 132, payload: new Uint8Array(20) })),
      ethernet(0x0800, ipv4({ protocol: 1, payload: new Uint8Array(8) })),
      ethernet(0x8100, concat(fromHex('0007 0800'), ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) }))),
      ethernet(0x8864, concat(fromHex('1100 0001 0030 0021'), ipv4({ protocol: 17, payload: udp(new Uint8Array(4)) }))),
    ];
    for (const bytes of whole) {
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        const o = outlineOf(cut);
        // The same bytes with others behind them: nothing of these may show.
        const plain = createOutline();
        outline(cut, 0, length, 1, plain);
        expect(o).toEqual(plain);
        expect(o.payloadOffset + o.payloadLength).toBeLessThanOrEqual(length);
      }
    }
  });

  it('forgets the packet before', () => {
    const o = createOutline();
    const first = ethernet(0x8100, concat(fromHex('0007 0800'), ipv4({ protocol: 6, payload: tcp(2, 20, 9) })));
    outline(first, 0, first.length, 1, o);
    const second = ethernet(0x0806, fromHex('00010800'));
    outline(second, 0, second.length, 1, o);
    const fresh = createOutline();
    outline(second, 0, second.length, 1, fresh);
    const { addresses: _a, tags: _t, ...rest } = fresh;
    expect(o).toMatchObject(rest);
    expect(o.hasAddresses).toBe(0);
  });
});

describeWithCorpora('outlines and dissections of every packet of the corpora', (folder) => {
  const value = (layer: Layer | undefined, name: string): unknown =>
    layer?.fields.find((field) => field.name === name)?.value;
  const PORTS: Record<number, string> = { 6: 'tcp', 17: 'udp', 132: 'sctp' };

  /** What contradicts, in words. */
  function contradictions({ name, linkType, data, originalLength }: CorpusPacket): string[] {
    const o = outlineOf(data, linkType);
    const { layers, source, destination } = dissection(data, linkType, originalLength);
    // Link types that are dissected no further, and IP headers of which nothing can be believed: people are shown what stands there, flows are not.
    if (layers[0]?.name === 'data' || (o.flags & OutlineFlag.malformed) !== 0) return [];
    const wrong: string[] = [];
    const [from, to] = addressesOf(o);
    if (from !== source || to !== destination)
      wrong.push(`${name}: ${from} > ${to}, dissected ${source} > ${destination}`);
    const outer = layers.findIndex((layer) => layer.name === 'ip' || layer.name === 'ipv6');
    const inner = layers.slice(outer + 1);
    const transport = inner[inner.findIndex((layer) => !layer.name.startsWith('ipv6.') && layer.name !== 'ah')];
    const wanted = PORTS[o.protocol];
    if (o.hasAddresses === 1 && wanted !== undefined && transport?.name === wanted) {
      const ports = [value(transport, 'Source Port'), value(transport, 'Destination Port')];
      const known = ports.every((port) => port !== undefined);
      if (known && (Number(ports[0]) !== o.sourcePort || Number(ports[1]) !== o.destinationPort))
        wrong.push(`${name}: ports ${o.sourcePort} > ${o.destinationPort}, dissected ${ports}`);
    }
    return wrong;
  }

  it('agree', () => {
    const packets = readCorpusPackets(join(folder, 'dev'), 2000);
    expect(packets.length).toBeGreaterThan(10_000);
    expect(packets.flatMap(contradictions)).toEqual([]);
  });
});

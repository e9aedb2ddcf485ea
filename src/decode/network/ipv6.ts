import { type AddressWords, formatIpv6, wordsOfIpv6 } from '../../bytes/address.js';
import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { field, firstProblem, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { IP_PROTOCOL_NAMES, IpProtocol } from '../numbers.js';
import { servicesField } from './ipv4.js';
import { jumboLength } from './ipv6-options.js';

/** Internet Protocol version 6: RFC 8200 section 3. Offsets in bytes. */
export const Ipv6 = {
  versionClassLabel: 0,
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
  length: 40,
} as const;

export interface Ipv6View {
  version: number;
  trafficClass: number;
  flowLabel: number;
  payloadLength: number;
  nextHeader: number;
  hopLimit: number;
  source: AddressWords;
  destination: AddressWords;
}

/** The header at `at`, or null when its 40 bytes do not end by `end`. */
export function viewIpv6(bytes: Uint8Array, at: number, end: number): Ipv6View | null {
  if (end - at < Ipv6.length) return null;
  const first = u32(bytes, at);
  return {
    version: first >>> 28,
    trafficClass: (first >>> 20) & 0xff,
    flowLabel: first & 0xfffff,
    payloadLength: u16(bytes, at + Ipv6.payloadLength),
    nextHeader: bytes[at + Ipv6.nextHeader],
    hopLimit: bytes[at + Ipv6.hopLimit],
    source: wordsOfIpv6(bytes, at + Ipv6.source),
    destination: wordsOfIpv6(bytes, at + Ipv6.destination),
  };
}

/** The header's bytes; `payloadLength` (extension headers included) replaces the stored one. IPv6 has no checksum. */
export function emitIpv6(view: Ipv6View, compute: { payloadLength?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(Ipv6.length);
  setU32(bytes, 0, ((view.version << 28) | (view.trafficClass << 20) | view.flowLabel) >>> 0);
  setU16(bytes, Ipv6.payloadLength, compute.payloadLength ?? view.payloadLength);
  bytes[Ipv6.nextHeader] = view.nextHeader;
  bytes[Ipv6.hopLimit] = view.hopLimit;
  for (let i = 0; i < 4; i++) {
    setU32(bytes, Ipv6.source + 4 * i, view.source[i]);
    setU32(bytes, Ipv6.destination + 4 * i, view.destination[i]);
  }
  return bytes;
}

const layerIpv6 = header('IPv6 header', Ipv6.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewIpv6(bytes, at, end)!;
  const contentStart = at + Ipv6.length;
  const jumbo =
    view.payloadLength === 0 && view.nextHeader === IpProtocol.hopByHop ? jumboLength(bytes, contentStart, end) : null;
  // Without a jumbo option a length of 0 is what segmentation offload leaves (or a packet without payload): the packet then fills its frame.
  const unknown = view.payloadLength === 0 && jumbo === null && view.nextHeader !== IpProtocol.noNext;
  const contentEnd = unknown ? input.wireEnd : contentStart + (jumbo ?? view.payloadLength);
  const source = formatIpv6(bytes, at + Ipv6.source);
  const destination = formatIpv6(bytes, at + Ipv6.destination);
  const next = named(IP_PROTOCOL_NAMES, view.nextHeader);
  return {
    layer: {
      name: 'ipv6',
      title: 'IPv6',
      summary: `${source} → ${destination}  hop limit ${view.hopLimit}  length ${jumbo ?? view.payloadLength}  next ${next}`,
      start: at,
      end: contentStart,
      fields: [
        field('Version', at, 1, view.version),
        servicesField('Traffic Class', at, 2, view.trafficClass),
        field('Flow Label', at + 1, 3, view.flowLabel, hexNumber(view.flowLabel, 5)),
        field('Payload Length', at + Ipv6.payloadLength, 2, view.payloadLength),
        field('Next Header', at + Ipv6.nextHeader, 1, view.nextHeader, next),
        field('Hop Limit', at + Ipv6.hopLimit, 1, view.hopLimit),
        field('Source Address', at + Ipv6.source, 16, source),
        field('Destination Address', at + Ipv6.destination, 16, destination),
      ],
      problem: firstProblem(
        view.version !== 6 && `IPv6 version: ${view.version}, 6 required, at byte ${at}`,
        !input.scope.quoted &&
          contentEnd > input.wireEnd &&
          shortfall('IPv6 payload', contentEnd - contentStart, input.wireEnd - contentStart, contentStart),
      ),
    },
    contentEnd,
    next:
      view.version === 6
        ? {
            table: 'ipProtocol',
            key: view.nextHeader,
            at: contentStart,
            // A quotation stops anywhere: the packet that it quotes did not.
            wireEnd: Math.max(contentStart, input.scope.quoted ? contentEnd : Math.min(contentEnd, input.wireEnd)),
            scope: { network: { family: 6, source: at + Ipv6.source, destination: at + Ipv6.destination } },
          }
        : null,
    column: { source, destination, info: `next header ${next}` },
  };
});

export const ipv6: Protocol = { name: 'ipv6', title: 'IPv6', specification: 'RFC 8200', layer: layerIpv6 };

import { formatIpv4 } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { checksumField, internetChecksum, judgeChecksum, unverified, verdictSummary } from '../checksum.js';
import { field, firstProblem, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType, IP_PROTOCOL_NAMES } from '../numbers.js';
import type { OptionList } from '../options.js';
import { readIpv4Options, routeDestination } from './ipv4-options.js';

/** Internet Protocol version 4: RFC 791 section 3.1; DSCP and ECN by RFC 2474 and RFC 3168. Offsets in bytes. */
export const Ipv4 = {
  versionAndIhl: 0,
  typeOfService: 1,
  totalLength: 2,
  identification: 4,
  flagsAndOffset: 6,
  timeToLive: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
  options: 20,
  /** Of the header without options. */
  length: 20,
} as const;

export const Ipv4Flag = { reserved: 4, dontFragment: 2, moreFragments: 1 } as const;

export interface Ipv4View {
  version: number;
  /** Internet Header Length as stored: 32-bit words. */
  ihl: number;
  /** In bytes: `4 * ihl`. */
  headerLength: number;
  typeOfService: number;
  totalLength: number;
  identification: number;
  /** Three bits: reserved, Don't Fragment, More Fragments. */
  flags: number;
  /** In units of 8 bytes, as stored. */
  fragmentOffset: number;
  timeToLive: number;
  protocol: number;
  checksum: number;
  /** 32-bit numbers. */
  source: number;
  destination: number;
  /** The option bytes that are there; a view, not a copy. */
  options: Uint8Array;
}

/** The header at `at`, or null when its 20 fixed bytes do not end by `end`. */
export function viewIpv4(bytes: Uint8Array, at: number, end: number): Ipv4View | null {
  if (end - at < Ipv4.length) return null;
  const ihl = bytes[at] & 15;
  const flags = u16(bytes, at + Ipv4.flagsAndOffset);
  const options = at + Ipv4.options;
  return {
    version: bytes[at] >>> 4,
    ihl,
    headerLength: ihl * 4,
    typeOfService: bytes[at + Ipv4.typeOfService],
    totalLength: u16(bytes, at + Ipv4.totalLength),
    identification: u16(bytes, at + Ipv4.identification),
    flags: flags >>> 13,
    fragmentOffset: flags & 0x1fff,
    timeToLive: bytes[at + Ipv4.timeToLive],
    protocol: bytes[at + Ipv4.protocol],
    checksum: u16(bytes, at + Ipv4.checksum),
    source: u32(bytes, at + Ipv4.source),
    destination: u32(bytes, at + Ipv4.destination),
    options: bytes.subarray(options, Math.max(options, Math.min(end, at + ihl * 4))),
  };
}

/**
 * The header's bytes. As viewed, unless `payloadLength` asks for the total length (and IHL, from the options, which must be a multiple of 4 bytes) and
 * `checksum` for the header checksum to be computed.
 */
export function emitIpv4(view: Ipv4View, compute: { payloadLength?: number; checksum?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Ipv4.length + view.options.length);
  const { payloadLength } = compute;
  bytes[0] = (view.version << 4) | (payloadLength === undefined ? view.ihl : bytes.length / 4);
  bytes[Ipv4.typeOfService] = view.typeOfService;
  setU16(bytes, Ipv4.totalLength, payloadLength === undefined ? view.totalLength : bytes.length + payloadLength);
  setU16(bytes, Ipv4.identification, view.identification);
  setU16(bytes, Ipv4.flagsAndOffset, (view.flags << 13) | view.fragmentOffset);
  bytes[Ipv4.timeToLive] = view.timeToLive;
  bytes[Ipv4.protocol] = view.protocol;
  setU32(bytes, Ipv4.source, view.source);
  setU32(bytes, Ipv4.destination, view.destination);
  bytes.set(view.options, Ipv4.options);
  setU16(bytes, Ipv4.checksum, compute.checksum ? internetChecksum(bytes, 0, bytes.length) : view.checksum);
  return bytes;
}

const FLAG_WORDS: [number, string][] = [
  [Ipv4Flag.reserved, 'Reserved'],
  [Ipv4Flag.dontFragment, "Don't Fragment"],
  [Ipv4Flag.moreFragments, 'More Fragments'],
];
const FLAG_SHORT: [number, string][] = [
  [Ipv4Flag.dontFragment, 'DF'],
  [Ipv4Flag.moreFragments, 'MF'],
];

function words(table: [number, string][], flags: number): string[] {
  return table.filter(([bit]) => flags & bit).map(([, word]) => word);
}

const ECN_NAMES = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'];

/** Fields of the Differentiated Services byte, which IPv4 calls Type of Service and IPv6 Traffic Class. `name`: what it is called here. */
export function servicesField(name: string, at: number, length: number, value: number): Field {
  const text = `${hexNumber(value, 2)} DSCP ${value >>> 2}, ${ECN_NAMES[value & 3]}`;
  return field(name, at, length, value, text, [
    field('DSCP', at, length, value >>> 2),
    field('ECN', at + length - 1, 1, value & 3, `${ECN_NAMES[value & 3]} (${value & 3})`),
  ]);
}

function flagsField(view: Ipv4View, at: number): Field {
  const text = [hexNumber(view.flags, 1), words(FLAG_WORDS, view.flags).join(', ')].join(' ').trim();
  const bits = FLAG_WORDS.map(([bit, word]) =>
    field(word, at, 1, (view.flags & bit) !== 0, view.flags & bit ? 'set' : 'not set'),
  );
  return field('Flags', at, 1, view.flags, text, bits);
}

const layerIpv4 = header('IPv4 header', Ipv4.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewIpv4(bytes, at, end)!;
  // A total length of 0 is what segmentation offload leaves: the packet then fills its frame.
  const contentEnd = view.totalLength === 0 ? input.wireEnd : at + view.totalLength;
  // A quotation stops anywhere: the packet that it quotes did not.
  const wireEnd = input.scope.quoted ? contentEnd : Math.min(contentEnd, input.wireEnd);
  const headerEnd = at + Math.max(view.headerLength, Ipv4.length);
  const whole = !input.cut && view.headerLength >= Ipv4.length && headerEnd <= end;
  const verdict = whole
    ? judgeChecksum(bytes, at, headerEnd, at + Ipv4.checksum, 0, 0)
    : unverified(bytes, at + Ipv4.checksum, 'header cut');
  const fragmented = view.fragmentOffset > 0 || (view.flags & Ipv4Flag.moreFragments) !== 0;
  const source = formatIpv4(bytes, at + Ipv4.source);
  const destination = formatIpv4(bytes, at + Ipv4.destination);
  const offset = view.fragmentOffset * 8;
  const flagWords = words(FLAG_SHORT, view.flags);
  const summary = [
    `${source} → ${destination}  ttl ${view.timeToLive}`,
    `id ${view.identification}`,
    ...flagWords,
    ...(fragmented ? [`fragment offset ${offset}`] : []),
    `length ${view.totalLength}${verdictSummary(verdict)}`,
  ].join('  ');
  const optionsAt = at + Ipv4.options;
  const options = readIpv4Options(bytes, optionsAt, optionsAt + view.options.length);
  const final = routeDestination(bytes, optionsAt, optionsAt + view.options.length);
  const usable = whole && view.version === 4 && contentEnd >= headerEnd;
  if (view.version === 6 && !input.cut) return wrongVersion(input);
  return {
    layer: {
      name: 'ip',
      title: 'IPv4',
      summary,
      start: at,
      end: Math.min(headerEnd, end),
      fields: [
        field('Version', at, 1, view.version),
        field('IHL', at, 1, view.ihl, `${view.ihl} (${view.headerLength} bytes)`),
        servicesField('Type of Service', at + Ipv4.typeOfService, 1, view.typeOfService),
        field('Total Length', at + Ipv4.totalLength, 2, view.totalLength, totalLengthText(view, contentEnd - at)),
        field('Identification', at + Ipv4.identification, 2, view.identification, hexNumber(view.identification, 4)),
        flagsField(view, at + Ipv4.flagsAndOffset),
        field(
          'Fragment Offset',
          at + Ipv4.flagsAndOffset,
          2,
          view.fragmentOffset,
          `${view.fragmentOffset} (${offset} bytes)`,
        ),
        field('Time to Live', at + Ipv4.timeToLive, 1, view.timeToLive),
        field('Protocol', at + Ipv4.protocol, 1, view.protocol, named(IP_PROTOCOL_NAMES, view.protocol)),
        checksumField('Header Checksum', at + Ipv4.checksum, verdict),
        field('Source Address', at + Ipv4.source, 4, source),
        field('Destination Address', at + Ipv4.destination, 4, destination),
        ...optionsField(options, bytes, optionsAt, optionsAt + view.options.length),
      ],
      problem: firstProblem(ipv4Problem(view, input, contentEnd), options.problem),
    },
    contentEnd,
    next: usable
      ? {
          // A later fragment holds no header of what it carries.
          table: view.fragmentOffset > 0 ? 'data' : 'ipProtocol',
          key: view.protocol,
          at: headerEnd,
          wireEnd: Math.max(wireEnd, headerEnd),
          scope: {
            network: { family: 4, source: at + Ipv4.source, destination: final ?? at + Ipv4.destination },
            fragment: input.scope.fragment || fragmented,
          },
        }
      : null,
    column: {
      source,
      destination,
      info: fragmented
        ? `fragment offset ${offset}, id ${hexNumber(view.identification, 4)}, ${named(IP_PROTOCOL_NAMES, view.protocol)}`
        : `protocol ${named(IP_PROTOCOL_NAMES, view.protocol)}`,
    },
  };
});

/** IPv6 where IPv4 was announced: the version, as the packet's receiver reads it, decides. */
function wrongVersion({ at, wireEnd }: Input): Step {
  return {
    layer: {
      name: 'ip',
      title: 'IPv4',
      summary: 'version 6',
      start: at,
      // The byte that says so, which is the first of what follows too.
      end: at + 1,
      fields: [field('Version', at, 1, 6)],
      problem: `IPv4 version: 6, 4 required, at byte ${at}`,
    },
    next: { table: 'etherType', key: EtherType.ipv6, at, wireEnd },
  };
}

function totalLengthText(view: Ipv4View, presumed: number): string {
  return view.totalLength === 0 ? `0 (segmentation offload? ${presumed} bytes)` : String(view.totalLength);
}

function optionsField({ fields }: OptionList, bytes: Uint8Array, start: number, end: number): Field[] {
  if (start >= end) return [];
  const names = fields.map(({ name }) => name).join(', ');
  return [field('Options', start, end - start, hexDigits(bytes, start, end), names, fields)];
}

function ipv4Problem(view: Ipv4View, input: Input, contentEnd: number): string | null {
  const { at, end, wireEnd } = input;
  const minimum = `at least ${Ipv4.length} required, at byte ${at}`;
  return firstProblem(
    view.version !== 4 && `IPv4 version: ${view.version}, 4 required, at byte ${at}`,
    view.headerLength < Ipv4.length && `IPv4 header length: ${view.headerLength} bytes, ${minimum}`,
    at + view.headerLength > end && shortfall('IPv4 header', view.headerLength, end - at, at),
    contentEnd < at + view.headerLength &&
      `IPv4 total length: ${view.totalLength} bytes, at least ${view.headerLength} required, at byte ${at + Ipv4.totalLength}`,
    !input.scope.quoted && contentEnd > wireEnd && shortfall('IPv4 total length', view.totalLength, wireEnd - at, at),
  );
}

export const ipv4: Protocol = { name: 'ip', title: 'IPv4', specification: 'RFC 791', layer: layerIpv4 };

import { formatIpv6 } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, u16, u32 } from '../../bytes/big-endian.js';
import {
  addWords,
  checksumField,
  fold,
  judgeChecksum,
  pseudoHeaderSum,
  unverified,
  type Verdict,
  verdictSummary,
} from '../checksum.js';
import { bytesField, field, header, type Input, type Next, named, type Protocol, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType, IpProtocol } from '../numbers.js';
import { neighbourOptionFields } from './icmpv6-options.js';

/** ICMPv6: RFC 4443 section 2.1; neighbour discovery RFC 4861, multicast listeners RFC 2710 and RFC 3810. Offsets in bytes. */
export const Icmpv6 = { type: 0, code: 1, checksum: 2, rest: 4, length: 8, target: 8 } as const;

export const Icmpv6Type = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
} as const;

export interface Icmpv6View {
  type: number;
  code: number;
  checksum: number;
  /** The four bytes whose meaning the type gives, as a number. */
  rest: number;
}

/** The header at `at`, or null when its 8 bytes do not end by `end`. */
export function viewIcmpv6(bytes: Uint8Array, at: number, end: number): Icmpv6View | null {
  if (end - at < Icmpv6.length) return null;
  return {
    type: bytes[at],
    code: bytes[at + Icmpv6.code],
    checksum: u16(bytes, at + Icmpv6.checksum),
    rest: u32(bytes, at + Icmpv6.rest),
  };
}

/** The header's bytes; with `payload` (all that follows) and `pseudoSum` (pseudoHeaderSum of the whole message) the checksum is computed. */
export function emitIcmpv6(view: Icmpv6View, compute: { payload?: Uint8Array; pseudoSum?: number } = {}): Uint8Array {
  const { payload, pseudoSum } = compute;
  const bytes = new Uint8Array(Icmpv6.length);
  bytes[0] = view.type;
  bytes[Icmpv6.code] = view.code;
  setU16(bytes, Icmpv6.rest, view.rest >>> 16);
  setU16(bytes, Icmpv6.rest + 2, view.rest & 0xffff);
  if (payload === undefined || pseudoSum === undefined) setU16(bytes, Icmpv6.checksum, view.checksum);
  else {
    const sum = addWords(payload, 0, payload.length, addWords(bytes, 0, bytes.length, pseudoSum));
    setU16(bytes, Icmpv6.checksum, ~fold(sum) & 0xffff);
  }
  return bytes;
}

const TYPES: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  132: 'multicast listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
  138: 'router renumbering',
  139: 'node information query',
  140: 'node information reply',
  143: 'multicast listener report v2',
  144: 'home agent discovery request',
  145: 'home agent discovery reply',
  146: 'mobile prefix solicitation',
  147: 'mobile prefix advertisement',
  148: 'certification path solicitation',
  149: 'certification path advertisement',
  155: 'RPL control',
  160: 'extended echo request',
  161: 'extended echo reply',
};

const CODES: Readonly<Record<number, readonly string[]>> = {
  1: [
    'no route to destination',
    'communication administratively prohibited',
    'beyond scope of source address',
    'address unreachable',
    'port unreachable',
    'source address failed policy',
    'reject route to destination',
    'error in source routing header',
  ],
  3: ['hop limit exceeded in transit', 'fragment reassembly time exceeded'],
  4: [
    'erroneous header field',
    'unrecognized next header',
    'unrecognized option',
    'incomplete header chain in first fragment',
  ],
};

/** Types below 128 are errors and quote the packet they are about. */
const FIRST_INFORMATIONAL = 128;

interface Body {
  fields: Field[];
  /** What it adds to the line. */
  words: string;
  /** Where the decoded part ends. */
  end: number;
}

function targetBody(input: Input, restFields: Field[], verb: string, addresses: string[]): Body {
  const { bytes, at, end } = input;
  const fields = [...restFields];
  let place = at + Icmpv6.target;
  let words = '';
  for (const name of addresses) {
    if (place + 16 > end) return { fields, words, end: place };
    const address = formatIpv6(bytes, place);
    if (words === '') words = ` ${verb}${address}`;
    fields.push(field(name, place, 16, address));
    place += 16;
  }
  fields.push(...neighbourOptionFields(bytes, place, end));
  return { fields, words, end };
}

function advertisementFlags(rest: number, place: number): Field[] {
  const bit = (name: string, mask: number): Field =>
    field(name, place, 1, (rest & mask) !== 0, rest & mask ? 'set' : 'not set');
  return [bit('Router', 0x80000000), bit('Solicited', 0x40000000), bit('Override', 0x20000000)];
}

function routerAdvertisement(input: Input, rest: number): Body {
  const { bytes, at, end } = input;
  const place = at + Icmpv6.rest;
  const fields = [
    field('Cur Hop Limit', place, 1, rest >>> 24),
    field('Flags', place + 1, 1, (rest >>> 16) & 255, hexNumber((rest >>> 16) & 255, 2)),
    field('Router Lifetime', place + 2, 2, rest & 0xffff, `${rest & 0xffff} s`),
  ];
  if (at + 16 > end) return { fields, words: '', end: at + Icmpv6.length };
  fields.push(
    field('Reachable Time', at + 8, 4, u32(bytes, at + 8), `${u32(bytes, at + 8)} ms`),
    field('Retrans Timer', at + 12, 4, u32(bytes, at + 12), `${u32(bytes, at + 12)} ms`),
    ...neighbourOptionFields(bytes, at + 16, end),
  );
  return { fields, words: '', end };
}

function bodyOf(view: Icmpv6View, input: Input): Body {
  const { bytes, at, end } = input;
  const place = at + Icmpv6.rest;
  const headerEnd = at + Icmpv6.length;
  const reserved = [bytesField('Reserved', bytes, place, place + 4)];
  switch (view.type) {
    case Icmpv6Type.echoRequest:
    case Icmpv6Type.echoReply: {
      const identifier = view.rest >>> 16;
      const sequence = view.rest & 0xffff;
      const fields = [
        field('Identifier', place, 2, identifier, `${identifier} (${hexNumber(identifier, 4)})`),
        field('Sequence Number', place + 2, 2, sequence),
      ];
      return { fields, words: ` id ${identifier} seq ${sequence}`, end: headerEnd };
    }
    case Icmpv6Type.packetTooBig:
      return { fields: [field('MTU', place, 4, view.rest)], words: ` (MTU ${view.rest})`, end: headerEnd };
    case Icmpv6Type.parameterProblem:
      return { fields: [field('Pointer', place, 4, view.rest)], words: ` at byte ${view.rest}`, end: headerEnd };
    case Icmpv6Type.routerSolicitation:
      return { fields: [...reserved, ...neighbourOptionFields(bytes, headerEnd, end)], words: '', end };
    case Icmpv6Type.routerAdvertisement:
      return routerAdvertisement(input, view.rest);
    case Icmpv6Type.neighbourSolicitation:
      return targetBody(input, reserved, 'for ', ['Target Address']);
    case Icmpv6Type.neighbourAdvertisement:
      return targetBody(input, advertisementFlags(view.rest, place), 'of ', ['Target Address']);
    case Icmpv6Type.redirect:
      return targetBody(input, reserved, 'to ', ['Target Address', 'Destination Address']);
    default:
      return {
        fields: [field('Rest of Header', place, 4, hexDigits(bytes, place, place + 4))],
        words: '',
        end: headerEnd,
      };
  }
}

function judge(input: Input): Verdict {
  const { bytes, at, end, wireEnd } = input;
  const { network, fragment } = input.scope;
  const place = at + Icmpv6.checksum;
  if (input.cut || wireEnd > end) return unverified(bytes, place, 'packet cut');
  if (fragment) return unverified(bytes, place, 'fragment');
  if (network === null) return unverified(bytes, place, 'no IP header');
  return judgeChecksum(bytes, at, wireEnd, place, pseudoHeaderSum(bytes, network, IpProtocol.icmpv6, wireEnd - at));
}

const layerIcmpv6 = header('ICMPv6 header', Icmpv6.length, (input: Input): Step => {
  const { bytes, at, wireEnd } = input;
  const view = viewIcmpv6(bytes, at, input.end)!;
  const verdict = judge(input);
  const body = bodyOf(view, input);
  const code = CODES[view.type]?.[view.code];
  const message = `${code ?? TYPES[view.type] ?? `type ${view.type}`}${body.words}`;
  const start = at + Icmpv6.length;
  const bound = Math.max(body.end, wireEnd);
  const next: Next =
    view.type < FIRST_INFORMATIONAL
      ? {
          table: 'etherType',
          key: EtherType.ipv6,
          at: start,
          wireEnd: Math.max(start, wireEnd),
          scope: { quoted: true },
        }
      : { table: 'data', key: 0, at: body.end, wireEnd: bound };
  return {
    layer: {
      name: 'icmpv6',
      title: 'ICMPv6',
      summary: `${message}${verdictSummary(verdict)}`,
      start: at,
      end: body.end,
      fields: [
        field('Type', at, 1, view.type, named(TYPES, view.type)),
        field(
          'Code',
          at + Icmpv6.code,
          1,
          view.code,
          code === undefined ? String(view.code) : `${code} (${view.code})`,
        ),
        checksumField('Checksum', at + Icmpv6.checksum, verdict),
        ...body.fields,
      ],
      problem: null,
    },
    next,
    payload: { start, wireEnd: Math.max(start, wireEnd) },
    column: { info: message },
  };
});

export const icmpv6: Protocol = { name: 'icmpv6', title: 'ICMPv6', specification: 'RFC 4443', layer: layerIcmpv6 };

import { formatIpv4 } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, u16, u32 } from '../../bytes/big-endian.js';
import { checksumField, internetChecksum, judgeChecksum, unverified, verdictSummary } from '../checksum.js';
import { bytesField, field, header, type Input, named, type Protocol, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType } from '../numbers.js';

/** Internet Control Message Protocol: RFC 792; extended length RFC 4884, extended echo RFC 8335. Offsets in bytes. */
export const Icmp = { type: 0, code: 1, checksum: 2, rest: 4, length: 8 } as const;

export const IcmpType = {
  echoReply: 0,
  unreachable: 3,
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  routerAdvertisement: 9,
  routerSolicitation: 10,
  timeExceeded: 11,
  parameterProblem: 12,
  timestampRequest: 13,
  timestampReply: 14,
  informationRequest: 15,
  informationReply: 16,
  maskRequest: 17,
  maskReply: 18,
  extendedEchoRequest: 42,
  extendedEchoReply: 43,
} as const;

export interface IcmpView {
  type: number;
  code: number;
  checksum: number;
  /** The four bytes whose meaning the type gives, as a number. */
  rest: number;
}

/** The header at `at`, or null when its 8 bytes do not end by `end`. */
export function viewIcmp(bytes: Uint8Array, at: number, end: number): IcmpView | null {
  if (end - at < Icmp.length) return null;
  return {
    type: bytes[at],
    code: bytes[at + Icmp.code],
    checksum: u16(bytes, at + Icmp.checksum),
    rest: u32(bytes, at + Icmp.rest),
  };
}

/** The header's bytes; with `payload` (all that follows) the checksum is computed. */
export function emitIcmp(view: IcmpView, compute: { payload?: Uint8Array } = {}): Uint8Array {
  const { payload } = compute;
  const bytes = new Uint8Array(Icmp.length + (payload?.length ?? 0));
  bytes[0] = view.type;
  bytes[Icmp.code] = view.code;
  setU16(bytes, Icmp.rest, view.rest >>> 16);
  setU16(bytes, Icmp.rest + 2, view.rest & 0xffff);
  if (payload !== undefined) bytes.set(payload, Icmp.length);
  setU16(bytes, Icmp.checksum, payload === undefined ? view.checksum : internetChecksum(bytes, 0, bytes.length));
  return bytes.subarray(0, Icmp.length);
}

const TYPES: Readonly<Record<number, string>> = {
  [IcmpType.echoReply]: 'echo reply',
  [IcmpType.unreachable]: 'destination unreachable',
  [IcmpType.sourceQuench]: 'source quench',
  [IcmpType.redirect]: 'redirect',
  [IcmpType.echoRequest]: 'echo request',
  [IcmpType.routerAdvertisement]: 'router advertisement',
  [IcmpType.routerSolicitation]: 'router solicitation',
  [IcmpType.timeExceeded]: 'time exceeded',
  [IcmpType.parameterProblem]: 'parameter problem',
  [IcmpType.timestampRequest]: 'timestamp request',
  [IcmpType.timestampReply]: 'timestamp reply',
  [IcmpType.informationRequest]: 'information request',
  [IcmpType.informationReply]: 'information reply',
  [IcmpType.maskRequest]: 'address mask request',
  [IcmpType.maskReply]: 'address mask reply',
  40: 'Photuris',
  [IcmpType.extendedEchoRequest]: 'extended echo request',
  [IcmpType.extendedEchoReply]: 'extended echo reply',
};

const UNREACHABLE = [
  'network unreachable',
  'host unreachable',
  'protocol unreachable',
  'port unreachable',
  'fragmentation needed',
  'source route failed',
  'destination network unknown',
  'destination host unknown',
  'source host isolated',
  'network administratively prohibited',
  'host administratively prohibited',
  'network unreachable for type of service',
  'host unreachable for type of service',
  'communication administratively prohibited',
  'host precedence violation',
  'precedence cutoff in effect',
];
const REDIRECT = ['for network', 'for host', 'for type of service and network', 'for type of service and host'];
const TIME_EXCEEDED = ['time to live exceeded in transit', 'fragment reassembly time exceeded'];
const PARAMETER_PROBLEM = ['pointer indicates the error', 'missing a required option', 'bad length'];

const CODES: Readonly<Record<number, readonly string[]>> = {
  [IcmpType.unreachable]: UNREACHABLE,
  [IcmpType.redirect]: REDIRECT,
  [IcmpType.timeExceeded]: TIME_EXCEEDED,
  [IcmpType.parameterProblem]: PARAMETER_PROBLEM,
};

/** Types that quote the packet they are about (RFC 1122 section 3.2.2). */
const ERRORS: ReadonlySet<number> = new Set([
  IcmpType.unreachable,
  IcmpType.sourceQuench,
  IcmpType.redirect,
  IcmpType.timeExceeded,
  IcmpType.parameterProblem,
]);

const WITH_IDENTIFIER: ReadonlySet<number> = new Set([
  IcmpType.echoReply,
  IcmpType.echoRequest,
  IcmpType.timestampRequest,
  IcmpType.timestampReply,
  IcmpType.informationRequest,
  IcmpType.informationReply,
  IcmpType.maskRequest,
  IcmpType.maskReply,
]);

/** Fields of bytes 4 to 7 and what they add to the line. */
function restOf(view: IcmpView, bytes: Uint8Array, at: number): { fields: Field[]; words: string } {
  const place = at + Icmp.rest;
  const low = view.rest & 0xffff;
  if (WITH_IDENTIFIER.has(view.type)) {
    const identifier = view.rest >>> 16;
    const fields = [
      field('Identifier', place, 2, identifier, `${identifier} (${hexNumber(identifier, 4)})`),
      field('Sequence Number', place + 2, 2, low),
    ];
    return { fields, words: ` id ${identifier} seq ${low}` };
  }
  if (view.type === IcmpType.redirect) {
    const gateway = formatIpv4(bytes, place);
    return { fields: [field('Gateway Internet Address', place, 4, gateway)], words: ` to ${gateway}` };
  }
  if (view.type === IcmpType.parameterProblem) {
    return {
      fields: [field('Pointer', place, 1, bytes[place]), bytesField('Unused', bytes, place + 1, place + 4)],
      words: ` at byte ${bytes[place]}`,
    };
  }
  if (view.type === IcmpType.unreachable || view.type === IcmpType.timeExceeded) {
    const words = bytes[place + 1];
    const fields = [
      bytesField('Unused', bytes, place, place + 1),
      field('Length', place + 1, 1, words, `${words} (${words * 4} bytes of the original datagram)`),
    ];
    if (view.type === IcmpType.unreachable && view.code === 4) {
      fields.push(field('Next-Hop MTU', place + 2, 2, low));
      return { fields, words: ` (next-hop MTU ${low})` };
    }
    return { fields: [...fields, bytesField('Unused', bytes, place + 2, place + 4)], words: '' };
  }
  return { fields: [field('Rest of Header', place, 4, hexDigits(bytes, place, place + 4))], words: '' };
}

const layerIcmp = header('ICMP header', Icmp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const view = viewIcmp(bytes, at, end)!;
  const place = at + Icmp.checksum;
  let verdict = unverified(bytes, place, input.cut || wireEnd > end ? 'packet cut' : 'fragment');
  if (!input.cut && wireEnd <= end && !input.scope.fragment) verdict = judgeChecksum(bytes, at, wireEnd, place);
  const quotes = ERRORS.has(view.type);
  const code = CODES[view.type]?.[view.code];
  const rest = restOf(view, bytes, at);
  const type = TYPES[view.type] ?? `type ${view.type}`;
  const message = `${code === undefined || view.type === IcmpType.redirect ? type : code}${rest.words}`;
  const start = at + Icmp.length;
  return {
    layer: {
      name: 'icmp',
      title: 'ICMP',
      summary: `${message}${verdictSummary(verdict)}`,
      start: at,
      end: start,
      fields: [
        field('Type', at, 1, view.type, named(TYPES, view.type)),
        field('Code', at + Icmp.code, 1, view.code, code === undefined ? String(view.code) : `${code} (${view.code})`),
        checksumField('Checksum', place, verdict),
        ...rest.fields,
      ],
      problem: null,
    },
    next: quotes
      ? {
          table: 'etherType',
          key: EtherType.ipv4,
          at: start,
          wireEnd: Math.max(start, quoteEnd(view, start, wireEnd)),
          scope: { quoted: true },
        }
      : { table: 'data', key: 0, at: start, wireEnd: Math.max(start, wireEnd) },
    payload: { start, wireEnd: Math.max(start, wireEnd) },
    column: { info: message },
  };
});

/** RFC 4884: a length (units of 4 bytes) ends the quotation where extensions follow. */
function quoteEnd(view: IcmpView, start: number, wireEnd: number): number {
  const extended =
    view.type === IcmpType.unreachable ||
    view.type === IcmpType.timeExceeded ||
    view.type === IcmpType.parameterProblem;
  const length = ((view.rest >>> 16) & 255) * 4;
  return extended && length > 0 ? Math.min(wireEnd, start + length) : wireEnd;
}

export const icmp: Protocol = { name: 'icmp', title: 'ICMP', specification: 'RFC 792', layer: layerIcmp };

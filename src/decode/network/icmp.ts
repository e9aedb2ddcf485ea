import { setU16, u16, u32 } from '../../bytes/big-endian.js';
import {
  checksumField,
  internetChecksum,
  judgeChecksum,
  unverified,
  type Verdict,
  verdictSummary,
} from '../checksum.js';
import { field, firstProblem, header, type Input, named, type Protocol, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { lay } from '../layout.js';
import { EtherType } from '../numbers.js';
import { extensionStart, readExtensions } from './icmp-extensions.js';
import { EXTENDED, IcmpType, icmpParts } from './icmp-messages.js';

/** Internet Control Message Protocol: RFC 792; extended length RFC 4884, extended echo RFC 8335. Offsets in bytes. */
export const Icmp = { type: 0, code: 1, checksum: 2, rest: 4, length: 8 } as const;

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
  [IcmpType.traceroute]: 'traceroute',
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

/** What the fields add to the line. */
function wordsOf(type: number, fields: readonly Field[]): string {
  const value = (name: string): string | null => {
    const found = fields.find((one) => one.name === name);
    return found === undefined ? null : String(found.value);
  };
  const mtu = value('Next-Hop MTU');
  if (mtu !== null) return ` (next-hop MTU ${mtu})`;
  const identifier = value('Identifier');
  if (identifier !== null) return ` id ${identifier} seq ${value('Sequence Number')}`;
  if (type === IcmpType.redirect) return ` to ${value('Gateway Internet Address')}`;
  return type === IcmpType.parameterProblem ? ` at byte ${value('Pointer')}` : '';
}

/** Where extensions begin, or null: behind a quotation, or behind the header of a probe (RFC 8335 section 2). */
function extensionOf(view: IcmpView, input: Input): number | null {
  const start = input.at + Icmp.length;
  if (view.type === IcmpType.extendedEchoRequest) return start < input.end ? start : null;
  if (!EXTENDED.has(view.type) || start >= input.end) return null;
  return extensionStart(input.bytes, start, input.end, ((view.rest >>> 16) & 255) * 4);
}

/** A quoted message is as whoever rejected it saw it, often with addresses and identifiers changed on its way. */
function judge({ bytes, at, end, wireEnd, cut, scope }: Input): Verdict {
  const place = at + Icmp.checksum;
  if (cut || wireEnd > end) return unverified(bytes, place, 'packet cut');
  if (scope.fragment) return unverified(bytes, place, 'fragment');
  return scope.quoted ? unverified(bytes, place, 'quoted') : judgeChecksum(bytes, at, wireEnd, place);
}

const layerIcmp = header('ICMP header', Icmp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const view = viewIcmp(bytes, at, end)!;
  const place = at + Icmp.checksum;
  const verdict = judge(input);
  const code = CODES[view.type]?.[view.code];
  const body = lay(
    'ICMP message',
    bytes,
    at + Icmp.rest,
    end,
    icmpParts(view.type, view.code, bytes, at + Icmp.rest, end),
  );
  const extension = extensionOf(view, input);
  const extensions = extension === null ? null : readExtensions(bytes, extension, end, wireEnd <= end);
  const type = TYPES[view.type] ?? `type ${view.type}`;
  const words = wordsOf(view.type, body.fields);
  const message = `${code === undefined || view.type === IcmpType.redirect ? type : code}${words}`;
  const start = at + Icmp.length;
  const isProbe = view.type === IcmpType.extendedEchoRequest && extension !== null;
  const bodyEnd = isProbe ? end : Math.max(start, body.at);
  return {
    layer: {
      name: 'icmp',
      title: 'ICMP',
      summary: `${message}${verdictSummary(verdict)}`,
      start: at,
      end: bodyEnd,
      fields: [
        field('Type', at, 1, view.type, named(TYPES, view.type)),
        field('Code', at + Icmp.code, 1, view.code, code === undefined ? String(view.code) : `${code} (${view.code})`),
        checksumField('Checksum', place, verdict),
        ...body.fields,
        ...(extensions?.fields ?? []),
      ],
      problem: input.scope.quoted ? null : firstProblem(body.problem, extensions?.problem ?? null),
    },
    next: ERRORS.has(view.type)
      ? {
          table: 'etherType',
          key: EtherType.ipv4,
          at: start,
          wireEnd: Math.max(start, extension ?? wireEnd),
          scope: { quoted: true },
        }
      : { table: 'data', key: 0, at: bodyEnd, wireEnd: Math.max(bodyEnd, wireEnd) },
    payload: { start, wireEnd: Math.max(start, wireEnd) },
    column: { info: message },
  };
});

export const icmp: Protocol = { name: 'icmp', title: 'ICMP', specification: 'RFC 792', layer: layerIcmp };

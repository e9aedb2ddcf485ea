import { setU16, u16, u32 } from '../../bytes/big-endian.js';
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
import {
  field,
  firstProblem,
  header,
  type Input,
  type LayerFunction,
  type Next,
  named,
  type Protocol,
  type Step,
} from '../dissector.js';
import { EtherType, IpProtocol } from '../numbers.js';
import { extensionStart, readExtensions } from './icmp-extensions.js';
import { Icmpv6Type, quoteLengthOf, readMessage, requiredLength } from './icmpv6-messages.js';

/** ICMPv6: RFC 4443 section 2.1; neighbour discovery RFC 4861, multicast listeners RFC 2710 and RFC 3810. Offsets in bytes. */
export const Icmpv6 = { type: 0, code: 1, checksum: 2, rest: 4, length: 8, target: 8 } as const;

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

function judge(input: Input): Verdict {
  const { bytes, at, end, wireEnd } = input;
  const { network, fragment } = input.scope;
  const place = at + Icmpv6.checksum;
  if (input.cut || wireEnd > end) return unverified(bytes, place, 'packet cut');
  if (fragment) return unverified(bytes, place, 'fragment');
  if (network === null) return unverified(bytes, place, 'no IP header');
  return judgeChecksum(bytes, at, wireEnd, place, pseudoHeaderSum(bytes, network, IpProtocol.icmpv6, wireEnd - at));
}

const EXTENDED: ReadonlySet<number> = new Set([Icmpv6Type.unreachable, Icmpv6Type.timeExceeded]);

/** Where extensions of an error begin, or null. */
function extensionOf(type: number, { bytes, at, end }: Input): number | null {
  return EXTENDED.has(type) && at + Icmpv6.length < end
    ? extensionStart(bytes, at + Icmpv6.length, end, quoteLengthOf(type, bytes, at + Icmpv6.rest))
    : null;
}

function readIcmpv6(input: Input): Step {
  const { bytes, at, end, wireEnd } = input;
  const type = bytes[at];
  const codeValue = bytes[at + Icmpv6.code];
  const verdict = judge(input);
  const body = readMessage(type, codeValue, bytes, at + Icmpv6.rest, end, wireEnd - at);
  const code = CODES[type]?.[codeValue];
  const message = `${code ?? TYPES[type] ?? `type ${type}`}${body.words}`;
  const start = at + Icmpv6.length;
  const isError = type < FIRST_INFORMATIONAL;
  const extension = extensionOf(type, input);
  const probe = type === Icmpv6Type.extendedEchoRequest && body.end < end ? body.end : null;
  const place = extension ?? probe;
  const extensions = place === null ? null : readExtensions(bytes, place, end, wireEnd <= end);
  const bodyEnd = probe === null ? body.end : end;
  const next: Next = isError
    ? {
        table: 'etherType',
        key: EtherType.ipv6,
        at: start,
        wireEnd: Math.max(start, extension ?? wireEnd),
        scope: { quoted: true },
      }
    : { table: 'data', key: 0, at: bodyEnd, wireEnd: Math.max(bodyEnd, wireEnd) };
  return {
    layer: {
      name: 'icmpv6',
      title: 'ICMPv6',
      summary: `${message}${verdictSummary(verdict)}`,
      start: at,
      end: bodyEnd,
      fields: [
        field('Type', at, 1, type, named(TYPES, type)),
        field(
          'Code',
          at + Icmpv6.code,
          1,
          codeValue,
          code === undefined ? String(codeValue) : `${code} (${codeValue})`,
        ),
        checksumField('Checksum', at + Icmpv6.checksum, verdict),
        ...body.fields,
        ...(extensions?.fields ?? []),
      ],
      problem: input.scope.quoted ? null : firstProblem(body.problem, extensions?.problem ?? null),
    },
    next,
    payload: { start: Math.min(start, Math.max(end, at)), wireEnd: Math.max(start, wireEnd) },
    column: { info: message },
  };
}

const READERS: ReadonlyMap<number, LayerFunction> = new Map(
  [4, 6, 8].map((length) => [length, header('ICMPv6 header', length, readIcmpv6)]),
);

const layerIcmpv6: LayerFunction = (input) => {
  const { bytes, at, end } = input;
  return READERS.get(at + 2 > end ? Icmpv6.length : requiredLength(bytes[at], bytes[at + Icmpv6.code]))!(input);
};

export const icmpv6: Protocol = { name: 'icmpv6', title: 'ICMPv6', specification: 'RFC 4443', layer: layerIcmpv6 };

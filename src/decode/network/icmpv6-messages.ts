import { u32 } from '../../bytes/big-endian.js';
import type { Field } from '../layer.js';
import { amount, type Bits, bits, enumeration, type Form, hex, ipv6Address, lay, type Part, raw } from '../layout.js';
import type { Message } from './icmpv6-body.js';
import { listenerQuery, listenerReport, listenerReport2 } from './icmpv6-listeners.js';
import { readNeighbourOptions } from './icmpv6-options.js';
import { rplMessage } from './icmpv6-rpl.js';

/**
 * What ICMPv6 messages hold behind their checksum: RFC 4443; neighbour discovery RFC 4861, multicast listeners RFC 2710 and RFC 3810, router renumbering
 * RFC 2894, node information RFC 4620, mobility RFC 6275, certification paths RFC 3971, RPL RFC 6550, extended echo RFC 8335.
 */
export const Icmpv6Type = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  listenerQuery: 130,
  listenerReport: 131,
  listenerDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
  routerRenumbering: 138,
  nodeQuery: 139,
  nodeReply: 140,
  listenerReport2: 143,
  rpl: 155,
  extendedEchoRequest: 160,
  extendedEchoReply: 161,
} as const;

export interface Body {
  fields: Field[];
  /** What it adds to the line. */
  words: string;
  /** Where the decoded part ends. */
  end: number;
  problem: string | null;
}

const ADVERTISEMENT_FLAGS: readonly Bits[] = [
  [0x80, 'M'],
  [0x40, 'O'],
  [0x20, 'H'],
  [0x18, 'Prf', { 0: 'medium', 1: 'high', 2: 'reserved', 3: 'low' }],
  [0x04, 'P'],
  [0x03, 'Reserved'],
];
const NEIGHBOUR_FLAGS: readonly Bits[] = [
  [0x80000000, 'R'],
  [0x40000000, 'S'],
  [0x20000000, 'O'],
  [0x1fffffff, 'Reserved'],
];
const RENUMBERING_FLAGS: readonly Bits[] = [
  [0x80, 'T'],
  [0x40, 'R'],
  [0x20, 'A'],
  [0x10, 'S'],
  [0x08, 'P'],
  [0x07, 'Reserved'],
];
const NODE_FLAGS: readonly Bits[] = [
  [0x20, 'G'],
  [0x10, 'S'],
  [0x08, 'L'],
  [0x04, 'C'],
  [0x02, 'A'],
  [0x01, 'T'],
];
const NODE_QUERIES = enumeration({ 0: 'NOOP', 2: 'Node Name', 3: 'Node Addresses', 4: 'IPv4 Addresses' });

const withHex: Form = (bytes, at, length) => {
  const { value, text } = hex(bytes, at, length);
  return { value, text: `${value} (${text})` };
};

const ECHO: Message = {
  parts: [
    ['Identifier', 2, withHex],
    ['Sequence Number', 2],
  ],
  words: (value) => ` id ${value('Identifier')} seq ${value('Sequence Number')}`,
};
/** Units of 8 bytes (RFC 4884 section 4.4). */
const ERROR: Message = {
  parts: [
    ['Length', 1],
    ['Unused', 3, raw],
  ],
};

function target(first: Part, ...names: string[]): Message {
  const addresses = names.map((name): Part => [name, 16, ipv6Address]);
  return { parts: [first, ...addresses], rest: readNeighbourOptions };
}

const node: Message = {
  parts: [
    ['Qtype', 2, NODE_QUERIES],
    ['Flags', 2, bits(NODE_FLAGS)],
    ['Nonce', 8, raw],
  ],
  rest: (bytes, at, end) => lay('', bytes, at, end, at < end ? [['Data', end - at, raw]] : []),
};

const identified = (...more: Part[]): Message => ({ parts: [['Identifier', 2], ...more] });

const MESSAGES: Readonly<Record<number, Message>> = {
  [Icmpv6Type.unreachable]: ERROR,
  [Icmpv6Type.packetTooBig]: { parts: [['MTU', 4]], words: (value) => ` (MTU ${value('MTU')})` },
  [Icmpv6Type.timeExceeded]: ERROR,
  [Icmpv6Type.parameterProblem]: { parts: [['Pointer', 4]], words: (value) => ` at byte ${value('Pointer')}` },
  [Icmpv6Type.echoRequest]: ECHO,
  [Icmpv6Type.echoReply]: ECHO,
  [Icmpv6Type.listenerReport]: listenerReport,
  [Icmpv6Type.listenerDone]: listenerReport,
  [Icmpv6Type.routerSolicitation]: { parts: [['Reserved', 4, raw]], rest: readNeighbourOptions },
  [Icmpv6Type.routerAdvertisement]: {
    parts: [
      ['Cur Hop Limit', 1],
      ['Flags', 1, bits(ADVERTISEMENT_FLAGS)],
      ['Router Lifetime', 2, amount('s')],
      ['Reachable Time', 4, amount('ms')],
      ['Retrans Timer', 4, amount('ms')],
    ],
    rest: readNeighbourOptions,
  },
  [Icmpv6Type.neighbourSolicitation]: {
    ...target(['Reserved', 4, raw], 'Target Address'),
    words: (value) => ` for ${value('Target Address')}`,
  },
  [Icmpv6Type.neighbourAdvertisement]: {
    ...target(['Flags', 4, bits(NEIGHBOUR_FLAGS)], 'Target Address'),
    words: (value) => ` of ${value('Target Address')}`,
  },
  [Icmpv6Type.redirect]: {
    ...target(['Reserved', 4, raw], 'Target Address', 'Destination Address'),
    words: (value) => ` to ${value('Target Address')}`,
  },
  [Icmpv6Type.routerRenumbering]: {
    parts: [
      ['SequenceNumber', 4],
      ['SegmentNumber', 1],
      ['Flags', 1, bits(RENUMBERING_FLAGS)],
      ['MaxDelay', 2, amount('ms')],
      ['Reserved', 4],
    ],
    rest: (bytes, at, end) => lay('', bytes, at, end, at < end ? [['RR Message Body', end - at, raw]] : []),
  },
  [Icmpv6Type.nodeQuery]: node,
  [Icmpv6Type.nodeReply]: node,
  [Icmpv6Type.listenerReport2]: listenerReport2,
  144: identified(['Reserved', 2]),
  145: {
    ...identified(['Reserved', 2]),
    rest: (bytes, at, end) =>
      lay(
        '',
        bytes,
        at,
        end,
        Array.from({ length: Math.floor((end - at) / 16) }, (): Part => ['Home Agent Address', 16, ipv6Address]),
      ),
  },
  146: identified(['Reserved', 2]),
  147: { ...identified(['M, O and Reserved', 2, hex]), rest: readNeighbourOptions },
  148: { ...identified(['Component', 2]), rest: readNeighbourOptions },
  149: { ...identified(['All Components', 2], ['Component', 2], ['Reserved', 2]), rest: readNeighbourOptions },
  151: {
    parts: [
      ['Query Interval', 2],
      ['Robustness Variable', 2],
    ],
  },
  152: { parts: [] },
  153: { parts: [] },
  [Icmpv6Type.extendedEchoRequest]: {
    parts: [
      ['Identifier', 2, withHex],
      ['Sequence Number', 1],
      [
        'L',
        1,
        bits([
          [0xfe, 'Reserved'],
          [0x01, 'L'],
        ]),
      ],
    ],
    words: (value) => ` id ${value('Identifier')} seq ${value('Sequence Number')}`,
  },
  [Icmpv6Type.extendedEchoReply]: {
    parts: [
      ['Identifier', 2, withHex],
      ['Sequence Number', 1],
      [
        'State',
        1,
        bits([
          [0xe0, 'State'],
          [0x18, 'Res'],
          [0x04, 'A'],
          [0x02, '4'],
          [0x01, '6'],
        ]),
      ],
    ],
    words: (value) => ` id ${value('Identifier')} seq ${value('Sequence Number')}`,
  },
};

function messageOf(
  type: number,
  code: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireLength: number,
): Message {
  if (type === Icmpv6Type.rpl) return rplMessage(code, bytes, at, end);
  if (type === Icmpv6Type.listenerQuery) return listenerQuery(wireLength);
  return MESSAGES[type] ?? { parts: at + 4 <= end ? [['Message Body', 4, raw]] : [] };
}

/** Bytes that the message cannot do without: header and parts that always stand there. */
export function requiredLength(type: number, code: number): number {
  if (type === 152 || type === 153) return 4;
  return type === Icmpv6Type.rpl && code === 0 ? 6 : 8;
}

/** The message whose body is bytes[at, end); `wireLength` is that of the whole message. */
export function readMessage(
  type: number,
  code: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireLength: number,
): Body {
  const message = messageOf(type, code, bytes, at, end, wireLength);
  const laid = lay('ICMPv6 message', bytes, at, end, message.parts);
  const rest = laid.problem === null ? message.rest?.(bytes, laid.at, end) : undefined;
  const fields = [...laid.fields, ...(rest?.fields ?? [])];
  const isWhole = laid.problem === null;
  const value = (name: string): string => String(fields.find((one) => one.name === name)?.value ?? '');
  return {
    fields,
    words: isWhole ? (message.words?.(value) ?? rest?.words ?? '') : '',
    end: rest === undefined ? laid.at : end,
    problem: laid.problem ?? rest?.problem ?? null,
  };
}

/** Bytes that an error's quotation takes by its own word (RFC 4884 section 4.4), 0 when it says nothing. */
export function quoteLengthOf(type: number, bytes: Uint8Array, at: number): number {
  return type === Icmpv6Type.unreachable || type === Icmpv6Type.timeExceeded ? 8 * (u32(bytes, at) >>> 24) : 0;
}

import { amount, bits, type Form, hex, ipv4Address, type Part, raw, unsigned } from '../layout.js';

/**
 * What ICMP messages hold behind their checksum: RFC 792; router discovery RFC 1256, traceroute RFC 1393, length of a quotation RFC 4884, extended echo
 * RFC 8335.
 */
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
  traceroute: 30,
  extendedEchoRequest: 42,
  extendedEchoReply: 43,
} as const;

const withHex: Form = (bytes, at, length) => {
  const { value, text } = hex(bytes, at, length);
  return { value, text: `${value} (${text})` };
};

/** Units of 4 bytes. */
const quotation: Form = (bytes, at) => ({
  value: bytes[at],
  text: `${bytes[at]} (${bytes[at] * 4} bytes of the original datagram)`,
});

const MIDNIGHT_BIT = 0x80000000;

/** Milliseconds since midnight UT; with the high bit set, something else (RFC 792). */
const milliseconds: Form = (bytes, at, length) => {
  const { value, text } = unsigned(bytes, at, length);
  return { value, text: Number(value) >= MIDNIGHT_BIT ? `${text} (non-standard)` : `${text} ms since midnight UT` };
};

const IDENTIFIED: readonly Part[] = [
  ['Identifier', 2, withHex],
  ['Sequence Number', 2],
];
const TIMESTAMPS: readonly Part[] = [
  ...IDENTIFIED,
  ['Originate Timestamp', 4, milliseconds],
  ['Receive Timestamp', 4, milliseconds],
  ['Transmit Timestamp', 4, milliseconds],
];
const MASK: readonly Part[] = [...IDENTIFIED, ['Address Mask', 4, ipv4Address]];

/** Parts behind the checksum, by type. */
const PARTS: Readonly<Record<number, readonly Part[]>> = {
  [IcmpType.echoReply]: IDENTIFIED,
  [IcmpType.sourceQuench]: [['Unused', 4, raw]],
  [IcmpType.redirect]: [['Gateway Internet Address', 4, ipv4Address]],
  [IcmpType.echoRequest]: IDENTIFIED,
  [IcmpType.routerAdvertisement]: [
    ['Num Addrs', 1],
    ['Addr Entry Size', 1],
    ['Lifetime', 2, amount('s')],
  ],
  [IcmpType.routerSolicitation]: [['Reserved', 4, raw]],
  [IcmpType.timestampRequest]: TIMESTAMPS,
  [IcmpType.timestampReply]: TIMESTAMPS,
  [IcmpType.informationRequest]: IDENTIFIED,
  [IcmpType.informationReply]: IDENTIFIED,
  [IcmpType.maskRequest]: MASK,
  [IcmpType.maskReply]: MASK,
  [IcmpType.traceroute]: [
    ['ID Number', 2],
    ['Unused', 2, raw],
    ['Outbound Hop Count', 2],
    ['Return Hop Count', 2],
    ['Output Link Speed', 4],
    ['Output Link MTU', 4],
  ],
  [IcmpType.extendedEchoRequest]: [
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
  [IcmpType.extendedEchoReply]: [
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
};
const REST: readonly Part[] = [['Rest of Header', 4, raw]];

/** Those whose quotation may have a length, and extensions behind it (RFC 4884 section 4). */
export const EXTENDED: ReadonlySet<number> = new Set([
  IcmpType.unreachable,
  IcmpType.timeExceeded,
  IcmpType.parameterProblem,
]);

const MTU: Part = ['Next-Hop MTU', 2];

/** Where the length is 0 its byte is one of those that RFC 792 leaves unused. */
function errorParts(type: number, code: number, hasLength: boolean): readonly Part[] {
  const isMtu = type === IcmpType.unreachable && code === 4;
  const isPointer = type === IcmpType.parameterProblem;
  if (!hasLength) {
    if (isMtu) return [['Unused', 2, raw], MTU];
    if (!isPointer) return [['Unused', 4, raw]];
    return [
      ['Pointer', 1],
      ['Unused', 3, raw],
    ];
  }
  const first: Part = isPointer ? ['Pointer', 1] : ['Unused', 1, raw];
  return [first, ['Length', 1, quotation], isMtu ? MTU : ['Unused', 2, raw]];
}

/** The parts of a message whose body is bytes[at, end). */
export function icmpParts(type: number, code: number, bytes: Uint8Array, at: number, end: number): readonly Part[] {
  if (EXTENDED.has(type)) return errorParts(type, code, at + 2 <= end && bytes[at + 1] !== 0);
  const parts = PARTS[type] ?? REST;
  if (type !== IcmpType.routerAdvertisement) return parts;
  // Entries of another size than two words are left as data (RFC 1256 section 3).
  const entries = at + 2 <= end && bytes[at + 1] === 2 ? bytes[at] : 0;
  const listed = Array.from({ length: entries }, (): readonly Part[] => [
    ['Router Address', 4, ipv4Address],
    ['Preference Level', 4],
  ]);
  return [...parts, ...listed.flat()];
}

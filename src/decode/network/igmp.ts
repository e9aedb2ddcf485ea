import { formatIpv4 } from '../../bytes/address.js';
import { setU16, u16 } from '../../bytes/big-endian.js';
import { checksumField, internetChecksum, verdictSummary } from '../checksum.js';
import { bytesField, field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { bits, enumeration, type Form, ipv4Address, type Laid, layMore, type Part, raw } from '../layout.js';
import { judgeMessage } from './message-checksum.js';

/** Internet Group Management Protocol: RFC 1112 appendix I, RFC 2236 section 2, RFC 3376 section 4. Offsets in bytes. */
export const Igmp = { type: 0, maxRespCode: 1, checksum: 2, group: 4, length: 8 } as const;

export const IgmpType = {
  query: 0x11,
  report1: 0x12,
  dvmrp: 0x13,
  pim1: 0x14,
  report2: 0x16,
  leave: 0x17,
  report3: 0x22,
} as const;

export interface IgmpView {
  type: number;
  /** Max Resp Code of a query; reserved in other messages. */
  maxRespCode: number;
  checksum: number;
  /** Everything behind the checksum; a view, not a copy. */
  body: Uint8Array;
}

/** The message at `at`, or null when its first 8 bytes do not end by `end`. */
export function viewIgmp(bytes: Uint8Array, at: number, end: number): IgmpView | null {
  if (end - at < Igmp.length) return null;
  return {
    type: bytes[at],
    maxRespCode: bytes[at + Igmp.maxRespCode],
    checksum: u16(bytes, at + Igmp.checksum),
    body: bytes.subarray(at + Igmp.group, end),
  };
}

/** The message's bytes; with `checksum` its checksum is computed. */
export function emitIgmp(view: IgmpView, compute: { checksum?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Igmp.group + view.body.length);
  bytes[0] = view.type;
  bytes[Igmp.maxRespCode] = view.maxRespCode;
  bytes.set(view.body, Igmp.group);
  setU16(bytes, Igmp.checksum, compute.checksum ? internetChecksum(bytes, 0, bytes.length) : view.checksum);
  return bytes;
}

const TYPES: Readonly<Record<number, string>> = {
  [IgmpType.query]: 'Membership Query',
  [IgmpType.report1]: 'Version 1 Membership Report',
  [IgmpType.dvmrp]: 'DVMRP',
  [IgmpType.pim1]: 'PIM version 1',
  [IgmpType.report2]: 'Version 2 Membership Report',
  [IgmpType.leave]: 'Leave Group',
  30: 'Multicast Traceroute Response',
  31: 'Multicast Traceroute',
  [IgmpType.report3]: 'Version 3 Membership Report',
  48: 'Multicast Router Advertisement',
  49: 'Multicast Router Solicitation',
  50: 'Multicast Router Termination',
};

/** Of a query that fills 8 bytes the maximum response time tells version 1 (0) from 2; a longer one is of version 3 (RFC 3376 section 7.1). */
export function igmpVersion(type: number, maxRespCode: number, length: number): number | null {
  switch (type) {
    case IgmpType.query:
      return length >= QUERY_3_LENGTH ? 3 : maxRespCode === 0 ? 1 : 2;
    case IgmpType.report1:
      return 1;
    case IgmpType.report2:
    case IgmpType.leave:
      return 2;
    case IgmpType.report3:
      return 3;
    default:
      return null;
  }
}

const QUERY_3_LENGTH = 12;

/** RFC 3376 section 4.1.1 and 4.1.7: from 128 on a code is a floating-point number of 3 bits exponent and 4 bits mantissa. */
export function igmpCode(code: number): number {
  return code < 128 ? code : ((code & 15) | 16) << (((code >>> 4) & 7) + 3);
}

function codeForm(unit: (value: number) => string): Form {
  return (bytes, at) => {
    const code = bytes[at];
    const text = unit(igmpCode(code));
    if (code < 128) return { value: code, text };
    const fields = [field('exp', at, 1, (code >>> 4) & 7), field('mant', at, 1, code & 15)];
    return { value: code, text: `${code} (${text})`, fields };
  };
}

const maxRespForm = codeForm((value) => `${value / 10} s`);

const QUERY_3: readonly Part[] = [
  [
    'Querier Flags',
    1,
    bits([
      [0xf0, 'Resv'],
      [0x08, 'S'],
      [0x07, 'QRV'],
    ]),
  ],
  ['QQIC', 1, codeForm((value) => `${value} s`)],
  ['Number of Sources', 2],
];

const RECORD_TYPES: Readonly<Record<number, string>> = {
  1: 'MODE_IS_INCLUDE',
  2: 'MODE_IS_EXCLUDE',
  3: 'CHANGE_TO_INCLUDE_MODE',
  4: 'CHANGE_TO_EXCLUDE_MODE',
  5: 'ALLOW_NEW_SOURCES',
  6: 'BLOCK_OLD_SOURCES',
};

const RECORD: readonly Part[] = [
  ['Record Type', 1, enumeration(RECORD_TYPES)],
  ['Aux Data Len', 1],
  ['Number of Sources', 2],
  ['Multicast Address', 4, ipv4Address],
];
const RECORD_LENGTH = 8;

/** `count` addresses, as far as they are there. */
function sources(laid: Laid, bytes: Uint8Array, end: number, count: number): void {
  const there = Math.min(count, Math.floor((end - laid.at) / 4));
  const start = laid.at;
  layMore(laid, 'IGMP sources', bytes, end, new Array<Part>(there).fill(['Source Address', 4, ipv4Address]));
  if (there < count) laid.problem ??= shortfall('IGMP sources', 4 * count, end - start, start);
}

/** RFC 3376 section 4.2.4. */
function record(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  const inner: Laid = { fields: [], at, problem: null };
  if (layMore(inner, 'IGMP group record', bytes, end, RECORD)) {
    sources(inner, bytes, end, u16(bytes, at + 2));
    const auxiliary = 4 * bytes[at + 1];
    if (auxiliary > 0) layMore(inner, 'IGMP auxiliary data', bytes, end, [['Auxiliary Data', auxiliary, raw]]);
  }
  laid.problem = inner.problem;
  laid.at = inner.at;
  if (inner.fields.length < RECORD.length) return;
  const group = formatIpv4(bytes, at + 4);
  laid.fields.push(field('Group Record', at, inner.at - at, group, `${inner.fields[0].text} ${group}`, inner.fields));
}

function report3(input: Input, laid: Laid): void {
  const { bytes, end } = input;
  layMore(laid, 'IGMP report', bytes, end, [
    ['Reserved', 2],
    ['Number of Group Records', 2],
  ]);
  const count = u16(bytes, input.at + Igmp.group + 2);
  // Each record takes 8 bytes at least, so the bytes bound the loop.
  for (let done = 0; done < count && laid.problem === null; done++) {
    if (laid.at + RECORD_LENGTH > end) {
      laid.problem = shortfall(
        'IGMP group records',
        RECORD_LENGTH * (count - done),
        Math.max(0, end - laid.at),
        laid.at,
      );
    } else record(laid, bytes, end);
  }
}

function bodyOf(input: Input, view: IgmpView, version: number | null): Laid {
  const { bytes, at, end } = input;
  const laid: Laid = { fields: [], at: at + Igmp.group, problem: null };
  if (view.type === IgmpType.report3) report3(input, laid);
  else if (version !== null) {
    layMore(laid, 'IGMP', bytes, end, [['Group Address', 4, ipv4Address]]);
    if (version === 3 && layMore(laid, 'IGMPv3 query', bytes, end, QUERY_3)) {
      sources(laid, bytes, end, u16(bytes, at + QUERY_3_LENGTH - 2));
    }
  } else if (laid.at < end) {
    laid.fields.push(bytesField('Message', bytes, laid.at, end));
    laid.at = end;
  }
  if (laid.at < end && laid.problem === null) {
    laid.fields.push(bytesField('Additional Data', bytes, laid.at, end));
    laid.at = end;
  }
  return laid;
}

function sentence(view: IgmpView, version: number | null, laid: Laid): string {
  const kind = TYPES[view.type] ?? `type ${view.type}`;
  const name = view.type === IgmpType.query ? `${kind}, version ${version}` : kind;
  const groups = laid.fields.filter(({ name: part }) => part === 'Group Address' || part === 'Group Record');
  const shown = groups.slice(0, SHOWN_GROUPS).map(({ text }) => text);
  if (groups.length > SHOWN_GROUPS) shown.push(`and ${groups.length - SHOWN_GROUPS} more`);
  const isGeneral = view.type === IgmpType.query && shown[0] === '0.0.0.0';
  return isGeneral ? `${name}, general` : [name, shown.join(', ')].filter(Boolean).join('  ');
}

const SHOWN_GROUPS = 3;

const layerIgmp = header('IGMP message', Igmp.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewIgmp(bytes, at, end)!;
  const version = igmpVersion(view.type, view.maxRespCode, input.wireEnd - at);
  const verdict = judgeMessage(input, input.wireEnd, at + Igmp.checksum);
  const laid = bodyOf(input, view, version);
  const info = sentence(view, version, laid);
  const isQuery = view.type === IgmpType.query && version !== 1;
  const second = isQuery ? maxRespForm(bytes, at + 1, 1) : { value: view.maxRespCode, text: String(view.maxRespCode) };
  const secondName = isQuery ? (version === 3 ? 'Max Resp Code' : 'Max Resp Time') : 'Reserved';
  return {
    layer: {
      name: 'igmp',
      title: 'IGMP',
      summary: `${info}${verdictSummary(verdict)}`,
      start: at,
      end: laid.at,
      fields: [
        field('Type', at, 1, view.type, named(TYPES, view.type)),
        field(secondName, at + 1, 1, second.value, second.text, second.fields),
        checksumField('Checksum', at + Igmp.checksum, verdict),
        ...laid.fields,
      ],
      problem: laid.problem,
    },
    next: null,
    column: { info },
  };
});

export const igmp: Protocol = { name: 'igmp', title: 'IGMP', specification: 'RFC 3376', layer: layerIgmp };

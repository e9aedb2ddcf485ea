import { hexDigits, hexNumber, setU16, u16, u32 } from '../../bytes/big-endian.js';
import {
  bytesField,
  Direct,
  field,
  header,
  type Input,
  type Next,
  named,
  type Protocol,
  type Step,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { EtherType } from '../numbers.js';

/**
 * Encapsulated Remote Switch Packet Analysis: draft-foschiano-erspan-03 sections 4.2 (type II) and 4.3 (type III). Behind GRE; type I has no header of its
 * own. Offsets in bytes.
 */
export const Erspan = { versionAndVlan: 0, sessionWord: 2, index: 4, length: 8 } as const;
export const ErspanThree = {
  timestamp: 4,
  securityGroup: 8,
  last: 10,
  subheader: 12,
  length: 12,
  subheaderLength: 8,
} as const;

export interface ErspanView {
  /** 1: type II, 2: type III. */
  version: number;
  vlan: number;
  classOfService: number;
  /** Two bits: En of type II, BSO of type III. */
  encapsulation: number;
  truncated: boolean;
  sessionId: number;
  /** The rest of the header as stored: 4 bytes of type II; 8 of type III, or 16 with its platform subheader; a view, not a copy. */
  rest: Uint8Array;
  headerLength: number;
}

const VERSION_III = 2;

function lengthOf(bytes: Uint8Array, at: number, end: number): number {
  const version = at < end ? bytes[at] >>> 4 : 0;
  if (version !== VERSION_III) return Erspan.length;
  const last = at + ErspanThree.last + 1;
  return ErspanThree.length + (last < end && bytes[last] & 1 ? ErspanThree.subheaderLength : 0);
}

/** The header at `at`, or null when it does not end by `end`. */
export function viewErspan(bytes: Uint8Array, at: number, end: number): ErspanView | null {
  const headerLength = lengthOf(bytes, at, end);
  if (end - at < headerLength) return null;
  const first = u16(bytes, at);
  const second = u16(bytes, at + Erspan.sessionWord);
  return {
    version: first >>> 12,
    vlan: first & 0xfff,
    classOfService: second >>> 13,
    encapsulation: (second >>> 11) & 3,
    truncated: (second & 0x400) !== 0,
    sessionId: second & 0x3ff,
    rest: bytes.subarray(at + Erspan.index, at + headerLength),
    headerLength,
  };
}

export function emitErspan(view: ErspanView): Uint8Array {
  const bytes = new Uint8Array(Erspan.index + view.rest.length);
  setU16(bytes, 0, (view.version << 12) | view.vlan);
  const { classOfService, encapsulation, truncated, sessionId } = view;
  setU16(
    bytes,
    Erspan.sessionWord,
    (classOfService << 13) | (encapsulation << 11) | (Number(truncated) << 10) | sessionId,
  );
  bytes.set(view.rest, Erspan.index);
  return bytes;
}

const VERSIONS: Readonly<Record<number, string>> = { 1: 'type II', 2: 'type III' };
const ENCAPSULATIONS = ['originally without VLAN tag', 'ISL', '802.1Q', 'VLAN tag preserved in the frame'];
const BAD_OR_SHORT = ['good or unknown', 'bad (checksum or alignment error)', 'short', 'oversized'];
const FRAME_TYPES: Readonly<Record<number, string>> = { 0: 'Ethernet', 2: 'IP' };
const GRANULARITIES = ['100 microseconds', '100 nanoseconds', 'IEEE 1588', 'platform-specific'];

function restFields(view: ErspanView, bytes: Uint8Array, at: number): Field[] {
  if (view.version !== VERSION_III) {
    const word = u32(bytes, at + Erspan.index);
    return [field('Reserved', at + Erspan.index, 4, word >>> 20), field('Index', at + Erspan.index, 4, word & 0xfffff)];
  }
  const place = at + ErspanThree.last;
  const last = u16(bytes, place);
  const type = (last >>> 10) & 31;
  const fields = [
    field('Timestamp', at + ErspanThree.timestamp, 4, u32(bytes, at + ErspanThree.timestamp)),
    field('SGT', at + ErspanThree.securityGroup, 2, u16(bytes, at + ErspanThree.securityGroup)),
    field('P', place, 2, last >>> 15, last >>> 15 ? 'Ethernet protocol frame' : 'not an Ethernet protocol frame'),
    field('FT', place, 2, type, named(FRAME_TYPES, type)),
    field('Hw ID', place, 2, (last >>> 4) & 63),
    field('D', place, 2, (last >>> 3) & 1, last & 8 ? 'egress (1)' : 'ingress (0)'),
    field('Gra', place, 2, (last >>> 1) & 3, `${GRANULARITIES[(last >>> 1) & 3]} (${(last >>> 1) & 3})`),
    field('O', place, 2, last & 1, last & 1 ? 'platform subheader follows' : 'no platform subheader'),
  ];
  if (view.headerLength > ErspanThree.length) {
    const sub = at + ErspanThree.subheader;
    const end = sub + ErspanThree.subheaderLength;
    fields.push(
      field('Platform Specific SubHeader', sub, end - sub, hexDigits(bytes, sub, end), hexDigits(bytes, sub, end), [
        field('Platf ID', sub, 1, bytes[sub] >>> 2, hexNumber(bytes[sub] >>> 2, 2)),
        bytesField('Platform Specific Info', bytes, sub, end),
      ]),
    );
  }
  return fields;
}

function nextOf(view: ErspanView, bytes: Uint8Array, at: number, wireEnd: number): Next {
  const content = { at: at + view.headerLength, wireEnd: Math.max(wireEnd, at + view.headerLength) };
  const type = view.version === VERSION_III ? (u16(bytes, at + ErspanThree.last) >>> 10) & 31 : 0;
  if (type === 0) return { table: 'direct', key: Direct.ethernet, ...content };
  return type === 2 ? { table: 'etherType', key: EtherType.ipv4, ...content } : { table: 'data', key: 0, ...content };
}

function readErspan(input: Input): Step {
  const { bytes, at, end, wireEnd } = input;
  const view = viewErspan(bytes, at, end)!;
  const third = view.version === VERSION_III;
  const words = `${named(VERSIONS, view.version, `version ${view.version}`)}  session ${view.sessionId}  vlan ${view.vlan}`;
  const { encapsulation } = view;
  const second = at + Erspan.sessionWord;
  const known = VERSIONS[view.version] !== undefined;
  return {
    layer: {
      name: 'erspan',
      title: 'ERSPAN',
      summary: words,
      start: at,
      end: at + view.headerLength,
      fields: [
        field('Ver', at, 2, view.version, named(VERSIONS, view.version)),
        field('VLAN', at, 2, view.vlan),
        field('COS', second, 2, view.classOfService),
        third
          ? field('BSO', second, 2, encapsulation, `${BAD_OR_SHORT[encapsulation]} (${encapsulation})`)
          : field('En', second, 2, encapsulation, `${ENCAPSULATIONS[encapsulation]} (${encapsulation})`),
        field('T', second, 2, view.truncated, view.truncated ? 'truncated by ERSPAN' : 'not truncated'),
        field('Session ID', second, 2, view.sessionId),
        ...restFields(view, bytes, at),
      ],
      problem: known ? null : `ERSPAN version: ${view.version}, 1 or 2 required, at byte ${at}`,
    },
    next: known
      ? nextOf(view, bytes, at, wireEnd)
      : { table: 'data', key: 0, at: at + view.headerLength, wireEnd: Math.max(wireEnd, at + view.headerLength) },
    column: { info: words },
  };
}

const READERS: ReadonlyMap<number, ReturnType<typeof header>> = new Map(
  [8, 12, 20].map((length) => [length, header('ERSPAN header', length, readErspan)]),
);

export const erspan: Protocol = {
  name: 'erspan',
  title: 'ERSPAN',
  specification: 'draft-foschiano-erspan-03',
  layer: (input) => READERS.get(lengthOf(input.bytes, input.at, input.end))!(input),
};

import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { checksumField, internetChecksum, judgeChecksum, unverified, verdictSummary } from '../checksum.js';
import {
  Direct,
  field,
  firstProblem,
  header,
  type Input,
  type Next,
  named,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { ETHERTYPE_NAMES, EtherType } from '../numbers.js';
import { isRedirected, redirectField, WCCP_REDIRECT_LENGTH } from './gre-redirect.js';
import { type GreRoute, greRouteFields, viewGreRoutes } from './gre-routes.js';

/**
 * Generic Routing Encapsulation: RFC 2784 section 2, key and sequence number RFC 2890, source routes RFC 1701, version 1 (PPTP) RFC 2637 section 4.1.
 * Offsets in bytes; the fields that flags announce follow the fixed part in the order of `GreFlag`.
 */
export const Gre = { flagsAndVersion: 0, protocolType: 2, length: 4 } as const;

export const GreFlag = {
  checksum: 0x8000,
  routing: 0x4000,
  key: 0x2000,
  sequence: 0x1000,
  strictRoute: 0x0800,
  recursion: 0x0700,
  acknowledgment: 0x0080,
  version: 0x0007,
} as const;

export interface GreView {
  flagsAndVersion: number;
  protocolType: number;
  /** null: the flags say that there is none. */
  checksum: number | null;
  /** What stands beside the checksum: Reserved1, the offset of RFC 1701. */
  reserved1: number | null;
  key: number | null;
  sequence: number | null;
  acknowledgment: number | null;
  routes: GreRoute[];
  /** In bytes, all announced fields included; the routes as far as they are there. */
  headerLength: number;
}

/** Version 1 has the acknowledgment bit where version 0 has reserved ones. */
function acknowledges(flags: number): boolean {
  return (flags & GreFlag.version) === 1 && (flags & GreFlag.acknowledgment) !== 0;
}

function hasChecksum(flags: number): boolean {
  return (flags & (GreFlag.checksum | GreFlag.routing)) !== 0;
}

/** Bytes of the header that the flags announce, source routes not counted. */
function announcedLength(flags: number): number {
  let length: number = Gre.length;
  if (hasChecksum(flags)) length += 4;
  if (flags & GreFlag.key) length += 4;
  if (flags & GreFlag.sequence) length += 4;
  if (acknowledges(flags)) length += 4;
  return length;
}

/** The header at `at`, or null when its fixed part and the fields that its flags announce do not end by `end`. */
export function viewGre(bytes: Uint8Array, at: number, end: number): GreView | null {
  if (end - at < Gre.length) return null;
  const flags = u16(bytes, at);
  const announced = announcedLength(flags);
  if (end - at < announced) return null;
  let place = at + Gre.length;
  const take = (present: boolean): number | null => {
    if (!present) return null;
    place += 4;
    return u32(bytes, place - 4);
  };
  const first = take(hasChecksum(flags));
  const key = take((flags & GreFlag.key) !== 0);
  const sequence = take((flags & GreFlag.sequence) !== 0);
  const acknowledgment = take(acknowledges(flags));
  const routes = flags & GreFlag.routing ? viewGreRoutes(bytes, place, end) : [];
  return {
    flagsAndVersion: flags,
    protocolType: u16(bytes, at + Gre.protocolType),
    checksum: first === null ? null : first >>> 16,
    reserved1: first === null ? null : first & 0xffff,
    key,
    sequence,
    acknowledgment,
    routes,
    headerLength: announced + routes.reduce((sum, route) => sum + 4 + route.information.length, 0),
  };
}

/** The header's bytes; with `payload` the checksum is computed where there is one, and version 1's payload length (the upper half of its key). */
export function emitGre(view: GreView, compute: { payload?: Uint8Array } = {}): Uint8Array {
  const { payload } = compute;
  const isPptp = (view.flagsAndVersion & GreFlag.version) === 1;
  const parts: number[] = [];
  if (view.checksum !== null) parts.push(view.checksum * 0x10000 + (view.reserved1 ?? 0));
  if (view.key !== null)
    parts.push(isPptp && payload !== undefined ? payload.length * 0x10000 + (view.key & 0xffff) : view.key);
  if (view.sequence !== null) parts.push(view.sequence);
  if (view.acknowledgment !== null) parts.push(view.acknowledgment);
  const routesLength = view.routes.reduce((sum, route) => sum + 4 + route.information.length, 0);
  const length = Gre.length + 4 * parts.length + routesLength;
  const bytes = new Uint8Array(length + (payload?.length ?? 0));
  setU16(bytes, 0, view.flagsAndVersion);
  setU16(bytes, Gre.protocolType, view.protocolType);
  parts.forEach((value, index) => {
    setU32(bytes, Gre.length + 4 * index, value);
  });
  let place = Gre.length + 4 * parts.length;
  for (const route of view.routes) {
    setU16(bytes, place, route.addressFamily);
    bytes.set([route.offset, route.length], place + 2);
    bytes.set(route.information, place + 4);
    place += 4 + route.information.length;
  }
  if (payload !== undefined && view.checksum !== null) {
    bytes.set(payload, length);
    setU16(bytes, Gre.length, 0);
    setU16(bytes, Gre.length, internetChecksum(bytes, 0, bytes.length));
  }
  return bytes.subarray(0, length);
}

function flagsField(flags: number, at: number): Field {
  const bit = (name: string, mask: number): Field =>
    field(name, at, 2, (flags & mask) !== 0, flags & mask ? 'set' : 'not set');
  const version = flags & GreFlag.version;
  const fields = [
    bit('Checksum Present', GreFlag.checksum),
    bit('Routing Present', GreFlag.routing),
    bit('Key Present', GreFlag.key),
    bit('Sequence Number Present', GreFlag.sequence),
    bit('Strict Source Route', GreFlag.strictRoute),
    field('Recursion Control', at, 2, (flags & GreFlag.recursion) >>> 8),
    ...(version === 1
      ? [bit('Acknowledgment Sequence Number Present', GreFlag.acknowledgment)]
      : [field('Reserved0', at, 2, (flags >>> 3) & 31)]),
    field('Version Number', at, 2, version, version === 1 ? '1 (PPTP)' : String(version)),
  ];
  const set = fields.filter((one) => one.value === true).map((one) => one.name);
  return field('Flags and Version', at, 2, flags, [hexNumber(flags, 4), set.join(', ')].join(' ').trim(), fields);
}

/** Names of protocols that GRE alone carries by these numbers. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  ...ETHERTYPE_NAMES,
  0: 'keepalive',
  1: 'Cisco HDLC',
  [EtherType.nhrp]: 'NHRP',
};

function partFields(view: GreView, input: Input): Field[] {
  const { bytes, at } = input;
  const flags = view.flagsAndVersion;
  const fields: Field[] = [];
  let place = at + Gre.length;
  if (view.checksum !== null) {
    fields.push(
      flags & GreFlag.checksum
        ? checksumField('Checksum', place, judge(input, place))
        : field('Checksum', place, 2, view.checksum, `${hexNumber(view.checksum, 4)} none`),
      field(flags & GreFlag.routing ? 'Offset' : 'Reserved1', place + 2, 2, view.reserved1),
    );
    place += 4;
  }
  if (view.key !== null) {
    if ((flags & GreFlag.version) === 1)
      fields.push(
        field('Payload Length', place, 2, view.key >>> 16),
        field('Call ID', place + 2, 2, view.key & 0xffff),
      );
    else fields.push(field('Key', place, 4, view.key, `${view.key} (${hexNumber(view.key, 8)})`));
    place += 4;
  }
  if (view.sequence !== null) {
    fields.push(field('Sequence Number', place, 4, view.sequence));
    place += 4;
  }
  if (view.acknowledgment !== null) {
    fields.push(field('Acknowledgment Number', place, 4, view.acknowledgment));
    place += 4;
  }
  return [...fields, ...greRouteFields(view.routes, bytes, place)];
}

function judge(input: Input, place: number) {
  const { bytes, at, end, wireEnd } = input;
  if (input.cut || wireEnd > end) return unverified(bytes, place, 'packet cut');
  if (input.scope.fragment) return unverified(bytes, place, 'fragment');
  return judgeChecksum(bytes, at, wireEnd, place);
}

function readGre(input: Input): Step {
  const { bytes, at, end } = input;
  const view = viewGre(bytes, at, end)!;
  const flags = view.flagsAndVersion;
  const version = flags & GreFlag.version;
  const headerEnd = at + view.headerLength;
  const type = named(TYPE_NAMES, view.protocolType, hexNumber(view.protocolType, 4));
  const payloadLength = version === 1 && view.key !== null ? view.key >>> 16 : null;
  const contentEnd = payloadLength === null ? input.wireEnd : headerEnd + payloadLength;
  const checksum = flags & GreFlag.checksum ? verdictSummary(judge(input, at + Gre.length)) : '';
  const redirect = isRedirected(view.protocolType, bytes, headerEnd, end);
  const contentStart = redirect ? headerEnd + WCCP_REDIRECT_LENGTH : headerEnd;
  const words = [
    type,
    ...(view.key === null ? [] : [version === 1 ? `call ${view.key & 0xffff}` : `key ${hexNumber(view.key, 8)}`]),
    ...(view.sequence === null ? [] : [`sequence ${view.sequence}`]),
    ...(view.acknowledgment === null ? [] : [`acknowledgment ${view.acknowledgment}`]),
  ];
  return {
    layer: {
      name: 'gre',
      title: 'GRE',
      summary: `${words.join('  ')}${checksum}`,
      start: at,
      end: contentStart,
      fields: [
        flagsField(flags, at),
        field('Protocol Type', at + Gre.protocolType, 2, view.protocolType, type),
        ...partFields(view, input),
        ...(redirect ? [redirectField(bytes, headerEnd)] : []),
      ],
      problem: firstProblem(
        isRouteCut(view) && shortfall('GRE source routes', view.headerLength + 1, end - at, at),
        version > 1 && `GRE version: ${version}, 0 or 1 required, at byte ${at + 1}`,
        !input.scope.quoted &&
          !input.scope.fragment &&
          contentEnd > input.wireEnd &&
          shortfall('GRE payload length', payloadLength ?? 0, input.wireEnd - headerEnd, headerEnd),
      ),
    },
    contentEnd,
    next: nextOf(view, redirect, contentStart, Math.min(contentEnd, input.wireEnd)),
    column: { info: words.join(' ') },
  };
}

/** The list of source routes ends with a NULL entry; without it the header's end is unknown. */
function isRouteCut({ flagsAndVersion, routes }: GreView): boolean {
  if ((flagsAndVersion & GreFlag.routing) === 0) return false;
  const last = routes[routes.length - 1];
  return last === undefined || last.addressFamily !== 0 || last.length !== 0;
}

function nextOf(view: GreView, redirect: boolean, at: number, end: number): Next {
  const version = view.flagsAndVersion & GreFlag.version;
  const wireEnd = Math.max(at, end);
  if (version > 1 || isRouteCut(view)) return { table: 'data', key: 0, at, wireEnd };
  if (view.protocolType === EtherType.wccp && (redirect || at < end))
    return { table: 'etherType', key: EtherType.ipv4, at, wireEnd };
  if (view.protocolType === EtherType.ppp) return { table: 'direct', key: Direct.ppp, at, wireEnd };
  // ERSPAN without a sequence number is its first type, which has no header.
  if (view.protocolType === EtherType.erspan && view.sequence === null)
    return { table: 'direct', key: Direct.ethernet, at, wireEnd, via: 'erspan' };
  return { table: 'etherType', key: view.protocolType, at, wireEnd };
}

const greHeader = (required: number) => header('GRE header', required, readGre);
const READERS: ReadonlyMap<number, ReturnType<typeof greHeader>> = new Map(
  [4, 8, 12, 16, 20].map((length) => [length, greHeader(length)]),
);

export const gre: Protocol = {
  name: 'gre',
  title: 'GRE',
  specification: 'RFC 2784',
  layer(input) {
    const { bytes, at, end } = input;
    // Missing bytes count as zeros, as `header` fills them in.
    const flags = ((at < end ? bytes[at] : 0) << 8) | (at + 1 < end ? bytes[at + 1] : 0);
    return READERS.get(announcedLength(flags))!(input);
  },
};

import { formatIpv4, formatIpv4Number } from '../../bytes/address.js';
import { setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import { addWords, checksumField, fold, judgeChecksum, unverified, type Verdict, verdictSummary } from '../checksum.js';
import {
  bytesField,
  field,
  firstProblem,
  header,
  type Input,
  named,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import type { Laid } from '../layout.js';
import { IpProtocol } from '../numbers.js';
import { judgeMessage } from './message-checksum.js';
import { OSPF_NAMES, OspfType, ospfBody } from './ospf-messages.js';
import { authenticationTrailer, linkLocalSignaling } from './ospf-options.js';

/** Open Shortest Path First: version 2 RFC 2328 section A.3.1, version 3 RFC 5340 section A.3.1. Offsets in bytes. */
export const Ospf = {
  version: 0,
  type: 1,
  packetLength: 2,
  routerId: 4,
  areaId: 8,
  checksum: 12,
  /** Version 2. */
  authenticationType: 14,
  authentication: 16,
  length2: 24,
  /** Version 3. */
  instanceId: 14,
  length3: 16,
} as const;

export interface OspfView {
  version: number;
  type: number;
  /** Header and body, bytes; digests and link-local signaling stand behind it. */
  packetLength: number;
  /** 32-bit numbers. */
  routerId: number;
  areaId: number;
  checksum: number;
  /** Version 2: AuType. Version 3: Instance ID in the high byte. */
  authenticationType: number;
  /** The 8 bytes of version 2, none of version 3, and everything behind; views, not copies. */
  authentication: Uint8Array;
  body: Uint8Array;
}

function headerLength(version: number): number {
  return version === 3 ? Ospf.length3 : Ospf.length2;
}

/** The packet at `at`, or null when its header (24 bytes, 16 in version 3) does not end by `end`. */
export function viewOspf(bytes: Uint8Array, at: number, end: number): OspfView | null {
  if (end - at < 1 || end - at < headerLength(bytes[at])) return null;
  const body = at + headerLength(bytes[at]);
  return {
    version: bytes[at],
    type: bytes[at + Ospf.type],
    packetLength: u16(bytes, at + Ospf.packetLength),
    routerId: u32(bytes, at + Ospf.routerId),
    areaId: u32(bytes, at + Ospf.areaId),
    checksum: u16(bytes, at + Ospf.checksum),
    authenticationType: u16(bytes, at + Ospf.authenticationType),
    authentication: bytes.subarray(at + Ospf.authentication, body),
    body: bytes.subarray(body, end),
  };
}

/**
 * The packet's bytes; `length` asks for the packet length of all of them, `pseudoSum` for the checksum on top of it (version 2: 0; version 3: the sum of
 * the pseudo-header), which leaves the authentication out.
 */
export function emitOspf(view: OspfView, compute: { length?: boolean; pseudoSum?: number } = {}): Uint8Array {
  const start = Ospf.authentication + view.authentication.length;
  const bytes = new Uint8Array(start + view.body.length);
  bytes[0] = view.version;
  bytes[Ospf.type] = view.type;
  setU16(bytes, Ospf.packetLength, compute.length ? bytes.length : view.packetLength);
  setU32(bytes, Ospf.routerId, view.routerId);
  setU32(bytes, Ospf.areaId, view.areaId);
  setU16(bytes, Ospf.authenticationType, view.authenticationType);
  bytes.set(view.body, start);
  const { pseudoSum } = compute;
  const sum = pseudoSum === undefined ? 0 : ~fold(addWords(bytes, 0, bytes.length, pseudoSum)) & 0xffff;
  setU16(bytes, Ospf.checksum, pseudoSum === undefined ? view.checksum : sum);
  bytes.set(view.authentication, Ospf.authentication);
  return bytes;
}

const AUTHENTICATION: Readonly<Record<number, string>> = {
  0: 'Null authentication',
  1: 'Simple password',
  2: 'Cryptographic authentication',
};
const SIMPLE = 1;
const CRYPTOGRAPHIC = 2;

/** RFC 2328 section D.4: the 64 bits of authentication do not count, and with a digest there is no checksum. */
function judge(view: OspfView, input: Input, contentEnd: number): Verdict {
  const { bytes, at } = input;
  const place = at + Ospf.checksum;
  if (view.version === 3) {
    return judgeMessage(input, contentEnd, place, { protocol: IpProtocol.ospf, length: contentEnd - at });
  }
  if (view.authenticationType === CRYPTOGRAPHIC) return { state: 'none', stored: view.checksum, correct: null };
  if (input.cut || contentEnd > input.end) return unverified(bytes, place, 'packet cut');
  if (input.scope.fragment) return unverified(bytes, place, 'fragment');
  const without = Uint8Array.from(bytes.subarray(at, contentEnd));
  without.fill(0, Ospf.authentication, Ospf.length2);
  return judgeChecksum(without, 0, without.length, Ospf.checksum);
}

function authenticationFields(view: OspfView, bytes: Uint8Array, at: number): Field[] {
  if (view.version === 3) {
    return [
      field('Instance ID', at + Ospf.instanceId, 1, view.authenticationType >>> 8),
      field('0', at + Ospf.instanceId + 1, 1, view.authenticationType & 255),
    ];
  }
  const place = at + Ospf.authentication;
  const content = bytesField('Authentication', bytes, place, place + 8);
  const type = view.authenticationType;
  if (type === SIMPLE) content.text = `"${escapeBytes(bytes, place, place + 8)}"`;
  if (type === CRYPTOGRAPHIC) {
    content.fields = [
      field('Key ID', place + 2, 1, bytes[place + 2]),
      field('Auth Data Len', place + 3, 1, bytes[place + 3]),
      field('Cryptographic Sequence Number', place + 4, 4, u32(bytes, place + 4)),
    ];
  }
  return [field('AuType', at + Ospf.authenticationType, 2, type, named(AUTHENTICATION, type)), content];
}

/** What stands behind the packet length: RFC 2328 section D.4.3, RFC 5613 section 2, RFC 7166 section 4. */
function trailer(view: OspfView, laid: Laid, bytes: Uint8Array, end: number): void {
  const options = laid.fields.find(({ name }) => name === 'Options');
  const set = (name: string): boolean =>
    options?.fields?.some((bit) => bit.name === name && bit.value === true) ?? false;
  const digest = view.version === 2 && view.authenticationType === CRYPTOGRAPHIC ? view.authentication[3] : 0;
  if (digest > 0 && laid.at < end) {
    const stop = Math.min(end, laid.at + digest);
    if (laid.at + digest > end) laid.problem ??= shortfall('OSPF digest', digest, end - laid.at, laid.at);
    laid.fields.push(bytesField('Authentication Data', bytes, laid.at, stop));
    laid.at = stop;
  }
  const isSignaling = view.type === OspfType.hello || view.type === OspfType.description;
  if (isSignaling && set('L') && laid.at < end) linkLocalSignaling(laid, bytes, end);
  if (view.version === 3 && set('AT') && laid.at < end) authenticationTrailer(laid, bytes, end);
}

const layerOspf = header('OSPF header', Ospf.length3, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const size = headerLength(bytes[at]);
  if (size > end - at) return header('OSPF header', size, layerOspf)(input);
  const view = viewOspf(bytes, at, end)!;
  const stop = at + view.packetLength;
  const contentEnd = Math.max(at + size, Math.min(stop, wireEnd));
  const verdict = judge(view, input, contentEnd);
  const bodyEnd = Math.min(contentEnd, end);
  const version = view.version === 3 ? 3 : 2;
  const known = view.version === 2 || view.version === 3;
  const { laid, words } = ospfBody(known ? view.type : 0, version, bytes, at + size, bodyEnd);
  laid.at = Math.max(laid.at, bodyEnd);
  if (known && laid.problem === null) trailer(view, laid, bytes, end);
  const name = OSPF_NAMES[view.type] ?? `type ${view.type}`;
  const router = formatIpv4Number(view.routerId);
  const info = [name, `router ${router}`, words].filter((one) => one !== '').join('  ');
  return {
    layer: {
      name: 'ospf',
      title: `OSPFv${version}`,
      summary: `${info}${verdictSummary(verdict)}`,
      start: at,
      end: Math.min(laid.at, end),
      fields: [
        field('Version #', at, 1, view.version),
        field('Type', at + Ospf.type, 1, view.type, named(OSPF_NAMES, view.type)),
        field('Packet Length', at + Ospf.packetLength, 2, view.packetLength),
        field('Router ID', at + Ospf.routerId, 4, router),
        field('Area ID', at + Ospf.areaId, 4, formatIpv4(bytes, at + Ospf.areaId)),
        checksumField('Checksum', at + Ospf.checksum, verdict),
        ...authenticationFields(view, bytes, at),
        ...laid.fields,
      ],
      problem: firstProblem(
        !known && `OSPF version: ${view.version}, 2 or 3 required, at byte ${at}`,
        view.packetLength < size &&
          `OSPF packet length: ${view.packetLength} bytes, at least ${size} required, at byte ${at + Ospf.packetLength}`,
        stop > wireEnd && shortfall('OSPF packet length', view.packetLength, wireEnd - at, at),
        laid.problem,
      ),
    },
    next: null,
    contentEnd: laid.at,
    column: { info },
  };
});

export const ospf: Protocol = { name: 'ospf', title: 'OSPF', specification: 'RFC 2328, RFC 5340', layer: layerOspf };

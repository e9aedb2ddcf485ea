import { setU16, u16, u32 } from '../../bytes/big-endian.js';
import { addWords, checksumField, fold, unverified, type Verdict, verdictSummary } from '../checksum.js';
import { bytesField, field, header, type Input, type Protocol, type Step, shortfall } from '../dissector.js';
import {
  amount,
  type Bits,
  bits,
  enumeration,
  hex,
  ipAddress,
  type Laid,
  layMore,
  type Part,
  raw,
  words,
} from '../layout.js';

/**
 * Cisco Discovery Protocol, as Cisco's manuals ("Cisco Discovery Protocol: frame format") and its devices' frames show it: there is no public
 * specification. Offsets in bytes.
 */
export const Cdp = { version: 0, timeToLive: 1, checksum: 2, length: 4 } as const;
export const CdpTlv = { type: 0, size: 2, length: 4 } as const;

export interface CdpView {
  version: number;
  /** Seconds. */
  timeToLive: number;
  checksum: number;
  /** The TLVs; a view, not a copy. */
  body: Uint8Array;
}

/** The packet at `at`, or null when its first 4 bytes do not end by `end`. */
export function viewCdp(bytes: Uint8Array, at: number, end: number): CdpView | null {
  if (end - at < Cdp.length) return null;
  return {
    version: bytes[at],
    timeToLive: bytes[at + Cdp.timeToLive],
    checksum: u16(bytes, at + Cdp.checksum),
    body: bytes.subarray(at + Cdp.length, end),
  };
}

/** The packet's bytes; with `checksum` its checksum is computed. */
export function emitCdp(view: CdpView, compute: { checksum?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Cdp.length + view.body.length);
  bytes[0] = view.version;
  bytes[Cdp.timeToLive] = view.timeToLive;
  bytes.set(view.body, Cdp.length);
  setU16(bytes, Cdp.checksum, compute.checksum ? ~cdpSum(bytes, 0, bytes.length) & 0xffff : view.checksum);
  return bytes;
}

/** The Internet checksum's sum, but an odd last byte is added as a signed number at the low end: so Cisco's devices do it. */
function cdpSum(bytes: Uint8Array, at: number, end: number): number {
  if (((end - at) & 1) === 0) return fold(addWords(bytes, at, end));
  const last = bytes[end - 1];
  return fold(addWords(bytes, at, end - 1, last < 128 ? last : last - 256 + 0xffff));
}

function judge(input: Input): Verdict {
  const { bytes, at, wireEnd } = input;
  const place = at + Cdp.checksum;
  if (input.cut || wireEnd > input.end) return unverified(bytes, place, 'packet cut');
  const stored = u16(bytes, place);
  const whole = Uint8Array.from(bytes.subarray(at, wireEnd));
  whole.fill(0, Cdp.checksum, Cdp.length);
  const correct = ~cdpSum(whole, 0, whole.length) & 0xffff;
  return { state: fold(stored) === correct ? 'ok' : 'wrong', stored, correct };
}

const CAPABILITIES: readonly Bits[] = [
  [0x001, 'Router'],
  [0x002, 'Transparent Bridge'],
  [0x004, 'Source Route Bridge'],
  [0x008, 'Switch'],
  [0x010, 'Host'],
  [0x020, 'IGMP Capable'],
  [0x040, 'Repeater'],
  [0x080, 'VoIP Phone'],
  [0x100, 'Remotely Managed Device'],
  [0x200, 'CVTA'],
  [0x400, 'Two-port MAC Relay'],
];

const milliwatts = amount('mW');

/** Names of types; where the value has a fixed form, its parts, the last of which may be left out or follow again. */
const TLVS: Readonly<Record<number, { name: string; parts?: readonly Part[]; text?: boolean }>> = {
  1: { name: 'Device ID', text: true },
  2: { name: 'Addresses' },
  3: { name: 'Port ID', text: true },
  4: { name: 'Capabilities', parts: [['Capabilities', 4, bits(CAPABILITIES)]] },
  5: { name: 'Software Version', text: true },
  6: { name: 'Platform', text: true },
  7: { name: 'IP Prefixes' },
  8: {
    name: 'Protocol Hello',
    parts: [
      ['OUI', 3, hex],
      ['Protocol ID', 2, hex],
    ],
  },
  9: { name: 'VTP Management Domain', text: true },
  10: { name: 'Native VLAN', parts: [['Native VLAN', 2]] },
  11: { name: 'Duplex', parts: [['Duplex', 1, enumeration({ 0: 'half', 1: 'full' })]] },
  14: {
    name: 'VoIP VLAN Reply',
    parts: [
      ['Appliance ID', 1],
      ['Voice VLAN', 2],
    ],
  },
  15: {
    name: 'VoIP VLAN Query',
    parts: [
      ['Appliance ID', 1],
      ['Voice VLAN', 2],
    ],
  },
  16: { name: 'Power Consumption', parts: [['Power Consumption', 2, milliwatts]] },
  17: { name: 'MTU', parts: [['MTU', 4]] },
  18: { name: 'Trust Bitmap', parts: [['Trust Bitmap', 1, hex]] },
  19: { name: 'Untrusted Port CoS', parts: [['Untrusted Port CoS', 1, hex]] },
  20: { name: 'System Name', text: true },
  21: { name: 'System Object ID' },
  22: { name: 'Management Addresses' },
  23: { name: 'Location' },
  24: { name: 'External Port ID' },
  25: {
    name: 'Power Requested',
    parts: [
      ['Request ID', 2],
      ['Management ID', 2],
    ],
  },
  26: {
    name: 'Power Available',
    parts: [
      ['Request ID', 2],
      ['Management ID', 2],
      ['Power Available', 4, milliwatts],
    ],
  },
  27: { name: 'Port Unidirectional' },
  29: { name: 'EnergyWise' },
  31: { name: 'Spare Pair PoE', parts: [['Spare Pair PoE', 1, hex]] },
};
const ADDRESS_LISTS: ReadonlySet<number> = new Set([2, 22]);
const IP_PREFIXES = 7;

/** Each: a protocol (NLPID or 802.2) with its length, an address with its. */
function addresses(laid: Laid, bytes: Uint8Array, end: number): void {
  const countAt = laid.at;
  if (!layMore(laid, 'CDP addresses', bytes, end, [['Number of Addresses', 4]])) return;
  for (let left = u32(bytes, countAt); left > 0 && laid.problem === null; left--) {
    const at = laid.at;
    const inner: Laid = { fields: [], at, problem: null };
    const isThere = layMore(inner, 'CDP address', bytes, end, [
      ['Protocol Type', 1, enumeration({ 1: 'NLPID', 2: '802.2' })],
      ['Protocol Length', 1],
    ]);
    const protocol: Part[] = isThere && bytes[at + 1] > 0 ? [['Protocol', bytes[at + 1], raw]] : [];
    if (isThere && layMore(inner, 'CDP address', bytes, end, [...protocol, ['Address Length', 2]])) {
      const length = u16(bytes, inner.at - 2);
      if (length > 0) layMore(inner, 'CDP address', bytes, end, [['Address', length, ipAddress]]);
    }
    const last = inner.fields.at(-1);
    if (inner.at > at) laid.fields.push(field('Address', at, inner.at - at, last!.value, last!.text, inner.fields));
    laid.at = inner.at;
    laid.problem = inner.problem;
  }
}

function prefixes(laid: Laid, bytes: Uint8Array, end: number): void {
  while (laid.at + 5 <= end) {
    layMore(laid, 'CDP prefix', bytes, end, [
      ['Network Address', 4, ipAddress],
      ['Prefix Length', 1],
    ]);
  }
}

function readValue(laid: Laid, type: number, bytes: Uint8Array, end: number): void {
  const kind = TLVS[type];
  if (laid.at === end) return;
  if (kind?.text) layMore(laid, 'CDP', bytes, end, [[kind.name, end - laid.at, words]]);
  else if (ADDRESS_LISTS.has(type)) addresses(laid, bytes, end);
  else if (type === IP_PREFIXES) prefixes(laid, bytes, end);
  else {
    for (const part of kind?.parts ?? []) if (laid.at + part[1] <= end) layMore(laid, 'CDP', bytes, end, [part]);
  }
}

function tlv(laid: Laid, bytes: Uint8Array, end: number): void {
  const at = laid.at;
  if (at + CdpTlv.length > end) {
    laid.problem = shortfall('CDP TLV', CdpTlv.length, end - at, at);
    laid.fields.push(bytesField('Malformed TLV', bytes, at, end));
    return;
  }
  const type = u16(bytes, at);
  const length = u16(bytes, at + CdpTlv.size);
  const name = TLVS[type]?.name ?? `TLV ${type}`;
  const inner: Laid = {
    fields: [
      field('Type', at, 2, type, TLVS[type] === undefined ? String(type) : `${name} (${type})`),
      field('Length', at + CdpTlv.size, 2, length),
    ],
    at: at + CdpTlv.length,
    problem: null,
  };
  const stop = Math.max(inner.at, Math.min(end, at + length));
  if (length < CdpTlv.length) {
    inner.problem = `CDP TLV length: ${length} bytes, at least ${CdpTlv.length} required, at byte ${at + CdpTlv.size}`;
  } else if (at + length > end) inner.problem = shortfall('CDP TLV', length, end - at, at);
  else readValue(inner, type, bytes, stop);
  if (inner.at < stop) inner.fields.push(bytesField('Value', bytes, inner.at, stop));
  const shown = inner.fields.slice(2).map(({ text }) => text);
  laid.fields.push(field(name, at, stop - at, type, shown.join(', ') || name, inner.fields));
  laid.at = stop;
  laid.problem = inner.problem;
}

const layerCdp = header('CDP header', Cdp.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewCdp(bytes, at, end)!;
  const verdict = judge(input);
  const laid: Laid = { fields: [], at: at + Cdp.length, problem: null };
  while (laid.at < end && laid.problem === null) tlv(laid, bytes, end);
  const of = (name: string): string => laid.fields.find((one) => one.name === name)?.text ?? '?';
  const info = `device ${of('Device ID')}  port ${of('Port ID')}`;
  return {
    layer: {
      name: 'cdp',
      title: 'CDP',
      summary: `version ${view.version}  ${info}${verdictSummary(verdict)}`,
      start: at,
      end,
      fields: [
        field('Version', at, 1, view.version),
        field('Time To Live', at + Cdp.timeToLive, 1, view.timeToLive, `${view.timeToLive} s`),
        checksumField('Checksum', at + Cdp.checksum, verdict),
        ...laid.fields,
      ],
      problem: laid.problem,
    },
    next: null,
    column: { info },
  };
});

export const cdp: Protocol = {
  name: 'cdp',
  title: 'CDP',
  specification: 'Cisco Discovery Protocol (no public specification)',
  layer: layerCdp,
};

import { setU16, u16 } from '../../bytes/big-endian.js';
import { addWords, checksumField, fold, verdictSummary } from '../checksum.js';
import { bytesField, field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { ipAddress, type Laid, layMore, type Part, words } from '../layout.js';
import { IpProtocol } from '../numbers.js';
import { judgeMessage } from './message-checksum.js';

/** Virtual Router Redundancy Protocol: version 2 RFC 3768 section 5.1, version 3 RFC 5798 section 5.1. Offsets in bytes. */
export const Vrrp = {
  versionAndType: 0,
  virtualRouter: 1,
  priority: 2,
  addresses: 3,
  /** Version 2. */
  authenticationType: 4,
  interval: 5,
  /** Version 3: 4 reserved bits, 12 of the interval. */
  maxInterval: 4,
  checksum: 6,
  length: 8,
} as const;

export interface VrrpView {
  version: number;
  type: number;
  virtualRouter: number;
  priority: number;
  /** Count of addresses, as stored. */
  addresses: number;
  /** The two bytes behind it: authentication type and interval, or reserved bits and interval. */
  timing: number;
  checksum: number;
  /** Addresses and authentication data; a view, not a copy. */
  body: Uint8Array;
}

/** The advertisement at `at`, or null when its first 8 bytes do not end by `end`. */
export function viewVrrp(bytes: Uint8Array, at: number, end: number): VrrpView | null {
  if (end - at < Vrrp.length) return null;
  return {
    version: bytes[at] >>> 4,
    type: bytes[at] & 15,
    virtualRouter: bytes[at + Vrrp.virtualRouter],
    priority: bytes[at + Vrrp.priority],
    addresses: bytes[at + Vrrp.addresses],
    timing: u16(bytes, at + Vrrp.maxInterval),
    checksum: u16(bytes, at + Vrrp.checksum),
    body: bytes.subarray(at + Vrrp.length, end),
  };
}

/** The advertisement's bytes; `pseudoSum` asks for the checksum on top of it: 0 in version 2, in version 3 the sum of the pseudo-header. */
export function emitVrrp(view: VrrpView, compute: { pseudoSum?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(Vrrp.length + view.body.length);
  bytes[0] = (view.version << 4) | view.type;
  bytes[Vrrp.virtualRouter] = view.virtualRouter;
  bytes[Vrrp.priority] = view.priority;
  bytes[Vrrp.addresses] = view.addresses;
  setU16(bytes, Vrrp.maxInterval, view.timing);
  bytes.set(view.body, Vrrp.length);
  const { pseudoSum } = compute;
  const sum = pseudoSum === undefined ? 0 : ~fold(addWords(bytes, 0, bytes.length, pseudoSum)) & 0xffff;
  setU16(bytes, Vrrp.checksum, pseudoSum === undefined ? view.checksum : sum);
  return bytes;
}

const TYPES: Readonly<Record<number, string>> = { 1: 'Advertisement' };
const AUTHENTICATION: Readonly<Record<number, string>> = {
  0: 'No Authentication',
  1: 'Simple Text Password',
  2: 'IP Authentication Header',
};
const SIMPLE_PASSWORD = 1;
const AUTHENTICATION_LENGTH = 8;

function priorityText(priority: number): string {
  if (priority === 0) return '0 (the master stops)';
  return priority === 255 ? '255 (owns the addresses)' : String(priority);
}

function timingFields(view: VrrpView, at: number) {
  if (view.version !== 3) {
    const [type, interval] = [view.timing >>> 8, view.timing & 255];
    return [
      field('Auth Type', at + Vrrp.authenticationType, 1, type, named(AUTHENTICATION, type)),
      field('Adver Int', at + Vrrp.interval, 1, interval, `${interval} s`),
    ];
  }
  const interval = view.timing & 0xfff;
  return [
    field('Rsvd', at + Vrrp.maxInterval, 1, view.timing >>> 12),
    field('Max Adver Int', at + Vrrp.maxInterval, 2, interval, `${interval / 100} s`),
  ];
}

function bodyOf(view: VrrpView, input: Input, addressLength: number): Laid {
  const { bytes, at, end } = input;
  const laid: Laid = { fields: [], at: at + Vrrp.length, problem: null };
  const required = view.addresses * addressLength;
  const there = Math.min(view.addresses, Math.floor((end - laid.at) / addressLength));
  const name = addressLength === 4 ? 'IP Address' : 'IPv6 Address';
  layMore(laid, 'VRRP addresses', bytes, end, new Array<Part>(there).fill([name, addressLength, ipAddress]));
  if (there < view.addresses) {
    laid.problem = shortfall('VRRP addresses', required, end - at - Vrrp.length, at + Vrrp.length);
    return laid;
  }
  if (view.version !== 3 && end - laid.at >= AUTHENTICATION_LENGTH) {
    // Without a password the 8 bytes are sent all the same (RFC 3768 section 5.3.10).
    const form = view.timing >>> 8 === SIMPLE_PASSWORD ? words : undefined;
    layMore(laid, 'VRRP', bytes, end, [['Authentication Data', AUTHENTICATION_LENGTH, form]]);
  }
  if (laid.at < end) laid.fields.push(bytesField('Additional Data', bytes, laid.at, end));
  laid.at = end;
  return laid;
}

const layerVrrp = header('VRRP header', Vrrp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd, scope } = input;
  const view = viewVrrp(bytes, at, end)!;
  const addressLength = scope.network?.family === 6 ? 16 : 4;
  const pseudo = view.version === 3 ? { protocol: IpProtocol.vrrp, length: wireEnd - at } : undefined;
  const verdict = judgeMessage(input, wireEnd, at + Vrrp.checksum, pseudo);
  const laid = bodyOf(view, input, addressLength);
  const shown = laid.fields.filter(({ name }) => name.endsWith('Address')).map(({ text }) => text);
  const addresses = shown.length > 3 ? `${shown.slice(0, 3).join(', ')}…` : shown.join(', ');
  const info = `router ${view.virtualRouter}  priority ${view.priority}  ${addresses}`.trimEnd();
  return {
    layer: {
      name: 'vrrp',
      title: 'VRRP',
      summary: `version ${view.version}  ${info}${verdictSummary(verdict)}`,
      start: at,
      end: laid.at,
      fields: [
        field('Version', at, 1, view.version),
        field('Type', at, 1, view.type, named(TYPES, view.type)),
        field('Virtual Rtr ID', at + Vrrp.virtualRouter, 1, view.virtualRouter),
        field('Priority', at + Vrrp.priority, 1, view.priority, priorityText(view.priority)),
        field('Count IP Addrs', at + Vrrp.addresses, 1, view.addresses),
        ...timingFields(view, at),
        checksumField('Checksum', at + Vrrp.checksum, verdict),
        ...laid.fields,
      ],
      problem: laid.problem,
    },
    next: null,
    column: { info: `${TYPES[view.type] ?? `type ${view.type}`}  ${info}` },
  };
});

export const vrrp: Protocol = { name: 'vrrp', title: 'VRRP', specification: 'RFC 5798', layer: layerVrrp };

import { little16 } from '../../bytes/little-endian.js';
import { bytesField, named } from '../dissector.js';
import {
  enumeration,
  type Form,
  type Laid,
  layMore,
  littleBits,
  littleLong,
  littleUnsigned,
  macAddress,
  type Part,
} from '../layout.js';
import { elements } from './ieee80211-elements.js';

/** Bodies of 802.11 management frames: IEEE 802.11-2020 sections 9.3.3 (which fields stand in which frame) and 9.4.1 (the fields). */

/** Table 9-49, the codes that networks of today send. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'unspecified',
  2: 'previous authentication not valid',
  3: 'station leaves the network',
  4: 'inactivity',
  5: 'access point cannot handle more stations',
  6: 'class 2 frame from a station not authenticated',
  7: 'class 3 frame from a station not associated',
  8: 'station leaves the BSS',
  9: 'association without authentication',
  13: 'invalid element',
  14: 'message integrity code failure',
  15: '4-way handshake timeout',
  16: 'group key handshake timeout',
  17: 'element in handshake differs',
  18: 'invalid group cipher',
  19: 'invalid pairwise cipher',
  20: 'invalid AKM',
  23: '802.1X authentication failed',
  24: 'cipher suite rejected by policy',
};

/** Table 9-50. */
const STATUSES: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'refused',
  10: 'capabilities not supported',
  11: 'reassociation without association',
  12: 'association denied',
  13: 'authentication algorithm not supported',
  14: 'transaction sequence number out of order',
  15: 'challenge failure',
  16: 'authentication timeout',
  17: 'access point cannot handle more stations',
  18: 'rates not supported',
  30: 'try again later',
  37: 'request declined',
  53: 'invalid PMKID',
  72: 'unsupported finite cyclic group',
  76: 'anti-clogging token required',
  77: 'finite cyclic group not supported',
  126: 'SAE hash to element',
};

const ALGORITHMS: Readonly<Record<number, string>> = {
  0: 'Open System',
  1: 'Shared Key',
  2: 'Fast BSS Transition',
  3: 'SAE',
};

const CATEGORIES: Readonly<Record<number, string>> = {
  0: 'Spectrum Management',
  1: 'QoS',
  3: 'Block Ack',
  4: 'Public',
  5: 'Radio Measurement',
  6: 'Fast BSS Transition',
  7: 'HT',
  8: 'SA Query',
  10: 'WNM',
  13: 'Mesh',
  21: 'VHT',
  127: 'Vendor-specific',
};

function littleNames(names: Readonly<Record<number, string>>): Form {
  return (bytes, at) => {
    const value = little16(bytes, at);
    return { value, text: named(names, value) };
  };
}

/** Time units of 1024 microseconds. */
const interval: Form = (bytes, at) => {
  const value = little16(bytes, at);
  return { value, text: `${value} TU (${(value * 1024) / 1000} ms)` };
};

const capability: Part = [
  'Capability Information',
  2,
  littleBits([
    [0x0001, 'ESS'],
    [0x0002, 'IBSS'],
    [0x0010, 'Privacy'],
    [0x0020, 'Short Preamble'],
    [0x0100, 'Spectrum Management'],
    [0x0200, 'QoS'],
    [0x0400, 'Short Slot Time'],
    [0x0800, 'APSD'],
    [0x1000, 'Radio Measurement'],
  ]),
];
const status: Part = ['Status Code', 2, littleNames(STATUSES)];
const associationId: Part = [
  'AID',
  2,
  (bytes, at) => ({ value: little16(bytes, at), text: String(little16(bytes, at) & 0x3fff) }),
];
const announcement: readonly Part[] = [
  ['Timestamp', 8, littleLong('us')],
  ['Beacon Interval', 2, interval],
  capability,
];
const ending: readonly Part[] = [['Reason Code', 2, littleNames(REASONS)]];
const listen: Part = ['Listen Interval', 2, littleUnsigned];
const action: readonly Part[] = [
  ['Category', 1, enumeration(CATEGORIES)],
  ['Action', 1],
];

/** By subtype: the fields of fixed places. */
const FIXED: Readonly<Record<number, readonly Part[]>> = {
  0: [capability, listen],
  1: [capability, status, associationId],
  2: [capability, listen, ['Current AP Address', 6, macAddress]],
  3: [capability, status, associationId],
  4: [],
  5: announcement,
  8: announcement,
  10: ending,
  11: [
    ['Authentication Algorithm Number', 2, littleNames(ALGORITHMS)],
    ['Authentication Transaction Sequence Number', 2, littleUnsigned],
    status,
  ],
  12: ending,
  13: action,
  14: action,
};
const ACTIONS: ReadonlySet<number> = new Set([13, 14]);
const SAE = 3;
const AUTHENTICATION = 11;

/** Fields of the body of a management frame of this subtype, from `at` to `end`, and what tells most of it. */
export function managementBody(
  subtype: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): { laid: Laid; words: string } {
  const laid: Laid = { fields: [], at, problem: null };
  const parts = FIXED[subtype];
  const isThere = parts !== undefined && layMore(laid, '802.11 frame body', bytes, end, parts);
  // SAE puts numbers of its own behind the fixed fields; what an action carries its category tells.
  const isOwn = ACTIONS.has(subtype) || (subtype === AUTHENTICATION && laid.fields[0]?.value === SAE);
  if (isThere && !isOwn) elements(laid, bytes, end);
  else if (laid.at < end && laid.problem === null) {
    laid.fields.push(bytesField('Frame Body', bytes, laid.at, end));
    laid.at = end;
  }
  const of = (name: string): string => laid.fields.find((one) => one.name === name)?.text ?? '';
  const network = laid.fields.some(({ name }) => name === 'SSID') ? `SSID ${of('SSID')}` : '';
  return { laid, words: [of('Reason Code'), of('Status Code'), network].filter(Boolean).join('  ') };
}

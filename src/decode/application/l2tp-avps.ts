import { u16 } from '../../bytes/big-endian.js';
import { bytesField, field, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { bits, enumeration, type Form, ipv4Address, laidField, raw, unsigned, words } from '../layout.js';

/** Attribute-value pairs of L2TP control messages: RFC 2661 section 4, version 3 RFC 3931 section 5. Offsets in bytes. */
export const L2tpAvp = { flagsAndLength: 0, vendorId: 2, attributeType: 4, value: 6, length: 6 } as const;

const MESSAGE_TYPES: Readonly<Record<number, string>> = {
  1: 'SCCRQ',
  2: 'SCCRP',
  3: 'SCCCN',
  4: 'StopCCN',
  6: 'HELLO',
  7: 'OCRQ',
  8: 'OCRP',
  9: 'OCCN',
  10: 'ICRQ',
  11: 'ICRP',
  12: 'ICCN',
  14: 'CDN',
  15: 'WEN',
  16: 'SLI',
  20: 'ACK',
};

const PROXY_AUTHENTICATION: Readonly<Record<number, string>> = {
  1: 'textual user name and password',
  2: 'PPP CHAP',
  3: 'PPP PAP',
  4: 'no authentication',
  5: 'Microsoft CHAP version 1',
};

/** IANA registry "L2TPv3 Pseudowire Types". */
const PSEUDOWIRES: Readonly<Record<number, string>> = {
  1: 'Frame Relay DLCI',
  2: 'ATM AAL5 SDU',
  3: 'ATM cell port mode',
  4: 'Ethernet VLAN',
  5: 'Ethernet',
  6: 'HDLC',
  7: 'PPP',
};

const FRAMING = bits([
  [2, 'A'],
  [1, 'S'],
]);
const BEARER = bits([
  [2, 'A'],
  [1, 'D'],
]);

/** Version and revision. */
const protocolVersion: Form = (bytes, at, length) => ({
  ...unsigned(bytes, at, length),
  text: `${bytes[at]}.${bytes[at + 1]}`,
});

/** Result code, error code and message (section 4.4.2). */
const resultCode: Form = (bytes, at, length) => {
  const fields = [field('Result Code', at, 2, u16(bytes, at))];
  if (length >= 4) fields.push(field('Error Code', at + 2, 2, u16(bytes, at + 2)));
  if (length > 4) fields.push(laidField('Error Message', bytes, at + 4, length - 4, words));
  return { ...raw(bytes, at, length), text: fields.map(({ text }) => text).join(', '), fields };
};

const causeCode: Form = (bytes, at, length) => {
  const fields = [field('Cause Code', at, 2, u16(bytes, at)), field('Cause Msg', at + 2, 1, bytes[at + 2])];
  if (length > 3) fields.push(laidField('Advisory Msg', bytes, at + 3, length - 3, words));
  return { ...raw(bytes, at, length), text: fields.map(({ text }) => text).join(', '), fields };
};

/** Name, the form of the value, and its length where that is fixed, or at least so long. */
type Attribute = readonly [name: string, form: Form, least?: number];

const ATTRIBUTES: Readonly<Record<number, Attribute>> = {
  0: ['Message Type', enumeration(MESSAGE_TYPES), 2],
  1: ['Result Code', resultCode, 2],
  2: ['Protocol Version', protocolVersion, 2],
  3: ['Framing Capabilities', FRAMING, 4],
  4: ['Bearer Capabilities', BEARER, 4],
  5: ['Tie Breaker', raw],
  6: ['Firmware Revision', unsigned, 2],
  7: ['Host Name', words],
  8: ['Vendor Name', words],
  9: ['Assigned Tunnel ID', unsigned, 2],
  10: ['Receive Window Size', unsigned, 2],
  11: ['Challenge', raw],
  12: ['Q.931 Cause Code', causeCode, 3],
  13: ['Challenge Response', raw],
  14: ['Assigned Session ID', unsigned, 2],
  15: ['Call Serial Number', unsigned, 4],
  16: ['Minimum BPS', unsigned, 4],
  17: ['Maximum BPS', unsigned, 4],
  18: ['Bearer Type', BEARER, 4],
  19: ['Framing Type', FRAMING, 4],
  21: ['Called Number', words],
  22: ['Calling Number', words],
  23: ['Sub-Address', words],
  24: ['(Tx) Connect Speed', unsigned, 4],
  25: ['Physical Channel ID', unsigned, 4],
  26: ['Initial Received LCP CONFREQ', raw],
  27: ['Last Sent LCP CONFREQ', raw],
  28: ['Last Received LCP CONFREQ', raw],
  29: ['Proxy Authen Type', enumeration(PROXY_AUTHENTICATION), 2],
  30: ['Proxy Authen Name', words],
  31: ['Proxy Authen Challenge', raw],
  32: ['Proxy Authen ID', unsigned, 2],
  33: ['Proxy Authen Response', raw],
  34: ['Call Errors', raw],
  35: ['ACCM', raw],
  36: ['Random Vector', raw],
  37: ['Private Group ID', words],
  38: ['Rx Connect Speed', unsigned, 4],
  39: ['Sequencing Required', raw],
  46: ['PPP Disconnect Cause Code', raw],
  58: ['Extended Vendor ID', unsigned, 4],
  59: ['Message Digest', raw],
  60: ['Router ID', ipv4Address, 4],
  61: ['Assigned Control Connection ID', unsigned, 4],
  62: ['Pseudowire Capabilities List', raw],
  63: ['Local Session ID', unsigned, 4],
  64: ['Remote Session ID', unsigned, 4],
  65: ['Assigned Cookie', raw],
  66: ['Remote End ID', raw],
  68: ['Pseudowire Type', enumeration(PSEUDOWIRES), 2],
  69: ['L2-Specific Sublayer', unsigned, 2],
  70: ['Data Sequencing', unsigned, 2],
  71: ['Circuit Status', unsigned, 2],
  72: ['Preferred Language', words],
  73: ['Control Message Authentication Nonce', raw],
  74: ['Tx Connect Speed', raw],
  75: ['Rx Connect Speed', raw],
};

const MESSAGE_TYPE = 0;
const HIDDEN = 0x4000;

export interface AvpList {
  fields: Field[];
  /** "SCCRQ", null without a message type. */
  message: string | null;
  problem: string | null;
}

function valueField(attribute: Attribute | undefined, hidden: boolean, bytes: Uint8Array, at: number, end: number) {
  const [, form, least = 0] = attribute ?? ['', raw];
  // Fixed numbers of another length are shown as bytes.
  const fits = end - at >= least && (form !== unsigned || end - at === least);
  return laidField('Attribute Value', bytes, at, end - at, hidden || !fits ? raw : form);
}

function avpField(bytes: Uint8Array, at: number, end: number): Field {
  const flags = u16(bytes, at);
  const vendor = u16(bytes, at + L2tpAvp.vendorId);
  const type = u16(bytes, at + L2tpAvp.attributeType);
  const attribute = vendor === 0 ? ATTRIBUTES[type] : undefined;
  const hidden = (flags & HIDDEN) !== 0;
  const name = attribute?.[0] ?? `Attribute ${type}`;
  const fields = [
    field('M', at, 2, flags >>> 15 === 1, flags >>> 15 ? 'mandatory' : 'optional'),
    field('H', at, 2, hidden, hidden ? 'hidden' : 'not hidden'),
    field('rsvd', at, 2, (flags >>> 10) & 15),
    field('Length', at, 2, flags & 0x3ff),
    field('Vendor ID', at + L2tpAvp.vendorId, 2, vendor),
    field(
      'Attribute Type',
      at + L2tpAvp.attributeType,
      2,
      type,
      attribute === undefined ? String(type) : `${name} (${type})`,
    ),
  ];
  const start = at + L2tpAvp.value;
  let text = hidden ? 'hidden' : '';
  if (start < end) {
    const value = valueField(attribute, hidden, bytes, start, end);
    fields.push(value);
    text ||= value.text;
  }
  return { ...bytesField(name, bytes, at, end), text, fields };
}

/** The pairs from `at` to `end`, where the captured bytes end; `wireEnd` is where the message ended. */
export function readAvps(bytes: Uint8Array, at: number, end: number, wireEnd: number): AvpList {
  const list: AvpList = { fields: [], message: null, problem: null };
  let place = at;
  while (place < end) {
    const length = end - place < 2 ? 0 : u16(bytes, place) & 0x3ff;
    const isShort = end - place >= 2 && length < L2tpAvp.length;
    if (isShort || end - place < L2tpAvp.length || place + length > end) {
      list.fields.push(bytesField('Malformed AVP', bytes, place, end));
      list.problem = isShort
        ? `L2TP AVP length: ${length} bytes, at least ${L2tpAvp.length} required, at byte ${place}`
        : shortfall('L2TP AVP', Math.max(length, L2tpAvp.length), end - place, place);
      return list;
    }
    const one = avpField(bytes, place, place + length);
    list.fields.push(one);
    if (
      place === at &&
      u16(bytes, place + L2tpAvp.vendorId) === 0 &&
      u16(bytes, place + 4) === MESSAGE_TYPE &&
      length >= 8
    ) {
      const type = u16(bytes, place + L2tpAvp.value);
      list.message = MESSAGE_TYPES[type] ?? `message ${type}`;
    }
    place += length;
  }
  if (end < wireEnd) list.problem = shortfall('L2TP message', wireEnd - at, end - at, at);
  return list;
}

import { setU16, u16 } from '../../bytes/big-endian.js';
import { bytesField, field, header, type Input, type Protocol, type Step, shortfall } from '../dissector.js';
import {
  amount,
  type Bits,
  bits,
  enumeration,
  type Form,
  ipAddress,
  type Laid,
  layMore,
  macAddress,
  type Part,
  raw,
  words,
} from '../layout.js';
import { organizationTlv } from './lldp-organizations.js';

/** Link Layer Discovery Protocol: IEEE 802.1AB-2016 section 8. Each TLV has a head of 7 bits type and 9 bits length. Offsets in bytes. */
export const LldpTlv = { typeAndLength: 0, value: 2, length: 2 } as const;

export interface LldpView {
  /** Values are views, not copies. */
  tlvs: { type: number; value: Uint8Array }[];
  /** What stands behind the last whole TLV. */
  rest: Uint8Array;
}

const END = 0;
/** Smallest TLVs in the longest frame that captures hold. */
const MAX_TLVS = 4096;

/** The unit from `at` to `end`, or null when not even one head is there. It ends with its End Of LLDPDU TLV, or with what is no whole TLV. */
export function viewLldp(bytes: Uint8Array, at: number, end: number): LldpView | null {
  if (end - at < LldpTlv.length) return null;
  const tlvs: LldpView['tlvs'] = [];
  let place = at;
  let isOpen = true;
  while (isOpen && place + LldpTlv.length <= end && tlvs.length < MAX_TLVS) {
    const type = bytes[place] >>> 1;
    const stop = place + LldpTlv.value + (u16(bytes, place) & 0x1ff);
    if (stop > end) break;
    tlvs.push({ type, value: bytes.subarray(place + LldpTlv.value, stop) });
    place = stop;
    isOpen = type !== END;
  }
  return { tlvs, rest: isOpen ? bytes.subarray(place, end) : bytes.subarray(end, end) };
}

/** The unit's bytes; lengths are those of the values. */
export function emitLldp(view: LldpView): Uint8Array {
  const size = view.tlvs.reduce((sum, { value }) => sum + LldpTlv.length + value.length, 0);
  const bytes = new Uint8Array(size + view.rest.length);
  let place = 0;
  for (const { type, value } of view.tlvs) {
    setU16(bytes, place, (type << 9) | value.length);
    bytes.set(value, place + LldpTlv.value);
    place += LldpTlv.length + value.length;
  }
  bytes.set(view.rest, place);
  return bytes;
}

const NAMES: Readonly<Record<number, string>> = {
  0: 'End Of LLDPDU',
  1: 'Chassis ID',
  2: 'Port ID',
  3: 'Time To Live',
  4: 'Port Description',
  5: 'System Name',
  6: 'System Description',
  7: 'System Capabilities',
  8: 'Management Address',
  127: 'Organizationally Specific',
};

const CHASSIS_SUBTYPES: Readonly<Record<number, string>> = {
  1: 'Chassis component',
  2: 'Interface alias',
  3: 'Port component',
  4: 'MAC address',
  5: 'Network address',
  6: 'Interface name',
  7: 'Locally assigned',
};

const PORT_SUBTYPES: Readonly<Record<number, string>> = {
  1: 'Interface alias',
  2: 'Port component',
  3: 'MAC address',
  4: 'Network address',
  5: 'Interface name',
  6: 'Agent circuit ID',
  7: 'Locally assigned',
};

/** IANA registry "Address Family Numbers". */
const FAMILIES: Readonly<Record<number, string>> = { 1: 'IPv4', 2: 'IPv6', 6: '802' };

const CAPABILITIES: readonly Bits[] = [
  [0x0001, 'Other'],
  [0x0002, 'Repeater'],
  [0x0004, 'Bridge'],
  [0x0008, 'WLAN Access Point'],
  [0x0010, 'Router'],
  [0x0020, 'Telephone'],
  [0x0040, 'DOCSIS Cable Device'],
  [0x0080, 'Station Only'],
  [0x0100, 'C-VLAN Component'],
  [0x0200, 'S-VLAN Component'],
  [0x0400, 'Two-port MAC Relay'],
];

const INTERFACE_NUMBERING: Readonly<Record<number, string>> = { 1: 'unknown', 2: 'ifIndex', 3: 'system port number' };

/** An identifier whose first byte, a subtype, tells its form: IEEE 802.1AB sections 8.5.2 and 8.5.3. */
function identifier(
  laid: Laid,
  bytes: Uint8Array,
  end: number,
  name: string,
  subtypes: Readonly<Record<number, string>>,
): string {
  const at = laid.at;
  if (!layMore(laid, `LLDP ${name}`, bytes, end, [[`${name} Subtype`, 1, enumeration(subtypes)]])) return '';
  const kind = subtypes[bytes[at]];
  const length = end - laid.at;
  let form: Form = kind === undefined ? raw : words;
  if (kind === 'MAC address') form = length === 6 ? macAddress : raw;
  if (kind === 'Network address' && length > 1) {
    layMore(laid, `LLDP ${name}`, bytes, end, [[`${name} Address Family`, 1, enumeration(FAMILIES)]]);
    form = ipAddress;
  }
  if (laid.at === end) return '';
  layMore(laid, `LLDP ${name}`, bytes, end, [[name, end - laid.at, form]]);
  return laid.fields.at(-1)!.text;
}

function managementAddress(laid: Laid, bytes: Uint8Array, end: number): string {
  const lengthAt = laid.at;
  const head: readonly Part[] = [
    ['Management Address String Length', 1],
    ['Management Address Subtype', 1, enumeration(FAMILIES)],
  ];
  if (!layMore(laid, 'LLDP management address', bytes, end, head)) return '';
  const length = Math.max(0, bytes[lengthAt] - 1);
  const isMac = bytes[lengthAt + 1] === 6;
  const address: readonly Part[] = length === 0 ? [] : [['Management Address', length, isMac ? macAddress : ipAddress]];
  const isThere = layMore(laid, 'LLDP management address', bytes, end, [
    ...address,
    ['Interface Numbering Subtype', 1, enumeration(INTERFACE_NUMBERING)],
    ['Interface Number', 4],
    ['OID String Length', 1],
  ]);
  if (!isThere) return '';
  const oid = bytes[laid.at - 1];
  if (oid > 0) layMore(laid, 'LLDP management address', bytes, end, [['Object Identifier', oid, raw]]);
  return laid.fields.find(({ name }) => name === 'Management Address')?.text ?? '';
}

function text(laid: Laid, bytes: Uint8Array, end: number, name: string): string {
  if (laid.at === end) return '';
  layMore(laid, 'LLDP', bytes, end, [[name, end - laid.at, words]]);
  return laid.fields.at(-1)!.text;
}

/** Reads the value of a TLV of `type`; what tells most of it. */
function readValue(laid: Laid, type: number, bytes: Uint8Array, end: number): string {
  switch (type) {
    case END:
      return '';
    case 1:
      return identifier(laid, bytes, end, 'Chassis ID', CHASSIS_SUBTYPES);
    case 2:
      return identifier(laid, bytes, end, 'Port ID', PORT_SUBTYPES);
    case 3:
      layMore(laid, 'LLDP time to live', bytes, end, [['Time To Live', 2, amount('s')]]);
      return laid.fields.at(-1)!.text;
    case 4:
    case 5:
    case 6:
      return text(laid, bytes, end, NAMES[type]);
    case 7:
      layMore(laid, 'LLDP system capabilities', bytes, end, [
        ['System Capabilities', 2, bits(CAPABILITIES)],
        ['Enabled Capabilities', 2, bits(CAPABILITIES)],
      ]);
      return laid.fields.at(-1)!.text;
    case 8:
      return managementAddress(laid, bytes, end);
    case 127:
      return organizationTlv(laid, bytes, end);
    default:
      return '';
  }
}

/** Reads one TLV, whose value ends at `stop`. */
function tlv(laid: Laid, bytes: Uint8Array, stop: number): void {
  const at = laid.at;
  const type = bytes[at] >>> 1;
  const name = NAMES[type] ?? `TLV ${type}`;
  const inner: Laid = {
    fields: [
      field('TLV Type', at, 1, type, NAMES[type] === undefined ? String(type) : `${name} (${type})`),
      field('TLV Information String Length', at, 2, u16(bytes, at) & 0x1ff),
    ],
    at: at + LldpTlv.value,
    problem: null,
  };
  const shown = readValue(inner, type, bytes, stop);
  if (inner.at < stop && inner.problem === null) {
    inner.fields.push(bytesField('TLV Information String', bytes, inner.at, stop));
  }
  laid.fields.push(field(name, at, stop - at, type, shown === '' ? name : shown, inner.fields));
  laid.at = stop;
  laid.problem ??= inner.problem;
}

/** The first TLVs of every unit: Chassis ID, Port ID, Time To Live. */
const MANDATORY = [1, 2, 3];

const layerLldp = header('LLDP TLV', LldpTlv.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const laid: Laid = { fields: [], at, problem: null };
  for (let isOpen = true, count = 0; isOpen; count++) {
    const stop = laid.at + LldpTlv.length > end ? Infinity : laid.at + LldpTlv.value + (u16(bytes, laid.at) & 0x1ff);
    if (count === MAX_TLVS || laid.at === end) {
      laid.problem ??= `LLDP: no End Of LLDPDU TLV in ${count} TLVs`;
      break;
    }
    if (stop > end) {
      const required = stop === Infinity ? LldpTlv.length : stop - laid.at;
      laid.problem ??= shortfall('LLDP TLV', required, end - laid.at, laid.at);
      laid.fields.push(bytesField('Malformed TLV', bytes, laid.at, end));
      laid.at = end;
      break;
    }
    const type = bytes[laid.at] >>> 1;
    isOpen = type !== END;
    // IEEE 802.1AB section 9.2.7.7.1: a receiver discards a unit that begins otherwise.
    if (count < MANDATORY.length && type !== MANDATORY[count]) {
      laid.problem ??= `LLDP TLV ${count + 1}: type ${type}, ${NAMES[MANDATORY[count]]} (${MANDATORY[count]}) required, at byte ${laid.at}`;
    }
    tlv(laid, bytes, stop);
  }
  const of = (name: string): string => laid.fields.find((one) => one.name === name)?.text ?? '';
  const system = of('System Name');
  const info = [system, `chassis ${of('Chassis ID')}`, `port ${of('Port ID')}`].filter(Boolean).join('  ');
  return {
    layer: {
      name: 'lldp',
      title: 'LLDP',
      summary: info,
      start: at,
      end: laid.at,
      fields: laid.fields,
      problem: laid.problem,
    },
    next: null,
    contentEnd: laid.at,
    column: { info },
  };
});

export const lldp: Protocol = { name: 'lldp', title: 'LLDP', specification: 'IEEE 802.1AB', layer: layerLldp };

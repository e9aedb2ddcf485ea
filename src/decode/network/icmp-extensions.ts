import { hexNumber, u16 } from '../../bytes/big-endian.js';
import { addWords, checksumField, fold, judgeChecksum, type Verdict } from '../checksum.js';
import { bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { type Bits, bitsField, enumeration, ipAddress, laidField, lay, type Part, raw, words } from '../layout.js';

/**
 * What ICMP messages hold behind the packet that they quote: RFC 4884 section 7; MPLS labels RFC 4950, interface information RFC 5837, interface
 * identification RFC 8335. Offsets in bytes, of the structure and of an object.
 */
export const IcmpExtension = { version: 0, checksum: 2, length: 4 } as const;
export const IcmpObject = { objectLength: 0, classNum: 2, cType: 3, payload: 4, length: 4 } as const;

const VERSION = 2;
/** Older senders leave the length of the quotation 0 and pad it to this (RFC 4884 section 5). */
const OLD_QUOTE = 128;

const Class = { mpls: 1, interfaceInformation: 2, interfaceIdentification: 3 } as const;

const CLASSES: Readonly<Record<number, string>> = {
  [Class.mpls]: 'MPLS Label Stack',
  [Class.interfaceInformation]: 'Interface Information',
  [Class.interfaceIdentification]: 'Interface Identification',
  4: 'Node Information',
};

const ROLES = [
  'incoming IP interface',
  'sub-IP component of the incoming interface',
  'outgoing IP interface',
  'next hop',
];
const FAMILIES = enumeration({ 1: 'IPv4', 2: 'IPv6' });

export interface ExtensionList {
  fields: Field[];
  problem: string | null;
}

/** Does an object of a known class stand at `at`? */
function hasObject(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + IcmpObject.length > end) return false;
  const length = u16(bytes, at);
  return length > IcmpObject.length && CLASSES[bytes[at + IcmpObject.classNum]] !== undefined;
}

/**
 * Where the extension structure begins in a message whose quotation begins at `start`; null: it has none. `quoteLength` is what the message says that the
 * quotation takes, in bytes, 0 when it says nothing.
 */
export function extensionStart(bytes: Uint8Array, start: number, end: number, quoteLength: number): number | null {
  if (quoteLength > 0) return start + quoteLength < end ? start + quoteLength : null;
  const place = start + OLD_QUOTE;
  if (place + IcmpExtension.length > end || bytes[place] >>> 4 !== VERSION) return null;
  // A checksum of 0 means none, which says too little here; else an object of a known class speaks for a structure that was damaged on its way.
  if ((u16(bytes, place) & 0xfff) !== 0 || u16(bytes, place + IcmpExtension.checksum) === 0) return null;
  return fold(addWords(bytes, place, end)) === 0xffff || hasObject(bytes, place + IcmpExtension.length, end)
    ? place
    : null;
}

function mplsEntries(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  for (; place + 4 <= end; place += 4) {
    const label = (u16(bytes, place) << 4) | (bytes[place + 2] >>> 4);
    const low = bytes[place + 2];
    const text = `label ${label}, ttl ${bytes[place + 3]}`;
    fields.push({
      ...bytesField('Label Stack Entry', bytes, place, place + 4),
      text,
      fields: [
        field('Label', place, 3, label),
        field('Exp', place + 2, 1, (low >>> 1) & 7),
        field('S', place + 2, 1, (low & 1) !== 0, low & 1 ? 'bottom of stack' : 'more follow'),
        field('TTL', place + 3, 1, bytes[place + 3]),
      ],
    });
  }
  return fields;
}

/** Address family, reserved bytes and an address of that family. */
function addressParts(bytes: Uint8Array, at: number): Part[] {
  const size = u16(bytes, at) === 2 ? 16 : 4;
  return [
    ['AFI', 2, FAMILIES],
    ['Reserved', 2],
    ['IP Address', size, ipAddress],
  ];
}

/** Section 4 of RFC 5837: which sub-objects follow is told by bits of the C-Type. */
function interfaceInformation(bytes: Uint8Array, at: number, end: number, type: number): ExtensionList {
  const list: ExtensionList = { fields: [], problem: null };
  let place = at;
  const add = (group: string | null, parts: readonly Part[]): void => {
    if (list.problem !== null) return;
    const laid = lay('ICMP Interface Information object', bytes, place, end, parts);
    const last = laid.fields[laid.fields.length - 1];
    if (group === null || last === undefined) list.fields.push(...laid.fields);
    else list.fields.push({ ...bytesField(group, bytes, place, laid.at), text: last.text, fields: laid.fields });
    list.problem = laid.problem;
    place = laid.at;
  };
  if (type & 8) add(null, [['ifIndex', 4]]);
  if (type & 4) add('IP Address Sub-Object', place + 2 <= end ? addressParts(bytes, place) : [['AFI', 2]]);
  if (type & 2) {
    // The length counts itself.
    const length = place < end ? Math.max(1, bytes[place]) : 1;
    const name: readonly Part[] = length > 1 ? [['Interface Name', length - 1, words]] : [];
    add('Interface Name Sub-Object', [['Length', 1], ...name]);
  }
  if (type & 1) add(null, [['MTU', 4]]);
  if (place < end && list.problem === null) list.fields.push(bytesField('Data', bytes, place, end));
  return list;
}

function interfaceIdentification(bytes: Uint8Array, at: number, end: number, type: number): ExtensionList {
  if (type === 1) return lay('', bytes, at, end, [['Interface Name', end - at, words]]);
  const parts: Part[] =
    type === 2
      ? [['ifIndex', 4]]
      : [
          ['AFI', 2, FAMILIES],
          ['Address Length', 1],
          ['Reserved', 1],
          ['Address', Math.max(0, end - at - 4), ipAddress],
        ];
  return lay('ICMP Interface Identification object', bytes, at, end, parts);
}

function payloadOf(classNum: number, type: number, bytes: Uint8Array, at: number, end: number): ExtensionList {
  if (at >= end) return { fields: [], problem: null };
  if (classNum === Class.mpls && type === 1) return { fields: mplsEntries(bytes, at, end), problem: null };
  if (classNum === Class.interfaceInformation) return interfaceInformation(bytes, at, end, type & 15);
  if (classNum === Class.interfaceIdentification && type >= 1 && type <= 3)
    return interfaceIdentification(bytes, at, end, type);
  return { fields: [laidField('Object Payload', bytes, at, end - at, raw)], problem: null };
}

const INTERFACE_BITS: readonly Bits[] = [
  [0xc0, 'Interface Role'],
  [0x30, 'Rsvd1'],
  [0x08, 'ifIndex'],
  [0x04, 'IPAddr'],
  [0x02, 'name'],
  [0x01, 'MTU'],
];

/** The C-Type of interface information is made of bits (RFC 5837 section 4.1). */
function cTypeFields(classNum: number, type: number, at: number): Field[] {
  if (classNum !== Class.interfaceInformation) return [];
  return INTERFACE_BITS.map((one) => bitsField(one, type, at + IcmpObject.cType, 1));
}

function headFields(bytes: Uint8Array, at: number): Field[] {
  const classNum = bytes[at + IcmpObject.classNum];
  const type = bytes[at + IcmpObject.cType];
  const words = classNum === Class.interfaceInformation ? `${type}, ${ROLES[type >>> 6]}` : String(type);
  return [
    field('Length', at, 2, u16(bytes, at)),
    field('Class-Num', at + IcmpObject.classNum, 1, classNum, named(CLASSES, classNum)),
    field('C-Type', at + IcmpObject.cType, 1, type, words, cTypeFields(classNum, type, at)),
  ];
}

function objectField(bytes: Uint8Array, at: number, end: number): { field: Field; problem: string | null } {
  const classNum = bytes[at + IcmpObject.classNum];
  const type = bytes[at + IcmpObject.cType];
  const payload = payloadOf(classNum, type, bytes, at + IcmpObject.payload, end);
  const name = CLASSES[classNum] ?? 'Extension Object';
  const role = classNum === Class.interfaceInformation ? [ROLES[type >>> 6]] : [];
  const fields = [...headFields(bytes, at), ...payload.fields];
  const shown = payload.fields.filter((one) => one.name !== 'Reserved' && one.name !== 'Length');
  const text = [...role, ...shown.map((one) => one.text)].join(', ') || `class ${classNum}, type ${type}`;
  return { field: { ...bytesField(name, bytes, at, end), text, fields }, problem: payload.problem };
}

function judgeExtension(bytes: Uint8Array, at: number, end: number, isWhole: boolean): Verdict {
  const place = at + IcmpExtension.checksum;
  const stored = u16(bytes, place);
  if (stored === 0) return { state: 'none', stored, correct: null };
  if (!isWhole) return { state: 'unverified', stored, correct: null, reason: 'packet cut' };
  const verdict = judgeChecksum(bytes, at, end, place);
  return verdict.state === 'offload' ? { ...verdict, state: 'wrong' } : verdict;
}

/** The extension structure of bytes[at, end): its header, then objects of which one that does not fit ends the list. */
export function readExtensions(bytes: Uint8Array, at: number, end: number, isWhole: boolean): ExtensionList {
  if (end - at < IcmpExtension.length) {
    return {
      fields: [bytesField('Extension Structure', bytes, at, end)],
      problem: shortfall('ICMP extension header', IcmpExtension.length, end - at, at),
    };
  }
  const version = bytes[at] >>> 4;
  const fields: Field[] = [
    field('Version', at, 1, version),
    field('Reserved', at, 2, u16(bytes, at) & 0xfff, hexNumber(u16(bytes, at) & 0xfff, 3)),
    checksumField('Checksum', at + IcmpExtension.checksum, judgeExtension(bytes, at, end, isWhole)),
  ];
  let problem = version === VERSION ? null : `ICMP extension version: ${version}, ${VERSION} required, at byte ${at}`;
  let place = at + IcmpExtension.length;
  while (place < end && version === VERSION) {
    const length = end - place < IcmpObject.length ? 0 : u16(bytes, place);
    if (length < IcmpObject.length || place + length > end) {
      const known = end - place >= IcmpObject.length ? headFields(bytes, place) : [];
      fields.push({ ...bytesField('Malformed Object', bytes, place, end), fields: known });
      problem ??=
        end - place >= IcmpObject.length && length < IcmpObject.length
          ? `ICMP extension object length: ${length} bytes, at least ${IcmpObject.length} required, at byte ${place}`
          : shortfall('ICMP extension object', Math.max(length, IcmpObject.length), end - place, place);
      break;
    }
    const one = objectField(bytes, place, place + length);
    fields.push(one.field);
    problem ??= one.problem;
    place += length;
  }
  const objects = fields.slice(3).map(({ name, text }) => `${name}: ${text}`);
  const text = objects.join('; ') || 'no objects';
  return { fields: [{ ...bytesField('Extension Structure', bytes, at, end), text, fields }], problem };
}

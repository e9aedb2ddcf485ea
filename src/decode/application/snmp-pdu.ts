import { formatIpv4 } from '../../bytes/address.js';
import { escapeBytes } from '../../bytes/escape.js';
import { byteCount, bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { BerClass, type BerHead, BerTag, berInteger, berObjectIdentifier, berUnsigned, readBerHead } from './ber.js';
import { LAST_PDU } from './snmp.js';

/** Protocol data units of SNMP: RFC 3416 section 3, of version 1 RFC 1157 section 4.1; values: RFC 2578 section 2. */

export interface Told {
  /** Nothing is read after it. */
  problem: string | null;
  /** A sequence breaks off: what it still holds is read. */
  cut: string | null;
}

/** A place in nested values. Reading goes on from `at`; the first problem stays. */
export interface Walk {
  bytes: Uint8Array;
  at: number;
  end: number;
  told: Told;
}

export const PDU_NAMES: Readonly<Record<number, string>> = {
  0: 'get-request',
  1: 'get-next-request',
  2: 'response',
  3: 'set-request',
  4: 'trap',
  5: 'get-bulk-request',
  6: 'inform-request',
  7: 'snmpV2-trap',
  8: 'report',
};
const TRAP_V1 = 4;
const GET_BULK = 5;

const ERRORS: Readonly<Record<number, string>> = {
  0: 'noError',
  1: 'tooBig',
  2: 'noSuchName',
  3: 'badValue',
  4: 'readOnly',
  5: 'genErr',
  6: 'noAccess',
  7: 'wrongType',
  8: 'wrongLength',
  9: 'wrongEncoding',
  10: 'wrongValue',
  11: 'noCreation',
  12: 'inconsistentValue',
  13: 'resourceUnavailable',
  14: 'commitFailed',
  15: 'undoFailed',
  16: 'authorizationError',
  17: 'notWritable',
  18: 'inconsistentName',
};

const GENERIC_TRAPS: Readonly<Record<number, string>> = {
  0: 'coldStart',
  1: 'warmStart',
  2: 'linkDown',
  3: 'linkUp',
  4: 'authenticationFailure',
  5: 'egpNeighborLoss',
  6: 'enterpriseSpecific',
};

/** The next value, which must be of this class and tag; null (and a problem) when it is not, or not whole. */
export function expect(walk: Walk, name: string, tagClass: number, tag: number): BerHead | null {
  const { bytes, at, end, told } = walk;
  if (told.problem !== null) return null;
  const head = readBerHead(bytes, at, end);
  if (head.problem === null && (head.class !== tagClass || head.tag !== tag)) {
    told.problem = `SNMP ${name}: identifier 0x${bytes[at].toString(16).padStart(2, '0')} is of another type, at byte ${at}`;
    return null;
  }
  if (head.problem !== null) {
    const known = head.class === tagClass && head.tag === tag && head.constructed && head.content < end;
    if (!known) {
      told.problem = `SNMP ${name}: ${head.problem}`;
      return null;
    }
    told.cut ??= `SNMP ${name}: ${head.problem}`;
  }
  walk.at = head.end;
  return head;
}

/** A field of the contents of a value; of none, its head's. */
export function made(head: BerHead, name: string, value: Field['value'], text = String(value)): Field {
  const start = head.content < head.end ? head.content : head.start;
  return field(name, start, head.end - start, value, text);
}

export function readInteger(walk: Walk, name: string, names: Readonly<Record<number, string>> = {}): Field | null {
  const head = expect(walk, name, BerClass.universal, BerTag.integer);
  if (head === null) return null;
  const value = berInteger(walk.bytes, head.content, head.end);
  if (value === null) return unread(walk, head, name);
  return made(head, name, value, typeof value === 'number' ? named(names, value) : value);
}

/** Contents that are not as their type wants them. */
function unread(walk: Walk, head: BerHead, name: string): Field {
  walk.told.problem ??= `SNMP ${name}: ${byteCount(head.end - head.content)} make no such value, at byte ${head.start}`;
  return bytesField(name, walk.bytes, head.content < head.end ? head.content : head.start, head.end);
}

export function readBytes(walk: Walk, name: string, asText: boolean): Field | null {
  const head = expect(walk, name, BerClass.universal, BerTag.octetString);
  if (head === null) return null;
  const { bytes } = walk;
  if (head.content === head.end) return made(head, name, '', 'empty');
  if (asText) return made(head, name, escapeBytes(bytes, head.content, head.end));
  return bytesField(name, bytes, head.content, head.end);
}

function readObject(walk: Walk, name: string): Field | null {
  const head = expect(walk, name, BerClass.universal, BerTag.objectIdentifier);
  if (head === null) return null;
  const value = berObjectIdentifier(walk.bytes, head.content, head.end);
  return value === null ? unread(walk, head, name) : made(head, name, value);
}

/** Names of RFC 3416's choices, by class and tag. */
const VALUES: Readonly<Record<string, string>> = {
  '0:2': 'integer-value',
  '0:4': 'string-value',
  '0:5': 'unSpecified',
  '0:6': 'objectID-value',
  '1:0': 'ipAddress-value',
  '1:1': 'counter-value',
  '1:2': 'unsigned-integer-value',
  '1:3': 'timeticks-value',
  '1:4': 'arbitrary-value',
  '1:6': 'big-counter-value',
  '2:0': 'noSuchObject',
  '2:1': 'noSuchInstance',
  '2:2': 'endOfMibView',
};

const PRINTABLE = /^[\x20-\x7e\t\r\n]+$/;

function stringText(bytes: Uint8Array, at: number, end: number): string {
  const latin = Buffer.from(bytes.subarray(at, end)).toString('latin1');
  return PRINTABLE.test(latin) ? `"${escapeBytes(bytes, at, end)}"` : bytesField('', bytes, at, end).text;
}

/** Hundredths of a second: "123456 (20 min 34.56 s)". */
function ticksText(value: number | string): string {
  const hundredths = Number(value);
  const minutes = Math.floor(hundredths / 6000);
  const days = Math.floor(minutes / 1440);
  const parts = [
    days > 0 ? `${days} d` : '',
    minutes >= 60 ? `${Math.floor(minutes / 60) % 24} h` : '',
    minutes > 0 ? `${minutes % 60} min` : '',
    `${((hundredths % 6000) / 100).toFixed(2)} s`,
  ];
  return `${value} (${parts.filter((part) => part !== '').join(' ')})`;
}

function readValue(walk: Walk): Field | null {
  const { bytes, at, end, told } = walk;
  if (told.problem !== null) return null;
  const head = readBerHead(bytes, at, end);
  if (head.problem !== null) {
    told.problem = `SNMP value: ${head.problem}`;
    return null;
  }
  walk.at = head.end;
  const key = `${head.class}:${head.tag}`;
  const name = VALUES[key] ?? 'value';
  const { content } = head;
  const empty = content === head.end;
  switch (key) {
    case '0:2': {
      const value = berInteger(bytes, content, head.end);
      return value === null ? unread(walk, head, name) : made(head, name, value);
    }
    case '0:6': {
      const value = berObjectIdentifier(bytes, content, head.end);
      return value === null ? unread(walk, head, name) : made(head, name, value);
    }
    case '0:5':
    case '2:0':
    case '2:1':
    case '2:2':
      return empty ? made(head, name, null, name === 'unSpecified' ? 'no value' : name) : unread(walk, head, name);
    case '1:0':
      return head.end - content === 4 ? made(head, name, formatIpv4(bytes, content)) : unread(walk, head, name);
    case '1:1':
    case '1:2':
    case '1:3':
    case '1:6': {
      const value = berUnsigned(bytes, content, head.end);
      if (value === null) return unread(walk, head, name);
      return made(head, name, value, key === '1:3' ? ticksText(value) : String(value));
    }
    default:
      if (empty) return made(head, name, '', 'empty');
      return { ...bytesField(name, bytes, content, head.end), text: stringText(bytes, content, head.end) };
  }
}

function push(fields: Field[], read: Field | null): void {
  if (read !== null) fields.push(read);
}

function bindings(walk: Walk, names: string[]): Field | null {
  const list = expect(walk, 'variable-bindings', BerClass.universal, BerTag.sequence);
  if (list === null) return null;
  const inner: Walk = { ...walk, at: list.content, end: list.end };
  const fields: Field[] = [];
  while (inner.at < list.end && walk.told.problem === null) {
    const pair = expect(inner, 'VarBind', BerClass.universal, BerTag.sequence);
    if (pair === null) break;
    const within: Walk = { ...inner, at: pair.content, end: pair.end };
    const parts: Field[] = [];
    push(parts, readObject(within, 'name'));
    if (parts.length > 0) names.push(parts[0].text);
    push(parts, readValue(within));
    const text = parts.map((part) => part.text).join(' = ');
    fields.push(field('VarBind', pair.start, pair.end - pair.start, parts[0]?.value ?? null, text, parts));
  }
  return field('variable-bindings', list.start, list.end - list.start, fields.length, String(fields.length), fields);
}

function readTrap(walk: Walk, fields: Field[]): void {
  push(fields, readObject(walk, 'enterprise'));
  const address = expect(walk, 'agent-addr', BerClass.application, 0);
  if (address !== null)
    fields.push(
      address.end - address.content === 4
        ? made(address, 'agent-addr', formatIpv4(walk.bytes, address.content))
        : unread(walk, address, 'agent-addr'),
    );
  push(fields, readInteger(walk, 'generic-trap', GENERIC_TRAPS));
  push(fields, readInteger(walk, 'specific-trap'));
  const time = expect(walk, 'time-stamp', BerClass.application, 3);
  if (time === null) return;
  const value = berUnsigned(walk.bytes, time.content, time.end);
  fields.push(value === null ? unread(walk, time, 'time-stamp') : made(time, 'time-stamp', value, ticksText(value)));
}

export interface Pdu {
  field: Field;
  /** "get-request 1.3.6.1.2.1.1.1.0". */
  info: string;
}

const MOST_NAMED = 4;

/** The PDU that comes next. */
export function readPdu(walk: Walk): Pdu | null {
  const { bytes, at, end, told } = walk;
  if (told.problem !== null) return null;
  const head = readBerHead(bytes, at, end);
  if (head.class !== BerClass.context || head.tag < 0 || head.tag > LAST_PDU) {
    told.problem = head.problem === null ? `SNMP PDU: of no known type, at byte ${at}` : `SNMP PDU: ${head.problem}`;
    return null;
  }
  if (head.problem !== null) told.cut ??= `SNMP PDU: ${head.problem}`;
  const type = head.tag;
  const inner: Walk = { bytes, at: head.content, end: head.end, told };
  const fields: Field[] = [];
  if (type === TRAP_V1) readTrap(inner, fields);
  else {
    push(fields, readInteger(inner, 'request-id'));
    push(
      fields,
      readInteger(inner, type === GET_BULK ? 'non-repeaters' : 'error-status', type === GET_BULK ? {} : ERRORS),
    );
    push(fields, readInteger(inner, type === GET_BULK ? 'max-repetitions' : 'error-index'));
  }
  const names: string[] = [];
  push(fields, bindings(inner, names));
  walk.at = head.end;
  const error = fields[1]?.name === 'error-status' && fields[1].value !== 0 ? [fields[1].text] : [];
  const shown = [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ['…'] : [])];
  return {
    field: field(`${PDU_NAMES[type]}`, head.start, head.end - head.start, type, named(PDU_NAMES, type), fields),
    info: [PDU_NAMES[type], ...error, ...shown].join(' '),
  };
}

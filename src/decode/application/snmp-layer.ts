import { bytesField, field, type Input, named, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { BerClass, BerTag, type BerView, emitBer, readBerHead, viewBer } from './ber.js';
import { expect, readBytes, readInteger, readPdu, type Told, type Walk } from './snmp-pdu.js';

/** Simple Network Management Protocol: the message of versions 1 and 2c (RFC 1157, RFC 1901) and of version 3 (RFC 3412 section 6, RFC 3414 section 2.4). */

export interface SnmpView {
  message: BerView;
  /** What follows the message. */
  rest: Uint8Array;
}

/** The message at `at`, or null when it is not whole. */
export function viewSnmp(bytes: Uint8Array, at: number, end: number): SnmpView | null {
  const message = viewBer(bytes, at, end);
  if (message === null) return null;
  return { message, rest: bytes.subarray(at + message.head.length + message.content.length, end) };
}

/** The message's bytes; with `lengths` those of all values are computed. */
export function emitSnmp(view: SnmpView, compute: { lengths?: boolean } = {}): Uint8Array {
  return Buffer.concat([emitBer(view.message, compute), view.rest]);
}

const VERSIONS: Readonly<Record<number, string>> = { 0: 'version-1', 1: 'version-2c', 2: 'version-2u', 3: 'version-3' };
const MODELS: Readonly<Record<number, string>> = { 0: 'any', 1: 'SNMPv1', 2: 'SNMPv2c', 3: 'USM', 4: 'TSM' };
const FLAGS: [number, string][] = [
  [4, 'reportableFlag'],
  [2, 'privFlag'],
  [1, 'authFlag'],
];
const PRIVACY = 2;

function push(fields: Field[], read: Field | null): void {
  if (read !== null) fields.push(read);
}

function readFlags(walk: Walk): Field | null {
  const made = readBytes(walk, 'msgFlags', false);
  if (made === null || made.end - made.start !== 1) return made;
  const value = walk.bytes[made.start];
  const words = FLAGS.filter(([bit]) => value & bit).map(([, word]) => word);
  const bits = FLAGS.map(([bit, word]) =>
    field(word, made.start, 1, (value & bit) !== 0, value & bit ? 'set' : 'not set'),
  );
  return field('msgFlags', made.start, 1, value, words.join(', ') || 'none', bits);
}

/** The parameters of the user-based security model, a sequence within an octet string. */
function readSecurity(walk: Walk, fields: Field[], model: Field['value']): string {
  const head = expect(walk, 'msgSecurityParameters', BerClass.universal, BerTag.octetString);
  if (head === null) return '';
  const start = head.content < head.end ? head.content : head.start;
  const whole = bytesField('msgSecurityParameters', walk.bytes, start, head.end);
  fields.push(whole);
  if (model !== 3) return '';
  const inner: Walk = { ...walk, at: head.content, end: head.end };
  const list = expect(inner, 'UsmSecurityParameters', BerClass.universal, BerTag.sequence);
  if (list === null) return '';
  const within: Walk = { ...walk, at: list.content, end: list.end };
  const parts: Field[] = [];
  push(parts, readBytes(within, 'msgAuthoritativeEngineID', false));
  push(parts, readInteger(within, 'msgAuthoritativeEngineBoots'));
  push(parts, readInteger(within, 'msgAuthoritativeEngineTime'));
  push(parts, readBytes(within, 'msgUserName', true));
  push(parts, readBytes(within, 'msgAuthenticationParameters', false));
  push(parts, readBytes(within, 'msgPrivacyParameters', false));
  whole.fields = parts;
  const user = parts.find(({ name }) => name === 'msgUserName');
  whole.text = user === undefined ? whole.text : `user ${user.text}`;
  return user === undefined || user.value === '' ? '' : `user ${user.text}`;
}

/** Version 3 from behind its version; returns the line. */
function readVersion3(walk: Walk, fields: Field[]): string {
  const global = expect(walk, 'msgGlobalData', BerClass.universal, BerTag.sequence);
  if (global === null) return '';
  const within: Walk = { ...walk, at: global.content, end: global.end };
  const parts: Field[] = [];
  push(parts, readInteger(within, 'msgID'));
  push(parts, readInteger(within, 'msgMaxSize'));
  push(parts, readFlags(within));
  push(parts, readInteger(within, 'msgSecurityModel', MODELS));
  const [, , flags, model] = parts;
  const text = parts.map(({ name, text }) => `${name} ${text}`).join(', ');
  fields.push(field('msgGlobalData', global.start, global.end - global.start, parts.length, text, parts));
  const user = readSecurity(walk, fields, model?.value ?? null);
  if ((Number(flags?.value ?? 0) & PRIVACY) !== 0) {
    push(fields, readBytes(walk, 'encryptedPDU', false));
    return `encrypted ${user}`.trimEnd();
  }
  const scoped = expect(walk, 'ScopedPDU', BerClass.universal, BerTag.sequence);
  if (scoped === null) return user;
  const inner: Walk = { ...walk, at: scoped.content, end: scoped.end };
  const scope: Field[] = [];
  push(scope, readBytes(inner, 'contextEngineID', false));
  push(scope, readBytes(inner, 'contextName', true));
  const pdu = readPdu(inner);
  if (pdu !== null) scope.push(pdu.field);
  fields.push(field('ScopedPDU', scoped.start, scoped.end - scoped.start, scope.length, pdu?.info ?? '', scope));
  return `${pdu?.info ?? ''} ${user}`.trim();
}

export function layerSnmp({ bytes, at, end }: Input): Step {
  const told: Told = { problem: null, cut: null };
  const fields: Field[] = [];
  const head = readBerHead(bytes, at, end);
  const walk: Walk = { bytes, at: head.content, end: head.end, told };
  push(fields, readInteger(walk, 'version', VERSIONS));
  const version = fields[0]?.value ?? null;
  let info = '';
  if (version === 3) info = readVersion3(walk, fields);
  else {
    push(fields, readBytes(walk, 'community', true));
    const pdu = readPdu(walk);
    if (pdu !== null) {
      fields.push(pdu.field);
      info = pdu.info;
    }
  }
  if (head.problem === null && head.end < end) fields.push(bytesField('Left Over', bytes, head.end, end));
  const versionText = typeof version === 'number' ? named(VERSIONS, version) : 'version unknown';
  const community = fields.find(({ name }) => name === 'community');
  return {
    layer: {
      name: 'snmp',
      title: 'SNMP',
      summary: [info, versionText, community === undefined ? '' : `community ${community.text}`]
        .filter((part) => part !== '')
        .join('  '),
      start: at,
      end,
      fields,
      problem: head.problem === null ? (told.cut ?? told.problem) : `SNMP message: ${head.problem}`,
    },
    next: null,
    column: { info: info === '' ? versionText : info },
  };
}

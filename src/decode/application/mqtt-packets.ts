import { hexNumber, u16 } from '../../bytes/big-endian.js';
import { bytesField, field } from '../dissector.js';
import type { Field } from '../layer.js';
import { PacketType } from './mqtt.js';
import { GRANTED_NAMES, REASON_NAMES, RETURN_CODE_NAMES } from './mqtt-names.js';
import { type Cursor, hasProperties, takeBlock, takeNumber, takeProperties } from './mqtt-parts.js';

/**
 * Variable header and payload of each packet: MQTT 5.0 chapter 3, MQTT 3.1.1 chapter 3. Only CONNECT says which version is spoken. Other packets are read as
 * 3.1.1 where both fit, but for a PUBLISH whose payload would begin with a well-formed list of properties.
 */

const V5 = 5;

function flag(name: string, at: number, byte: number, bit: number): Field {
  return field(name, at, 1, (byte & bit) !== 0, byte & bit ? 'set' : 'not set');
}

function takeConnect(cursor: Cursor): string {
  takeBlock(cursor, 'Protocol Name', true);
  const version = takeNumber(cursor, 'Protocol Version', 1);
  const { bytes, at } = cursor;
  const flags = takeNumber(cursor, 'Connect Flags', 1);
  if (flags === null) return '';
  cursor.fields[cursor.fields.length - 1] = field('Connect Flags', at, 1, flags, hexNumber(flags, 2), [
    flag('User Name Flag', at, bytes[at], 0x80),
    flag('Password Flag', at, bytes[at], 0x40),
    flag('Will Retain', at, bytes[at], 0x20),
    field('Will QoS', at, 1, (bytes[at] >>> 3) & 3),
    flag('Will Flag', at, bytes[at], 4),
    flag(version === V5 ? 'Clean Start' : 'Clean Session', at, bytes[at], 2),
    flag('Reserved', at, bytes[at], 1),
  ]);
  takeNumber(cursor, 'Keep Alive', 2);
  if (version === V5) takeProperties(cursor);
  takeBlock(cursor, 'Client Identifier', true);
  const client = cursor.fields[cursor.fields.length - 1];
  if (flags & 4) {
    if (version === V5) takeProperties(cursor, 'Will Properties');
    takeBlock(cursor, 'Will Topic', true);
    takeBlock(cursor, version === V5 ? 'Will Payload' : 'Will Message', false);
  }
  if (flags & 0x80) takeBlock(cursor, 'User Name', true);
  if (flags & 0x40) takeBlock(cursor, 'Password', true);
  return client.name === 'Client Identifier' ? client.text : '';
}

function takeConnack(cursor: Cursor): string {
  const isV5 = cursor.end - cursor.at > 2;
  const { at } = cursor;
  const flags = takeNumber(cursor, 'Connect Acknowledge Flags', 1);
  if (flags === null) return '';
  cursor.fields[cursor.fields.length - 1] = field('Connect Acknowledge Flags', at, 1, flags, hexNumber(flags, 2), [
    flag('Session Present', at, flags, 1),
  ]);
  if (isV5) takeNumber(cursor, 'Connect Reason Code', 1, REASON_NAMES);
  else takeNumber(cursor, 'Connect Return Code', 1, RETURN_CODE_NAMES);
  const code = cursor.fields[cursor.fields.length - 1].text;
  if (isV5) takeProperties(cursor);
  return code;
}

function takePublish(cursor: Cursor, flags: number): string {
  const before = cursor.fields.length;
  takeBlock(cursor, 'Topic Name', true);
  const topic = cursor.fields.length === before + 2 ? cursor.fields[before + 1].text : '';
  if (flags & 6) takeNumber(cursor, 'Packet Identifier', 2);
  const { bytes, at, end } = cursor;
  if (cursor.problem !== null || at >= end) return topic;
  // Text does not begin with so low a byte, and other data seldom go on as properties must.
  if (bytes[at] < 0x20 && hasProperties(cursor)) takeProperties(cursor);
  if (cursor.at < end) cursor.fields.push(bytesField('Payload', bytes, cursor.at, end));
  cursor.at = end;
  return topic;
}

/** Topic filters, each with its options; in UNSUBSCRIBE without. */
function takeFilters(cursor: Cursor, hasOptions: boolean): void {
  while (cursor.at < cursor.end && cursor.problem === null) {
    takeBlock(cursor, 'Topic Filter', true);
    const { at } = cursor;
    if (!hasOptions) continue;
    const options = takeNumber(cursor, 'Subscription Options', 1);
    if (options === null) return;
    cursor.fields[cursor.fields.length - 1] = field('Subscription Options', at, 1, options, hexNumber(options, 2), [
      field('QoS', at, 1, options & 3),
      flag('No Local', at, options, 4),
      flag('Retain As Published', at, options, 8),
      field('Retain Handling', at, 1, (options >>> 4) & 3),
    ]);
  }
}

/** Whether topic filters fill the rest exactly: then no properties stand before them. */
function areFilters({ bytes, at, end }: Cursor, hasOptions: boolean): boolean {
  let place = at;
  while (place + 2 <= end) {
    const length = u16(bytes, place);
    place += 2 + length + (hasOptions ? 1 : 0);
    if (length === 0) return false;
  }
  return place === end;
}

function takeSubscribe(cursor: Cursor, hasOptions: boolean): string {
  takeNumber(cursor, 'Packet Identifier', 2);
  if (!areFilters(cursor, hasOptions)) takeProperties(cursor);
  takeFilters(cursor, hasOptions);
  const topics = cursor.fields.filter(({ name }) => name === 'Topic Filter').map(({ text }) => `[${text}]`);
  return topics.slice(0, 8).join(' ') + (topics.length > 8 ? ' …' : '');
}

function takeCodes(cursor: Cursor, name: string, names: Readonly<Record<number, string>>): void {
  while (cursor.at < cursor.end && cursor.problem === null) takeNumber(cursor, name, 1, names);
}

function takeSuback(cursor: Cursor): string {
  takeNumber(cursor, 'Packet Identifier', 2);
  const { bytes, at, end } = cursor;
  let isOld = true;
  for (let i = at; i < end; i++) if (GRANTED_NAMES[bytes[i]] === undefined) isOld = false;
  if (!isOld) takeProperties(cursor);
  takeCodes(cursor, isOld ? 'Return Code' : 'Reason Code', isOld ? GRANTED_NAMES : REASON_NAMES);
  return '';
}

/** A packet identifier, and in version 5 a reason code and properties where there is something to say. */
function takeAcknowledgment(cursor: Cursor, hasIdentifier: boolean): string {
  const id = hasIdentifier ? takeNumber(cursor, 'Packet Identifier', 2) : null;
  if (cursor.at < cursor.end) takeNumber(cursor, 'Reason Code', 1, REASON_NAMES);
  if (cursor.at < cursor.end) takeProperties(cursor);
  return id === null ? '' : `id=${id}`;
}

/** Takes what stands behind the fixed header, and answers with what of it is worth a word in the packet's line. */
export function takePacket(cursor: Cursor, type: number, flags: number): string {
  switch (type) {
    case PacketType.connect:
      return takeConnect(cursor);
    case PacketType.connack:
      return takeConnack(cursor);
    case PacketType.publish:
      return takePublish(cursor, flags);
    case PacketType.puback:
    case PacketType.pubrec:
    case PacketType.pubrel:
    case PacketType.pubcomp:
      return takeAcknowledgment(cursor, true);
    case PacketType.subscribe:
    case PacketType.unsubscribe:
      return takeSubscribe(cursor, type === PacketType.subscribe);
    case PacketType.suback:
      return takeSuback(cursor);
    case PacketType.unsuback:
      takeNumber(cursor, 'Packet Identifier', 2);
      if (cursor.at < cursor.end) takeProperties(cursor);
      takeCodes(cursor, 'Reason Code', REASON_NAMES);
      return '';
    case PacketType.disconnect:
    case PacketType.auth:
      return takeAcknowledgment(cursor, false);
    default:
      return '';
  }
}

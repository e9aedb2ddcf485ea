import { u16 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { isText, startsWith } from './text-lines.js';

/** How MQTT is told from other payloads: flags and lengths must agree; a protocol name, a topic or topic filters make it sure. */

/** Flags that packets other than PUBLISH must have. */
function hasRightFlags(type: number, flags: number): boolean {
  if (type === PacketType.publish) return (flags & 6) !== 6;
  const isTwo = type === PacketType.pubrel || type === PacketType.subscribe || type === PacketType.unsubscribe;
  return flags === (isTwo ? 2 : 0);
}

/** Text of `length` bytes without the wildcards of filters, unless they are allowed. */
function isTopic(bytes: Uint8Array, at: number, end: number, length: number, wildcards: boolean): boolean {
  const last = Math.min(end, at + length, at + 64);
  for (let i = at; i < last; i++) {
    if (!isText(bytes[i])) return false;
    if (!wildcards && (bytes[i] === 0x23 || bytes[i] === 0x2b)) return false;
  }
  return true;
}

function judgeConnect(bytes: Uint8Array, at: number, end: number): Likeness {
  if (end - at < 7) return Likeness.no;
  const isNew = u16(bytes, at) === 4 && startsWith(bytes, at + 2, end, 'MQTT');
  const isOld = u16(bytes, at) === 6 && startsWith(bytes, at + 2, end, 'MQISDP');
  return isNew || isOld ? Likeness.sure : Likeness.no;
}

const SURE_TOPIC = 4;
/** Of a message that goes on in the next segment, so that its length proves nothing. */
const SURE_TOPIC_OF_PART = 8;

function judgePublish(bytes: Uint8Array, at: number, end: number, last: number, wireEnd: number): Likeness {
  if (end - at < 3) return Likeness.no;
  const length = u16(bytes, at);
  if (at + 2 + length > last) return Likeness.no;
  // A topic that is no text: its length and that of the packet agree with what was sent.
  if (!isTopic(bytes, at + 2, end, length, false)) return last === wireEnd ? Likeness.perhaps : Likeness.no;
  const least = last > end ? SURE_TOPIC_OF_PART : SURE_TOPIC;
  return length >= least && length < 1024 ? Likeness.sure : Likeness.perhaps;
}

const FILTERS_LOOKED_AT = 16;

function judgeFilters(bytes: Uint8Array, at: number, end: number, last: number, options: number): Likeness {
  if (last > end || end - at < 5) return Likeness.no;
  let place = at + 2;
  // In version 5 properties stand before the filters; their length is below 128 in practice.
  if (bytes[place] !== 0 || place + 2 + u16(bytes, place) + options > last) place += 1 + bytes[place];
  else if (u16(bytes, place) === 0) place++;
  for (let i = 0; i < FILTERS_LOOKED_AT && place + 2 < last; i++) {
    const length = u16(bytes, place);
    if (length === 0 || place + 2 + length + options > last) break;
    if (!isTopic(bytes, place + 2, end, length, true)) return Likeness.no;
    place += 2 + length + options;
    if (place === last) return Likeness.sure;
  }
  // A filter of version 5 may look like one of 3.1.1 with a length beyond the end: tried from one byte on.
  place = at + 3;
  const length = place + 2 <= last ? u16(bytes, place) : 0;
  const fits = bytes[at + 2] === 0 && length > 0 && place + 2 + length + options === last;
  return fits && isTopic(bytes, place + 2, end, length, true) ? Likeness.sure : Likeness.no;
}

/** Reason codes of AUTH: success, continue, again (MQTT 5.0 section 3.15.2.1). */
function isAuthReason(code: number): boolean {
  return code === 0 || code === 0x18 || code === 0x19;
}

/** Properties at `at`, when there are any, end the packet as their length says (MQTT 5.0 section 2.2.2). */
function haveProperties(bytes: Uint8Array, at: number, end: number, last: number): boolean {
  if (at >= last || at >= end) return true;
  if (bytes[at] < 0x80) return at + 1 + bytes[at] === last;
  return at + 1 >= end || at + 2 + (bytes[at] & 0x7f) + 128 * bytes[at + 1] === last;
}

/** Judges the packet at `start`; what else is in the segment is judged when it is read. */
export const recognizeMqtt: Recognizer = (bytes, start, end, wireLength) => {
  const type = bytes[start] >>> 4;
  if (end - start < 2 || !hasRightFlags(type, bytes[start] & 15)) return Likeness.no;
  let length = bytes[start + 1] & 0x7f;
  let at = start + 2;
  for (let shift = 7; bytes[at - 1] >= 0x80; shift += 7) {
    if (shift > 21 || at >= end) return Likeness.no;
    length |= (bytes[at++] & 0x7f) << shift;
  }
  const last = at + length;
  if (type === PacketType.connect) return judgeConnect(bytes, at, end);
  if (type === PacketType.publish) return judgePublish(bytes, at, end, last, start + wireLength);
  if (last > start + wireLength) return Likeness.no;
  if (type === PacketType.subscribe) return judgeFilters(bytes, at, end, last, 1);
  if (type === PacketType.unsubscribe) return judgeFilters(bytes, at, end, last, 0);
  if (type === PacketType.connack) return judgeConnack(bytes, at, end, length, last === start + wireLength);
  if (type === PacketType.pingreq || type === PacketType.pingresp) return length === 0 ? Likeness.perhaps : Likeness.no;
  if (type === PacketType.disconnect || type === PacketType.auth) {
    if (length === 0) return last === start + wireLength ? Likeness.perhaps : Likeness.no;
    if (type === PacketType.auth && (at >= end || !isAuthReason(bytes[at]))) return Likeness.no;
    if (!haveProperties(bytes, at + 1, end, last)) return Likeness.no;
  } else if (type !== PacketType.suback && type !== PacketType.unsuback) {
    if (!haveProperties(bytes, at + 3, end, last)) return Likeness.no;
  }
  if (type === PacketType.disconnect && length < 128 && last === start + wireLength) return Likeness.perhaps;
  if (length < 2 || last !== start + wireLength) return length === 2 ? Likeness.perhaps : Likeness.no;
  return Likeness.perhaps;
};

/** Flags of one bit, a return code, and in version 5 properties whose length agrees. */
function judgeConnack(bytes: Uint8Array, at: number, end: number, length: number, isAll: boolean): Likeness {
  if (length < 2 || at + Math.min(3, length) > end || bytes[at] > 1) return Likeness.no;
  if (length === 2) return bytes[at + 1] > 5 ? Likeness.no : isAll ? Likeness.sure : Likeness.perhaps;
  const isCode = bytes[at + 1] === 0 || bytes[at + 1] >= 0x80;
  if (!isCode || (bytes[at + 2] < 0x80 && bytes[at + 2] !== length - 3)) return Likeness.no;
  return isAll ? Likeness.sure : Likeness.perhaps;
}
/** MQTT 5.0 section 2.1.2. */
export const PacketType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const;

export const mqtt: Application = {
  name: 'mqtt',
  title: 'MQTT',
  specification: 'MQTT 5.0, MQTT 3.1.1',
  tcp: { ports: [1883], leads: Array.from({ length: 240 }, (_, i) => 0x10 + i), recognize: recognizeMqtt },
};

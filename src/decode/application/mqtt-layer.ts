import { hexNumber } from '../../bytes/big-endian.js';
import { bytesField, field, firstProblem, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { PacketType } from './mqtt.js';
import { TYPE_NAMES, TYPE_WORDS } from './mqtt-names.js';
import { takePacket } from './mqtt-packets.js';
import { type Cursor, variableNumber } from './mqtt-parts.js';

/** MQTT: fixed header by MQTT 5.0 section 2.1, MQTT 3.1.1 section 2.2. Its length in bytes: 1, and 1 to 4 of the remaining length. */
export const Mqtt = { typeAndFlags: 0, remainingLength: 1 } as const;

export interface MqttView {
  type: number;
  flags: number;
  /** Bytes behind the fixed header. */
  remainingLength: number;
  /** Bytes that the remaining length is written in, 1 to 4: more than needed are allowed to be read. */
  lengthSize: number;
}

/** The fixed header at `at`; null when the remaining length does not end by `end` or within four bytes. */
export function viewMqtt(bytes: Uint8Array, at: number, end: number): MqttView | null {
  const length = at < end ? variableNumber(bytes, at + Mqtt.remainingLength, end) : null;
  if (length === null) return null;
  return { type: bytes[at] >>> 4, flags: bytes[at] & 15, remainingLength: length.value, lengthSize: length.size };
}

/** The fixed header's bytes; with `content` the remaining length is computed, and written as short as can be. */
export function emitMqtt(view: MqttView, compute: { content?: Uint8Array } = {}): Uint8Array {
  const bytes = [(view.type << 4) | view.flags];
  let rest = compute.content?.length ?? view.remainingLength;
  const least = compute.content === undefined ? view.lengthSize : 1;
  do {
    const more = rest >= 128 || bytes.length < least;
    bytes.push((rest % 128) | (more ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0 || bytes.length <= least);
  return new Uint8Array(bytes);
}

function flagFields({ type, flags }: MqttView, at: number): Field[] {
  if (type !== PacketType.publish) return [field('Reserved', at, 1, flags)];
  return [
    field('DUP', at, 1, (flags & 8) !== 0, flags & 8 ? 'set' : 'not set'),
    field('QoS', at, 1, (flags >>> 1) & 3),
    field('RETAIN', at, 1, (flags & 1) !== 0, flags & 1 ? 'set' : 'not set'),
  ];
}

function infoOf(type: number, said: string): string {
  if (said === '') return TYPE_WORDS[type];
  return type === PacketType.publish ? `${TYPE_WORDS[type]} [${said}]` : `${TYPE_WORDS[type]} ${said}`;
}

export function layerMqtt({ bytes, at, end, wireEnd }: Input): Step {
  const view = viewMqtt(bytes, at, end);
  if (view === null) return unreadable({ bytes, at, end });
  const content = at + Mqtt.remainingLength + view.lengthSize;
  const contentEnd = content + view.remainingLength;
  const cursor: Cursor = { bytes, at: content, end: Math.min(end, contentEnd), fields: [], problem: null };
  const said = takePacket(cursor, view.type, view.flags);
  if (cursor.at < cursor.end) cursor.fields.push(bytesField('Data', bytes, cursor.at, cursor.end));
  const info = infoOf(view.type, said);
  // What the segment does not hold follows in the next one; only the capture's own cut is damage.
  const goesOn = contentEnd > end && end === wireEnd;
  return {
    layer: {
      name: 'mqtt',
      title: 'MQTT',
      summary: goesOn ? `${info}  (${end - content} of ${view.remainingLength} bytes)` : info,
      start: at,
      end: cursor.end,
      fields: [
        field('Control Packet Type', at, 1, view.type, named(TYPE_NAMES, view.type)),
        field('Flags', at, 1, view.flags, hexNumber(view.flags, 1), flagFields(view, at)),
        field('Remaining Length', at + Mqtt.remainingLength, view.lengthSize, view.remainingLength),
        ...cursor.fields,
      ],
      problem: firstProblem(
        view.type === 0 && `MQTT packet type: 0 is reserved, at byte ${at}`,
        contentEnd > end && end < wireEnd && shortfall('MQTT packet', contentEnd - at, end - at, at),
        !goesOn && cursor.problem,
      ),
    },
    next: contentEnd < end ? { table: 'application', key: 0, at: contentEnd, wireEnd } : null,
    column: { info },
  };
}

function unreadable({ bytes, at, end }: Pick<Input, 'bytes' | 'at' | 'end'>): Step {
  const type = bytes[at] >>> 4;
  return {
    layer: {
      name: 'mqtt',
      title: 'MQTT',
      summary: TYPE_WORDS[type],
      start: at,
      end,
      fields: [
        field('Control Packet Type', at, 1, type, named(TYPE_NAMES, type)),
        field('Flags', at, 1, bytes[at] & 15, hexNumber(bytes[at] & 15, 1)),
      ],
      problem: `MQTT Remaining Length: no end among the ${Math.min(4, end - at - 1)} bytes available, at byte ${at + 1}`,
    },
    next: null,
    column: { info: TYPE_WORDS[type] },
  };
}

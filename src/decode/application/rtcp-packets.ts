import { hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { PacketType } from './rtcp.js';
import { textField } from './text-fields.js';

function sourceField(name: string, bytes: Uint8Array, at: number): Field {
  return field(name, at, 4, u32(bytes, at), hexNumber(u32(bytes, at), 8));
}

const NTP_TO_UNIX_SECONDS = 2_208_988_800;

function ntpText(seconds: number, fraction: number): string {
  const since = seconds - NTP_TO_UNIX_SECONDS;
  if (since < 0) return `${seconds}.${fraction}`;
  const micro = Math.floor((fraction / 2 ** 32) * 1e6);
  return `${new Date(since * 1000).toISOString().slice(0, 19)}.${String(micro).padStart(6, '0')}Z`;
}

const REPORT_LENGTH = 24;

function reportField(bytes: Uint8Array, at: number): Field {
  const lost = (bytes[at + 5] << 16) | u16(bytes, at + 6);
  const signed = lost >= 0x800000 ? lost - 0x1000000 : lost;
  const fraction = bytes[at + 4];
  const source = sourceField('SSRC', bytes, at);
  return field('Report Block', at, REPORT_LENGTH, u32(bytes, at), source.text, [
    source,
    field('Fraction Lost', at + 4, 1, fraction, `${fraction} / 256`),
    field('Cumulative Number of Packets Lost', at + 5, 3, signed),
    field('Extended Highest Sequence Number Received', at + 8, 4, u32(bytes, at + 8)),
    field('Interarrival Jitter', at + 12, 4, u32(bytes, at + 12)),
    field('Last SR', at + 16, 4, u32(bytes, at + 16), hexNumber(u32(bytes, at + 16), 8)),
    field('Delay since Last SR', at + 20, 4, u32(bytes, at + 20), `${(u32(bytes, at + 20) / 65536).toFixed(6)} s`),
  ]);
}

const SENDER_LENGTH = 20;

function senderFields(bytes: Uint8Array, at: number): Field[] {
  const seconds = u32(bytes, at);
  const fraction = u32(bytes, at + 4);
  return [
    field(
      'NTP Timestamp',
      at,
      8,
      (BigInt(seconds) * 0x1_0000_0000n + BigInt(fraction)).toString(),
      ntpText(seconds, fraction),
      [
        field('NTP Timestamp, Most Significant Word', at, 4, seconds),
        field('NTP Timestamp, Least Significant Word', at + 4, 4, fraction),
      ],
    ),
    field('RTP Timestamp', at + 8, 4, u32(bytes, at + 8)),
    field("Sender's Packet Count", at + 12, 4, u32(bytes, at + 12)),
    field("Sender's Octet Count", at + 16, 4, u32(bytes, at + 16)),
  ];
}

function reports(isSender: boolean, count: number, bytes: Uint8Array, at: number, end: number): Field[] {
  if (at + 4 > end) return [];
  const fields = [sourceField(isSender ? 'SSRC of Sender' : 'SSRC of Packet Sender', bytes, at)];
  let place = at + 4;
  if (isSender) {
    if (place + SENDER_LENGTH > end) return fields;
    fields.push(...senderFields(bytes, place));
    place += SENDER_LENGTH;
  }
  for (let i = 0; i < count && place + REPORT_LENGTH <= end; i++, place += REPORT_LENGTH) {
    fields.push(reportField(bytes, place));
  }
  if (place < end) fields.push(bytesField('Profile-Specific Extensions', bytes, place, end));
  return fields;
}

const ITEM_NAMES: Readonly<Record<number, string>> = {
  0: 'END',
  1: 'CNAME',
  2: 'NAME',
  3: 'EMAIL',
  4: 'PHONE',
  5: 'LOC',
  6: 'TOOL',
  7: 'NOTE',
  8: 'PRIV',
};

/** A source and its items, which end with an item of type 0 at a 32-bit boundary. */
function chunkField(bytes: Uint8Array, at: number, end: number): Field {
  const source = sourceField('SSRC/CSRC', bytes, at);
  const fields = [source];
  let place = at + 4;
  while (place < end && bytes[place] !== 0) {
    if (place + 2 > end) break;
    const next = place + 2 + bytes[place + 1];
    if (next > end) break;
    const type = ITEM_NAMES[bytes[place]] ?? `type ${bytes[place]}`;
    const text = textField('Text', bytes, place + 2, next);
    fields.push(
      field('SDES Item', place, next - place, bytes[place], `${type}: ${text.text}`, [
        field('Type', place, 1, bytes[place], named(ITEM_NAMES, bytes[place])),
        field('Length', place + 1, 1, bytes[place + 1]),
        text,
      ]),
    );
    place = next;
  }
  const isEnded = place < end && bytes[place] === 0;
  if (isEnded) fields.push(field('SDES Item', place, 1, 0, 'END', [field('Type', place, 1, 0, 'END (0)')]));
  const chunkEnd = isEnded ? Math.min(end, place + 4 - ((place - at) % 4)) : end;
  return field('Chunk', at, chunkEnd - at, u32(bytes, at), source.text, fields);
}

function chunks(count: number, bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  for (let place = at; fields.length < count && place + 4 <= end; place = fields[fields.length - 1].end) {
    fields.push(chunkField(bytes, place, end));
  }
  return fields;
}

function goodbye(count: number, bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  for (; fields.length < count && place + 4 <= end; place += 4) fields.push(sourceField('SSRC/CSRC', bytes, place));
  if (place < end && place + 1 + bytes[place] <= end) {
    fields.push(field('Reason Length', place, 1, bytes[place]));
    if (bytes[place] > 0) fields.push(textField('Reason for Leaving', bytes, place + 1, place + 1 + bytes[place]));
  }
  return fields;
}

function applicationDefined(bytes: Uint8Array, at: number, end: number): Field[] {
  if (at + 8 > end) return [];
  const fields = [sourceField('SSRC/CSRC', bytes, at), textField('Name', bytes, at + 4, at + 8)];
  if (at + 8 < end) fields.push(bytesField('Application-Dependent Data', bytes, at + 8, end));
  return fields;
}

function feedback(bytes: Uint8Array, at: number, end: number): Field[] {
  if (at + 8 > end) return [];
  const fields = [sourceField('SSRC of Packet Sender', bytes, at), sourceField('SSRC of Media Source', bytes, at + 4)];
  if (at + 8 < end) fields.push(bytesField('Feedback Control Information', bytes, at + 8, end));
  return fields;
}

/** Fields of bytes[at, end), the content of a packet of that type with `count` in its header. */
export function packetFields(
  { packetType, count }: { packetType: number; count: number },
  bytes: Uint8Array,
  at: number,
  end: number,
): Field[] {
  switch (packetType) {
    case PacketType.sr:
    case PacketType.rr:
      return reports(packetType === PacketType.sr, count, bytes, at, end);
    case PacketType.sdes:
      return chunks(count, bytes, at, end);
    case PacketType.bye:
      return goodbye(count, bytes, at, end);
    case PacketType.app:
      return applicationDefined(bytes, at, end);
    case PacketType.rtpfb:
    case PacketType.psfb:
      return feedback(bytes, at, end);
    default:
      return at < end ? [bytesField('Content', bytes, at, end)] : [];
  }
}

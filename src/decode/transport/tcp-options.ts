import { hexDigits, u16, u32 } from '../../bytes/big-endian.js';
import { field } from '../dissector.js';
import type { Field } from '../layer.js';

/** Options of TCP: RFC 9293 section 3.2, RFC 7323, RFC 2018 and the IANA registry "TCP Option Kind Numbers". */
export const TcpOption = {
  endOfList: 0,
  noOperation: 1,
  maximumSegmentSize: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamps: 8,
  md5: 19,
  userTimeout: 28,
  authentication: 29,
  multipath: 30,
  fastOpen: 34,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [TcpOption.endOfList]: 'End of Option List',
  [TcpOption.noOperation]: 'No-Operation',
  [TcpOption.maximumSegmentSize]: 'Maximum Segment Size',
  [TcpOption.windowScale]: 'Window Scale',
  [TcpOption.sackPermitted]: 'SACK Permitted',
  [TcpOption.sack]: 'SACK',
  [TcpOption.timestamps]: 'Timestamps',
  [TcpOption.md5]: 'MD5 Signature',
  [TcpOption.userTimeout]: 'User Timeout',
  [TcpOption.authentication]: 'TCP Authentication',
  [TcpOption.multipath]: 'Multipath TCP',
  [TcpOption.fastOpen]: 'TCP Fast Open Cookie',
  253: 'Experiment 1',
  254: 'Experiment 2',
};

function sackText(bytes: Uint8Array, at: number, end: number): string {
  const blocks: string[] = [];
  for (let place = at + 2; place + 8 <= end; place += 8) blocks.push(`${u32(bytes, place)}-${u32(bytes, place + 4)}`);
  return blocks.join(', ');
}

function optionText(bytes: Uint8Array, at: number, end: number): string {
  const length = end - at;
  switch (bytes[at]) {
    case TcpOption.maximumSegmentSize:
      if (length === 4) return String(u16(bytes, at + 2));
      break;
    case TcpOption.windowScale:
      // RFC 7323 section 2.3: a shift above 14 counts as 14.
      if (length === 3) return `${bytes[at + 2]} (multiply by ${2 ** Math.min(14, bytes[at + 2])})`;
      break;
    case TcpOption.sackPermitted:
      return 'permitted';
    case TcpOption.sack:
      return sackText(bytes, at, end);
    case TcpOption.timestamps:
      if (length === 10) return `value ${u32(bytes, at + 2)}, echo reply ${u32(bytes, at + 6)}`;
      break;
    case TcpOption.userTimeout:
      if (length === 4) return `${u16(bytes, at + 2) & 0x7fff} ${u16(bytes, at + 2) & 0x8000 ? 'minutes' : 'seconds'}`;
      break;
  }
  return hexDigits(bytes, at + 2, end);
}

/** One field an option. An option whose length is below 2 or beyond the header ends the list. */
export function tcpOptionFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const kind = bytes[place];
    const name = NAMES[kind] ?? `Option ${kind}`;
    if (kind === TcpOption.endOfList) {
      fields.push(field(name, place, end - place, kind, 'end'));
      break;
    }
    if (kind === TcpOption.noOperation) {
      fields.push(field(name, place, 1, kind, 'padding'));
      place++;
      continue;
    }
    const length = place + 1 < end ? bytes[place + 1] : 0;
    if (length < 2 || place + length > end) {
      fields.push(
        field('Malformed Option', place, end - place, kind, `${name} of ${length} bytes, ${end - place} available`),
      );
      break;
    }
    fields.push(
      field(name, place, length, hexDigits(bytes, place, place + length), optionText(bytes, place, place + length)),
    );
    place += length;
  }
  return fields;
}

import { hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field } from '../dissector.js';
import type { Field } from '../layer.js';
import { numberAt } from '../layout.js';
import { type OptionContent, type OptionKind, type OptionList, readOptions } from '../options.js';
import { readMultipath } from './tcp-multipath.js';

/**
 * Options of TCP: RFC 9293 section 3.2, window scale and timestamps RFC 7323, SACK RFC 2018, MD5 RFC 2385, user timeout RFC 5482, authentication RFC 5925,
 * fast open RFC 7413, experiments RFC 6994, accurate ECN RFC 9768, and the IANA registry "TCP Option Kind Numbers".
 */
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
  accurateEcn0: 172,
  accurateEcn1: 174,
} as const;

function segmentSize(bytes: Uint8Array, at: number): OptionContent {
  const size = u16(bytes, at);
  return { fields: [field('Maximum Segment Size', at, 2, size)], text: String(size) };
}

function windowScale(bytes: Uint8Array, at: number): OptionContent {
  const shift = bytes[at];
  // RFC 7323 section 2.3: a shift above 14 counts as 14.
  const text = `${shift} (multiply by ${2 ** Math.min(14, shift)})`;
  return { fields: [field('Shift Count', at, 1, shift, text)], text };
}

function sack(bytes: Uint8Array, at: number, end: number): OptionContent {
  const fields: Field[] = [];
  const blocks: string[] = [];
  for (let place = at; place + 8 <= end; place += 8) {
    fields.push(
      field('Left Edge of Block', place, 4, u32(bytes, place)),
      field('Right Edge of Block', place + 4, 4, u32(bytes, place + 4)),
    );
    blocks.push(`${u32(bytes, place)}-${u32(bytes, place + 4)}`);
  }
  return { fields, text: blocks.join(', ') };
}

function timestamps(bytes: Uint8Array, at: number): OptionContent {
  const [value, echo] = [u32(bytes, at), u32(bytes, at + 4)];
  return {
    fields: [field('TS Value (TSval)', at, 4, value), field('TS Echo Reply (TSecr)', at + 4, 4, echo)],
    text: `value ${value}, echo reply ${echo}`,
  };
}

function userTimeout(bytes: Uint8Array, at: number): OptionContent {
  const word = u16(bytes, at);
  const unit = word & 0x8000 ? 'minutes' : 'seconds';
  const text = `${word & 0x7fff} ${unit}`;
  return {
    fields: [field('Granularity', at, 2, word >>> 15 === 1, unit), field('User Timeout', at, 2, word & 0x7fff, text)],
    text,
  };
}

function authentication(bytes: Uint8Array, at: number, end: number): OptionContent {
  const mac = bytesField('MAC', bytes, at + 2, end);
  return {
    fields: [field('KeyID', at, 1, bytes[at]), field('RNextKeyID', at + 1, 1, bytes[at + 1]), mac],
    text: `key ${bytes[at]}, next key ${bytes[at + 1]}, MAC ${mac.text}`,
  };
}

/** A single field with all the bytes. */
function whole(name: string, none = ''): NonNullable<OptionKind['read']> {
  return (bytes, at, end) => {
    const data = bytesField(name, bytes, at, end);
    return { fields: at < end ? [data] : [], text: data.text || none };
  };
}

const FAST_OPEN = 0xf989;

/** IANA registry "TCP Experimental Option Experiment Identifiers", those of 16 bits. */
const EXPERIMENTS: Readonly<Record<number, string>> = {
  63881: 'TCP Fast Open Cookie',
  44238: 'AccECN',
  58068: 'SMC-R',
};

function experiment(bytes: Uint8Array, at: number, end: number): OptionContent {
  if (end - at < 2) return whole('Data')(bytes, at, end);
  const id = u16(bytes, at);
  const fields = [field('ExID', at, 2, id, hexNumber(id, 4))];
  if (at + 2 < end) fields.push(bytesField(id === FAST_OPEN ? 'Cookie' : 'Data', bytes, at + 2, end));
  return { fields, text: EXPERIMENTS[id] ?? hexNumber(id, 4) };
}

/** Counters of RFC 9768 section 3.2.3, as many as there is room for. */
function accurateEcn(...names: string[]): NonNullable<OptionKind['read']> {
  return (bytes, at, end) => {
    const present = names.slice(0, Math.floor((end - at) / 3));
    const fields = present.map((name, index) => field(name, at + 3 * index, 3, numberAt(bytes, at + 3 * index, 3)));
    return { fields, text: fields.map(({ name, value }) => `${name} ${value}`).join(', ') };
  };
}

const even = (from: number, to: number) => Array.from({ length: (to - from) / 2 + 1 }, (_, index) => from + 2 * index);

const KINDS: Readonly<Record<number, OptionKind>> = {
  [TcpOption.endOfList]: { name: 'End of Option List' },
  [TcpOption.noOperation]: { name: 'No-Operation' },
  [TcpOption.maximumSegmentSize]: { name: 'Maximum Segment Size', lengths: [4], read: segmentSize },
  [TcpOption.windowScale]: { name: 'Window Scale', lengths: [3], read: windowScale },
  [TcpOption.sackPermitted]: { name: 'SACK Permitted', lengths: [2], read: () => ({ fields: [], text: 'permitted' }) },
  [TcpOption.sack]: { name: 'SACK', lengths: [10, 18, 26, 34], read: sack },
  6: { name: 'Echo' },
  7: { name: 'Echo Reply' },
  [TcpOption.timestamps]: { name: 'Timestamps', lengths: [10], read: timestamps },
  9: { name: 'Partial Order Connection Permitted' },
  10: { name: 'Partial Order Service Profile' },
  11: { name: 'CC' },
  12: { name: 'CC.NEW' },
  13: { name: 'CC.ECHO' },
  14: { name: 'TCP Alternate Checksum Request' },
  15: { name: 'TCP Alternate Checksum Data' },
  18: { name: 'Trailer Checksum' },
  [TcpOption.md5]: { name: 'MD5 Signature', lengths: [18], read: whole('MD5 Digest') },
  20: { name: 'SCPS Capabilities' },
  21: { name: 'Selective Negative Acknowledgements' },
  22: { name: 'Record Boundaries' },
  23: { name: 'Corruption Experienced' },
  27: { name: 'Quick-Start Response' },
  [TcpOption.userTimeout]: { name: 'User Timeout', lengths: [4], read: userTimeout },
  [TcpOption.authentication]: {
    name: 'TCP Authentication',
    lengths: Array.from({ length: 37 }, (_, index) => 4 + index),
    read: authentication,
  },
  [TcpOption.multipath]: { name: 'Multipath TCP', read: readMultipath },
  [TcpOption.fastOpen]: {
    name: 'TCP Fast Open Cookie',
    lengths: [2, ...even(6, 18)],
    read: whole('Cookie', 'request'),
  },
  69: { name: 'Encryption Negotiation' },
  [TcpOption.accurateEcn0]: {
    name: 'Accurate ECN Order 0',
    lengths: [2, 5, 8, 11],
    read: accurateEcn('EE0B', 'ECEB', 'EE1B'),
  },
  [TcpOption.accurateEcn1]: {
    name: 'Accurate ECN Order 1',
    lengths: [2, 5, 8, 11],
    read: accurateEcn('EE1B', 'ECEB', 'EE0B'),
  },
  253: { name: 'Experiment 1', read: experiment },
  254: { name: 'Experiment 2', read: experiment },
};

const GRAMMAR = { protocol: 'TCP', typeName: 'Kind', lengthName: 'Length', kinds: KINDS };

/** One field an option, and what is wrong with the first that is. */
export function readTcpOptions(bytes: Uint8Array, at: number, end: number): OptionList {
  return readOptions(GRAMMAR, bytes, at, end);
}

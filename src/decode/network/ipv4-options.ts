import { formatIpv4 } from '../../bytes/address.js';
import { u16, u32 } from '../../bytes/big-endian.js';
import { counted } from '../../bytes/size.js';
import { bytesField, field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { hex, ipv4Address, lay, type Part, raw, unsigned } from '../layout.js';
import { type OptionContent, type OptionKind, type OptionList, readOptions } from '../options.js';

/**
 * Options of IPv4: RFC 791 section 3.1, security RFC 1108, router alert RFC 2113, quick start RFC 4782, traceroute RFC 1393, CIPSO, and the IANA registry
 * "IP Option Numbers".
 */
export const Ipv4Option = {
  endOfList: 0,
  noOperation: 1,
  recordRoute: 7,
  quickStart: 25,
  timestamp: 68,
  traceroute: 82,
  security: 130,
  looseRoute: 131,
  cipso: 134,
  streamId: 136,
  strictRoute: 137,
  routerAlert: 148,
} as const;

/** Pointer and addresses: those before the pointer were passed, those from it on are to come. */
function route(bytes: Uint8Array, at: number, end: number): OptionContent {
  if (at >= end) return { fields: [], text: '' };
  const pointer = bytes[at];
  const fields: Field[] = [field('Pointer', at, 1, pointer)];
  const hops: string[] = [];
  for (let place = at + 1; place + 4 <= end; place += 4) {
    const address = formatIpv4(bytes, place);
    // The pointer counts from 1, from the option's first byte, which is 2 bytes before `at`.
    const isNext = place - at + 3 === pointer;
    fields.push(field('Route Data', place, 4, address, isNext ? `${address} (next)` : address));
    hops.push(address);
  }
  const rest = end - ((end - at - 1) & 3);
  if (rest < end) fields.push(bytesField('Data', bytes, rest, end));
  return { fields, text: [`pointer ${pointer}`, ...hops].join(', ') };
}

const TIMESTAMP_FLAGS: Readonly<Record<number, string>> = {
  0: 'time stamps only',
  1: 'time stamps and addresses',
  3: 'time stamps for prespecified addresses',
};
const NON_STANDARD = 0x80000000;

/** Milliseconds since midnight UT, or with the high bit set something else. */
function millisecondsText(value: number): string {
  return value >= NON_STANDARD ? `${value} (non-standard)` : `${value} ms since midnight UT`;
}

function timestamp(bytes: Uint8Array, at: number, end: number): OptionContent {
  if (end - at < 2) return { fields: [bytesField('Data', bytes, at, end)], text: '' };
  const flag = bytes[at + 1] & 15;
  const overflow = bytes[at + 1] >>> 4;
  const fields = [
    field('Pointer', at, 1, bytes[at]),
    field('Overflow', at + 1, 1, overflow),
    field('Flag', at + 1, 1, flag, named(TIMESTAMP_FLAGS, flag)),
  ];
  const shown: string[] = [];
  const step = flag === 0 ? 4 : 8;
  let place = at + 2;
  for (; place + step <= end; place += step) {
    const time = u32(bytes, place + step - 4);
    if (step === 8) fields.push(field('Internet Address', place, 4, formatIpv4(bytes, place)));
    fields.push(field('Timestamp', place + step - 4, 4, time, millisecondsText(time)));
    shown.push(step === 8 ? `${formatIpv4(bytes, place)} ${time}` : String(time));
  }
  if (place < end) fields.push(bytesField('Data', bytes, place, end));
  return { fields, text: [`pointer ${bytes[at]}, overflow ${overflow}, flag ${flag}`, ...shown].join(', ') };
}

const ALERTS: Readonly<Record<number, string>> = { 0: 'router shall examine packet' };

function routerAlert(bytes: Uint8Array, at: number): OptionContent {
  const value = u16(bytes, at);
  const text = named(ALERTS, value);
  return { fields: [field('Value', at, 2, value, text)], text };
}

const LEVELS: Readonly<Record<number, string>> = {
  61: 'Top Secret',
  90: 'Secret',
  150: 'Confidential',
  171: 'Unclassified',
};

/** RFC 1108 section 2; the form of RFC 791 is 11 bytes long. */
function security(bytes: Uint8Array, at: number, end: number): OptionContent {
  if (end - at === 9) {
    const laid = lay('IPv4 Security option', bytes, at, end, [
      ['Security', 2, hex],
      ['Compartments', 2, hex],
      ['Handling Restrictions', 2, hex],
      ['Transmission Control Code', 3, raw],
    ]);
    return { fields: laid.fields, text: `security ${laid.fields[0].text}` };
  }
  if (at >= end) return { fields: [], text: '' };
  const text = named(LEVELS, bytes[at]);
  const fields = [field('Classification Level', at, 1, bytes[at], text)];
  if (at + 1 < end) fields.push(bytesField('Protection Authority Flags', bytes, at + 1, end));
  return { fields, text };
}

/** Domain of interpretation, then tags of type, length and content. */
function cipso(bytes: Uint8Array, at: number, end: number): OptionContent {
  const fields = [field('Domain of Interpretation', at, 4, u32(bytes, at))];
  let place = at + 4;
  while (place + 2 <= end && bytes[place + 1] >= 2 && place + bytes[place + 1] <= end) {
    const stop = place + bytes[place + 1];
    fields.push({
      ...bytesField('Tag', bytes, place, stop),
      fields: [
        field('Tag Type', place, 1, bytes[place]),
        field('Tag Length', place + 1, 1, bytes[place + 1]),
        ...(place + 2 < stop ? [bytesField('Tag Information', bytes, place + 2, stop)] : []),
      ],
    });
    place = stop;
  }
  if (place < end) fields.push(bytesField('Data', bytes, place, end));
  return { fields, text: `domain of interpretation ${u32(bytes, at)}, ${counted(fields.length - 1, 'tag')}` };
}

/** Parts of fixed length. */
function parts(what: string, list: readonly Part[]): NonNullable<OptionKind['read']> {
  return (bytes, at, end) => {
    const { fields, problem } = lay(`IPv4 ${what} option`, bytes, at, end, list);
    return {
      fields,
      text: list.length === 1 ? fields[0].text : fields.map(({ name, text }) => `${name} ${text}`).join(', '),
      problem,
    };
  };
}

const KINDS: Readonly<Record<number, OptionKind>> = {
  [Ipv4Option.endOfList]: { name: 'End of Option List' },
  [Ipv4Option.noOperation]: { name: 'No Operation' },
  [Ipv4Option.recordRoute]: { name: 'Record Route', read: route },
  [Ipv4Option.quickStart]: {
    name: 'Quick-Start',
    lengths: [8],
    read: parts('Quick-Start', [
      ['Function and Rate', 1, hex],
      ['QS TTL', 1],
      ['QS Nonce', 4, hex],
    ]),
  },
  [Ipv4Option.timestamp]: { name: 'Internet Timestamp', read: timestamp },
  [Ipv4Option.traceroute]: {
    name: 'Traceroute',
    lengths: [12],
    read: parts('Traceroute', [
      ['ID Number', 2],
      ['Outbound Hop Count', 2],
      ['Return Hop Count', 2],
      ['Originator IP Address', 4, ipv4Address],
    ]),
  },
  [Ipv4Option.security]: { name: 'Security', read: security },
  [Ipv4Option.looseRoute]: { name: 'Loose Source and Record Route', read: route },
  133: { name: 'Extended Security' },
  [Ipv4Option.cipso]: {
    name: 'Commercial Security',
    lengths: Array.from({ length: 35 }, (_, index) => 6 + index),
    read: cipso,
  },
  [Ipv4Option.streamId]: {
    name: 'Stream Identifier',
    lengths: [4],
    read: parts('Stream Identifier', [['Stream ID', 2, unsigned]]),
  },
  [Ipv4Option.strictRoute]: { name: 'Strict Source and Record Route', read: route },
  [Ipv4Option.routerAlert]: { name: 'Router Alert', lengths: [4], read: routerAlert },
};

const CLASSES: Readonly<Record<number, string>> = { 0: 'control', 2: 'debugging and measurement' };

function typeFields(type: number, at: number): Field[] {
  const optionClass = (type >>> 5) & 3;
  return [
    field('Copied Flag', at, 1, type >>> 7 === 1, type >>> 7 ? 'copied on fragmentation' : 'not copied'),
    field('Option Class', at, 1, optionClass, named(CLASSES, optionClass)),
    field('Option Number', at, 1, type & 31),
  ];
}

const GRAMMAR = { protocol: 'IPv4', typeName: 'Type', lengthName: 'Length', kinds: KINDS, typeFields };

/** One field an option, and what is wrong with the first that is. */
export function readIpv4Options(bytes: Uint8Array, at: number, end: number): OptionList {
  return readOptions(GRAMMAR, bytes, at, end);
}

/** Where the last address of a source route stands that is not used up: the destination of checksums (RFC 9293 section 3.1). null without one. */
export function routeDestination(bytes: Uint8Array, at: number, end: number): number | null {
  let place = at;
  while (place + 3 <= end) {
    const type = bytes[place];
    if (type === Ipv4Option.endOfList) return null;
    if (type === Ipv4Option.noOperation) {
      place++;
      continue;
    }
    const length = bytes[place + 1];
    if (length < 2 || place + length > end) return null;
    const isRoute = type === Ipv4Option.looseRoute || type === Ipv4Option.strictRoute;
    // The pointer counts from 1; beyond the last address the route is used up.
    if (isRoute && length >= 7 && bytes[place + 2] + 3 <= length)
      return place + 3 + 4 * Math.floor((length - 3) / 4) - 4;
    place += length;
  }
  return null;
}

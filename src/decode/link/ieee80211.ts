import { formatMac } from '../../bytes/address.js';
import { hexNumber } from '../../bytes/big-endian.js';
import { little16, little32, setLittle16, setLittle32 } from '../../bytes/little-endian.js';
import {
  bytesField,
  Direct,
  field,
  header,
  type Input,
  type LayerFunction,
  type Next,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import type { Laid } from '../layout.js';
import { macField } from './ethernet.js';
import { addressesOf, FrameType, frameName, isDataCarrier } from './ieee80211-frames.js';
import { managementBody } from './ieee80211-management.js';

/**
 * Wireless LAN: IEEE 802.11-2020 section 9.2. Numbers are little-endian. Offsets in bytes; which fields stand behind address 1 depends on type, subtype
 * and flags, so their places are found by `viewIeee80211`.
 */
export const Ieee80211 = {
  frameControl: 0,
  flags: 1,
  duration: 2,
  address1: 4,
  address2: 10,
  address3: 16,
  sequenceControl: 22,
  length: 10,
} as const;

export const Ieee80211Flag = {
  toDs: 0x01,
  fromDs: 0x02,
  moreFragments: 0x04,
  retry: 0x08,
  powerManagement: 0x10,
  moreData: 0x20,
  protectedFrame: 0x40,
  htControl: 0x80,
} as const;

export interface Ieee80211View {
  version: number;
  type: number;
  subtype: number;
  flags: number;
  duration: number;
  /** One to four addresses of 6 bytes; views, not copies. */
  addresses: Uint8Array[];
  /** Fragment number in the low 4 bits; null in control frames. */
  sequenceControl: number | null;
  qosControl: number | null;
  htControl: number | null;
  headerLength: number;
}

const SEQUENCE_LENGTH = 2;
const QOS_LENGTH = 2;
const HT_LENGTH = 4;

interface Shape {
  addresses: number;
  sequence: boolean;
  qos: boolean;
  ht: boolean;
  length: number;
}

/** Which fields a header has by its first two bytes. */
function shapeOf(control: number, flags: number): Shape {
  const type = (control >>> 2) & 3;
  const subtype = control >>> 4;
  const ordered = (flags & Ieee80211Flag.htControl) !== 0;
  if (type === FrameType.control || type === FrameType.extension) {
    const addresses = type === FrameType.control ? addressesOf(subtype) : 1;
    return { addresses, sequence: false, qos: false, ht: false, length: 4 + 6 * addresses };
  }
  const data = type === FrameType.data;
  const both = Ieee80211Flag.toDs | Ieee80211Flag.fromDs;
  const addresses = data && (flags & both) === both ? 4 : 3;
  const qos = data && (subtype & 8) !== 0;
  const ht = ordered && (qos || !data);
  const length = 4 + 6 * addresses + SEQUENCE_LENGTH + (qos ? QOS_LENGTH : 0) + (ht ? HT_LENGTH : 0);
  return { addresses, sequence: true, qos, ht, length };
}

/** The header at `at`, or null when it does not end by `end`. */
export function viewIeee80211(bytes: Uint8Array, at: number, end: number): Ieee80211View | null {
  if (end - at < Ieee80211.length) return null;
  const flags = bytes[at + Ieee80211.flags];
  const shape = shapeOf(bytes[at], flags);
  if (end - at < shape.length) return null;
  const addresses = [4, 10, 16].slice(0, shape.addresses).map((place) => bytes.subarray(at + place, at + place + 6));
  // The fourth address stands behind the sequence control field.
  let place = at + (shape.sequence ? Ieee80211.sequenceControl + SEQUENCE_LENGTH : shape.length);
  if (shape.addresses === 4) {
    addresses.push(bytes.subarray(place, place + 6));
    place += 6;
  }
  const qosControl = shape.qos ? little16(bytes, place) : null;
  if (shape.qos) place += QOS_LENGTH;
  return {
    version: bytes[at] & 3,
    type: (bytes[at] >>> 2) & 3,
    subtype: bytes[at] >>> 4,
    flags,
    duration: little16(bytes, at + Ieee80211.duration),
    addresses,
    sequenceControl: shape.sequence ? little16(bytes, at + Ieee80211.sequenceControl) : null,
    qosControl,
    htControl: shape.ht ? little32(bytes, place) : null,
    headerLength: shape.length,
  };
}

export function emitIeee80211(view: Ieee80211View): Uint8Array {
  const bytes = new Uint8Array(view.headerLength);
  bytes[0] = view.version | (view.type << 2) | (view.subtype << 4);
  bytes[Ieee80211.flags] = view.flags;
  setLittle16(bytes, Ieee80211.duration, view.duration);
  view.addresses.slice(0, 3).forEach((address, index) => {
    bytes.set(address, Ieee80211.address1 + 6 * index);
  });
  if (view.sequenceControl === null) return bytes;
  setLittle16(bytes, Ieee80211.sequenceControl, view.sequenceControl);
  let place = Ieee80211.sequenceControl + SEQUENCE_LENGTH;
  if (view.addresses.length === 4) {
    bytes.set(view.addresses[3], place);
    place += 6;
  }
  if (view.qosControl !== null) {
    setLittle16(bytes, place, view.qosControl);
    place += QOS_LENGTH;
  }
  if (view.htControl !== null) setLittle32(bytes, place, view.htControl);
  return bytes;
}

const FLAG_NAMES: [number, string][] = [
  [Ieee80211Flag.toDs, 'To DS'],
  [Ieee80211Flag.fromDs, 'From DS'],
  [Ieee80211Flag.moreFragments, 'More Fragments'],
  [Ieee80211Flag.retry, 'Retry'],
  [Ieee80211Flag.powerManagement, 'Power Management'],
  [Ieee80211Flag.moreData, 'More Data'],
  [Ieee80211Flag.protectedFrame, 'Protected Frame'],
  [Ieee80211Flag.htControl, '+HTC'],
];

/** Source and destination by the DS bits (table 9-30); the addresses are those of the frame's ends where it names them. */
function endpoints(view: Ieee80211View): { source?: string; destination?: string } {
  const text = (index: number): string | undefined =>
    index < view.addresses.length ? formatMac(view.addresses[index], 0) : undefined;
  if (view.type !== FrameType.data) return { source: text(1), destination: text(0) };
  const toDs = (view.flags & Ieee80211Flag.toDs) !== 0;
  const fromDs = (view.flags & Ieee80211Flag.fromDs) !== 0;
  return { source: text(fromDs ? (toDs ? 3 : 2) : 1), destination: text(toDs ? 2 : 0) };
}

function fieldsOf(view: Ieee80211View, bytes: Uint8Array, at: number): Field[] {
  const names = FLAG_NAMES.filter(([bit]) => view.flags & bit).map(([, name]) => name);
  const bits = FLAG_NAMES.map(([bit, name]) =>
    field(name, at + 1, 1, (view.flags & bit) !== 0, view.flags & bit ? 'set' : 'not set'),
  );
  const fields = [
    field(
      'Frame Control',
      at,
      2,
      little16(bytes, at),
      `${frameName(view.type, view.subtype)} ${names.join(', ')}`.trim(),
      [
        field('Protocol Version', at, 1, view.version),
        field('Type', at, 1, view.type),
        field('Subtype', at, 1, view.subtype, frameName(view.type, view.subtype)),
        ...bits,
      ],
    ),
    field('Duration/ID', at + Ieee80211.duration, 2, view.duration),
  ];
  for (let index = 0; index < Math.min(3, view.addresses.length); index++) {
    fields.push(macField(`Address ${index + 1}`, bytes, at + Ieee80211.address1 + 6 * index));
  }
  if (view.sequenceControl === null) return fields;
  const { sequenceControl } = view;
  const sequenceText = `fragment ${sequenceControl & 15}, sequence ${sequenceControl >>> 4}`;
  const sequencePlace = at + Ieee80211.sequenceControl;
  fields.push(
    field('Sequence Control', sequencePlace, 2, sequenceControl, sequenceText, [
      field('Fragment Number', sequencePlace, 1, sequenceControl & 15),
      field('Sequence Number', sequencePlace, 2, sequenceControl >>> 4),
    ]),
  );
  let place = at + Ieee80211.sequenceControl + SEQUENCE_LENGTH;
  if (view.addresses.length === 4) {
    fields.push(macField('Address 4', bytes, place));
    place += 6;
  }
  if (view.qosControl !== null) {
    fields.push(
      field('QoS Control', place, 2, view.qosControl, `${hexNumber(view.qosControl, 4)} TID ${view.qosControl & 15}`),
    );
    place += QOS_LENGTH;
  }
  if (view.htControl !== null) fields.push(field('HT Control', place, 4, view.htControl, hexNumber(view.htControl, 8)));
  return fields;
}

/** QoS control: the payload is several frames, each with a header of its own (A-MSDU). */
const AGGREGATE = 0x80;

function nextOf(view: Ieee80211View, at: number, wireEnd: number): Next {
  const bound = Math.max(at, wireEnd);
  const clear = (view.flags & Ieee80211Flag.protectedFrame) === 0;
  const whole = view.sequenceControl === null || (view.sequenceControl & 15) === 0;
  const single = view.qosControl === null || (view.qosControl & AGGREGATE) === 0;
  const hasLlc = isDataCarrier(view.type, view.subtype) && clear && whole && single;
  return { table: hasLlc ? 'direct' : 'data', key: Direct.llc, at, wireEnd: bound };
}

function cutStep(input: Input): Step {
  const { bytes, at, end } = input;
  const shape = shapeOf(bytes[at], bytes[at + Ieee80211.flags]);
  const extended = new Uint8Array(at + shape.length);
  extended.set(bytes.subarray(0, end));
  const view = viewIeee80211(extended, at, extended.length)!;
  const fields = fieldsOf(view, extended, at).filter((one) => one.end <= end);
  const problem = shortfall('802.11 header', shape.length, end - at, at);
  const summary = `${frameName(view.type, view.subtype)}  cut after ${end - at} of ${shape.length} bytes`;
  return { layer: { name: 'wlan', title: '802.11', summary, start: at, end, fields, problem }, next: null };
}

/** The body of a frame that is no data frame: of a management frame in the clear its fields, of others the bytes. */
function bodyOf(view: Ieee80211View, bytes: Uint8Array, at: number, end: number): { laid: Laid; words: string } {
  const encrypted = (view.flags & Ieee80211Flag.protectedFrame) !== 0;
  // A later fragment begins anywhere in the body.
  const isFirst = view.sequenceControl !== null && (view.sequenceControl & 15) === 0;
  const isWhole = isFirst && (view.flags & Ieee80211Flag.moreFragments) === 0;
  if (view.type === FrameType.management && isWhole && !encrypted) return managementBody(view.subtype, bytes, at, end);
  const fields = at < end ? [bytesField('Frame Body', bytes, at, end)] : [];
  return { laid: { fields, at: end, problem: null }, words: encrypted ? 'encrypted' : '' };
}

/** `alignment`: some drivers pad the header to a multiple of 4 bytes before the payload. */
function layer(alignment: number): LayerFunction {
  return header('802.11 header', Ieee80211.length, (input: Input): Step => {
    const { bytes, at, end } = input;
    const view = viewIeee80211(bytes, at, end);
    if (view === null) return cutStep(input);
    const { source, destination } = endpoints(view);
    const kind = frameName(view.type, view.subtype);
    const start = Math.min(end, at + Math.ceil(view.headerLength / alignment) * alignment);
    const headerEnd = at + view.headerLength;
    // What management and control frames carry belongs to 802.11 itself.
    const own = view.type !== FrameType.data;
    const { laid, words } = bodyOf(view, bytes, headerEnd, own ? end : headerEnd);
    const info = words === '' ? kind : `${kind}, ${words}`;
    return {
      layer: {
        name: 'wlan',
        title: '802.11',
        summary: `${source === undefined ? '' : `${source} → `}${destination}  ${info}`,
        start: at,
        end: own ? end : headerEnd,
        fields: [...fieldsOf(view, bytes, at), ...laid.fields],
        problem: view.version === 0 ? laid.problem : `802.11 version: ${view.version}, 0 required, at byte ${at}`,
      },
      next: own ? null : nextOf(view, start, input.wireEnd),
      column: { source, destination, info },
    };
  });
}

const layerIeee80211 = layer(1);
const layerIeee80211Aligned = layer(4);

export const ieee80211: Protocol = {
  name: 'wlan',
  title: '802.11',
  specification: 'IEEE 802.11-2020',
  layer: layerIeee80211,
};

export const ieee80211Aligned: Protocol = {
  name: 'wlan',
  title: '802.11',
  specification: 'IEEE 802.11-2020',
  layer: layerIeee80211Aligned,
};

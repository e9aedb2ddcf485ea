import type { CaptureDescription, Damage } from '../../formats/model.js';
import type { Encapsulation } from '../encapsulation.js';
import type { ExactFlowTimes } from '../flow-columns.js';

/** Checks of what a sidecar says: it is a file that anybody may have written. */
export type Check = (value: unknown) => boolean;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A whole number from 0 to `most`. */
export function isCount(value: unknown, most: number = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}

const isInteger: Check = (value) => Number.isSafeInteger(value);
const isText: Check = (value) => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || typeof value === 'string';
const isU8: Check = (value) => isCount(value, 0xff);
const isU16: Check = (value) => isCount(value, 0xffff);
const isU32: Check = (value) => isCount(value, 0xffffffff);
const isCountOrNull: Check = (value) => value === null || isCount(value);
/** Nanoseconds, or null for no time. */
export const isTime: Check = (value) => value === null || typeof value === 'bigint';
const isFormat: Check = (value) => value === 'pcap' || value === 'pcapng';
const isByteOrder: Check = (value) => value === 'little' || value === 'big';
const isNull: Check = (value) => value === null;

/** An object of exactly these fields, in any order. */
function record(fields: Record<string, Check>): Check {
  const names = Object.keys(fields);
  return (value) =>
    isRecord(value) && Object.keys(value).length === names.length && names.every((name) => fields[name](value[name]));
}

export function isArrayOf(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.every(check);
}

const arrayOf =
  (check: Check): Check =>
  (value) =>
    isArrayOf(value, check);

const isOption = record({ code: isU16, value: (value) => value instanceof Uint8Array });

const isSection = record({
  byteOrder: isByteOrder,
  offset: (value) => isCount(value),
  firstInterface: (value) => isCount(value),
  length: isCountOrNull,
  options: arrayOf(isOption),
});

const isInterface = record({
  id: (value) => isCount(value),
  section: (value) => isCount(value),
  linkType: isU16,
  snapLength: isU32,
  name: isTextOrNull,
  description: isTextOrNull,
  filter: isTextOrNull,
  os: isTextOrNull,
  timestampResolution: isU8,
  timestampOffset: (value) => typeof value === 'bigint',
  fcsLength: isCountOrNull,
  options: arrayOf(isOption),
});

const isPcapHeader = record({
  magic: isU32,
  versionMajor: isU16,
  versionMinor: isU16,
  zone: isInteger,
  accuracy: isInteger,
  snapLength: isU32,
  linkWord: isU32,
  recordHeaderLength: (value) => value === 16 || value === 24,
});

const hasDescriptionFields = record({
  format: isFormat,
  pcap: (value) => value === null || isPcapHeader(value),
  sections: arrayOf(isSection),
  interfaces: arrayOf(isInterface),
  names: arrayOf(record({ address: isText, name: isText })),
  compression: isNull,
});

/** A description whose sections and interfaces refer to each other as they should. */
export function isDescription(value: unknown): value is CaptureDescription {
  if (!hasDescriptionFields(value)) return false;
  const { format, pcap, sections, interfaces } = value as CaptureDescription;
  if ((format === 'pcap') !== (pcap !== null) || sections.length === 0) return false;
  if (format === 'pcap' && (sections.length !== 1 || interfaces.length !== 1)) return false;
  const interfacesFit = interfaces.every(({ id, section }, i) => id === i && section < sections.length);
  return (
    interfacesFit &&
    sections.every(
      ({ firstInterface, offset }, i) =>
        firstInterface <= interfaces.length &&
        (i === 0 || (firstInterface >= sections[i - 1].firstInterface && offset > sections[i - 1].offset)),
    )
  );
}

const isDamage = record({
  packet: (value) => isCount(value),
  offset: (value) => isCount(value),
  reason: isText,
  skipped: (value) => isCount(value),
});

export function isDamageList(value: unknown): value is Damage[] {
  return isArrayOf(value, isDamage);
}

const isEncapsulation = record({
  linkType: isInteger,
  outerType: isInteger,
  vlans: arrayOf(isU16),
  mpls: arrayOf(isU32),
  pppoeSession: isCountOrNull,
  etherType: isInteger,
  networkOffset: isInteger,
  layers: arrayOf(isText),
  tags: arrayOf(isInteger),
});

/** `count` ways of wrapping, each with (kind, value) pairs that fit the outline of a packet. */
export function isEncapsulationList(value: unknown, count: number, mostTags: number): value is Encapsulation[] {
  return (
    isArrayOf(value, isEncapsulation) &&
    (value as Encapsulation[]).length === count &&
    (value as Encapsulation[]).every(({ tags }) => tags.length % 2 === 0 && tags.length <= mostTags)
  );
}

const isExactFlowTimes = record({
  first: (value) => typeof value === 'bigint',
  last: (value) => typeof value === 'bigint',
  firstDirection: (value) => value === 0 || value === 1,
});

/** A map from ordinals below `limit`. */
function isMapBelow(value: unknown, limit: number, check: Check): boolean {
  if (!(value instanceof Map)) return false;
  for (const [key, item] of value) if (!isCount(key, limit - 1) || !check(item)) return false;
  return true;
}

export function isFlowTimes(value: unknown, flows: number): value is Map<number, ExactFlowTimes> {
  return isMapBelow(value, flows, isExactFlowTimes);
}

export function isRowTimes(value: unknown, rows: number): value is Map<number, bigint | null> {
  return isMapBelow(value, rows, isTime);
}

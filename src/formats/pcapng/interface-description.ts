import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, CaptureInterface, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, viewOf } from './block.js';
import { decodeOptions, encodeOptions, findText, findUint, findUint64 } from './options.js';

/** Options of an interface description (section 4.2). */
export const InterfaceOption = {
  name: 2,
  description: 3,
  ipv4Address: 4,
  ipv6Address: 5,
  macAddress: 6,
  euiAddress: 7,
  speed: 8,
  timestampResolution: 9,
  timeZone: 10,
  filter: 11,
  os: 12,
  fcsLength: 13,
  timestampOffset: 14,
  hardware: 15,
  transmitSpeed: 16,
  receiveSpeed: 17,
  ianaTimeZone: 18,
} as const;

/** if_tsresol when it is absent: microseconds. */
export const DEFAULT_RESOLUTION = 6;

/** Interface Description Block. */
export interface InterfaceDescription {
  /** LINKTYPE_ number. */
  linkType: number;
  /** 0: no limit. */
  snapLength: number;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 8;

/** Decodes a whole block. Throws a RangeError when it is no interface description or too short for one. */
export function decodeInterfaceDescription(bytes: Uint8Array, byteOrder: ByteOrder): InterfaceDescription {
  const body = bodyOf(bytes, byteOrder, BlockType.interfaceDescription, FIXED, 'interface description');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  return {
    linkType: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    ...decodeOptions(body.subarray(FIXED), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeInterfaceDescription(
  description: Omit<InterfaceDescription, 'problem'>,
  byteOrder: ByteOrder,
): Uint8Array {
  const fixed = new Uint8Array(FIXED);
  const view = viewOf(fixed);
  const little = byteOrder === 'little';
  view.setUint16(0, description.linkType, little);
  view.setUint32(4, description.snapLength, little);
  const options = encodeOptions(description.options, byteOrder);
  return encodeBlock(BlockType.interfaceDescription, concatenate([fixed, options]), byteOrder);
}

/** The interface that a description declares, as interface `id` of the file in section `section`. Its option values are copied. */
export function describeInterface(
  description: InterfaceDescription,
  byteOrder: ByteOrder,
  id: number,
  section: number,
): CaptureInterface {
  const { options } = description;
  const text = (code: number): string | null => findText(options, code);
  return {
    id,
    section,
    linkType: description.linkType,
    snapLength: description.snapLength,
    name: text(InterfaceOption.name),
    description: text(InterfaceOption.description),
    filter: captureFilter(options),
    os: text(InterfaceOption.os),
    timestampResolution: findUint(options, InterfaceOption.timestampResolution, 1, byteOrder) ?? DEFAULT_RESOLUTION,
    timestampOffset: BigInt.asIntN(64, findUint64(options, InterfaceOption.timestampOffset, byteOrder) ?? 0n),
    fcsLength: findUint(options, InterfaceOption.fcsLength, 1, byteOrder),
    options: options.map(({ code, value }) => ({ code, value: value.slice() })),
  };
}

/** Text of if_filter: its first byte says what follows, 0 a filter expression (anything else is no text). */
function captureFilter(options: readonly RawOption[]): string | null {
  const filter = options.find((option) => option.code === InterfaceOption.filter)?.value;
  return filter === undefined || filter[0] !== 0 ? null : new TextDecoder().decode(filter.subarray(1));
}

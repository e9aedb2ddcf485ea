import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { InterfaceOption } from './interface-description.js';
import { findOption, findText, findUint, findUint64, textOption, uint64Option, uintOption } from './options.js';

/** An address with its mask or prefix length, as bytes of the option. */
export interface Ipv4Interface {
  address: Uint8Array;
  mask: Uint8Array;
}

export interface Ipv6Interface {
  address: Uint8Array;
  prefixLength: number;
}

/** if_filter: 0, a filter expression; anything else, as bytes. */
export type CaptureFilter = { kind: 0; expression: string } | { kind: number; program: Uint8Array };

/** Every option of an interface description (section 4.2), null or empty where there is none. */
export interface InterfaceOptions {
  name: string | null;
  description: string | null;
  ipv4Addresses: Ipv4Interface[];
  ipv6Addresses: Ipv6Interface[];
  macAddress: Uint8Array | null;
  euiAddress: Uint8Array | null;
  /** Bits a second. */
  speed: bigint | null;
  timestampResolution: number | null;
  timeZone: number | null;
  filter: CaptureFilter | null;
  os: string | null;
  fcsLength: number | null;
  timestampOffset: bigint | null;
  hardware: string | null;
  transmitSpeed: bigint | null;
  receiveSpeed: bigint | null;
  ianaTimeZone: string | null;
}

function ofLength(options: readonly RawOption[], code: number, length: number): Uint8Array[] {
  return options.filter((option) => option.code === code && option.value.length === length).map(({ value }) => value);
}

export function readInterfaceOptions(options: readonly RawOption[], byteOrder: ByteOrder): InterfaceOptions {
  const filter = findOption(options, InterfaceOption.filter);
  const offset = findUint64(options, InterfaceOption.timestampOffset, byteOrder);
  const zone = findUint(options, InterfaceOption.timeZone, 4, byteOrder);
  return {
    name: findText(options, InterfaceOption.name),
    description: findText(options, InterfaceOption.description),
    ipv4Addresses: ofLength(options, InterfaceOption.ipv4Address, 8).map((value) => ({
      address: value.subarray(0, 4),
      mask: value.subarray(4),
    })),
    ipv6Addresses: ofLength(options, InterfaceOption.ipv6Address, 17).map((value) => ({
      address: value.subarray(0, 16),
      prefixLength: value[16],
    })),
    macAddress: ofLength(options, InterfaceOption.macAddress, 6)[0] ?? null,
    euiAddress: ofLength(options, InterfaceOption.euiAddress, 8)[0] ?? null,
    speed: findUint64(options, InterfaceOption.speed, byteOrder),
    timestampResolution: findUint(options, InterfaceOption.timestampResolution, 1, byteOrder),
    timeZone: zone === null ? null : zone | 0,
    filter: filter === null || filter.length === 0 ? null : readFilter(filter),
    os: findText(options, InterfaceOption.os),
    fcsLength: findUint(options, InterfaceOption.fcsLength, 1, byteOrder),
    timestampOffset: offset === null ? null : BigInt.asIntN(64, offset),
    hardware: findText(options, InterfaceOption.hardware),
    transmitSpeed: findUint64(options, InterfaceOption.transmitSpeed, byteOrder),
    receiveSpeed: findUint64(options, InterfaceOption.receiveSpeed, byteOrder),
    ianaTimeZone: findText(options, InterfaceOption.ianaTimeZone),
  };
}

function readFilter(value: Uint8Array): CaptureFilter {
  const rest = value.subarray(1);
  if (value[0] === 0) return { kind: 0, expression: new TextDecoder().decode(rest) };
  return { kind: value[0], program: rest };
}

function joined(code: number, first: Uint8Array, rest: Uint8Array): RawOption {
  return { code, value: concatenate([first, rest]) };
}

/** The options as they stand in a block, in the order of their codes. */
export function writeInterfaceOptions(options: InterfaceOptions, byteOrder: ByteOrder): RawOption[] {
  const raw: RawOption[] = [];
  const text = (code: number, value: string | null): void => {
    if (value !== null) raw.push(textOption(code, value));
  };
  const wide = (code: number, value: bigint | null): void => {
    if (value !== null) raw.push(uint64Option(code, BigInt.asUintN(64, value), byteOrder));
  };
  const short = (code: number, size: 1 | 4, value: number | null): void => {
    if (value !== null) raw.push(uintOption(code, size, value, byteOrder));
  };
  text(InterfaceOption.name, options.name);
  text(InterfaceOption.description, options.description);
  for (const { address, mask } of options.ipv4Addresses) raw.push(joined(InterfaceOption.ipv4Address, address, mask));
  for (const { address, prefixLength } of options.ipv6Addresses) {
    raw.push(joined(InterfaceOption.ipv6Address, address, Uint8Array.of(prefixLength)));
  }
  if (options.macAddress !== null) raw.push({ code: InterfaceOption.macAddress, value: options.macAddress });
  if (options.euiAddress !== null) raw.push({ code: InterfaceOption.euiAddress, value: options.euiAddress });
  wide(InterfaceOption.speed, options.speed);
  short(InterfaceOption.timestampResolution, 1, options.timestampResolution);
  short(InterfaceOption.timeZone, 4, options.timeZone);
  if (options.filter !== null) raw.push(writeFilter(options.filter));
  text(InterfaceOption.os, options.os);
  short(InterfaceOption.fcsLength, 1, options.fcsLength);
  wide(InterfaceOption.timestampOffset, options.timestampOffset);
  text(InterfaceOption.hardware, options.hardware);
  wide(InterfaceOption.transmitSpeed, options.transmitSpeed);
  wide(InterfaceOption.receiveSpeed, options.receiveSpeed);
  text(InterfaceOption.ianaTimeZone, options.ianaTimeZone);
  return raw;
}

function writeFilter(filter: CaptureFilter): RawOption {
  const rest = 'expression' in filter ? new TextEncoder().encode(filter.expression) : filter.program;
  return joined(InterfaceOption.filter, Uint8Array.of(filter.kind), rest);
}

import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { BlockType, bodyOf, encodeBlock, viewOf } from './block.js';
import { decodeOptions, encodeOptions, findOption, findUint64, uint64Option } from './options.js';

/** Options of interface statistics (section 4.6). */
export const StatisticsOption = {
  startTime: 2,
  endTime: 3,
  received: 4,
  dropped: 5,
  acceptedByFilter: 6,
  droppedBySystem: 7,
  delivered: 8,
} as const;

/** Interface Statistics Block. */
export interface InterfaceStatistics {
  interfaceId: number;
  timestampHigh: number;
  timestampLow: number;
  options: RawOption[];
  problem: string | null;
}

const FIXED = 12;

/** Decodes a whole block. Throws a RangeError when it is no interface statistics or too short. */
export function decodeInterfaceStatistics(bytes: Uint8Array, byteOrder: ByteOrder): InterfaceStatistics {
  const body = bodyOf(bytes, byteOrder, BlockType.interfaceStatistics, FIXED, 'interface statistics');
  const view = viewOf(body);
  const little = byteOrder === 'little';
  return {
    interfaceId: view.getUint32(0, little),
    timestampHigh: view.getUint32(4, little),
    timestampLow: view.getUint32(8, little),
    ...decodeOptions(body.subarray(FIXED), byteOrder),
  };
}

/** Encodes a whole block. */
export function encodeInterfaceStatistics(
  block: Omit<InterfaceStatistics, 'problem'>,
  byteOrder: ByteOrder,
): Uint8Array {
  const fixed = new Uint8Array(FIXED);
  const view = viewOf(fixed);
  const little = byteOrder === 'little';
  view.setUint32(0, block.interfaceId, little);
  view.setUint32(4, block.timestampHigh, little);
  view.setUint32(8, block.timestampLow, little);
  const options = encodeOptions(block.options, byteOrder);
  return encodeBlock(BlockType.interfaceStatistics, concatenate([fixed, options]), byteOrder);
}

/** A timestamp in an option: two 32-bit halves, the high one first, in units of the interface. */
export interface SplitTimestamp {
  high: number;
  low: number;
}

/** The counters; null where there is none. */
export interface StatisticsValues {
  startTime: SplitTimestamp | null;
  endTime: SplitTimestamp | null;
  received: bigint | null;
  dropped: bigint | null;
  acceptedByFilter: bigint | null;
  droppedBySystem: bigint | null;
  delivered: bigint | null;
}

const COUNTERS = ['received', 'dropped', 'acceptedByFilter', 'droppedBySystem', 'delivered'] as const;
const TIMES = ['startTime', 'endTime'] as const;

export function readStatistics(options: readonly RawOption[], byteOrder: ByteOrder): StatisticsValues {
  const counter = (code: number): bigint | null => findUint64(options, code, byteOrder);
  return {
    startTime: findTimestamp(options, StatisticsOption.startTime, byteOrder),
    endTime: findTimestamp(options, StatisticsOption.endTime, byteOrder),
    received: counter(StatisticsOption.received),
    dropped: counter(StatisticsOption.dropped),
    acceptedByFilter: counter(StatisticsOption.acceptedByFilter),
    droppedBySystem: counter(StatisticsOption.droppedBySystem),
    delivered: counter(StatisticsOption.delivered),
  };
}

function findTimestamp(options: readonly RawOption[], code: number, byteOrder: ByteOrder): SplitTimestamp | null {
  const value = findOption(options, code);
  if (value?.length !== 8) return null;
  const view = viewOf(value);
  return { high: view.getUint32(0, byteOrder === 'little'), low: view.getUint32(4, byteOrder === 'little') };
}

export function writeStatistics(values: StatisticsValues, byteOrder: ByteOrder): RawOption[] {
  const options: RawOption[] = [];
  for (const name of TIMES) {
    const time = values[name];
    if (time === null) continue;
    const value = new Uint8Array(8);
    const view = viewOf(value);
    view.setUint32(0, time.high, byteOrder === 'little');
    view.setUint32(4, time.low, byteOrder === 'little');
    options.push({ code: StatisticsOption[name], value });
  }
  for (const name of COUNTERS) {
    const count = values[name];
    if (count !== null) options.push(uint64Option(StatisticsOption[name], count, byteOrder));
  }
  return options;
}

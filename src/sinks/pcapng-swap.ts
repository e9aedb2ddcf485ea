import type { ByteOrder, RawOption } from '../formats/model.js';
import { BlockType, encodeBlock, padded, viewOf } from '../formats/pcapng/block.js';
import { PacketOption } from '../formats/pcapng/enhanced-packet.js';
import { InterfaceOption } from '../formats/pcapng/interface-description.js';
import { StatisticsOption } from '../formats/pcapng/interface-statistics.js';
import { NameOption } from '../formats/pcapng/name-resolution.js';
import { OptionCode } from '../formats/pcapng/options.js';
import { SectionOption } from '../formats/pcapng/section-header.js';
import { joinBlock, type SplitBlock, splitBlock } from './block-options.js';
import type { LossTally } from './losses.js';

/** How the value of an option is laid out: bytes or text, one number, or a timestamp of two 32-bit words. */
type Layout = 'bytes' | 2 | 4 | 8 | 'words' | 'enterprise';

const COMMON: Readonly<Record<number, Layout>> = {
  [OptionCode.comment]: 'bytes',
  [OptionCode.customText]: 'enterprise',
};

/** Options by block type (sections 4.1 to 4.7); those that are not here cannot be swapped. */
const LAYOUTS: Readonly<Record<number, Readonly<Record<number, Layout>>>> = {
  [BlockType.sectionHeader]: {
    [SectionOption.hardware]: 'bytes',
    [SectionOption.os]: 'bytes',
    [SectionOption.application]: 'bytes',
  },
  [BlockType.interfaceDescription]: {
    [InterfaceOption.name]: 'bytes',
    [InterfaceOption.description]: 'bytes',
    [InterfaceOption.ipv4Address]: 'bytes',
    [InterfaceOption.ipv6Address]: 'bytes',
    [InterfaceOption.macAddress]: 'bytes',
    [InterfaceOption.euiAddress]: 'bytes',
    [InterfaceOption.speed]: 8,
    [InterfaceOption.timestampResolution]: 'bytes',
    [InterfaceOption.timeZone]: 4,
    [InterfaceOption.filter]: 'bytes',
    [InterfaceOption.os]: 'bytes',
    [InterfaceOption.fcsLength]: 'bytes',
    [InterfaceOption.timestampOffset]: 8,
    [InterfaceOption.hardware]: 'bytes',
    [InterfaceOption.transmitSpeed]: 8,
    [InterfaceOption.receiveSpeed]: 8,
    [InterfaceOption.ianaTimeZone]: 'bytes',
  },
  // epb_processthread is two 32-bit numbers; epb_verdict is laid out as its kind says.
  [BlockType.enhancedPacket]: {
    [PacketOption.flags]: 4,
    [PacketOption.hash]: 'bytes',
    [PacketOption.dropCount]: 8,
    [PacketOption.packetId]: 8,
    [PacketOption.queue]: 4,
    [PacketOption.processThread]: 'words',
  },
  [BlockType.packet]: { [PacketOption.flags]: 4, [PacketOption.hash]: 'bytes' },
  [BlockType.nameResolution]: {
    [NameOption.dnsName]: 'bytes',
    [NameOption.dnsIpv4Address]: 'bytes',
    [NameOption.dnsIpv6Address]: 'bytes',
  },
  [BlockType.interfaceStatistics]: {
    [StatisticsOption.startTime]: 'words',
    [StatisticsOption.endTime]: 'words',
    [StatisticsOption.received]: 8,
    [StatisticsOption.dropped]: 8,
    [StatisticsOption.acceptedByFilter]: 8,
    [StatisticsOption.droppedBySystem]: 8,
    [StatisticsOption.delivered]: 8,
  },
  [BlockType.decryptionSecrets]: {},
};

/** Widths of the numbers at the beginning of a body, in bytes. */
const FIELDS: Readonly<Record<number, readonly number[]>> = {
  [BlockType.interfaceDescription]: [2, 2, 4],
  [BlockType.enhancedPacket]: [4, 4, 4, 4, 4],
  [BlockType.packet]: [2, 2, 4, 4, 4, 4],
  [BlockType.simplePacket]: [4],
  [BlockType.interfaceStatistics]: [4, 4, 4],
  [BlockType.decryptionSecrets]: [4, 4],
  [BlockType.nameResolution]: [],
  [BlockType.systemdJournal]: [],
};

/**
 * A whole block in the other byte order; null for one that only its maker could swap (custom and unknown types). Options that cannot be swapped are
 * dropped and counted.
 */
export function swapBlock(block: Uint8Array, type: number, from: ByteOrder, tally: LossTally): Uint8Array | null {
  const fields = FIELDS[type];
  if (fields === undefined) return null;
  const to = from === 'little' ? 'big' : 'little';
  const split = splitBlock(block, type, from) ?? { fixed: block.subarray(8, block.length - 4), options: [] };
  const fixed = swapFields(split.fixed, fields);
  if (type === BlockType.nameResolution) swapNameRecords(fixed, from === 'little');
  const swapped: SplitBlock = { fixed, options: swapOptions(split.options, type, tally) };
  return swapped.options.length === 0 ? encodeBlock(type, fixed, to) : joinBlock(type, swapped, to);
}

/** Options of a block of `type` with their numbers swapped. */
export function swapOptions(options: readonly RawOption[], type: number, tally: LossTally): RawOption[] {
  const kept: RawOption[] = [];
  for (const { code, value } of options) {
    const layout = LAYOUTS[type]?.[code] ?? COMMON[code];
    if (layout === undefined)
      tally.count('option whose byte order is not known', 'options whose byte order is not known');
    else kept.push({ code, value: swapValue(value, layout) });
  }
  return kept;
}

function swapValue(value: Uint8Array, layout: Layout): Uint8Array {
  if (layout === 'bytes') return value;
  if (layout === 'words') return swapFields(value, [4, 4]);
  return swapFields(value, [layout === 'enterprise' ? 4 : layout]);
}

/** A copy with the numbers at its beginning swapped, as far as they are there. */
function swapFields(bytes: Uint8Array, widths: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  let at = 0;
  for (const width of widths) {
    if (at + width > copy.length) break;
    copy.subarray(at, at + width).reverse();
    at += width;
  }
  return copy;
}

/** Swaps type and length of each record of a name resolution block, in place. */
function swapNameRecords(records: Uint8Array, little: boolean): void {
  const view = viewOf(records);
  let at = 0;
  while (at + 4 <= records.length) {
    const length = view.getUint16(at + 2, little);
    view.setUint16(at, view.getUint16(at, little), !little);
    view.setUint16(at + 2, length, !little);
    at += 4 + padded(length);
  }
}

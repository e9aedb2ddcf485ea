import { NANOS_PER_SECOND } from '../../time.js';
import { type PacketBatch, setExactTime } from '../batch.js';
import type { DamageLog } from '../damage-log.js';
import { packetLimit, STANDARD_PACKET_LIMIT } from '../limits.js';
import type { CaptureDescription } from '../model.js';
import type { Scanner, Window } from '../window.js';
import { BLOCK_OVERHEAD, BlockType } from './block.js';
import type { BlockReferences } from './block-references.js';
import { scanOtherBlock } from './other-blocks.js';
import { atEnd, checkTrailer, damagedBlock, loseBlocks, OPTIONS_ROOM, regainBlocks } from './recovery.js';
import { exactTime, TimeUnit, timeUnit } from './timestamp.js';

export interface PcapngScannerOptions {
  /** Sections and interfaces are added to it as they are met. */
  description: CaptureDescription;
  batch: PacketBatch;
  damage: DamageLog;
  references: BlockReferences;
  /** Put blocks that are no packets into the batch. */
  collect: boolean;
  /** Blocks that begin at or behind this offset are not read. */
  until: number;
  /** Find the first block by looking for a chain of so many; 0: the window begins at a block. */
  chain: number;
}

/** What a scanner of pcapng blocks knows between two windows. Offsets are offsets in the source. */
export interface PcapngScanner extends Scanner {
  readonly description: CaptureDescription;
  readonly batch: PacketBatch;
  readonly damage: DamageLog;
  readonly references: BlockReferences;
  readonly collect: boolean;
  readonly until: number;
  readonly chain: number;
  finished: boolean;
  nextOffset: number | null;
  packets: number;
  /** Of the section that is being read. */
  little: boolean;
  firstInterface: number;
  interfaces: number;
  /** By interface id: a TimeUnit, and the largest captured length. */
  units: Uint8Array;
  limits: Uint32Array;
  /** Largest captured length of any interface so far. */
  largest: number;
  lost: { offset: number; reason: string | null } | null;
  /** A block that was passed over unread, whose trailer comes next. */
  passedOver: { offset: number; length: number } | null;
}

/** A scanner of pcapng blocks. It fills `options.batch`; packets with microseconds or nanoseconds cost no allocation. */
export function createPcapngScanner(options: PcapngScannerOptions): PcapngScanner {
  const { sections, interfaces } = options.description;
  const scanner: PcapngScanner = {
    ...options,
    finished: false,
    nextOffset: null,
    packets: 0,
    little: true,
    firstInterface: 0,
    interfaces: 0,
    units: new Uint8Array(16),
    limits: new Uint32Array(16),
    largest: STANDARD_PACKET_LIMIT,
    lost: options.chain > 0 ? { offset: 0, reason: null } : null,
    passedOver: null,
    scan: (window, rows) => scan(scanner, window, rows),
  };
  for (const one of interfaces) noteInterface(scanner, one.id);
  if (sections.length > 0) enterKnownSection(scanner, sections.length - 1);
  return scanner;
}

/** Makes section `ordinal` of the description, which is known already, the one that is read. */
export function enterKnownSection(scanner: PcapngScanner, ordinal: number): void {
  const { sections, interfaces } = scanner.description;
  const section = sections[ordinal];
  scanner.little = section.byteOrder === 'little';
  scanner.firstInterface = section.firstInterface;
  scanner.interfaces = (sections[ordinal + 1]?.firstInterface ?? interfaces.length) - section.firstInterface;
}

/** Prepares the hot loop for interface `id` of the description. */
export function noteInterface(scanner: PcapngScanner, id: number): void {
  if (id >= scanner.units.length) {
    const units = new Uint8Array(scanner.units.length * 2);
    const limits = new Uint32Array(scanner.units.length * 2);
    units.set(scanner.units);
    limits.set(scanner.limits);
    scanner.units = units;
    scanner.limits = limits;
  }
  const one = scanner.description.interfaces[id];
  scanner.units[id] = timeUnit(one.timestampResolution, one.timestampOffset);
  scanner.limits[id] = packetLimit(one.linkType, one.snapLength);
  scanner.largest = Math.max(scanner.largest, scanner.limits[id]);
}

function scan(scanner: PcapngScanner, window: Window, rows: number): number {
  for (;;) {
    if (scanner.passedOver !== null) {
      const need = checkTrailer(scanner, window);
      if (need > 0) return need;
    }
    if (scanner.lost !== null) {
      const need = regainBlocks(scanner, window);
      if (need > 0 || scanner.finished) return need;
    }
    const need = scanBlocks(scanner, window, rows);
    if (need >= 0) return need;
  }
}

/** The hot loop over enhanced packets. Returns the bytes needed; 0 when the batch is full or nothing is left; -1 to begin again. */
function scanBlocks(scanner: PcapngScanner, window: Window, rows: number): number {
  const { batch, little, firstInterface, interfaces, units, limits } = scanner;
  const { view, end, position } = window;
  const { start, length, originalLength, recordStart, recordLength, seconds, nanoseconds, flags, number } = batch;
  const stop = scanner.until - position;
  const lastHeader = end - BLOCK_OVERHEAD;
  const interfaceIds = batch.interface;
  const before = scanner.packets - batch.count;
  let at = window.start;
  let count = batch.count;
  while (at <= lastHeader) {
    if (at >= stop || count >= rows) break;
    const type = view.getUint32(at, little);
    const blockLength = view.getUint32(at + 4, little);
    if (type !== BlockType.enhancedPacket) {
      pause(scanner, window, before, count, at);
      return scanOtherBlock(scanner, window, type, blockLength);
    }
    const next = at + blockLength;
    if (next > end || blockLength < 32 || (blockLength & 3) !== 0 || view.getUint32(next - 4, little) !== blockLength) {
      pause(scanner, window, before, count, at);
      return oddEnhancedPacket(scanner, window, blockLength);
    }
    const id = view.getUint32(at + 8, little);
    const captured = view.getUint32(at + 20, little);
    const interfaceId = firstInterface + id;
    if (id >= interfaces || captured > blockLength - 32 || captured > limits[interfaceId]) {
      pause(scanner, window, before, count, at);
      return damagedBlock(scanner, window, blockLength, () => describePacket(id, captured, blockLength, interfaces));
    }
    const high = view.getUint32(at + 12, little);
    const low = view.getUint32(at + 16, little);
    const unit = units[interfaceId];
    if (unit === TimeUnit.microseconds && high < 1_000_000) {
      // Below 2^52: exact in a double.
      const ticks = high * 4294967296 + low;
      const second = Math.floor(ticks / 1_000_000);
      seconds[count] = second;
      nanoseconds[count] = (ticks - second * 1_000_000) * 1000;
      flags[count] = 0;
    } else if (unit === TimeUnit.nanoseconds && high < 1_000_000_000) {
      // The quotient is right or off by one; the remainder modulo 2^32 tells which.
      let second = Math.floor(high * 4.294967296 + low * 1e-9);
      let rest = (low - Math.imul(second, 1_000_000_000)) >>> 0;
      if (rest >= 3_000_000_000) {
        second--;
        rest = (rest + 1_000_000_000) >>> 0;
      } else if (rest >= 1_000_000_000) {
        second++;
        rest -= 1_000_000_000;
      }
      seconds[count] = second;
      nanoseconds[count] = rest;
      flags[count] = 0;
    } else {
      setPacketTime(scanner, count, interfaceId, high, low);
    }
    recordStart[count] = at;
    recordLength[count] = blockLength;
    start[count] = at + 28;
    length[count] = captured;
    originalLength[count] = view.getUint32(at + 24, little);
    interfaceIds[count] = interfaceId;
    count++;
    number[count - 1] = before + count;
    at = next;
  }
  pause(scanner, window, before, count, at);
  if (at >= stop) {
    scanner.nextOffset = position + at;
    scanner.finished = true;
    return 0;
  }
  if (count >= rows) return 0;
  return window.final ? atEnd(scanner, window, 0) : BLOCK_OVERHEAD;
}

/** Notes how far the hot loop has come. */
function pause(scanner: PcapngScanner, window: Window, before: number, count: number, at: number): void {
  scanner.batch.count = count;
  scanner.packets = before + count;
  window.start = at;
}

/** Any time: put into the columns where it fits them, else kept exactly. */
export function setPacketTime(
  scanner: PcapngScanner,
  row: number,
  interfaceId: number,
  high: number,
  low: number,
): void {
  const { timestampResolution, timestampOffset } = scanner.description.interfaces[interfaceId];
  const time = exactTime(high, low, timestampResolution, timestampOffset);
  const second = time / NANOS_PER_SECOND;
  if (time < 0n || second > 0xffffffffn) {
    setExactTime(scanner.batch, row, time);
    return;
  }
  scanner.batch.seconds[row] = Number(second);
  scanner.batch.nanoseconds[row] = Number(time % NANOS_PER_SECOND);
  scanner.batch.flags[row] = 0;
}

/** An enhanced packet whose frame is not whole or contradicts itself. */
function oddEnhancedPacket(scanner: PcapngScanner, window: Window, length: number): number {
  const at = window.start;
  const { view, end } = window;
  const largest = scanner.largest + 32 + OPTIONS_ROOM;
  if (length < 32 || (length & 3) !== 0 || length > largest) {
    return loseBlocks(scanner, window, () => `block length ${length} is no multiple of 4 from 32 to ${largest}`);
  }
  if (at + length > end) return window.final ? atEnd(scanner, window, length) : length;
  const trailer = view.getUint32(at + length - 4, scanner.little);
  return loseBlocks(scanner, window, () => `block length ${length} and its trailer ${trailer} disagree`);
}

/** Why the content of a packet's block is wrong. */
export function describePacket(id: number, captured: number, blockLength: number, interfaces: number): string {
  if (id >= interfaces) return `interface ${id} does not exist, the section has ${interfaces}`;
  return `captured length ${captured} does not fit a block of ${blockLength} bytes or the limit of its interface`;
}

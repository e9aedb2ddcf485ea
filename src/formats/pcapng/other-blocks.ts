import { setExactTime } from '../batch.js';
import { logDamage } from '../damage-log.js';
import type { Window } from '../window.js';
import { MAXIMUM_WINDOW } from '../window.js';
import { BlockType } from './block.js';
import { addBlockReference } from './block-references.js';
import { decodeInterfaceDescription, describeInterface } from './interface-description.js';
import { addNames } from './known-names.js';
import { isKnownType, shortestBlock } from './plausible.js';
import { atEnd, damagedBlock, loseBlocks, OPTIONS_ROOM } from './recovery.js';
import { describePacket, noteInterface, type PcapngScanner, setPacketTime } from './scanner.js';
import { decodeSectionHeader, isReadableVersion, sectionByteOrder } from './section-header.js';

/** A block up to this length is held in memory even if it is not wanted, so that a length that lies can be searched behind. */
const HELD_BLOCK = 16 * 1024 * 1024;
const COLLECTED_BLOCK = MAXIMUM_WINDOW - 1024 * 1024;
/** More sections or interfaces than this are taken for an attack on memory. */
const MOST_SECTIONS = 100_000;
const MOST_INTERFACES = 100_000;

/** Reads the block at `window.start`, which is no enhanced packet. Returns the bytes needed, 0 when nothing is left, -1 to go on. */
export function scanOtherBlock(scanner: PcapngScanner, window: Window, type: number, told: number): number {
  const at = window.start;
  const { view, end } = window;
  let length = told;
  let little = scanner.little;
  if (type === BlockType.sectionHeader) {
    const order = sectionByteOrder(view, at);
    if (order === null) return loseBlocks(scanner, window, () => 'section header without a byte-order magic');
    little = order === 'little';
    length = view.getUint32(at + 4, little);
  }
  const shortest = shortestBlock(type);
  const packet = type === BlockType.packet || type === BlockType.simplePacket;
  const longest = packet ? scanner.largest + 32 + OPTIONS_ROOM : scanner.collect ? COLLECTED_BLOCK : 0xffffffff;
  if (length < shortest || (length & 3) !== 0 || length > longest) {
    return loseBlocks(
      scanner,
      window,
      () => `block length ${length} is no multiple of 4 from ${shortest} on, or too long`,
    );
  }
  if (at + length > end) {
    if (length > HELD_BLOCK && !packet && !scanner.collect && type !== BlockType.sectionHeader)
      return passOver(scanner, window, type, length);
    return window.final ? atEnd(scanner, window, length) : length;
  }
  const trailer = view.getUint32(at + length - 4, little);
  if (trailer !== length) {
    return loseBlocks(scanner, window, () => `block length ${length} and its trailer ${trailer} disagree`);
  }
  if (type === BlockType.packet) return scanObsoletePacket(scanner, window, length);
  if (type === BlockType.simplePacket) return scanSimplePacket(scanner, window, length);
  const bytes = window.bytes.subarray(at, at + length);
  if (type === BlockType.sectionHeader) {
    if (!enterSection(scanner, window, bytes, little)) return 0;
  } else if (type === BlockType.interfaceDescription) {
    addInterface(scanner, window, bytes);
  } else if (type === BlockType.nameResolution) {
    addNames(scanner.description.names, bytes, little ? 'little' : 'big');
  }
  note(scanner, window, type, length);
  if (scanner.collect) {
    const { batch } = scanner;
    const section = scanner.description.sections.length - 1;
    batch.blocks.push({ before: batch.count, type, section, offset: window.position + at, bytes });
  }
  window.start = at + length;
  return -1;
}

function note(scanner: PcapngScanner, window: Window, type: number, length: number): void {
  const offset = window.position + window.start;
  addBlockReference(scanner.references, offset, length, type, scanner.packets, scanner.description.sections.length - 1);
}

/** A long block that nobody asked for is not read. Where the source can seek, its trailer is looked at first. */
function passOver(scanner: PcapngScanner, window: Window, type: number, length: number): number {
  const offset = window.position + window.start;
  const trailer = window.probe(offset + length - 4);
  if (trailer !== null) {
    const value = new DataView(trailer.buffer, trailer.byteOffset, 4).getUint32(0, scanner.little);
    if (value !== length) {
      return loseBlocks(scanner, window, () => `block length ${length} and its trailer ${value} disagree`);
    }
  } else if (window.seekable) {
    return loseBlocks(scanner, window, () => `block length ${length} leads past the end of the file`);
  } else if (!isKnownType(type)) {
    // Nothing speaks for it: a wrong header must not cost the rest of a stream.
    return loseBlocks(scanner, window, () => `block of unknown type ${type} claims ${length} bytes`);
  }
  note(scanner, window, type, length);
  scanner.passedOver = { offset, length };
  window.skip = window.start + length - 4 - window.end;
  window.start = window.end;
  return 4;
}

/** Begins a section; false when there are so many that the rest is left. */
function enterSection(scanner: PcapngScanner, window: Window, bytes: Uint8Array, little: boolean): boolean {
  const { sections, interfaces } = scanner.description;
  const offset = window.position + window.start;
  if (sections.length >= MOST_SECTIONS) {
    logDamage(
      scanner.damage,
      scanner.packets + 1,
      offset,
      0,
      () => `more than ${MOST_SECTIONS} sections, the rest is not read`,
    );
    scanner.finished = true;
    return false;
  }
  const byteOrder = little ? 'little' : 'big';
  const header = decodeSectionHeader(bytes, byteOrder);
  if (!isReadableVersion(header.versionMajor, header.versionMinor)) {
    const version = `${header.versionMajor}.${header.versionMinor}`;
    logDamage(scanner.damage, scanner.packets + 1, offset, 0, () => `section of version ${version}, read as 1.0`);
  }
  if (header.problem !== null) {
    const { problem } = header;
    logDamage(scanner.damage, scanner.packets + 1, offset, 0, () => `section header: ${problem}`);
  }
  sections.push({
    byteOrder,
    offset,
    firstInterface: interfaces.length,
    length: header.sectionLength === null ? null : Number(header.sectionLength),
    options: header.options.map(({ code, value }) => ({ code, value: value.slice() })),
  });
  scanner.little = little;
  scanner.firstInterface = interfaces.length;
  scanner.interfaces = 0;
  return true;
}

function addInterface(scanner: PcapngScanner, window: Window, bytes: Uint8Array): void {
  const { sections, interfaces } = scanner.description;
  const offset = window.position + window.start;
  if (interfaces.length >= MOST_INTERFACES) {
    logDamage(
      scanner.damage,
      scanner.packets + 1,
      offset,
      bytes.length,
      () => `more than ${MOST_INTERFACES} interfaces`,
    );
    return;
  }
  const byteOrder = scanner.little ? 'little' : 'big';
  const description = decodeInterfaceDescription(bytes, byteOrder);
  if (description.problem !== null) {
    const { problem } = description;
    logDamage(scanner.damage, scanner.packets + 1, offset, 0, () => `interface description: ${problem}`);
  }
  const id = interfaces.length;
  interfaces.push(describeInterface(description, byteOrder, id, sections.length - 1));
  noteInterface(scanner, id);
  scanner.interfaces++;
}

/** The obsolete Packet Block (appendix A): as an enhanced packet, with a short interface id and a drop counter. */
function scanObsoletePacket(scanner: PcapngScanner, window: Window, length: number): number {
  const { view, start: at } = window;
  const { little } = scanner;
  const id = view.getUint16(at + 8, little);
  const captured = view.getUint32(at + 20, little);
  const interfaceId = scanner.firstInterface + id;
  if (id >= scanner.interfaces || captured > length - 32 || captured > scanner.limits[interfaceId]) {
    return damagedBlock(scanner, window, length, () => describePacket(id, captured, length, scanner.interfaces));
  }
  const row = addPacket(scanner, window, length, 28, captured, view.getUint32(at + 24, little), interfaceId);
  setPacketTime(scanner, row, interfaceId, view.getUint32(at + 12, little), view.getUint32(at + 16, little));
  return -1;
}

/** Simple Packet Block (section 4.4): no time, interface 0 of its section, cut to that interface's snapshot length. */
function scanSimplePacket(scanner: PcapngScanner, window: Window, length: number): number {
  const original = window.view.getUint32(window.start + 8, scanner.little);
  const interfaceId = scanner.firstInterface;
  if (scanner.interfaces === 0) {
    return damagedBlock(scanner, window, length, () => describePacket(0, original, length, 0));
  }
  const { snapLength } = scanner.description.interfaces[interfaceId];
  const captured = snapLength > 0 ? Math.min(original, snapLength) : original;
  if (captured > length - 16 || captured > scanner.limits[interfaceId]) {
    return damagedBlock(scanner, window, length, () => describePacket(0, captured, length, scanner.interfaces));
  }
  const row = addPacket(scanner, window, length, 12, captured, original, interfaceId);
  setExactTime(scanner.batch, row, null);
  return -1;
}

/** Adds the packet of the block at `window.start` to the batch, all but its time, and passes the block. Returns its row. */
function addPacket(
  scanner: PcapngScanner,
  window: Window,
  length: number,
  dataAt: number,
  captured: number,
  original: number,
  interfaceId: number,
): number {
  const { batch } = scanner;
  const row = batch.count++;
  batch.recordStart[row] = window.start;
  batch.recordLength[row] = length;
  batch.start[row] = window.start + dataAt;
  batch.length[row] = captured;
  batch.originalLength[row] = original;
  batch.interface[row] = interfaceId;
  batch.number[row] = ++scanner.packets;
  window.start += length;
  return row;
}

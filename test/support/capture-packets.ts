import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CorpusPacket } from './corpus-packets.js';

/** A packet and the file that it is of. */
export interface FilePacket extends CorpusPacket {
  /** "tcpdump/arp.pcap" */
  file: string;
}

/** Magic numbers as four bytes in file order: is the file little-endian? */
const LITTLE_BY_MAGIC: ReadonlyMap<number, boolean> = new Map([
  [0xd4c3b2a1, true],
  [0x4d3cb2a1, true],
  [0xa1b2c3d4, false],
  [0xa1b23c4d, false],
]);
const SECTION = 0x0a0d0d0a;
const LARGEST = 262_144;

type Found = Omit<FilePacket, 'name' | 'file'>;

function readPcap(bytes: Buffer, little: boolean): Found[] {
  const packets: Found[] = [];
  const read = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const linkType = read(20) & 0xffff;
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = read(at + 8);
    if (length > LARGEST || at + 16 + length > bytes.length) break;
    packets.push({ linkType, originalLength: read(at + 12), data: bytes.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return packets;
}

/** Interface and packet blocks up to the first that is damaged. */
function readPcapng(bytes: Buffer): Found[] {
  const packets: Found[] = [];
  let little = true;
  let linkTypes: number[] = [];
  let snapLengths: number[] = [];
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const u16 = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  for (let at = 0; at + 12 <= bytes.length; ) {
    if (bytes.readUInt32BE(at) === SECTION) {
      little = bytes.readUInt32BE(at + 8) === 0x4d3c2b1a;
      linkTypes = [];
      snapLengths = [];
    }
    const type = u32(at);
    const length = u32(at + 4);
    if (length < 12 || at + length > bytes.length) break;
    const packet = (id: number, captured: number, originalLength: number, start: number): void => {
      if (start + captured > at + length || linkTypes[id] === undefined || captured > LARGEST) return;
      packets.push({ linkType: linkTypes[id], originalLength, data: bytes.subarray(start, start + captured) });
    };
    if (type === 1) {
      linkTypes.push(u16(at + 8));
      snapLengths.push(u32(at + 12));
    } else if (type === 6) packet(u32(at + 8), u32(at + 20), u32(at + 24), at + 28);
    else if (type === 2) packet(u16(at + 8), u32(at + 20), u32(at + 24), at + 28);
    else if (type === 3) {
      const original = u32(at + 8);
      packet(0, Math.min(original, snapLengths[0] || LARGEST, length - 16), original, at + 12);
    }
    at += length;
  }
  return packets;
}

/** Up to `limit` packets of a capture, pcap or pcapng, read by the plainest code there is; none of another file. */
export function readCapturePackets(file: string, name: string, limit: number): FilePacket[] {
  const bytes = readFileSync(file);
  if (bytes.length < 24) return [];
  const magic = bytes.readUInt32BE(0);
  const little = LITTLE_BY_MAGIC.get(magic);
  let found: Found[] = [];
  if (little !== undefined) found = readPcap(bytes, little);
  else if (magic === SECTION) found = readPcapng(bytes);
  return found.slice(0, limit).map((packet, index) => ({ ...packet, file: name, name: `${name}#${index + 1}` }));
}

/** Up to `limit` packets of every capture under `folder`. */
export function readAllPackets(folder: string, limit: number): FilePacket[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /cap(ng)?$|\.ntar$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((file) => readCapturePackets(file, relative(folder, file), limit));
}

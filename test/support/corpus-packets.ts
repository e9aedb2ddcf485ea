import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One packet of a capture of the corpora. */
export interface CorpusPacket {
  /** "tcpdump/arp.pcap#3" */
  name: string;
  linkType: number;
  originalLength: number;
  data: Uint8Array;
}

export const corporaFolder = process.env.PCAPSH_CORPORA ?? '../shared/corpora';

/** Folder of the development corpora, or null with a word on the console where they are absent. */
export function findCorpora(purpose: string): string | null {
  const folder = join(corporaFolder, 'dev');
  if (existsSync(folder)) return folder;
  console.warn(`skipped: ${purpose}: no corpora at ${folder} (set PCAPSH_CORPORA)`);
  return null;
}

/** Magic numbers as four bytes in file order: is the file little-endian? Micro- and nanoseconds. */
const LITTLE_BY_MAGIC: ReadonlyMap<number, boolean> = new Map([
  [0xd4c3b2a1, true],
  [0x4d3cb2a1, true],
  [0xa1b2c3d4, false],
  [0xa1b23c4d, false],
]);
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const LARGEST = 262_144;

/** Up to `limit` packets of each classic pcap file under `folder`, read by the plainest code there is: the reader under test has no part in it. */
export function readCorpusPackets(folder: string, limit: number): CorpusPacket[] {
  const packets: CorpusPacket[] = [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /cap$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const bytes = readFileSync(file);
    if (bytes.length < FILE_HEADER) continue;
    const little = LITTLE_BY_MAGIC.get(bytes.readUInt32BE(0));
    if (little === undefined) continue;
    const read = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
    const linkType = read(20) & 0xffff;
    let at = FILE_HEADER;
    for (let number = 1; number <= limit && at + RECORD_HEADER <= bytes.length; number++) {
      const length = read(at + 8);
      if (length > LARGEST || at + RECORD_HEADER + length > bytes.length) break;
      const data = bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length);
      packets.push({ name: `${relative(folder, file)}#${number}`, linkType, originalLength: read(at + 12), data });
      at += RECORD_HEADER + length;
    }
  }
  return packets;
}

/** A little-endian pcap file of packets of one link type. */
export function pcapOf(packets: CorpusPacket[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(LARGEST, 16);
  header.writeUInt32LE(packets[0].linkType, 20);
  const parts: Uint8Array[] = [header];
  packets.forEach((packet, index) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(index, 0);
    record.writeUInt32LE(packet.data.length, 8);
    record.writeUInt32LE(packet.originalLength, 12);
    parts.push(record, packet.data);
  });
  return Buffer.concat(parts);
}

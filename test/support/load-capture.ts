import { openSource } from '../../src/formats/open-source.js';
import { openReader } from '../../src/formats/reader.js';

export interface CapturedPacket {
  bytes: Uint8Array;
  captured: number;
  original: number;
  linkType: number;
}

export interface LoadedCapture {
  packets: CapturedPacket[];
  byteOrder: 'little' | 'big';
}

/** libpcap cuts a packet to the snapshot length of its file, however much was captured. */
const NO_LIMIT = 262144;

/** The first packets of a capture, as libpcap hands them out. */
export async function loadCapture(path: string, most: number): Promise<LoadedCapture> {
  const source = openSource(path);
  const packets: CapturedPacket[] = [];
  try {
    const reader = await openReader(source);
    for (let batch = await reader.next(); batch !== null && packets.length < most; batch = await reader.next()) {
      for (let i = 0; i < batch.count && packets.length < most; i++) {
        const { linkType, snapLength } = reader.description.interfaces[batch.interface[i]];
        const limit = snapLength === 0 || snapLength > 0x7fffffff ? NO_LIMIT : snapLength;
        packets.push({
          bytes: batch.bytes.slice(batch.start[i], batch.start[i] + batch.length[i]),
          captured: Math.min(batch.length[i], limit),
          original: batch.originalLength[i],
          linkType,
        });
      }
    }
    return { packets, byteOrder: reader.description.sections[0]?.byteOrder ?? 'little' };
  } finally {
    source.close();
  }
}

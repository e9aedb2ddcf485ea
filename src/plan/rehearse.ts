import { describePacket } from '../decode/describe.js';
import { openReaderSync } from '../formats/reader.js';
import { loadDecoders, packetOf } from './packet.js';
import { flowIdOf } from './packet-flow.js';
import type { SourceFile } from './source-file.js';

/** Packets that are looked at, and how many in one go. */
const PACKETS = 96;
const AT_ONCE = 8;
/** Below this a capture is read before anybody could have asked, bytes. */
const LEAST_BYTES = 16 * 1024 * 1024;

/**
 * Takes the first packets of a capture apart while its index pass runs in workers, for nobody: decoders are compiled when they first run, and whoever is
 * the first to look at a packet shall not wait for that. It gives way to whatever else the thread has to do.
 */
export async function rehearse(file: SourceFile): Promise<void> {
  const { bytes } = file;
  if (!bytes.seekable || (bytes.size ?? 0) < LEAST_BYTES) return;
  await loadDecoders();
  const reader = openReaderSync(bytes, { rows: PACKETS, windowBytes: 256 * 1024 });
  const batch = reader.nextSync();
  reader.close();
  for (let i = 0; i < (batch?.count ?? 0); i++) {
    const packet = packetOf(batch!, i, file, 0);
    describePacket(packet.dissection);
    if (i === 0) await flowIdOf(packet);
    if (i % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

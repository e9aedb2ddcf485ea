import type { ByteOrder } from '../formats/model.js';
import { BlockType, viewOf } from '../formats/pcapng/block.js';
import { decodeEnhancedPacket } from '../formats/pcapng/enhanced-packet.js';
import { commentsOf } from '../formats/pcapng/options.js';
import { decodePacketBlock } from '../formats/pcapng/packet.js';

/** What a pcapng block says about its packet beside bytes and time. */
export interface PacketNotes {
  comments: string[];
  /** From the flags option. */
  direction: 'inbound' | 'outbound' | null;
}

/** Notes of the packet block `record`, header and trailer included. A simple packet block has none. */
export function packetNotes(record: Uint8Array, byteOrder: ByteOrder): PacketNotes {
  const type = viewOf(record).getUint32(0, byteOrder === 'little');
  if (type === BlockType.enhancedPacket) {
    const { options, flags } = decodeEnhancedPacket(record, byteOrder);
    return { comments: commentsOf(options), direction: directionOf(flags) };
  }
  if (type === BlockType.packet) {
    const { options, flags } = decodePacketBlock(record, byteOrder);
    return { comments: commentsOf(options), direction: directionOf(flags) };
  }
  return { comments: [], direction: null };
}

/** Bits 0 and 1 of the flags word (pcapng section 4.3.1): 01 inbound, 10 outbound. */
function directionOf(flags: number | null): PacketNotes['direction'] {
  const bits = (flags ?? 0) & 3;
  return bits === 1 ? 'inbound' : bits === 2 ? 'outbound' : null;
}

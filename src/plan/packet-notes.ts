import type { ByteOrder, RawOption } from '../formats/model.js';
import { BlockType, viewOf } from '../formats/pcapng/block.js';
import { decodeEnhancedPacket } from '../formats/pcapng/enhanced-packet.js';
import { commentsOf } from '../formats/pcapng/options.js';
import { decodeObsoletePacket } from '../formats/pcapng/packet.js';
import { readPacketOptions } from '../formats/pcapng/packet-options.js';

/** What a pcapng block says about its packet beside bytes and time. */
export interface PacketNotes {
  comments: string[];
  /** From the flags option. */
  direction: 'inbound' | 'outbound' | null;
}

export const NO_NOTES: PacketNotes = { comments: [], direction: null };

/** Notes of the packet block `record`, header and trailer included. A simple packet block has none. */
export function packetNotes(record: Uint8Array, byteOrder: ByteOrder): PacketNotes {
  const options = optionsOf(record, byteOrder);
  if (options.length === 0) return NO_NOTES;
  return { comments: commentsOf(options), direction: readPacketOptions(options, byteOrder).flags?.direction ?? null };
}

function optionsOf(record: Uint8Array, byteOrder: ByteOrder): RawOption[] {
  const type = viewOf(record).getUint32(0, byteOrder === 'little');
  if (type === BlockType.enhancedPacket) return decodeEnhancedPacket(record, byteOrder).options;
  if (type === BlockType.packet) return decodeObsoletePacket(record, byteOrder).options;
  return [];
}

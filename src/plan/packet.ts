import type { Nanos } from '../time.js';
import type { Layer } from '../decode/layer.js';

/** One packet, for people and libraries; the engine's loops never make one. */
export interface Packet {
  /** 1-based over its source file; stays through every selection and edit. */
  number: number;
  /** 1-based ordinal of its source file in the capture. */
  source: number;
  timestamp: Nanos | null;
  capturedLength: number;
  originalLength: number;
  interfaceId: number;
  linkType: number;
  /** Byte offset of its record in the source. */
  offset: number;
  data: Uint8Array;
  comments: string[];
  direction: 'inbound' | 'outbound' | null;
  /** Decoded when first asked for. */
  readonly layers: Layer[];
  /** Names of its layers as in Wireshark's frame.protocols. */
  readonly protocols: string[];
  /** Addresses of the outermost IP header, null without one. */
  readonly sourceAddress: string | null;
  readonly destinationAddress: string | null;
  /** Transport payload. */
  readonly payload: Uint8Array;
}

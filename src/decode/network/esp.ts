import { hexNumber, setU32, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, header, type Input, type Protocol, type Step } from '../dissector.js';

/**
 * Encapsulating Security Payload: RFC 4303 section 2. What follows the sequence number is encrypted: where it ends, and which of it is padding, next header
 * or integrity check value, only the peers know. Offsets in bytes.
 */
export const Esp = { spi: 0, sequence: 4, payload: 8, length: 8 } as const;

export interface EspView {
  spi: number;
  sequence: number;
}

/** The clear part at `at`, or null when its 8 bytes do not end by `end`. */
export function viewEsp(bytes: Uint8Array, at: number, end: number): EspView | null {
  return end - at < Esp.length ? null : { spi: u32(bytes, at), sequence: u32(bytes, at + Esp.sequence) };
}

export function emitEsp(view: EspView): Uint8Array {
  const bytes = new Uint8Array(Esp.length);
  setU32(bytes, Esp.spi, view.spi);
  setU32(bytes, Esp.sequence, view.sequence);
  return bytes;
}

const layerEsp = header('ESP header', Esp.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewEsp(bytes, at, end)!;
  const spi = hexNumber(view.spi, 8);
  const words = `spi ${spi}  sequence ${view.sequence}`;
  const payload = at + Esp.payload;
  return {
    layer: {
      name: 'esp',
      title: 'ESP',
      summary: words,
      start: at,
      end,
      fields: [
        field('Security Parameters Index', at, 4, view.spi, spi),
        field('Sequence Number', at + Esp.sequence, 4, view.sequence),
        ...(payload < end ? [bytesField('Encrypted Data', bytes, payload, end)] : []),
      ],
      problem: null,
    },
    next: null,
    column: { info: words },
  };
});

export const esp: Protocol = { name: 'esp', title: 'ESP', specification: 'RFC 4303', layer: layerEsp };

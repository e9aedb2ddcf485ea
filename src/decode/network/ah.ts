import { hexDigits, hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { IP_PROTOCOL_NAMES } from '../numbers.js';

/** Authentication Header (RFC 4302 section 2), of IPv4 and IPv6 alike: its length counts units of 4 bytes less 2. */
export const AuthenticationHeader = {
  nextHeader: 0,
  payloadLength: 1,
  reserved: 2,
  spi: 4,
  sequence: 8,
  icv: 12,
  length: 12,
} as const;

export interface AuthenticationView {
  nextHeader: number;
  payloadLength: number;
  headerLength: number;
  reserved: number;
  spi: number;
  sequence: number;
  integrityCheckValue: Uint8Array;
}

export function viewAuthentication(bytes: Uint8Array, at: number, end: number): AuthenticationView | null {
  if (end - at < AuthenticationHeader.length) return null;
  const headerLength = 4 * (bytes[at + AuthenticationHeader.payloadLength] + 2);
  const icv = at + AuthenticationHeader.icv;
  return {
    nextHeader: bytes[at],
    payloadLength: bytes[at + AuthenticationHeader.payloadLength],
    headerLength,
    reserved: u16(bytes, at + AuthenticationHeader.reserved),
    spi: u32(bytes, at + AuthenticationHeader.spi),
    sequence: u32(bytes, at + AuthenticationHeader.sequence),
    integrityCheckValue: bytes.subarray(icv, Math.max(icv, Math.min(end, at + headerLength))),
  };
}

export function emitAuthentication(view: AuthenticationView): Uint8Array {
  const bytes = new Uint8Array(AuthenticationHeader.length + view.integrityCheckValue.length);
  bytes[0] = view.nextHeader;
  bytes[1] = view.payloadLength;
  setU16(bytes, AuthenticationHeader.reserved, view.reserved);
  setU32(bytes, AuthenticationHeader.spi, view.spi);
  setU32(bytes, AuthenticationHeader.sequence, view.sequence);
  bytes.set(view.integrityCheckValue, AuthenticationHeader.icv);
  return bytes;
}

const layerAuthentication = header('AH header', AuthenticationHeader.length, (input: Input): Step => {
  const { bytes, at } = input;
  const view = viewAuthentication(bytes, at, input.end)!;
  const headerLength = Math.max(view.headerLength, AuthenticationHeader.length);
  const whole = at + headerLength <= input.end;
  const end = Math.min(input.end, at + headerLength);
  const spi = hexNumber(view.spi, 8);
  const icv = at + AuthenticationHeader.icv;
  return {
    layer: {
      name: 'ah',
      title: 'AH',
      summary: `spi ${spi}  sequence ${view.sequence}`,
      start: at,
      end,
      fields: [
        field('Next Header', at, 1, view.nextHeader, named(IP_PROTOCOL_NAMES, view.nextHeader)),
        field('Payload Length', at + 1, 1, view.payloadLength, `${view.payloadLength} (${view.headerLength} bytes)`),
        field('Reserved', at + AuthenticationHeader.reserved, 2, view.reserved),
        field('Security Parameters Index', at + AuthenticationHeader.spi, 4, view.spi, spi),
        field('Sequence Number', at + AuthenticationHeader.sequence, 4, view.sequence),
        field('Integrity Check Value', icv, end - icv, hexDigits(bytes, icv, end)),
      ],
      problem: whole ? null : shortfall('AH header', headerLength, input.end - at, at),
    },
    next: whole ? { table: 'ipProtocol', key: view.nextHeader, at: end, wireEnd: Math.max(end, input.wireEnd) } : null,
    column: { info: `AH spi ${spi} sequence ${view.sequence}` },
  };
});

export const authentication: Protocol = {
  name: 'ah',
  title: 'AH',
  specification: 'RFC 4302',
  layer: layerAuthentication,
};

import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { field, header, type Input, named, type Protocol, type Step } from '../dissector.js';
import { etherTypeText } from './ethernet.js';

/** Cisco HDLC: RFC 1547 section 4.3.1. Offsets in bytes. */
export const Chdlc = { address: 0, control: 1, protocol: 2, length: 4 } as const;

export interface ChdlcView {
  address: number;
  control: number;
  /** An EtherType, but 0x8035 is SLARP. */
  protocol: number;
}

/** The header at `at`, or null when its 4 bytes do not end by `end`. */
export function viewChdlc(bytes: Uint8Array, at: number, end: number): ChdlcView | null {
  if (end - at < Chdlc.length) return null;
  return { address: bytes[at], control: bytes[at + Chdlc.control], protocol: u16(bytes, at + Chdlc.protocol) };
}

export function emitChdlc(view: ChdlcView): Uint8Array {
  const bytes = new Uint8Array(Chdlc.length);
  bytes[0] = view.address;
  bytes[Chdlc.control] = view.control;
  setU16(bytes, Chdlc.protocol, view.protocol);
  return bytes;
}

const UNICAST = 0x0f;
const MULTICAST = 0x8f;
const ADDRESSES: Readonly<Record<number, string>> = { [UNICAST]: 'unicast', [MULTICAST]: 'multicast' };

/** Whether the address says that a serial line speaks Cisco HDLC and not PPP. */
export function isChdlc(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= Chdlc.length && ADDRESSES[bytes[at]] !== undefined;
}

/** Serial Line Address Resolution Protocol, under what is RARP's number elsewhere. */
const SLARP = 0x8035;

export const layerChdlc = header('Cisco HDLC header', Chdlc.length, (input: Input): Step => {
  const { bytes, at } = input;
  const view = viewChdlc(bytes, at, input.end)!;
  const start = at + Chdlc.length;
  const text = view.protocol === SLARP ? `SLARP (${hexNumber(SLARP, 4)})` : etherTypeText(view.protocol);
  return {
    layer: {
      name: 'chdlc',
      title: 'Cisco HDLC',
      summary: text,
      start: at,
      end: start,
      fields: [
        field('Address', at, 1, view.address, named(ADDRESSES, view.address, hexNumber(view.address, 2))),
        field('Control', at + Chdlc.control, 1, view.control, hexNumber(view.control, 2)),
        field('Protocol', at + Chdlc.protocol, 2, view.protocol, text),
      ],
      problem: null,
    },
    next: {
      table: view.protocol === SLARP ? 'data' : 'etherType',
      key: view.protocol,
      at: start,
      wireEnd: Math.max(start, input.wireEnd),
    },
    column: { info: text },
  };
});

export const chdlc: Protocol = { name: 'chdlc', title: 'Cisco HDLC', specification: 'RFC 1547', layer: layerChdlc };

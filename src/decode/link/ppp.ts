import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { isChdlc, layerChdlc } from './chdlc.js';
import { controlWords } from './ppp-control.js';

/**
 * Point-to-Point Protocol: RFC 1661 section 2, HDLC-like framing RFC 1662 section 3.1. Address and control (ff 03) may be left out, and a protocol below
 * 0x100 be compressed to its low byte (RFC 1661 section 6.5), so offsets count from the protocol field.
 */
export const Ppp = { address: 0, control: 1, framing: 2 } as const;

const ALL_STATIONS = 0xff;
const UNNUMBERED = 0x03;

export interface PppView {
  /** The two bytes ff 03 stand before the protocol. */
  framed: boolean;
  protocol: number;
  /** The protocol takes one byte. */
  compressed: boolean;
  /** In bytes, 1 to 4. */
  headerLength: number;
}

/** The header at `at`, or null when it does not end by `end`. */
export function viewPpp(bytes: Uint8Array, at: number, end: number): PppView | null {
  const framed = end - at >= Ppp.framing && bytes[at] === ALL_STATIONS && bytes[at + 1] === UNNUMBERED;
  const place = framed ? at + Ppp.framing : at;
  if (place >= end) return null;
  // The low byte of a protocol is odd, the high byte even: an odd first byte is the whole of it.
  const compressed = (bytes[place] & 1) === 1;
  if (!compressed && place + 2 > end) return null;
  const protocol = compressed ? bytes[place] : u16(bytes, place);
  return { framed, protocol, compressed, headerLength: place - at + (compressed ? 1 : 2) };
}

export function emitPpp(view: PppView): Uint8Array {
  const bytes = new Uint8Array((view.framed ? Ppp.framing : 0) + (view.compressed ? 1 : 2));
  const place = view.framed ? Ppp.framing : 0;
  if (view.framed) {
    bytes[Ppp.address] = ALL_STATIONS;
    bytes[Ppp.control] = UNNUMBERED;
  }
  if (view.compressed) bytes[place] = view.protocol;
  else setU16(bytes, place, view.protocol);
  return bytes;
}

/** IANA registry "PPP DLL Protocol Numbers". */
export const PPP_PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  33: 'IPv4',
  45: 'Van Jacobson compressed TCP/IP',
  47: 'Van Jacobson uncompressed TCP/IP',
  61: 'PPP Multilink',
  87: 'IPv6',
  253: 'compressed datagram',
  641: 'MPLS unicast',
  643: 'MPLS multicast',
  32801: 'IPCP',
  32855: 'IPv6CP',
  33021: 'CCP',
  33409: 'MPLSCP',
  49185: 'LCP',
  49187: 'PAP',
  49189: 'LQR',
  49699: 'CHAP',
};

function cut(input: Input, fields: Field[]): Step {
  const { at, end } = input;
  const required = fields.length === 0 ? 2 : 4;
  const problem = shortfall('PPP header', required, end - at, at);
  return {
    layer: {
      name: 'ppp',
      title: 'PPP',
      summary: `cut after ${end - at} of ${required} bytes`,
      start: at,
      end,
      fields,
      problem,
    },
    next: null,
  };
}

/** "LCP configure request"; of other protocols their name and number. */
function infoOf(protocol: number, text: string, { bytes, end }: Input, at: number): string {
  const words = controlWords(protocol, bytes, at, end);
  return words === '' ? text : `${PPP_PROTOCOL_NAMES[protocol]}${words}`;
}

const layerPpp = header('PPP header', 1, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewPpp(bytes, at, end);
  const framed =
    view?.framed ?? (end - at === Ppp.framing && bytes[at] === ALL_STATIONS && bytes[at + 1] === UNNUMBERED);
  const fields = framed
    ? [
        field('Address', at, 1, bytes[at], 'All-Stations (0xff)'),
        field('Control', at + 1, 1, bytes[at + 1], 'Unnumbered Information (0x03)'),
      ]
    : [];
  if (view === null) return cut(input, fields);
  const text = named(PPP_PROTOCOL_NAMES, view.protocol, hexNumber(view.protocol, 4));
  const place = at + view.headerLength;
  const length = view.compressed ? 1 : 2;
  fields.push(field('Protocol', place - length, length, view.protocol, text));
  return {
    layer: { name: 'ppp', title: 'PPP', summary: text, start: at, end: place, fields, problem: null },
    next: { table: 'pppProtocol', key: view.protocol, at: place, wireEnd: Math.max(place, input.wireEnd) },
    column: { info: infoOf(view.protocol, text, input, place) },
  };
});

/** LINKTYPE_PPP_HDLC: as PPP, or Cisco HDLC where the address says so (LINKTYPE registry). */
function layerPppSerial(input: Input): Step {
  return isChdlc(input.bytes, input.at, input.end) ? layerChdlc(input) : layerPpp(input);
}

/** LINKTYPE_PPP_WITH_DIR: a byte of direction before the frame, 0 received, else sent. */
const layerPppWithDirection = header('PPP direction', 1, (input: Input): Step => {
  const step = layerPpp({ ...input, at: input.at + 1 });
  const direction = field(
    'Direction',
    input.at,
    1,
    input.bytes[input.at],
    input.bytes[input.at] === 0 ? 'received' : 'sent',
  );
  return { ...step, layer: { ...step.layer, start: input.at, fields: [direction, ...step.layer.fields] } };
});

export const ppp: Protocol = { name: 'ppp', title: 'PPP', specification: 'RFC 1661, RFC 1662', layer: layerPpp };

export const pppSerial: Protocol = {
  name: 'ppp',
  title: 'PPP or Cisco HDLC',
  specification: 'RFC 1662, RFC 1547',
  layer: layerPppSerial,
};

export const pppWithDirection: Protocol = {
  name: 'ppp',
  title: 'PPP with direction',
  specification: 'LINKTYPE_PPP_WITH_DIR',
  layer: layerPppWithDirection,
};

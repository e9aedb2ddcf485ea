import { hexDigits, hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { field, header, type Input, type Next, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { etherTypeText } from './ethernet.js';

/** Logical Link Control: IEEE 802.2 (ISO 8802-2) section 3.2, and the Subnetwork Access Protocol, IEEE 802-2014 section 9.2. Offsets in bytes. */
export const Llc = { dsap: 0, ssap: 1, control: 2, length: 3 } as const;
export const Snap = { organization: 3, protocol: 6, length: 8 } as const;

const SAP_SNAP = 0xaa;
const UNNUMBERED_INFORMATION = 0x03;

export interface LlcView {
  dsap: number;
  ssap: number;
  /** One byte of an unnumbered frame (low bits 11), else two bytes read big-endian. */
  control: number;
  controlLength: 1 | 2;
  /** Of a SNAP header, else null: the organisation's three bytes as a number, and the protocol. */
  snap: { organization: number; protocol: number } | null;
}

/** The header at `at`, or null when it does not end by `end` (3 bytes, 4 with a long control field; 8 with SNAP). */
export function viewLlc(bytes: Uint8Array, at: number, end: number): LlcView | null {
  if (end - at < Llc.length) return null;
  const controlLength = (bytes[at + Llc.control] & 3) === 3 ? 1 : 2;
  if (end - at < 2 + controlLength) return null;
  const dsap = bytes[at];
  const ssap = bytes[at + Llc.ssap];
  const control = controlLength === 1 ? bytes[at + Llc.control] : u16(bytes, at + Llc.control);
  // IEEE 802-2014: both SAPs AA; the lowest bits tell group address and response.
  const isSnap = (dsap & 0xfe) === SAP_SNAP && (ssap & 0xfe) === SAP_SNAP && control === UNNUMBERED_INFORMATION;
  if (!isSnap) return { dsap, ssap, control, controlLength, snap: null };
  if (end - at < Snap.length) return null;
  const organization = (bytes[at + 3] << 16) | u16(bytes, at + 4);
  return { dsap, ssap, control, controlLength, snap: { organization, protocol: u16(bytes, at + Snap.protocol) } };
}

export function emitLlc(view: LlcView): Uint8Array {
  const bytes = new Uint8Array(view.snap === null ? 2 + view.controlLength : Snap.length);
  bytes[0] = view.dsap;
  bytes[Llc.ssap] = view.ssap;
  if (view.controlLength === 1) bytes[Llc.control] = view.control;
  else setU16(bytes, Llc.control, view.control);
  if (view.snap !== null) {
    bytes[Snap.organization] = view.snap.organization >>> 16;
    setU16(bytes, Snap.organization + 1, view.snap.organization);
    setU16(bytes, Snap.protocol, view.snap.protocol);
  }
  return bytes;
}

const SAP_NAMES: Readonly<Record<number, string>> = {
  0: 'null LSAP',
  6: 'IP',
  66: 'Spanning Tree',
  [SAP_SNAP]: 'SNAP',
  152: 'ARP',
  224: 'NetWare',
  240: 'NetBIOS',
  254: 'ISO network layer',
  255: 'global',
};

const ORGANIZATIONS: Readonly<Record<number, string>> = {
  0: 'encapsulated Ethernet',
  12: 'Cisco',
  248: 'encapsulated Ethernet (802.1H)',
  524295: 'Apple',
  32962: 'IEEE 802.1',
};

/** SNAP organisations whose protocol is an EtherType: RFC 1042 and the bridge tunnel of IEEE 802.1H. */
const ETHERTYPE_ORGANIZATIONS = [0, 248];

function nextOf(view: LlcView, at: number, wireEnd: number): Next {
  const bound = Math.max(at, wireEnd);
  if (view.snap === null) return { table: 'llcSap', key: view.dsap, at, wireEnd: bound };
  const known = ETHERTYPE_ORGANIZATIONS.includes(view.snap.organization);
  return { table: known ? 'etherType' : 'data', key: view.snap.protocol, at, wireEnd: bound };
}

const layerLlc = header('LLC header', Llc.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewLlc(bytes, at, end);
  const controlLength = (bytes[at + Llc.control] & 3) === 3 ? 1 : 2;
  const fields = [
    field('DSAP', at, 1, bytes[at], named(SAP_NAMES, bytes[at], hexNumber(bytes[at], 2))),
    field(
      'SSAP',
      at + Llc.ssap,
      1,
      bytes[at + Llc.ssap],
      named(SAP_NAMES, bytes[at + Llc.ssap] & 0xfe, hexNumber(bytes[at + Llc.ssap], 2)),
    ),
  ];
  if (view === null) {
    const required = controlLength === 2 ? 4 : Snap.length;
    const what = controlLength === 2 ? 'LLC header' : 'SNAP header';
    const problem = shortfall(what, required, end - at, at);
    const summary = named(SAP_NAMES, bytes[at], hexNumber(bytes[at], 2));
    return { layer: { name: 'llc', title: 'LLC', summary, start: at, end, fields, problem }, next: null };
  }
  const control = hexDigits(bytes, at + Llc.control, at + Llc.control + controlLength);
  fields.push(field('Control', at + Llc.control, controlLength, view.control, `0x${control}`));
  let summary = `DSAP ${fields[0].text}`;
  let length = 2 + controlLength;
  if (view.snap !== null) {
    const { organization, protocol } = view.snap;
    const isType = ETHERTYPE_ORGANIZATIONS.includes(organization);
    const protocolText = isType ? etherTypeText(protocol) : hexNumber(protocol, 4);
    const organizationText = named(ORGANIZATIONS, organization, hexNumber(organization, 6));
    fields.push(
      field('Organization Code', at + Snap.organization, 3, organization, organizationText),
      field('Protocol Identifier', at + Snap.protocol, 2, protocol, protocolText),
    );
    summary = `SNAP  ${protocolText}`;
    length = Snap.length;
  }
  return {
    layer: { name: 'llc', title: 'LLC', summary, start: at, end: at + length, fields, problem: null },
    next: nextOf(view, at + length, input.wireEnd),
    column: { info: summary },
  };
});

export const llc: Protocol = { name: 'llc', title: 'LLC', specification: 'IEEE 802.2', layer: layerLlc };

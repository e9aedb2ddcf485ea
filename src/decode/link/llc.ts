import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { little16, setLittle16 } from '../../bytes/little-endian.js';
import { field, header, type Input, type Next, named, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { etherTypeText } from './ethernet.js';

/** Logical Link Control: IEEE 802.2 (ISO 8802-2) section 3.2, and the Subnetwork Access Protocol, IEEE 802-2014 section 9.2. Offsets in bytes. */
export const Llc = { dsap: 0, ssap: 1, control: 2, length: 3 } as const;
export const Snap = { organization: 3, protocol: 6, length: 8 } as const;

const SAP_SNAP = 0xaa;
const UNNUMBERED_INFORMATION = 0x03;

export interface LlcView {
  dsap: number;
  ssap: number;
  /** One byte of an unnumbered frame (low bits 11), else two bytes of which the first is the low one. */
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
  const control = controlLength === 1 ? bytes[at + Llc.control] : little16(bytes, at + Llc.control);
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
  else setLittle16(bytes, Llc.control, view.control);
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
  129: 'Nortel Networks SONMP',
  524295: 'Apple',
  32962: 'IEEE 802.1',
};

/** SNAP organisations whose protocol is an EtherType: RFC 1042 and the bridge tunnel of IEEE 802.1H. */
const ETHERTYPE_ORGANIZATIONS = [0, 248];
const CISCO = 12;
/** RFC 2684 section 5.2: whole frames of other media, and their spanning tree. */
const BRIDGED = 32962;

/** Protocol identifiers under Cisco's organisation code. */
const CISCO_PROTOCOLS: Readonly<Record<number, string>> = {
  258: 'DRiP',
  260: 'PAgP',
  267: 'PVST+',
  268: 'VLAN Bridge',
  273: 'UDLD',
  275: 'Cluster Management',
  8192: 'CDP',
  8193: 'CGMP',
  8195: 'VTP',
  8196: 'DTP',
  8202: 'STP UplinkFast',
};

const BRIDGED_PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'Ethernet with FCS',
  7: 'Ethernet',
  10: 'fragments',
  14: 'BPDU',
};

/** Frame formats by the low bits of the control field. */
const FORMATS: Readonly<Record<number, string>> = {
  0: 'Information',
  1: 'Supervisory',
  2: 'Information',
  3: 'Unnumbered',
};
const SUPERVISORY: Readonly<Record<number, string>> = { 0: 'Receiver Ready', 1: 'Receiver Not Ready', 2: 'Reject' };
/** Names of the five modifier bits, 000m mm00 put together: of a command, and of a response. */
const COMMANDS: Readonly<Record<number, string>> = {
  0: 'Unnumbered Information',
  16: 'Disconnect',
  27: 'Set Asynchronous Balanced Mode Extended',
  43: 'Exchange Identification',
  56: 'Test',
};
const RESPONSES: Readonly<Record<number, string>> = {
  0: 'Unnumbered Information',
  3: 'Disconnected Mode',
  24: 'Unnumbered Acknowledgment',
  33: 'Frame Reject',
  43: 'Exchange Identification',
  56: 'Test',
};
const INFORMATION = 0;
const SUPERVISORY_FORMAT = 1;
const UNNUMBERED = 3;

function pollFinal(at: number, isSet: boolean): Field {
  return field('P/F', at, 1, isSet, isSet ? 'set' : 'not set');
}

/** ISO 8802-2 section 5.2 and 5.4: the parts of a control field. */
function controlField(view: LlcView, at: number): Field {
  const { control, controlLength: length } = view;
  const isResponse = (view.ssap & 1) === 1;
  const format = (control & 1) === 0 ? INFORMATION : control & 3;
  const parts: Field[] = [];
  let text: string;
  if (format === UNNUMBERED) {
    const modifier = (control & 0xec) >>> 2;
    text = named(isResponse ? RESPONSES : COMMANDS, modifier, hexNumber(control & 0xec, 2));
    parts.push(field('Modifier Function', at, 1, control & 0xec, text));
    parts.push(pollFinal(at, (control & 0x10) !== 0));
  } else if (format === SUPERVISORY_FORMAT) {
    const kind = (control >>> 2) & 3;
    text = `${named(SUPERVISORY, kind)}, N(R) ${control >>> 9}`;
    parts.push(field('Supervisory Function', at, 1, kind, named(SUPERVISORY, kind)));
  } else {
    text = `Information, N(S) ${(control >>> 1) & 0x7f}, N(R) ${control >>> 9}`;
    parts.push(field('N(S)', at, 1, (control >>> 1) & 0x7f));
  }
  if (length === 2) {
    parts.push(pollFinal(at + 1, (control & 0x100) !== 0), field('N(R)', at + 1, 1, control >>> 9));
  }
  parts.push(field('Format', at, 1, format, named(FORMATS, format)));
  return field('Control', at, length, control, `${hexNumber(control, 2 * length)} ${text}`, parts);
}

function sapFields(bytes: Uint8Array, at: number): Field[] {
  const [dsap, ssap] = [bytes[at], bytes[at + Llc.ssap]];
  const response = (ssap & 1) === 1;
  return [
    field('DSAP', at, 1, dsap, named(SAP_NAMES, dsap, hexNumber(dsap, 2)), [
      field('Address', at, 1, dsap >>> 1),
      field('I/G', at, 1, (dsap & 1) === 1, dsap & 1 ? 'group' : 'individual'),
    ]),
    field('SSAP', at + Llc.ssap, 1, ssap, named(SAP_NAMES, ssap & 0xfe, hexNumber(ssap, 2)), [
      field('Address', at + Llc.ssap, 1, ssap >>> 1),
      field('C/R', at + Llc.ssap, 1, response, response ? 'response' : 'command'),
    ]),
  ];
}

function nextOf(view: LlcView, at: number, wireEnd: number): Next {
  const bound = Math.max(at, wireEnd);
  if (view.snap !== null) {
    const { organization, protocol: key } = view.snap;
    if (organization === CISCO) return { table: 'ciscoProtocol', key, at, wireEnd: bound };
    if (organization === BRIDGED) return { table: 'bridgedProtocol', key, at, wireEnd: bound };
    return { table: ETHERTYPE_ORGANIZATIONS.includes(organization) ? 'etherType' : 'data', key, at, wireEnd: bound };
  }
  // Only information frames, numbered or not, carry what the service access point names.
  const carries = (view.control & 1) === 0 || (view.controlLength === 1 && view.control === UNNUMBERED_INFORMATION);
  return { table: carries ? 'llcSap' : 'data', key: view.dsap, at, wireEnd: bound };
}

function protocolText(organization: number, protocol: number): string {
  if (ETHERTYPE_ORGANIZATIONS.includes(organization)) return etherTypeText(protocol);
  const names = organization === CISCO ? CISCO_PROTOCOLS : organization === BRIDGED ? BRIDGED_PROTOCOLS : {};
  return named(names, protocol, hexNumber(protocol, 4));
}

const layerLlc = header('LLC header', Llc.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewLlc(bytes, at, end);
  const fields = sapFields(bytes, at);
  if (view === null) {
    const isLong = (bytes[at + Llc.control] & 3) !== 3;
    const problem = shortfall(isLong ? 'LLC header' : 'SNAP header', isLong ? 4 : Snap.length, end - at, at);
    const summary = fields[0].text;
    return { layer: { name: 'llc', title: 'LLC', summary, start: at, end, fields, problem }, next: null };
  }
  const control = controlField(view, at + Llc.control);
  fields.push(control);
  let summary = `DSAP ${fields[0].text}`;
  let length = 2 + view.controlLength;
  if (view.control !== UNNUMBERED_INFORMATION) summary += `  ${control.text}`;
  if (view.snap !== null) {
    const { organization, protocol } = view.snap;
    const text = protocolText(organization, protocol);
    const organizationText = named(ORGANIZATIONS, organization, hexNumber(organization, 6));
    fields.push(
      field('Organization Code', at + Snap.organization, 3, organization, organizationText),
      field('Protocol Identifier', at + Snap.protocol, 2, protocol, text),
    );
    summary = `SNAP  ${text}`;
    length = Snap.length;
  }
  return {
    layer: { name: 'llc', title: 'LLC', summary, start: at, end: at + length, fields, problem: null },
    next: nextOf(view, at + length, input.wireEnd),
    column: { info: summary },
  };
});

export const llc: Protocol = { name: 'llc', title: 'LLC', specification: 'IEEE 802.2', layer: layerLlc };

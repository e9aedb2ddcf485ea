import { formatMac } from '../../bytes/address.js';
import { setU16, u16 } from '../../bytes/big-endian.js';
import { bytesField, field, header, type Input, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import {
  amount,
  type Bits,
  bits,
  enumeration,
  type Form,
  hex,
  type Laid,
  lay,
  layMore,
  type Part,
  raw,
  words,
} from '../layout.js';

/**
 * Bridge protocol data units of the Spanning Tree Protocol: IEEE 802.1D-2004 section 9.3 (spanning tree, rapid spanning tree), IEEE 802.1Q-2018 section 14
 * (multiple spanning trees, shortest path trees). Offsets in bytes.
 */
export const Stp = { protocol: 0, version: 2, type: 3, body: 4, length: 4 } as const;

export const BpduType = { configuration: 0x00, rapid: 0x02, topologyChange: 0x80 } as const;

export interface StpView {
  protocol: number;
  version: number;
  type: number;
  /** Everything behind the type; a view, not a copy. */
  body: Uint8Array;
}

/** The unit at `at`, or null when its 4 fixed bytes do not end by `end`. */
export function viewStp(bytes: Uint8Array, at: number, end: number): StpView | null {
  if (end - at < Stp.length) return null;
  return {
    protocol: u16(bytes, at),
    version: bytes[at + Stp.version],
    type: bytes[at + Stp.type],
    body: bytes.subarray(at + Stp.body, end),
  };
}

export function emitStp(view: StpView): Uint8Array {
  const bytes = new Uint8Array(Stp.length + view.body.length);
  setU16(bytes, 0, view.protocol);
  bytes[Stp.version] = view.version;
  bytes[Stp.type] = view.type;
  bytes.set(view.body, Stp.body);
  return bytes;
}

const VERSIONS: Readonly<Record<number, string>> = {
  0: 'Spanning Tree',
  2: 'Rapid Spanning Tree',
  3: 'Multiple Spanning Tree',
  4: 'Shortest Path Tree',
};

const TYPES: Readonly<Record<number, string>> = {
  [BpduType.configuration]: 'Configuration',
  [BpduType.rapid]: 'Rapid or Multiple Spanning Tree',
  [BpduType.topologyChange]: 'Topology Change Notification',
};

const PORT_ROLES: Readonly<Record<number, string>> = {
  0: 'Unknown',
  1: 'Alternate or Backup',
  2: 'Root',
  3: 'Designated',
};

const FLAGS: readonly Bits[] = [
  [0x80, 'Topology Change Acknowledgment'],
  [0x40, 'Agreement'],
  [0x20, 'Forwarding'],
  [0x10, 'Learning'],
  [0x0c, 'Port Role', PORT_ROLES],
  [0x02, 'Proposal'],
  [0x01, 'Topology Change'],
];

/** IEEE 802.1Q section 14.2.5: four bits of priority, twelve of a system ID extension, a MAC address. */
const bridgeIdentifier: Form = (bytes, at) => {
  const priority = u16(bytes, at) & 0xf000;
  const extension = u16(bytes, at) & 0x0fff;
  const address = formatMac(bytes, at + 2);
  return {
    value: `${priority}/${extension}/${address}`,
    text: `${priority}/${extension}/${address}`,
    fields: [
      field('Bridge Priority', at, 1, priority),
      field('System ID Extension', at, 2, extension),
      field('Bridge Address', at + 2, 6, address),
    ],
  };
};

/** Times are in 1/256 of a second (IEEE 802.1D section 9.2.8). */
const seconds: Form = (bytes, at) => {
  const value = u16(bytes, at);
  return { value, text: `${value / 256} s` };
};

/** IEEE 802.1Q section 14.4.1: priorities stand in the high four bits of their bytes. */
const highBits: Form = (bytes, at) => ({ value: bytes[at] >>> 4, text: String(bytes[at] >>> 4) });

const CONFIGURATION: readonly Part[] = [
  ['Flags', 1, bits(FLAGS)],
  ['Root Identifier', 8, bridgeIdentifier],
  ['Root Path Cost', 4],
  ['Bridge Identifier', 8, bridgeIdentifier],
  ['Port Identifier', 2, hex],
  ['Message Age', 2, seconds],
  ['Max Age', 2, seconds],
  ['Hello Time', 2, seconds],
  ['Forward Delay', 2, seconds],
];

const MST_CONFIGURATION_IDENTIFIER: readonly Part[] = [
  ['Configuration Identifier Format Selector', 1],
  ['Configuration Name', 32, words],
  ['Revision Level', 2],
  ['Configuration Digest', 16, raw],
];

const VERSION_3: readonly Part[] = [
  ['Version 3 Length', 2, amount('bytes')],
  ...MST_CONFIGURATION_IDENTIFIER,
  ['CIST Internal Root Path Cost', 4],
  ['CIST Bridge Identifier', 8, bridgeIdentifier],
  ['CIST Remaining Hops', 1],
];

const MSTI: readonly Part[] = [
  ['MSTI Flags', 1, bits(FLAGS)],
  ['MSTI Regional Root Identifier', 8, bridgeIdentifier],
  ['MSTI Internal Root Path Cost', 4],
  ['MSTI Bridge Priority', 1, highBits],
  ['MSTI Port Priority', 1, highBits],
  ['MSTI Remaining Hops', 1],
];
const MSTI_LENGTH = 16;
/** Version 3 length without configuration messages of instances: IEEE 802.1Q section 14.4.1. */
const VERSION_3_BASE = 64;
/** IEEE 802.1Q section 14.4: an MST BPDU holds at most 64 of them. */
const MAX_MSTI = 64;

const VERSION_4: readonly Part[] = [
  ['Version 4 Length', 2, amount('bytes')],
  ...MST_CONFIGURATION_IDENTIFIER.map(([name, length, form]): Part => [`Auxiliary ${name}`, length, form]),
  [
    'Agreement Flags',
    1,
    bits([
      [0x03, 'Agreement Number'],
      [0x0c, 'Discarded Agreement Number'],
      [0x10, 'Agreement Valid'],
      [0x20, 'Restricted Role'],
    ]),
  ],
  ['Reserved', 1],
  [
    'Agreement Digest Format',
    1,
    bits([
      [0xf0, 'Agreement Digest Format Identifier'],
      [0x0f, 'Agreement Digest Format Capabilities'],
    ]),
  ],
  [
    'Agreement Digest Convention',
    1,
    bits([
      [0xf0, 'Agreement Digest Convention Identifier'],
      [0x0f, 'Agreement Digest Convention Capabilities'],
    ]),
  ],
  ['Agreement Digest Edge Count', 2],
  ['Reserved', 8, raw],
  ['Computed Topology Digest', 20, raw],
];

const ORIGINATING_VLAN_AT = 36;

function mstiField(bytes: Uint8Array, at: number): Field {
  const { fields } = lay('', bytes, at, at + MSTI_LENGTH, MSTI);
  const id = u16(bytes, at + 1) & 0xfff;
  return field('MSTI Configuration Message', at, MSTI_LENGTH, id, `MSTID ${id}, root ${fields[1].text}`, fields);
}

/** What versions 3 and 4 add behind the version 1 length. */
function multiple(body: Laid, bytes: Uint8Array, end: number, version: number): void {
  const length = body.at + 2 <= end ? u16(bytes, body.at) : 0;
  const stop = body.at + 2 + length;
  layMore(body, 'MSTP configuration', bytes, end, VERSION_3);
  if (body.problem !== null) return;
  if (length < VERSION_3_BASE) {
    body.problem = `MSTP version 3 length: ${length} bytes, at least ${VERSION_3_BASE} required, at byte ${stop - length - 2}`;
    return;
  }
  for (let count = 0; body.at + MSTI_LENGTH <= Math.min(stop, end) && count < MAX_MSTI; count++) {
    body.fields.push(mstiField(bytes, body.at));
    body.at += MSTI_LENGTH;
  }
  if (body.at < stop) {
    body.problem = stop > end ? shortfall('MSTP version 3 length', length, end - (stop - length), stop - length) : null;
    body.problem ??= `MSTP version 3 length: ${length} bytes, not ${VERSION_3_BASE} and up to ${MAX_MSTI} messages of ${MSTI_LENGTH}`;
    return;
  }
  if (version >= 4 && body.at < end) layMore(body, 'SPT configuration', bytes, end, VERSION_4);
}

/** Cisco's per-VLAN spanning tree ends its units with the VLAN they were sent for, behind a byte of padding where there is no version 1 length. */
const ORIGINATING_VLAN: readonly Part[] = [
  ['Originating VLAN Type', 2],
  ['Originating VLAN Length', 2],
  ['Originating VLAN', 2],
];

function bodyOf(view: StpView, input: Input, perVlan: boolean): Laid {
  const { bytes, end } = input;
  const body: Laid = { fields: [], at: input.at + Stp.body, problem: null };
  if (view.protocol !== 0 || TYPES[view.type] === undefined) {
    if (body.at < end) body.fields.push(bytesField('BPDU Parameters', bytes, body.at, end));
    body.at = end;
    return body;
  }
  if (view.type === BpduType.topologyChange) return body;
  layMore(body, 'BPDU', bytes, end, CONFIGURATION);
  if (body.problem !== null) return body;
  if (view.type === BpduType.rapid) layMore(body, 'BPDU', bytes, end, [['Version 1 Length', 1, amount('bytes')]]);
  // Behind a version 1 length that is not 0 stands something else (IEEE 802.1Q section 14.4).
  const isMultiple = view.version >= 3 && view.type === BpduType.rapid && bytes[body.at - 1] === 0;
  if (isMultiple && body.problem === null) multiple(body, bytes, end, view.version);
  const place = input.at + ORIGINATING_VLAN_AT;
  if (perVlan && body.problem === null && body.at <= place && place + 6 <= end) {
    if (body.at < place) body.fields.push(bytesField('Padding', bytes, body.at, place));
    body.at = place;
    layMore(body, 'PVST', bytes, end, ORIGINATING_VLAN);
  }
  return body;
}

function summaryOf(view: StpView, fields: Field[]): string {
  const kind = (view.type === BpduType.rapid ? VERSIONS[view.version] : TYPES[view.type]) ?? `type ${view.type}`;
  const text = (name: string): string => fields.find((one) => one.name === name)?.text ?? '?';
  if (view.type === BpduType.topologyChange || fields.length < 5) return kind;
  return `${kind}  root ${text('Root Identifier')}  cost ${text('Root Path Cost')}  port ${text('Port Identifier')}`;
}

function layer(perVlan: boolean) {
  return header('BPDU', Stp.length, (input: Input): Step => {
    const { bytes, at, end } = input;
    const view = viewStp(bytes, at, end)!;
    const { fields } = lay('BPDU', bytes, at, end, FIXED);
    const body = bodyOf(view, input, perVlan);
    const info = summaryOf(view, body.fields);
    return {
      layer: {
        name: 'stp',
        title: 'STP',
        summary: info,
        start: at,
        end: body.at,
        fields: [...fields, ...body.fields],
        problem: body.problem,
      },
      next: null,
      contentEnd: body.at,
      column: { info },
    };
  });
}

const FIXED: readonly Part[] = [
  ['Protocol Identifier', 2, enumeration({ 0: 'Spanning Tree Protocol' }, 4)],
  ['Protocol Version Identifier', 1, enumeration(VERSIONS)],
  ['BPDU Type', 1, enumeration(TYPES, 2)],
];

const SPECIFICATION = 'IEEE 802.1Q section 14';
export const stp: Protocol = { name: 'stp', title: 'STP', specification: SPECIFICATION, layer: layer(false) };
/** In Cisco's frames of one VLAN each. */
export const perVlanStp: Protocol = { name: 'stp', title: 'STP', specification: SPECIFICATION, layer: layer(true) };

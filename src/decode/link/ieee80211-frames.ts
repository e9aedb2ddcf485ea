/** Kinds of 802.11 frames: IEEE 802.11-2020 table 9-1. */
export const FrameType = { management: 0, control: 1, data: 2, extension: 3 } as const;

const MANAGEMENT = [
  'association request',
  'association response',
  'reassociation request',
  'reassociation response',
  'probe request',
  'probe response',
  'timing advertisement',
  'management 7',
  'beacon',
  'ATIM',
  'disassociation',
  'authentication',
  'deauthentication',
  'action',
  'action no ack',
  'management 15',
];

const CONTROL = [
  'control 0',
  'control 1',
  'trigger',
  'TACK',
  'beamforming report poll',
  'VHT/HE NDP announcement',
  'control frame extension',
  'control wrapper',
  'block ack request',
  'block ack',
  'PS-poll',
  'RTS',
  'CTS',
  'ack',
  'CF-end',
  'CF-end + CF-ack',
];

const DATA = [
  'data',
  'data + CF-ack',
  'data + CF-poll',
  'data + CF-ack + CF-poll',
  'null',
  'CF-ack',
  'CF-poll',
  'CF-ack + CF-poll',
  'QoS data',
  'QoS data + CF-ack',
  'QoS data + CF-poll',
  'QoS data + CF-ack + CF-poll',
  'QoS null',
  'data 13',
  'QoS CF-poll',
  'QoS CF-ack + CF-poll',
];

const NAMES = [MANAGEMENT, CONTROL, DATA];

export function frameName(type: number, subtype: number): string {
  return NAMES[type]?.[subtype] ?? `extension ${subtype}`;
}

/** A data frame with a body: bit 2 of the subtype means "no data". */
export function isDataCarrier(type: number, subtype: number): boolean {
  return type === FrameType.data && (subtype & 4) === 0;
}

/** Control frames that name a receiver alone: control wrapper, CTS, ack. */
const ONE_ADDRESS: ReadonlySet<number> = new Set([7, 12, 13]);

/** Addresses of a control frame. */
export function addressesOf(subtype: number): number {
  return ONE_ADDRESS.has(subtype) ? 1 : 2;
}

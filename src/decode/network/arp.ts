import { formatIpv4, formatMac } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { field, header, type Input, named, type Protocol, type Step, shortfall } from '../dissector.js';
import { ETHERTYPE_NAMES, EtherType } from '../numbers.js';

/** Address Resolution Protocol: RFC 826; RARP RFC 903, InARP RFC 2390. Offsets in bytes; the four addresses follow the fixed part. */
export const Arp = {
  hardwareType: 0,
  protocolType: 2,
  hardwareLength: 4,
  protocolLength: 5,
  opcode: 6,
  length: 8,
} as const;

export interface ArpView {
  hardwareType: number;
  protocolType: number;
  hardwareLength: number;
  protocolLength: number;
  opcode: number;
  /** Views, not copies; shorter than told when the header is cut. */
  senderHardware: Uint8Array;
  senderProtocol: Uint8Array;
  targetHardware: Uint8Array;
  targetProtocol: Uint8Array;
}

const OPCODES: Readonly<Record<number, string>> = {
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
  5: 'DRARP request',
  6: 'DRARP reply',
  7: 'DRARP error',
  8: 'inverse request',
  9: 'inverse reply',
  10: 'ARP NAK',
};

const HARDWARE_TYPES: Readonly<Record<number, string>> = {
  1: 'Ethernet',
  3: 'AX.25',
  6: 'IEEE 802',
  7: 'ARCNET',
  15: 'Frame Relay',
  16: 'ATM',
  18: 'Fibre Channel',
  19: 'ATM',
  24: 'IEEE 1394',
  32: 'InfiniBand',
};

/** The message at `at`, or null when its 8 fixed bytes do not end by `end`. */
export function viewArp(bytes: Uint8Array, at: number, end: number): ArpView | null {
  if (end - at < Arp.length) return null;
  const hardwareLength = bytes[at + Arp.hardwareLength];
  const protocolLength = bytes[at + Arp.protocolLength];
  let place = at + Arp.length;
  const take = (length: number): Uint8Array => {
    const start = Math.min(place, end);
    place += length;
    return bytes.subarray(start, Math.min(place, end));
  };
  return {
    hardwareType: u16(bytes, at),
    protocolType: u16(bytes, at + Arp.protocolType),
    hardwareLength,
    protocolLength,
    opcode: u16(bytes, at + Arp.opcode),
    senderHardware: take(hardwareLength),
    senderProtocol: take(protocolLength),
    targetHardware: take(hardwareLength),
    targetProtocol: take(protocolLength),
  };
}

/** The message's bytes; with `lengths` the two length fields are taken from the sender's addresses. */
export function emitArp(view: ArpView, compute: { lengths?: boolean } = {}): Uint8Array {
  const addresses = [view.senderHardware, view.senderProtocol, view.targetHardware, view.targetProtocol];
  const bytes = new Uint8Array(Arp.length + addresses.reduce((sum, address) => sum + address.length, 0));
  setU16(bytes, 0, view.hardwareType);
  setU16(bytes, Arp.protocolType, view.protocolType);
  bytes[Arp.hardwareLength] = compute.lengths ? view.senderHardware.length : view.hardwareLength;
  bytes[Arp.protocolLength] = compute.lengths ? view.senderProtocol.length : view.protocolLength;
  setU16(bytes, Arp.opcode, view.opcode);
  let at: number = Arp.length;
  for (const address of addresses) {
    bytes.set(address, at);
    at += address.length;
  }
  return bytes;
}

function hardwareText(address: Uint8Array): string {
  return address.length === 6 ? formatMac(address, 0) : hexDigits(address);
}

function protocolText(view: ArpView, address: Uint8Array): string {
  return address.length === 4 && view.protocolType === EtherType.ipv4 ? formatIpv4(address, 0) : hexDigits(address);
}

function sentence(view: ArpView): string {
  const sender = protocolText(view, view.senderProtocol);
  const target = protocolText(view, view.targetProtocol);
  const senderHardware = hardwareText(view.senderHardware);
  const targetHardware = hardwareText(view.targetHardware);
  switch (view.opcode) {
    case 1:
      return sender === target ? `announcement of ${sender}` : `who has ${target}, tell ${sender}`;
    case 2:
      return `${sender} is at ${senderHardware}`;
    case 3:
      return `who is ${targetHardware}, tell ${senderHardware}`;
    case 4:
      return `${targetHardware} is at ${target}`;
    default:
      return `${named(OPCODES, view.opcode)} from ${sender} to ${target}`;
  }
}

function layer(title: string) {
  return header(`${title} header`, Arp.length, (input: Input): Step => {
    const { bytes, at, end } = input;
    const view = viewArp(bytes, at, end)!;
    const length = Arp.length + 2 * (view.hardwareLength + view.protocolLength);
    const { hardwareLength, protocolLength } = view;
    const start = at + Arp.length;
    const fields = [
      field('Hardware Type', at, 2, view.hardwareType, named(HARDWARE_TYPES, view.hardwareType)),
      field(
        'Protocol Type',
        at + Arp.protocolType,
        2,
        view.protocolType,
        named(ETHERTYPE_NAMES, view.protocolType, hexNumber(view.protocolType, 4)),
      ),
      field('Hardware Address Length', at + Arp.hardwareLength, 1, hardwareLength),
      field('Protocol Address Length', at + Arp.protocolLength, 1, protocolLength),
      field('Opcode', at + Arp.opcode, 2, view.opcode, named(OPCODES, view.opcode)),
    ];
    const addresses: [string, number, number, string][] = [
      ['Sender Hardware Address', start, hardwareLength, hardwareText(view.senderHardware)],
      ['Sender Protocol Address', start + hardwareLength, protocolLength, protocolText(view, view.senderProtocol)],
      [
        'Target Hardware Address',
        start + hardwareLength + protocolLength,
        hardwareLength,
        hardwareText(view.targetHardware),
      ],
      [
        'Target Protocol Address',
        start + 2 * hardwareLength + protocolLength,
        protocolLength,
        protocolText(view, view.targetProtocol),
      ],
    ];
    for (const [name, place, size, text] of addresses) {
      if (size > 0 && place + size <= end) fields.push(field(name, place, size, text));
    }
    const whole = at + length <= end;
    const info = whole ? sentence(view) : named(OPCODES, view.opcode);
    return {
      layer: {
        name: 'arp',
        title,
        summary: info,
        start: at,
        end: Math.min(end, at + length),
        fields,
        problem: whole ? null : shortfall(`${title} addresses`, length - Arp.length, end - start, start),
      },
      next: null,
      contentEnd: at + length,
      column: { info },
    };
  });
}

const layerArp = layer('ARP');
const layerRarp = layer('RARP');

export const arp: Protocol = { name: 'arp', title: 'ARP', specification: 'RFC 826', layer: layerArp };

export const rarp: Protocol = { name: 'rarp', title: 'RARP', specification: 'RFC 903', layer: layerRarp };

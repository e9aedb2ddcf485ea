import { formatMac } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { Direct, field, header, type Input, type Next, named, type Protocol, type Step } from '../dissector.js';
import type { Field } from '../layer.js';
import { FIRST_ETHERTYPE } from '../numbers.js';
import { etherTypeText } from './ethernet.js';

/** Linux cooked captures: LINKTYPE_LINUX_SLL (offsets in bytes), and shared parts of LINKTYPE_LINUX_SLL2 (sll2.ts). */
export const Sll = { packetType: 0, hardwareType: 2, addressLength: 4, address: 6, protocol: 14, length: 16 } as const;

export interface SllView {
  packetType: number;
  /** ARPHRD_ number of the device. */
  hardwareType: number;
  /** Of the address, bytes; above 8 only the first 8 are there. */
  addressLength: number;
  /** The 8 bytes of the field; a view, not a copy. */
  address: Uint8Array;
  protocol: number;
}

/** The header at `at`, or null when its 16 bytes do not end by `end`. */
export function viewSll(bytes: Uint8Array, at: number, end: number): SllView | null {
  if (end - at < Sll.length) return null;
  return {
    packetType: u16(bytes, at),
    hardwareType: u16(bytes, at + Sll.hardwareType),
    addressLength: u16(bytes, at + Sll.addressLength),
    address: bytes.subarray(at + Sll.address, at + Sll.protocol),
    protocol: u16(bytes, at + Sll.protocol),
  };
}

export function emitSll(view: SllView): Uint8Array {
  const bytes = new Uint8Array(Sll.length);
  setU16(bytes, 0, view.packetType);
  setU16(bytes, Sll.hardwareType, view.hardwareType);
  setU16(bytes, Sll.addressLength, view.addressLength);
  bytes.set(view.address, Sll.address);
  setU16(bytes, Sll.protocol, view.protocol);
  return bytes;
}

const PACKET_TYPES = ['to us', 'broadcast', 'multicast', 'to another host', 'sent by us'];

/** ARPHRD_ numbers of Linux's if_arp.h that captures hold. */
const HARDWARE_TYPES: Readonly<Record<number, string>> = {
  1: 'Ethernet',
  512: 'PPP',
  513: 'Cisco HDLC',
  768: 'IP in IP tunnel',
  769: 'IPv6 in IPv6 tunnel',
  770: 'Frame Relay',
  772: 'loopback',
  776: 'IPv6 in IPv4 tunnel',
  778: 'GRE over IPv4',
  801: '802.11',
  802: '802.11 with Prism header',
  803: '802.11 with radiotap header',
  823: 'GRE over IPv6',
  824: 'netlink',
  65534: 'no link layer',
};

/** Values below 1536 are no EtherTypes (Linux's if_ether.h): 802.3 without and with LLC. */
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'raw 802.3', 4: '802.2 LLC', 12: 'CAN', 13: 'CAN FD' };
const PROTOCOL_LLC = 4;

export interface SllParts {
  packetType: Field;
  hardwareType: Field;
  addressLength: Field;
  address: Field;
  protocol: Field;
}

/** Fields of either version at their places. */
export function sllFields(
  bytes: Uint8Array,
  places: {
    packetType: number;
    hardwareType: number;
    lengthBytes: number;
    addressLength: number;
    address: number;
    protocol: number;
    typeBytes: number;
  },
): SllParts {
  const packetType = places.typeBytes === 1 ? bytes[places.packetType] : u16(bytes, places.packetType);
  const hardwareType = u16(bytes, places.hardwareType);
  const length = places.lengthBytes === 1 ? bytes[places.addressLength] : u16(bytes, places.addressLength);
  const shown = Math.min(8, length);
  const address =
    shown === 6 ? formatMac(bytes, places.address) : hexDigits(bytes, places.address, places.address + shown);
  const protocol = u16(bytes, places.protocol);
  return {
    packetType: field('Packet Type', places.packetType, places.typeBytes, packetType, named(PACKET_TYPES, packetType)),
    hardwareType: field('ARPHRD Type', places.hardwareType, 2, hardwareType, named(HARDWARE_TYPES, hardwareType)),
    addressLength: field('Link-Layer Address Length', places.addressLength, places.lengthBytes, length),
    address: field('Link-Layer Address', places.address, 8, address),
    protocol: field('Protocol Type', places.protocol, 2, protocol, protocolText(protocol)),
  };
}

function protocolText(protocol: number): string {
  return protocol < FIRST_ETHERTYPE ? named(PROTOCOLS, protocol, hexNumber(protocol, 4)) : etherTypeText(protocol);
}

/** Devices whose frames begin with a link header of their own, whatever the protocol field says. */
const FRAME_RELAY = 770;
const RADIOTAP = 803;
const NETLINK = 824;
/** Its protocol field is GRE's, which Wireshark does not call "ethertype". */
const GRE = 778;

/** What the protocol field leads to, for a device of ARPHRD_ number `hardwareType`. */
export function sllNext(hardwareType: number, protocol: number, at: number, wireEnd: number): Next {
  const bound = Math.max(at, wireEnd);
  if (hardwareType === RADIOTAP) return { table: 'direct', key: Direct.radiotap, at, wireEnd: bound };
  if (hardwareType === FRAME_RELAY || hardwareType === NETLINK) return { table: 'data', key: 0, at, wireEnd: bound };
  if (protocol === PROTOCOL_LLC) return { table: 'direct', key: Direct.llc, at, wireEnd: bound };
  if (protocol < FIRST_ETHERTYPE) return { table: 'data', key: 0, at, wireEnd: bound };
  return { table: 'etherType', key: protocol, at, wireEnd: bound, via: hardwareType === GRE ? undefined : 'ethertype' };
}

const layerSll = header('Linux cooked header', Sll.length, (input: Input): Step => {
  const { bytes, at } = input;
  const end = at + Sll.length;
  const parts = sllFields(bytes, {
    packetType: at,
    typeBytes: 2,
    hardwareType: at + Sll.hardwareType,
    addressLength: at + Sll.addressLength,
    lengthBytes: 2,
    address: at + Sll.address,
    protocol: at + Sll.protocol,
  });
  const source = String(parts.address.value);
  return {
    layer: {
      name: 'sll',
      title: 'Linux cooked',
      summary: `${parts.packetType.text}  ${source}  ${parts.protocol.text}`,
      start: at,
      end,
      fields: [parts.packetType, parts.hardwareType, parts.addressLength, parts.address, parts.protocol],
      problem: null,
    },
    next: sllNext(u16(bytes, at + Sll.hardwareType), u16(bytes, at + Sll.protocol), end, input.wireEnd),
    column: { source, info: parts.protocol.text },
  };
});

export const sll: Protocol = {
  name: 'sll',
  title: 'Linux cooked',
  specification: 'LINKTYPE_LINUX_SLL',
  layer: layerSll,
};

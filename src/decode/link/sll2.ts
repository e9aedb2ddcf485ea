import { setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { field, header, type Input, type Protocol, type Step } from '../dissector.js';
import { sllFields, sllNext } from './sll.js';

/** Linux cooked captures, second version: LINKTYPE_LINUX_SLL2. Offsets in bytes. */
export const Sll2 = {
  protocol: 0,
  reserved: 2,
  interfaceIndex: 4,
  hardwareType: 8,
  packetType: 10,
  addressLength: 11,
  address: 12,
  length: 20,
} as const;

export interface Sll2View {
  protocol: number;
  reserved: number;
  interfaceIndex: number;
  /** ARPHRD_ number of the device. */
  hardwareType: number;
  packetType: number;
  addressLength: number;
  /** The 8 bytes of the field; a view, not a copy. */
  address: Uint8Array;
}

/** The header at `at`, or null when its 20 bytes do not end by `end`. */
export function viewSll2(bytes: Uint8Array, at: number, end: number): Sll2View | null {
  if (end - at < Sll2.length) return null;
  return {
    protocol: u16(bytes, at),
    reserved: u16(bytes, at + Sll2.reserved),
    interfaceIndex: u32(bytes, at + Sll2.interfaceIndex),
    hardwareType: u16(bytes, at + Sll2.hardwareType),
    packetType: bytes[at + Sll2.packetType],
    addressLength: bytes[at + Sll2.addressLength],
    address: bytes.subarray(at + Sll2.address, at + Sll2.length),
  };
}

export function emitSll2(view: Sll2View): Uint8Array {
  const bytes = new Uint8Array(Sll2.length);
  setU16(bytes, 0, view.protocol);
  setU16(bytes, Sll2.reserved, view.reserved);
  setU32(bytes, Sll2.interfaceIndex, view.interfaceIndex);
  setU16(bytes, Sll2.hardwareType, view.hardwareType);
  bytes[Sll2.packetType] = view.packetType;
  bytes[Sll2.addressLength] = view.addressLength;
  bytes.set(view.address, Sll2.address);
  return bytes;
}

const layerSll2 = header('Linux cooked header', Sll2.length, (input: Input): Step => {
  const { bytes, at } = input;
  const end = at + Sll2.length;
  const parts = sllFields(bytes, {
    packetType: at + Sll2.packetType,
    typeBytes: 1,
    hardwareType: at + Sll2.hardwareType,
    addressLength: at + Sll2.addressLength,
    lengthBytes: 1,
    address: at + Sll2.address,
    protocol: at,
  });
  const source = String(parts.address.value);
  return {
    layer: {
      name: 'sll',
      title: 'Linux cooked 2',
      summary: `${parts.packetType.text}  ${source}  ${parts.protocol.text}`,
      start: at,
      end,
      fields: [
        parts.protocol,
        field('Reserved', at + Sll2.reserved, 2, u16(bytes, at + Sll2.reserved)),
        field('Interface Index', at + Sll2.interfaceIndex, 4, u32(bytes, at + Sll2.interfaceIndex)),
        parts.hardwareType,
        parts.packetType,
        parts.addressLength,
        parts.address,
      ],
      problem: null,
    },
    next: sllNext(u16(bytes, at + Sll2.hardwareType), u16(bytes, at), end, input.wireEnd),
    column: { source, info: parts.protocol.text },
  };
});

export const sll2: Protocol = {
  name: 'sll',
  title: 'Linux cooked v2',
  specification: 'LINKTYPE_LINUX_SLL2',
  layer: layerSll2,
};

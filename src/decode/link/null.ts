import { hexNumber, setU32, u32 } from '../../bytes/big-endian.js';
import { field, header, type Input, named, type Protocol, type Step } from '../dissector.js';
import { EtherType } from '../numbers.js';

/**
 * BSD loopback: LINKTYPE_NULL holds the address family in the capturing machine's byte order, which is guessed: a family is small, so its high half is 0
 * in the right order. LINKTYPE_LOOP (OpenBSD) is always big-endian. Offsets in bytes.
 */
export const Null = { family: 0, length: 4 } as const;

export interface NullView {
  family: number;
  byteOrder: 'little' | 'big';
}

/** The header at `at`, or null when its 4 bytes do not end by `end`. */
export function viewNull(bytes: Uint8Array, at: number, end: number): NullView | null {
  if (end - at < Null.length) return null;
  const big = u32(bytes, at);
  if (big < 0x10000) return { family: big, byteOrder: 'big' };
  const little = ((bytes[at + 3] << 24) | (bytes[at + 2] << 16) | (bytes[at + 1] << 8) | bytes[at]) >>> 0;
  return { family: little, byteOrder: 'little' };
}

/** LINKTYPE_LOOP: the family is big-endian whatever it is. */
export function viewLoop(bytes: Uint8Array, at: number, end: number): NullView | null {
  return end - at < Null.length ? null : { family: u32(bytes, at), byteOrder: 'big' };
}

export function emitNull(view: NullView): Uint8Array {
  const bytes = new Uint8Array(Null.length);
  setU32(bytes, 0, view.family);
  return view.byteOrder === 'big' ? bytes : bytes.reverse();
}

/** AF_INET is 2 everywhere; AF_INET6 differs: 10 Linux, 24 NetBSD, OpenBSD and BSD/OS, 28 FreeBSD, 30 Darwin. */
const FAMILIES: Readonly<Record<number, string>> = {
  2: 'IPv4',
  7: 'OSI',
  10: 'IPv6 (Linux)',
  16: 'AppleTalk',
  23: 'IPX',
  24: 'IPv6 (NetBSD, OpenBSD)',
  28: 'IPv6 (FreeBSD)',
  30: 'IPv6 (Darwin)',
};

const ETHERTYPES: Readonly<Record<number, number>> = {
  2: EtherType.ipv4,
  10: EtherType.ipv6,
  24: EtherType.ipv6,
  28: EtherType.ipv6,
  30: EtherType.ipv6,
};

/** Families reach 1535; some systems store an EtherType instead. */
const LARGEST_FAMILY = 0x5ff;

function layer(title: string, view: typeof viewNull) {
  return header(`${title} header`, Null.length, (input: Input): Step => {
    const { bytes, at } = input;
    const { family, byteOrder } = view(bytes, at, input.end)!;
    const start = at + Null.length;
    const text = named(FAMILIES, family, family > LARGEST_FAMILY ? hexNumber(family, 4) : String(family));
    const type = ETHERTYPES[family] ?? (family > LARGEST_FAMILY && family <= 0xffff ? family : 0);
    return {
      layer: {
        name: 'null',
        title,
        summary: text,
        start: at,
        end: start,
        fields: [field('Family', at, Null.length, family, `${text}, ${byteOrder}-endian`)],
        problem: null,
      },
      next: { table: 'etherType', key: type, at: start, wireEnd: Math.max(start, input.wireEnd) },
      column: { info: text },
    };
  });
}

const layerNull = layer('BSD null', viewNull);
const layerLoop = layer('BSD loop', viewLoop);

export const bsdNull: Protocol = { name: 'null', title: 'BSD null', specification: 'LINKTYPE_NULL', layer: layerNull };

export const bsdLoop: Protocol = { name: 'null', title: 'BSD loop', specification: 'LINKTYPE_LOOP', layer: layerLoop };

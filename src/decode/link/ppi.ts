import { little16, little32, setLittle16, setLittle32 } from '../../bytes/little-endian.js';
import { bytesField, field, header, type Input, type Next, type Protocol, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { wirelessNext } from './radiotap.js';

/** Per-Packet Information (CACE Technologies, PPI header format 1.0.7): numbers are little-endian. Offsets in bytes. */
export const Ppi = { version: 0, flags: 1, headerLength: 2, linkType: 4, length: 8 } as const;

export interface PpiView {
  version: number;
  flags: number;
  headerLength: number;
  /** DLT_ of what follows. */
  linkType: number;
  /** The fields behind; a view, not a copy. */
  content: Uint8Array;
}

/** The header at `at`, or null when its 8 fixed bytes do not end by `end`. */
export function viewPpi(bytes: Uint8Array, at: number, end: number): PpiView | null {
  if (end - at < Ppi.length) return null;
  const headerLength = little16(bytes, at + Ppi.headerLength);
  const start = at + Ppi.length;
  return {
    version: bytes[at],
    flags: bytes[at + Ppi.flags],
    headerLength,
    linkType: little32(bytes, at + Ppi.linkType),
    content: bytes.subarray(start, Math.max(start, Math.min(end, at + headerLength))),
  };
}

/** The header's bytes; with `length` the header length is computed from the content. */
export function emitPpi(view: PpiView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Ppi.length + view.content.length);
  bytes[0] = view.version;
  bytes[Ppi.flags] = view.flags;
  setLittle16(bytes, Ppi.headerLength, compute.length ? bytes.length : view.headerLength);
  setLittle32(bytes, Ppi.linkType, view.linkType);
  bytes.set(view.content, Ppi.length);
  return bytes;
}

const WIRELESS = 105;
const FIELD_HEADER = 4;
/** Field type of "802.11-Common", whose flags (two bytes at 8) tell by bit 0 of a frame check sequence. */
const COMMON = 2;
const COMMON_FLAGS = 8;

function readFields(bytes: Uint8Array, at: number, end: number): { fields: Field[]; hasFcs: boolean } {
  const fields: Field[] = [];
  let hasFcs = false;
  let place = at;
  while (place + FIELD_HEADER <= end) {
    const type = little16(bytes, place);
    const stop = Math.min(end, place + FIELD_HEADER + little16(bytes, place + 2));
    const name = type === COMMON ? '802.11-Common' : `Field ${type}`;
    fields.push(bytesField(name, bytes, place, stop));
    const flags = place + FIELD_HEADER + COMMON_FLAGS;
    if (type === COMMON && flags + 2 <= stop) hasFcs = (little16(bytes, flags) & 1) !== 0;
    place = stop;
  }
  return { fields, hasFcs };
}

const layerPpi = header('PPI header', Ppi.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewPpi(bytes, at, end)!;
  const sound = view.headerLength >= Ppi.length && at + view.headerLength <= end;
  const stop = Math.max(at + Ppi.length, Math.min(end, at + view.headerLength));
  const { fields, hasFcs } = readFields(bytes, at + Ppi.length, stop);
  const problem =
    view.headerLength < Ppi.length
      ? `PPI header length: ${view.headerLength} bytes, at least ${Ppi.length} required, at byte ${at + Ppi.headerLength}`
      : shortfall('PPI header', view.headerLength, end - at, at);
  const wireless = wirelessNext(input, stop, hasFcs, false);
  const other: Next = { table: 'linkType', key: view.linkType, at: stop, wireEnd: Math.max(stop, input.wireEnd) };
  const isWireless = view.linkType === WIRELESS;
  return {
    layer: {
      name: 'ppi',
      title: 'PPI',
      summary: `link type ${view.linkType}  length ${view.headerLength}`,
      start: at,
      end: stop,
      fields: [
        field('Version', at, 1, view.version),
        field('Flags', at + Ppi.flags, 1, view.flags),
        field('Length', at + Ppi.headerLength, 2, view.headerLength),
        field('Data Link Type', at + Ppi.linkType, 4, view.linkType),
        ...fields,
        ...(sound && isWireless ? wireless.fcs : []),
      ],
      problem: sound ? null : problem,
    },
    next: sound ? (isWireless ? wireless.next : other) : null,
  };
});

export const ppi: Protocol = { name: 'ppi', title: 'PPI', specification: 'LINKTYPE_PPI', layer: layerPpi };

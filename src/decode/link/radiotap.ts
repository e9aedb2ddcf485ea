import { little16, little32, setLittle16, setLittle32 } from '../../bytes/little-endian.js';
import {
  bytesField,
  Direct,
  field,
  firstProblem,
  header,
  type Input,
  type Next,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { laidField, littleBits } from '../layout.js';
import { PRESENT_BITS, RADIOTAP_FIELDS } from './radiotap-fields.js';

/** Radiotap (radiotap.org): numbers are little-endian, each field aligned to its own size from the header's start. Offsets in bytes. */
export const Radiotap = { version: 0, pad: 1, headerLength: 2, present: 4, length: 8 } as const;

export const RadiotapFlag = { fcsAtEnd: 0x10, dataPad: 0x20 } as const;

export interface RadiotapView {
  version: number;
  pad: number;
  headerLength: number;
  /** Present words, the first and those that bit 31 announces. */
  present: number[];
  /** The Flags field, 0 when absent or cut. */
  flags: number;
  /** What stands behind the present words; a view, not a copy. */
  content: Uint8Array;
}

const MORE_WORDS = 0x80000000;

const NAMESPACE_NEXT = 0x20000000;
const FLAGS_BIT = 1;

/** Present words that end by `end`. */
function presentWords(bytes: Uint8Array, at: number, end: number): number[] {
  const words: number[] = [];
  for (let place = at + Radiotap.present; place + 4 <= end; place += 4) {
    words.push(little32(bytes, place));
    if ((words[words.length - 1] & MORE_WORDS) === 0) break;
  }
  return words;
}

/** Places of the fields, in order, as far as the present words count in radiotap's own numbers and the fields are there. */
function places(present: number[], at: number, start: number, end: number): { bit: number; place: number }[] {
  const found: { bit: number; place: number }[] = [];
  let place = start;
  for (const word of present) {
    for (let bit = 0; bit < RADIOTAP_FIELDS.length; bit++) {
      if ((word & (1 << bit)) === 0) continue;
      const { size, align } = RADIOTAP_FIELDS[bit];
      place = at + Math.ceil((place - at) / align) * align;
      if (place + size > end) return found;
      found.push({ bit, place });
      place += size;
    }
    // Only then does the next word begin anew with TSFT, as drivers do for each antenna.
    if ((word & NAMESPACE_NEXT) === 0) break;
  }
  return found;
}

/** The header at `at`, or null when its 8 fixed bytes do not end by `end`. */
export function viewRadiotap(bytes: Uint8Array, at: number, end: number): RadiotapView | null {
  if (end - at < Radiotap.length) return null;
  const headerLength = little16(bytes, at + Radiotap.headerLength);
  const stop = Math.max(at + Radiotap.length, Math.min(end, at + headerLength));
  const present = presentWords(bytes, at, stop);
  const start = at + Radiotap.present + 4 * present.length;
  const flags = places(present, at, start, stop).find(({ bit }) => bit === FLAGS_BIT);
  return {
    version: bytes[at],
    pad: bytes[at + Radiotap.pad],
    headerLength,
    present,
    flags: flags === undefined ? 0 : bytes[flags.place],
    content: bytes.subarray(start, stop),
  };
}

/** The header's bytes; with `length` the header length is computed from the content. */
export function emitRadiotap(view: RadiotapView, compute: { length?: boolean } = {}): Uint8Array {
  const start = Radiotap.present + 4 * view.present.length;
  const bytes = new Uint8Array(start + view.content.length);
  bytes[0] = view.version;
  bytes[Radiotap.pad] = view.pad;
  setLittle16(bytes, Radiotap.headerLength, compute.length ? bytes.length : view.headerLength);
  view.present.forEach((word, index) => {
    setLittle32(bytes, Radiotap.present + 4 * index, word);
  });
  bytes.set(view.content, start);
  return bytes;
}

const presentForm = littleBits(PRESENT_BITS);
/** Of a word whose other bits go on counting from 32, or are a vendor's. */
const furtherForm = littleBits(PRESENT_BITS.filter(([mask]) => mask >>> 0 >= NAMESPACE_NEXT));

function presentFields(present: readonly number[], bytes: Uint8Array, at: number): Field[] {
  let isOwn = true;
  return present.map((word, index) => {
    const made = laidField('Present', bytes, at + 4 * index, 4, isOwn ? presentForm : furtherForm);
    isOwn &&= (word & NAMESPACE_NEXT) !== 0;
    return made;
  });
}

const FCS_LENGTH = 4;

/** What follows a header of a wireless capture, with the frame check sequence (if told) taken off the end. */
export function wirelessNext(
  input: Input,
  start: number,
  hasFcs: boolean,
  aligned: boolean,
): { next: Next; fcs: Field[] } {
  const { bytes, end } = input;
  const wireEnd = hasFcs && input.wireEnd - start >= FCS_LENGTH ? input.wireEnd - FCS_LENGTH : input.wireEnd;
  const isCaptured = wireEnd < input.wireEnd && end === input.wireEnd;
  return {
    next: {
      table: 'direct',
      key: aligned ? Direct.ieee80211Aligned : Direct.ieee80211,
      at: start,
      wireEnd: Math.max(start, wireEnd),
      via: 'wlan_radio',
    },
    fcs: isCaptured ? [bytesField('Frame Check Sequence', bytes, wireEnd, end)] : [],
  };
}

const layerRadiotap = header('radiotap header', Radiotap.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewRadiotap(bytes, at, end)!;
  const sound = view.headerLength >= Radiotap.length && at + view.headerLength <= end;
  const stop = Math.max(at + Radiotap.length, Math.min(end, at + view.headerLength));
  const fields = [
    field('Version', at, 1, view.version),
    field('Pad', at + Radiotap.pad, 1, view.pad),
    field('Length', at + Radiotap.headerLength, 2, view.headerLength),
    ...presentFields(view.present, bytes, at + Radiotap.present),
  ];
  let place = at + Radiotap.present + 4 * view.present.length;
  for (const known of places(view.present, at, place, stop)) {
    const { name, size, form } = RADIOTAP_FIELDS[known.bit];
    fields.push(laidField(name, bytes, known.place, size, form));
    place = known.place + size;
  }
  if (place < stop) fields.push(bytesField('Other Fields', bytes, place, stop));
  const problem =
    view.headerLength < Radiotap.length
      ? `radiotap header length: ${view.headerLength} bytes, at least ${Radiotap.length} required, at byte ${at + Radiotap.headerLength}`
      : shortfall('radiotap header', view.headerLength, end - at, at);
  const { next, fcs } = wirelessNext(
    input,
    stop,
    (view.flags & RadiotapFlag.fcsAtEnd) !== 0,
    (view.flags & RadiotapFlag.dataPad) !== 0,
  );
  return {
    layer: {
      name: 'radiotap',
      title: 'Radiotap',
      summary: `length ${view.headerLength}`,
      start: at,
      end: stop,
      fields: sound ? [...fields, ...fcs] : fields,
      problem: firstProblem(
        !sound && problem,
        view.version !== 0 && `Radiotap version: ${view.version}, 0 required, at byte ${at}`,
      ),
    },
    next: sound ? next : null,
  };
});

export const radiotap: Protocol = {
  name: 'radiotap',
  title: 'Radiotap',
  specification: 'radiotap.org',
  layer: layerRadiotap,
};

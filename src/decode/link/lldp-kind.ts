import { type Bits, bits, type Form, numberAt, type Part } from '../layout.js';

/** One organizationally specific TLV of LLDP. */
export interface LldpKind {
  name: string;
  /** Of the value behind OUI and subtype; a part of length REST takes what is left. */
  parts?: readonly Part[];
  /** The parts from this one on may all be missing. */
  optionalFrom?: number;
}

/** The length of a part that takes what is left. */
export const REST = -1;

/** Of IEEE 802.1 since 2011, of IEEE 802.3 before. */
export function aggregationParts(): readonly Part[] {
  const status: readonly Bits[] = [
    [0x01, 'Capability'],
    [0x02, 'Status'],
  ];
  return [
    ['Aggregation Status', 1, bits(status)],
    ['Aggregated Port ID', 4],
  ];
}

/** Power in tenths of a watt. */
export const tenthsOfWatt: Form = (bytes, at, length) => {
  const value = numberAt(bytes, at, length);
  return { value, text: `${value / 10} W` };
};

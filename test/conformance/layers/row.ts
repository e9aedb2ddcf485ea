import type { Field } from '../../../src/decode/layer.js';
import type { TsharkField } from '../../support/tshark-json.js';

/**
 * A row says where a field of ours stands in tshark's tree:
 * `['ip', 'Flags > Don't Fragment', 'ip.flags.df']`. Steps of our path are joined by " > "; a step `*` is any field, a step `**` any number of them. Each occurrence of the path in the
 * layers of that name, by place, is compared with each occurrence of tshark's field: how many, their values, their bytes. Without a converter
 * values agree when they are the same text, the same number, or the same bytes.
 */
export type FieldRow = readonly [layer: string, path: string, tshark: string | readonly string[], options?: RowOptions];

export interface RowOptions {
  /** Our value as tshark writes it; null: this one is not compared. */
  ours?: (field: Field) => string | null;
  /** tshark's value as we write it; null: this one is not compared. */
  theirs?: (field: TsharkField) => string | null;
  /** tshark splits what is one field here: neighbouring fields of its are taken together, their bytes compared. */
  joined?: true;
  /** Why byte ranges are not compared. */
  ranges?: string;
  /** Why values are not compared. */
  values?: string;
  /** Why the field may be missing in tshark's tree though it is in ours. */
  extra?: string;
  /** Why the field may be missing in ours though it is in tshark's. */
  missing?: string;
}

/** Layers of tshark's that are part of ours, though frame.protocols does not count them. */
export const PARTS: Readonly<Record<string, string>> = { wlan: 'wlan.mgt' };

/** Layers of which one of ours stands for several of tshark's, or the other way about. */
export const POOLED: ReadonlySet<string> = new Set(['mpls']);

/** Checksum verdicts as tshark counts them: 0 bad, 1 good, 2 unverified, 3 absent. */
export const STATUS: RowOptions = {
  ours: ({ text }) => {
    if (text.endsWith(' ok')) return '1';
    if (text.includes(' wrong')) return '0';
    return / none\b/.test(text) ? '3' : '2';
  },
  // 4: none, although RFC 8200 section 8.1 asks for one over IPv6.
  theirs: ({ value }) => (value === '4' ? '3' : value),
  ranges: 'tshark makes the state up: it stands nowhere in the frame',
};

/** A length that stands as 32-bit words and that tshark gives in bytes. */
export const WORDS: RowOptions = { ours: ({ value }) => String(4 * Number(value)) };

/** Only that the field stands in the same bytes, and that both have it. */
export function placed(why: string): RowOptions {
  return { values: why };
}

/** The bytes as a number, where tshark gives another number or words. */
export const NUMBER: RowOptions = { theirs: ({ hex }) => (hex === '' ? '' : BigInt(`0x${hex}`).toString()) };

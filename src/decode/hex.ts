import { hexDigits } from '../bytes/big-endian.js';

/** Bytes shown on one line of a hex pane. */
export const HEX_LINE_BYTES = 16;
const GAP_AFTER = 8;

export interface HexLine {
  /** Offset of its first byte. */
  offset: number;
  /** Offset in hex, 4 digits at least. */
  address: string;
  /** Pairs of hex digits, a wider gap after the eighth; padded to the width of a whole line. */
  hex: string;
  /** Printable ASCII, a dot for the rest, a gap after the eighth. */
  text: string;
}

/** Column in `hex` where the digits of byte `index` (0 to 15) of a line begin: for painting a field. */
export function hexColumn(index: number): number {
  return index * 3 + (index >= GAP_AFTER ? 1 : 0);
}

/** The lines of a hex pane for the bytes from `at` to `end`; narrow terminals have room for fewer bytes a line. */
export function hexLines(bytes: Uint8Array, at = 0, end = bytes.length, lineBytes = HEX_LINE_BYTES): HexLine[] {
  const width = hexColumn(lineBytes - 1) + 2;
  const lines: HexLine[] = [];
  const digits = Math.max(4, Math.max(0, end - 1).toString(16).length);
  for (let offset = at; offset < end; offset += lineBytes) {
    let hex = '';
    let text = '';
    for (let index = 0; index < lineBytes && offset + index < end; index++) {
      const byte = bytes[offset + index];
      hex = hex.padEnd(hexColumn(index)) + hexDigits(bytes, offset + index, offset + index + 1);
      if (index === GAP_AFTER) text += ' ';
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    lines.push({ offset, address: offset.toString(16).padStart(digits, '0'), hex: hex.padEnd(width), text });
  }
  return lines;
}

import { PcapshError } from '../errors.js';

const BINARY_UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const DECIMAL_UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * A size as typed: a number, possibly with a fraction, and `k`, `M`, `G` or `T` in either case, which are binary multiples as in shells (`64k` is 65,536).
 *
 * @returns bytes, a whole number up to 2^53 - 1
 * @throws PcapshError `size.syntax`, `size.unit`, `size.range` (input), the span within `text`
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(.*)$/su.exec(text);
  if (match === null) {
    throw wrong('syntax', text === '' ? 'a size is missing' : `"${text}" is not a size`, 0, text.length);
  }
  const [, number, unitName] = match;
  const unit = BINARY_UNITS[unitName.toLowerCase()];
  if (unit === undefined) {
    throw wrong('unit', `unknown unit "${unitName}" in size "${text}"`, number.length, text.length);
  }
  const bytes = Number(number) * unit;
  if (!Number.isSafeInteger(bytes)) {
    const problem = bytes > Number.MAX_SAFE_INTEGER ? 'is above 8,191 terabytes' : 'is no whole number of bytes';
    throw wrong('range', `size "${text}" ${problem}`, 0, text.length);
  }
  return bytes;
}

function wrong(code: string, message: string, start: number, end: number): PcapshError {
  const hint = 'write a number of bytes, or 64k, 1M, 1G';
  return new PcapshError(`size.${code}`, message, { kind: 'input', span: [start, end], hint });
}

/** Bytes for people, decimal multiples, three digits: "812 B", "1.08 GB", "281 MB". */
export function formatBytes(bytes: number): string {
  return `${scaled(bytes)}B`;
}

/** Bits a second for people: "812 bit/s", "43.5 Mbit/s". */
export function formatBitRate(bitsPerSecond: number): string {
  return `${scaled(bitsPerSecond)}bit/s`;
}

/** Events a second for people: "10,053/s", "12.3/s", "0.25/s". */
export function formatRate(perSecond: number): string {
  const text = perSecond >= 100 ? formatCount(Math.round(perSecond)) : String(Number(perSecond.toPrecision(3)));
  return `${text}/s`;
}

/** A whole number with thousands separators: "1,283,904". */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** "1 packet", "2,000 packets"; `text` is how the number is shown. */
export function counted(count: number, noun: string, text = formatCount(count)): string {
  return `${text} ${noun}${count === 1 ? '' : 's'}`;
}

/** "812 " or "1.08 G": three digits, rounded; below 1000 as it is, rounded to a whole number. */
function scaled(value: number): string {
  let power = 0;
  let shown = value;
  // 999.5 would be shown as 1000: it belongs to the next multiple.
  while (power < DECIMAL_UNITS.length - 1 && shown >= 999.5) {
    shown /= 1000;
    power++;
  }
  const digits = power === 0 || shown >= 99.95 ? 0 : shown >= 9.995 ? 1 : 2;
  return `${shown.toFixed(digits)} ${DECIMAL_UNITS[power]}`;
}

// The table: a line for each figure, printed as soon as it is known.
import { median, quantile } from './measure.mjs';

const WIDTHS = [38, 6, 27, 27, 11, 9, 9, 6];
const UNITS = {
  ms: (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0)),
  MB: (value) => (value / 1e6).toFixed(0),
  B: (value) => value.toFixed(1),
};

function line(cells) {
  return cells
    .map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index]) : cell.padStart(WIDTHS[index])))
    .join(' ')
    .trimEnd();
}

/** "412 ms (405–431)" */
function shown(samples, unit) {
  if (samples === null) return '';
  const format = UNITS[unit];
  const spread = samples.length > 1 ? ` (${format(Math.min(...samples))}–${format(Math.max(...samples))})` : '';
  return `${format(median(samples))} ${unit}${spread}`;
}

/** A ratio where there is a peer, else a value; limits are written alike. */
function figure(value, result) {
  if (result.theirs === null) return `${UNITS[result.unit](value)} ${result.unit}`;
  return value < 0.1 ? `1/${(1 / value).toFixed(0)}` : `${value.toFixed(2)} x`;
}

/** What is compared with the limits: our median over the peer's, or our value where there is none (`share`: which quantile). */
export function comparedValue({ ours, theirs, share = 0.5 }) {
  return theirs === null ? quantile(ours, share) : median(ours) / median(theirs);
}

/** `aim`, `pass` or `MISSED`; empty for a figure without a limit. */
export function verdictOf(result) {
  if (result.pass === null) return '';
  const value = comparedValue(result);
  if (result.aim !== null && value <= result.aim) return 'aim';
  return value <= result.pass ? 'pass' : 'MISSED';
}

export function printTitle() {
  const title = line(['work', 'file', 'pcapsh', 'peer', 'figure', 'pass', 'aim', '']);
  console.log(`\n${title}\n${'-'.repeat(WIDTHS.reduce((sum, width) => sum + width + 1, -1))}`);
}

/**
 * A result is `{work, unit, ours, theirs, pass, aim, share?, note?}`: samples of ours, and of the peer's or null; limits are ratios
 * where there is a peer and values in the same unit as the samples where there is none, or null.
 */
export function printRow(result, kind) {
  const limit = (value) => (value === null ? '' : figure(value, result));
  const cells = [result.work, kind, shown(result.ours, result.unit), shown(result.theirs, result.unit)];
  console.log(
    line([...cells, figure(comparedValue(result), result), limit(result.pass), limit(result.aim), verdictOf(result)]),
  );
  if (result.note !== undefined) console.log(`  ${result.note}`);
}

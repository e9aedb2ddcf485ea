import { PcapshError } from '../errors.js';
import type { Nanos } from './nanos.js';
import { LONGEST_TEXT, shownText } from './text.js';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};
const HINT = 'write a number and a unit: 500ms, 10s, 5m, 1h, 1d (also us, ns)';

/**
 * A length of time: a number, possibly with a fraction, and one unit of `ns us ms s m h d`. Exact: a day has 86,400 s.
 *
 * @returns nanoseconds, 0 or more
 * @throws PcapshError `duration.syntax`, `duration.unit`, `duration.precision` (input), the span within `text`
 */
export function parseDuration(text: string): Nanos {
  const match = /^(\d+)(?:\.(\d+))?(.*)$/su.exec(text);
  if (match === null || text.length > LONGEST_TEXT) {
    const message = text === '' ? 'a duration is missing' : `"${shownText(text)}" is not a duration`;
    throw wrong('syntax', message, 0, text.length);
  }
  const [, whole, fraction = '', unitName] = match;
  // U+03BC (Greek letter mu) looks like U+00B5 (micro sign); keyboards give either.
  const unit = UNITS[unitName.replace('\u03bc', '\u00b5')];
  if (unit === undefined) {
    const start = text.length - unitName.length;
    if (unitName === '') throw wrong('unit', `duration "${text}" has no unit`, 0, text.length);
    throw wrong('unit', `unknown unit "${unitName}" in duration "${text}"`, start, text.length);
  }
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * unit;
  if (scaled % scale !== 0n) {
    throw wrong('precision', `duration "${text}" is finer than a nanosecond`, 0, text.length);
  }
  return scaled / scale;
}

function wrong(code: string, message: string, start: number, end: number): PcapshError {
  return new PcapshError(`duration.${code}`, message, { kind: 'input', span: [start, end], hint: HINT });
}

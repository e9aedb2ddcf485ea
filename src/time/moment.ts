import { PcapshError } from '../errors.js';
import { parseTimePoint, type TimePoint } from './parse.js';
import { shownText } from './text.js';

/** What a window may lie around: a packet, called by its number (`file`: 1-based, null where it is not said), or a time. */
export type Moment =
  | { kind: 'packet'; text: string; file: number | null; number: number }
  | { kind: 'time'; text: string; point: TimePoint };

const PACKET = /^(?:frame|packet)\b\s*(.*)$/is;

/**
 * `frame 812`, `packet 2:812` (of the second file), or a point in time.
 *
 * @throws PcapshError `time.frame` and what `parseTimePoint` throws (input), the span within `text`
 */
export function parseMoment(text: string): Moment {
  const packet = PACKET.exec(text);
  if (packet === null) return { kind: 'time', text, point: parseTimePoint(text) };
  const number = /^(?:(\d{1,9}):)?#?(\d{1,10})$/.exec(packet[1].trim());
  if (number !== null && number[1] !== '0' && Number(number[2]) > 0) {
    const file = number[1] === undefined ? null : Number(number[1]);
    return { kind: 'packet', text, file, number: Number(number[2]) };
  }
  const message =
    number === null
      ? `"${shownText(text)}" does not say which packet`
      : 'files and packets are counted from 1, not from 0';
  throw new PcapshError('time.frame', message, {
    kind: 'input',
    span: [0, text.length],
    hint: 'write frame 812, with several files frame 2:812',
  });
}

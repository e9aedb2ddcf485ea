import { PcapshError } from '../src/errors.js';

/** `812`, or `2:812`: packet 812 of the second file. Throws an input error for anything else. */
export function parsePacketNumber(text: string): { source: number | null; number: number } {
  const match = /^(?:(\d{1,9}):)?#?(\d{1,10})$/.exec(text);
  if (match === null) {
    throw new PcapshError('packet-number', `a packet number is a whole number or FILE:N, not "${text}"`, {
      kind: 'input',
    });
  }
  const number = Number(match[2]);
  if (number === 0) throw new PcapshError('packet-number', 'packet numbers begin at 1, not 0', { kind: 'input' });
  return { source: match[1] === undefined ? null : Number(match[1]), number };
}

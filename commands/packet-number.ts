import { PcapshError } from '../src/errors.js';

/** Packets by number: `812`, `800..820`, and of the second file `2:812`, `2:800..820`. */
export interface NumberArgument {
  /** 1-based; null where it is not said. */
  file: number | null;
  from: number;
  to: number;
}

/** Throws an input error for anything else. */
export function parsePacketNumbers(text: string): NumberArgument {
  const match = /^(?:(\d{1,9}):)?#?(\d{1,10})(?:(?:\.\.|-)#?(\d{1,10}))?$/.exec(text);
  if (match === null) {
    throw wrong(`a packet number is a whole number, a range FROM..TO, or FILE:N, not "${text}"`);
  }
  const from = Number(match[2]);
  const to = match[3] === undefined ? from : Number(match[3]);
  if (from === 0) throw wrong('packet numbers begin at 1, not 0');
  if (to < from) throw wrong(`a range goes upwards: ${to}..${from}, not ${text}`);
  return { file: match[1] === undefined ? null : Number(match[1]), from, to };
}

function wrong(message: string): PcapshError {
  return new PcapshError('packet-number', message, { kind: 'input' });
}

/** A range as it is typed. */
export function rangeText({ from, to }: { from: number; to: number }): string {
  return from === to ? String(from) : `${from}..${to}`;
}

/** How a packet is called: `17`, with several files `2:17`. */
export function packetPlace({ file, number }: { file: number; number: number }, several: boolean): string {
  return several ? `${file}:${number}` : String(number);
}

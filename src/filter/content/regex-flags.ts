import { PcapshError } from '../../errors.js';

export interface RegexFlags {
  ignoreCase: boolean;
  /** `s`: a dot is a line ending too. */
  dotAll: boolean;
  /** `m`: ^ and $ are also the ends of lines. */
  multiline: boolean;
}

/** Flags behind `/regex/`. `place`: where they stand. */
export function readFlags(flags: string, place: number): RegexFlags {
  for (const [i, flag] of [...flags].entries()) {
    if ('ism'.includes(flag) && flags.indexOf(flag) === i) continue;
    const message = 'ism'.includes(flag)
      ? `the flag ${flag} is given twice`
      : `"${flag}" is no flag of a regular expression`;
    throw regexError(
      message,
      place + i,
      place + i + 1,
      'they are i (letters of either case), s (. is any byte), m (^ and $ at lines)',
    );
  }
  return { ignoreCase: flags.includes('i'), dotAll: flags.includes('s'), multiline: flags.includes('m') };
}

/** The error about a part of an expression. */
export function regexError(message: string, from: number, to: number, hint?: string): PcapshError {
  return new PcapshError('match.regex', message, { kind: 'input', span: [from, Math.max(to, from)], hint });
}

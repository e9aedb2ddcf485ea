/** What a control message over PPP is, by the code it begins with: RFC 1661 section 5, RFC 1332, RFC 5072, RFC 1962, PAP RFC 1334 section 2, CHAP RFC 1994 section 4. */

const CONFIGURATION = [
  ...['configure request', 'configure ack', 'configure nak', 'configure reject', 'terminate request', 'terminate ack'],
  'code reject',
];
const LINK = [...CONFIGURATION, 'protocol reject', 'echo request', 'echo reply', 'discard request', 'identification'];

/** Names of codes from 1 on, by the number of the protocol. */
const CODES: Readonly<Record<number, readonly string[]>> = {
  32801: CONFIGURATION,
  32855: CONFIGURATION,
  33021: [...CONFIGURATION, '', '', '', '', '', '', 'reset request', 'reset ack'],
  33409: CONFIGURATION,
  49185: LINK,
  49187: ['authenticate request', 'authenticate ack', 'authenticate nak'],
  49699: ['challenge', 'response', 'success', 'failure'],
};

/** " configure request": what a line says behind the name of `protocol` when its message begins at `at`; nothing for what is no such protocol. */
export function controlWords(protocol: number, bytes: Uint8Array, at: number, end: number): string {
  const names = CODES[protocol];
  if (names === undefined || at >= end) return '';
  const code = bytes[at];
  return ` ${names[code - 1] || `code ${code}`}`;
}

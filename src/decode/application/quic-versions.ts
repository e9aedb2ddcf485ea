import { hexNumber } from '../../bytes/big-endian.js';

/** Versions of QUIC and what differs between them: RFC 9000 section 15, RFC 9369 section 3.2, RFC 9001 section 5.2 and its drafts. */

export const QuicVersion = { negotiation: 0, one: 1, two: 0x6b3343cf } as const;

export type LongType = 'Initial' | '0-RTT' | 'Handshake' | 'Retry';

const TYPES: readonly LongType[] = ['Initial', '0-RTT', 'Handshake', 'Retry'];

const DRAFT = 0xff000000;
const LAST_DRAFT = 34;

/** The draft's number, 0 for none. */
function draftOf(version: number): number {
  const draft = version - DRAFT;
  return draft > 0 && draft <= LAST_DRAFT ? draft : 0;
}

/** Versions that a client names to force a negotiation: RFC 9000 section 15. */
export function isForcedNegotiation(version: number): boolean {
  return (version & 0x0f0f0f0f) === 0x0a0a0a0a;
}

/** Q050, T050, T051: Google's, with the long header of the drafts of their time; mvfst is Facebook's. */
const OTHERS: Readonly<Record<number, string>> = {
  1362113840: 'Google Q050',
  1412444464: 'Google T050',
  1412444465: 'Google T051',
  4207849472: 'Facebook mvfst',
  4207849473: 'Facebook mvfst 1',
  4207849474: 'Facebook mvfst 2',
  4207849486: 'Facebook mvfst experimental',
  1889161412: '2 draft',
};

export function isKnownVersion(version: number): boolean {
  return (
    version === QuicVersion.one || version === QuicVersion.two || draftOf(version) > 0 || OTHERS[version] !== undefined
  );
}

/** "1 (0x00000001)", "draft 29 (0xff00001d)". */
export function quicVersionText(version: number): string {
  const number = hexNumber(version, 8);
  if (version === QuicVersion.negotiation) return `version negotiation (${number})`;
  if (version === QuicVersion.one) return `1 (${number})`;
  if (version === QuicVersion.two) return `2 (${number})`;
  const draft = draftOf(version);
  if (draft > 0) return `draft ${draft} (${number})`;
  if (isForcedNegotiation(version)) return `to force a negotiation (${number})`;
  return OTHERS[version] === undefined ? number : `${OTHERS[version]} (${number})`;
}

/** Is it of version 2, whose packet types have other numbers? */
function isSecond(version: number): boolean {
  return version === QuicVersion.two || version === 0x709a50c4;
}

/** The type that the two bits of a long header mean in that version. */
export function longTypeOf(version: number, bits: number): LongType {
  return TYPES[isSecond(version) ? (bits + 3) % 4 : bits];
}

/** Public salt and label prefix of the keys of Initial packets. */
export interface InitialSecret {
  salt: string;
  label: string;
}

/** null where it is not known: then Initial packets stay closed. */
export function initialSecretOf(version: number): InitialSecret | null {
  if (version === QuicVersion.two) return { salt: '0dede3def700a6db819381be6e269dcbf9bd2ed9', label: 'quicv2 ' };
  const draft = draftOf(version);
  if (version === QuicVersion.one || draft >= 33) {
    return { salt: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a', label: 'quic ' };
  }
  if (draft >= 29) return { salt: 'afbfec289993d24c9e9786f19c6111e04390a899', label: 'quic ' };
  if (draft >= 23) return { salt: 'c3eef712c72ebb5a11a7d2432bb46365bef9f502', label: 'quic ' };
  return null;
}

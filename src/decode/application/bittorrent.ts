import { u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { isDigit } from './text-lines.js';

/** BitTorrent, known by name: BEP 3, the handshake and the messages between peers; the distributed hash table of BEP 5 over UDP. */

const PROTOCOL = '\x13BitTorrent protocol';

/** As `word` stands, in its own letters. */
function isExactly(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (end - at < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Least length of each message by its type, 0 to 9 and 20; 0: no such type. */
function leastLength(type: number): number {
  if (type <= 3) return 1;
  if (type === 4) return 5;
  if (type === 5) return 2;
  if (type === 6 || type === 8) return 13;
  if (type === 7) return 9;
  if (type === 9) return 3;
  return type === 20 ? 2 : 0;
}

const MESSAGES_LOOKED_AT = 8;
const LONGEST = 0x20000;

function judgeMessages(bytes: Uint8Array, start: number, end: number, wireEnd: number): Likeness {
  let at = start;
  for (let i = 0; i < MESSAGES_LOOKED_AT; i++) {
    if (end - at < 5) return Likeness.no;
    const length = u32(bytes, at);
    const least = leastLength(bytes[at + 4]);
    if (least === 0 || length < least || length > LONGEST) return Likeness.no;
    if ((least === 1 || least === 5 || least === 3 || bytes[at + 4] === 6) && length !== least) return Likeness.no;
    at += 4 + length;
    if (at === wireEnd) return Likeness.perhaps;
    if (at > end) return i > 0 || bytes[start + 4] === 7 ? Likeness.perhaps : Likeness.no;
  }
  return Likeness.perhaps;
}

const recognize: Recognizer = (bytes, start, end, wireLength) => {
  if (isExactly(bytes, start, end, PROTOCOL)) return Likeness.sure;
  return bytes[start] === 0 ? judgeMessages(bytes, start, end, start + wireLength) : Likeness.no;
};

const PORTS = [6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 6969, 51413];

export const bittorrent: Application = {
  name: 'bittorrent',
  title: 'BitTorrent',
  specification: 'BEP 3',
  tcp: { ports: PORTS, leads: [0, 0x13], recognize },
};

/** A dictionary whose first key is that of a query's arguments, a response, an error or an address, and which ends as one. */
const recognizeTable: Recognizer = (bytes, start, end, wireLength) => {
  const isDictionary =
    isExactly(bytes, start, end, 'd1:ad') ||
    isExactly(bytes, start, end, 'd1:rd') ||
    isExactly(bytes, start, end, 'd1:el') ||
    (isExactly(bytes, start, end, 'd2:ip') && end - start > 6 && isDigit(bytes[start + 5]));
  const isEnded = end - start < wireLength || bytes[end - 1] === 0x65;
  return isDictionary && isEnded ? Likeness.sure : Likeness.no;
};

export const bittorrentDht: Application = {
  name: 'bt-dht',
  title: 'BT-DHT',
  specification: 'BEP 5',
  udp: { ports: PORTS, leads: [0x64], recognize: recognizeTable },
};

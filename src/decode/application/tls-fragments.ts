import { u16 } from '../../bytes/big-endian.js';
import { shortfall } from '../dissector.js';
import { readBytes, readNumber, type Structure } from './structure.js';
import { ContentType } from './tls.js';
import { isClearHandshake, isClearHello, readHandshakes } from './tls-handshake.js';
import { ALERT_LEVELS, ALERTS } from './tls-names.js';

/** What TLS records carry: RFC 8446 sections 5 and 6, RFC 5246 sections 6 and 7, RFC 6520. */

/** What is carried from one record of a segment to the next. */
export interface RecordState {
  /** A Change Cipher Spec was seen: what follows is encrypted. */
  encrypted: boolean;
  /** Bytes that the last handshake message still lacks. */
  missing: number;
}

/** Reads the fragment that `s` spans, of `length` bytes when sent; answers what one line says of it. */
export type ReadFragment = (s: Structure, state: RecordState, version: number, length: number) => string[];

function readAlert(s: Structure, state: RecordState, _version: number, length: number): string[] {
  if (state.encrypted || length !== 2) return encrypted(s, 'Encrypted Alert', length);
  const level = readNumber(s, 'Level', 1, (value) => wordText(ALERT_LEVELS, value));
  const description = readNumber(s, 'Description', 1, (value) => wordText(ALERTS, value));
  if (level === null || description === null) return ['Alert'];
  return [`Alert, ${ALERT_LEVELS[level] ?? level}: ${ALERTS[description] ?? description}`];
}

/** "fatal (2)". */
export function wordText(words: Readonly<Record<number, string>>, value: number): string {
  return words[value] === undefined ? String(value) : `${words[value]} (${value})`;
}

function encrypted(s: Structure, name: string, length: number): string[] {
  if (length > 0) readBytes(s, name, length);
  return [name];
}

function readHandshake(s: Structure, state: RecordState, version: number, length: number): string[] {
  const names: string[] = [];
  if (state.missing > 0) {
    const part = Math.min(state.missing, length);
    state.missing -= part;
    readBytes(s, 'Handshake Continuation', part);
    if (part === length) return ['Handshake Continuation'];
    names.push('Handshake Continuation');
  } else if (!(state.encrypted ? isClearHello : isClearHandshake)(s.bytes, s.at, s.end, length)) {
    return encrypted(s, 'Encrypted Handshake Message', length);
  }
  const read = readHandshakes(s, { datagram: false, version });
  state.missing = read.missing;
  return [...names, ...read.names];
}

function readChangeCipherSpec(s: Structure, state: RecordState, _version: number, length: number): string[] {
  state.encrypted = true;
  if (length === 1) readNumber(s, 'Change Cipher Spec Message', 1);
  else encrypted(s, 'Change Cipher Spec Message', length);
  return ['Change Cipher Spec'];
}

/** RFC 6520 section 4: at least 16 bytes of padding follow the payload. A shorter record, asking for more than it holds, is the attack called Heartbleed. */
function readHeartbeat(s: Structure, state: RecordState, _version: number, length: number): string[] {
  const type = s.bytes[s.at];
  const clear = !state.encrypted && s.end - s.at >= 3 && (type === 1 || type === 2);
  const payload = clear ? u16(s.bytes, s.at + 1) : 0;
  if (!clear || (payload + 19 > length && length > 19)) return encrypted(s, 'Encrypted Heartbeat', length);
  const name = type === 1 ? 'Heartbeat Request' : 'Heartbeat Response';
  readNumber(s, 'Heartbeat Message Type', 1, (value) => `${name} (${value})`);
  readNumber(s, 'Payload Length', 2);
  if (payload + 3 > length) {
    s.problem ??= shortfall('TLS heartbeat payload', payload, length - 3, s.at);
    readBytes(s, 'Payload', s.end - s.at);
  } else {
    readBytes(s, 'Payload', payload);
    readBytes(s, 'Padding', length - 3 - payload);
  }
  return [name];
}

/** By content type. */
export const FRAGMENT_READERS: Readonly<Record<number, ReadFragment>> = {
  [ContentType.changeCipherSpec]: readChangeCipherSpec,
  [ContentType.alert]: readAlert,
  [ContentType.handshake]: readHandshake,
  [ContentType.applicationData]: (s, _state, _version, length) => {
    encrypted(s, 'Encrypted Data', length);
    return ['Application Data'];
  },
  [ContentType.heartbeat]: readHeartbeat,
};

/** "Application Data × 3" for the same name three times in a row. */
export function joinNames(names: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < names.length; ) {
    let next = at + 1;
    while (next < names.length && names[next] === names[at]) next++;
    parts.push(next - at > 1 ? `${names[at]} × ${next - at}` : names[at]);
    at = next;
  }
  return parts.join(', ');
}

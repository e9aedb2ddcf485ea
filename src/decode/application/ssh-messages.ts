import { u32 } from '../../bytes/big-endian.js';
import { DISCONNECT_REASONS, NAME_LISTS, SSH_MESSAGES, SshMessage } from './ssh-names.js';
import { readBytes, readGroup, readNumber, readRest, readText, type Structure } from './structure.js';

/** Messages that SSH sends in the clear, before its keys are there: RFC 4253 sections 7 to 11, RFC 4419 section 3, RFC 5656 section 4. */

const COOKIE = 16;

/** A string of RFC 4251 section 5: 4 bytes of length, then bytes. */
function readString(s: Structure, name: string): void {
  const length = readNumber(s, `${name} Length`, 4);
  if (length !== null) readBytes(s, name, length);
}

function readWords(s: Structure, name: string): string | null {
  const length = readNumber(s, `${name} Length`, 4);
  return length === null ? null : readText(s, name, length);
}

/** A public key or signature begins with the name of its algorithm: RFC 4253 section 6.6. */
function readNamed(s: Structure, name: string): void {
  const length = readNumber(s, `${name} Length`, 4);
  if (length === null) return;
  readGroup(s, name, length, (inner) => {
    const algorithm = readWords(inner, `${name} Algorithm`);
    readRest(inner, `${name} Data`);
    return algorithm ?? undefined;
  });
}

function readKeyExchangeInit(s: Structure): void {
  readBytes(s, 'Cookie', COOKIE);
  for (const name of NAME_LISTS) readWords(s, name);
  readNumber(s, 'first_kex_packet_follows', 1, (value) => (value === 0 ? 'no' : 'yes'));
  readNumber(s, 'Reserved', 4);
}

/** How many strings fill the structure from its place on; 0 when they do not. */
function countStrings({ bytes, at, end }: Structure): number {
  let count = 0;
  let place = at;
  while (place < end && count < 4) {
    if (end - place < 4) return 0;
    place += 4 + u32(bytes, place);
    count++;
  }
  return place === end ? count : 0;
}

/** Message 31 is a reply in most methods, and the group that the server chose in one. */
function readReply(s: Structure): string | null {
  if (countStrings(s) === 2) {
    readString(s, 'p');
    readString(s, 'g');
    return 'Diffie-Hellman Group Exchange Group';
  }
  readNamed(s, 'K_S');
  readString(s, 'Exchange Value');
  readNamed(s, 'Signature');
  return null;
}

/** The message that `s` spans, its code already read; answers what one line says of it. */
export function readSshMessage(s: Structure, code: number): string {
  const name = SSH_MESSAGES[code] ?? `Message ${code}`;
  switch (code) {
    case SshMessage.disconnect: {
      const reason = readNumber(s, 'Reason Code', 4, (value) => `${DISCONNECT_REASONS[value] ?? 'unknown'} (${value})`);
      const description = readWords(s, 'Description');
      readWords(s, 'Language Tag');
      if (reason === null) return name;
      return `${name}: ${description || (DISCONNECT_REASONS[reason] ?? reason)}`;
    }
    case SshMessage.ignore:
      readString(s, 'Data');
      return name;
    case SshMessage.unimplemented:
      readNumber(s, 'Packet Sequence Number', 4);
      return name;
    case SshMessage.debug:
      readNumber(s, 'Always Display', 1, (value) => (value === 0 ? 'no' : 'yes'));
      readWords(s, 'Message');
      readWords(s, 'Language Tag');
      return name;
    case SshMessage.serviceRequest:
    case SshMessage.serviceAccept: {
      const service = readWords(s, 'Service Name');
      return service === null ? name : `${name}, ${service}`;
    }
    case SshMessage.keyExchangeInit:
      readKeyExchangeInit(s);
      return name;
    case SshMessage.exchangeFirst:
    case SshMessage.groupInit:
      readString(s, 'Exchange Value');
      return name;
    case SshMessage.exchangeReply:
      return readReply(s) ?? name;
    case SshMessage.groupReply:
      readNamed(s, 'K_S');
      readString(s, 'Exchange Value');
      readNamed(s, 'Signature');
      return name;
    case SshMessage.groupRequest:
      readNumber(s, 'Min', 4);
      readNumber(s, 'n', 4);
      readNumber(s, 'Max', 4);
      return name;
    default:
      return name;
  }
}

import { hexDigits, setU16, u16 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { finish, readBytes, readNumber, readNumbers, readVector, type Structure, viewVector } from './structure.js';
import { HandshakeType } from './tls.js';
import { cipherSuiteName, cipherSuiteText } from './tls-cipher-suites.js';
import type { HelloFacts } from './tls-extension-readers.js';
import { readExtensions } from './tls-extensions.js';
import { COMPRESSION_METHODS, VERSIONS, versionText } from './tls-names.js';

/**
 * ClientHello and ServerHello: RFC 8446 section 4.1, RFC 5246 section 7.4.1, with the member names of the latter; DTLS has a cookie more (RFC 6347 section 4.2.1).
 * Offsets in bytes from the start of the message's body.
 */
export const TlsHello = { version: 0, random: 2, sessionIdLength: 34, randomLength: 32 } as const;

/** The random of a ServerHello that is a HelloRetryRequest: RFC 8446 section 4.1.3. */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

export interface TlsExtensionView {
  type: number;
  data: Uint8Array;
}

interface HelloView {
  version: number;
  /** 32 bytes. */
  random: Uint8Array;
  sessionId: Uint8Array;
  /** null where the message ends before them, as it may before TLS 1.3. */
  extensions: TlsExtensionView[] | null;
}

export interface ClientHelloView extends HelloView {
  /** Of DTLS; null in TLS. */
  cookie: Uint8Array | null;
  cipherSuites: number[];
  compressionMethods: Uint8Array;
}

export interface ServerHelloView extends HelloView {
  cipherSuite: number;
  compressionMethod: number;
}

/** Extensions that fill bytes[at, end) with their length before them; null when lengths do not agree with it. */
function viewExtensions(bytes: Uint8Array, at: number, end: number): TlsExtensionView[] | null {
  const all = viewVector(bytes, at, end, 2);
  if (all === null || at + 2 + all.length !== end) return null;
  const extensions: TlsExtensionView[] = [];
  for (let place = at + 2; place < end; ) {
    const data = end - place < 2 ? null : viewVector(bytes, place + 2, end, 2);
    if (data === null) return null;
    extensions.push({ type: u16(bytes, place), data });
    place += 4 + data.length;
  }
  return extensions;
}

interface Start {
  version: number;
  random: Uint8Array;
  sessionId: Uint8Array;
  next: number;
}

function viewStart(bytes: Uint8Array, at: number, end: number): Start | null {
  const sessionId =
    end - at <= TlsHello.sessionIdLength ? null : viewVector(bytes, at + TlsHello.sessionIdLength, end, 1);
  if (sessionId === null) return null;
  return {
    version: u16(bytes, at),
    random: bytes.subarray(at + TlsHello.random, at + TlsHello.sessionIdLength),
    sessionId,
    next: at + TlsHello.sessionIdLength + 1 + sessionId.length,
  };
}

/** The body of a ClientHello that fills bytes[at, end); null unless every length in it agrees. */
export function viewClientHello(bytes: Uint8Array, at: number, end: number, datagram = false): ClientHelloView | null {
  const start = viewStart(bytes, at, end);
  if (start === null) return null;
  const { next, ...rest } = start;
  let place = next;
  const cookie = datagram ? viewVector(bytes, place, end, 1) : null;
  if (datagram && cookie === null) return null;
  if (cookie !== null) place += 1 + cookie.length;
  const suites = viewVector(bytes, place, end, 2);
  if (suites === null || suites.length % 2 !== 0) return null;
  place += 2 + suites.length;
  const compressionMethods = viewVector(bytes, place, end, 1);
  if (compressionMethods === null) return null;
  place += 1 + compressionMethods.length;
  const extensions = place === end ? null : viewExtensions(bytes, place, end);
  if (extensions === null && place !== end) return null;
  const cipherSuites = Array.from({ length: suites.length / 2 }, (_, index) => u16(suites, 2 * index));
  return { ...rest, cookie, cipherSuites, compressionMethods, extensions };
}

/** The body of a ServerHello that fills bytes[at, end); null unless every length in it agrees. */
export function viewServerHello(bytes: Uint8Array, at: number, end: number): ServerHelloView | null {
  const start = viewStart(bytes, at, end);
  if (start === null || end - start.next < 3) return null;
  const { next, ...rest } = start;
  const place = next + 3;
  const extensions = place === end ? null : viewExtensions(bytes, place, end);
  if (extensions === null && place !== end) return null;
  return { ...rest, cipherSuite: u16(bytes, next), compressionMethod: bytes[next + 2], extensions };
}

function number16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  setU16(bytes, 0, value);
  return bytes;
}

function emitExtensions(extensions: TlsExtensionView[] | null): Uint8Array[] {
  if (extensions === null) return [];
  const parts = extensions.flatMap(({ type, data }) => [number16(type), number16(data.length), data]);
  return [number16(parts.reduce((sum, part) => sum + part.length, 0)), ...parts];
}

function emitStart(view: HelloView): Uint8Array[] {
  return [number16(view.version), view.random, Uint8Array.of(view.sessionId.length), view.sessionId];
}

/** The body's bytes; every length is that of what the view holds. */
export function emitClientHello(view: ClientHelloView): Uint8Array {
  const { cookie, cipherSuites, compressionMethods } = view;
  return concatenate([
    ...emitStart(view),
    ...(cookie === null ? [] : [Uint8Array.of(cookie.length), cookie]),
    number16(2 * cipherSuites.length),
    ...cipherSuites.map(number16),
    Uint8Array.of(compressionMethods.length),
    compressionMethods,
    ...emitExtensions(view.extensions),
  ]);
}

/** The body's bytes; every length is that of what the view holds. */
export function emitServerHello(view: ServerHelloView): Uint8Array {
  return concatenate([
    ...emitStart(view),
    number16(view.cipherSuite),
    Uint8Array.of(view.compressionMethod),
    ...emitExtensions(view.extensions),
  ]);
}

function compressionText(method: number): string {
  const name = COMPRESSION_METHODS[method];
  return name === undefined ? String(method) : `${name} (${method})`;
}

function readStart(s: Structure, version: string): number | null {
  const value = readNumber(s, version, 2, versionText);
  readBytes(s, 'Random', TlsHello.randomLength);
  const length = readNumber(s, 'Session ID Length', 1);
  if (length !== null && length > 0) readBytes(s, 'Session ID', length);
  return value;
}

function readHelloExtensions(s: Structure, handshakeType: number): HelloFacts {
  const facts: HelloFacts = {};
  // A hello may end before its extensions: that is none, not a cut.
  if (!s.ended && s.at < s.end) {
    readVector(s, 'Extensions', 2, (inner) => readExtensions(inner, { handshakeType, facts }));
  }
  return facts;
}

/** "Client Hello, SNI example.org". */
export function readClientHello(s: Structure, datagram: boolean): string {
  readStart(s, 'Client Version');
  if (datagram) {
    const length = readNumber(s, 'Cookie Length', 1);
    if (length !== null && length > 0) readBytes(s, 'Cookie', length);
  }
  readVector(s, 'Cipher Suites', 2, (inner) => {
    readNumbers(inner, 'Cipher Suite', 2, cipherSuiteText);
    return `${inner.fields.length} suites`;
  });
  readVector(s, 'Compression Methods', 1, (inner) => readNumbers(inner, 'Compression Method', 1, compressionText));
  const { serverName } = readHelloExtensions(s, HandshakeType.clientHello);
  finish(s);
  return serverName === undefined ? 'Client Hello' : `Client Hello, SNI ${serverName}`;
}

/** "Server Hello, TLS 1.3, TLS_AES_128_GCM_SHA256", or "Hello Retry Request". */
export function readServerHello(s: Structure): string {
  const at = s.at;
  const version = readStart(s, 'Server Version');
  const suite = readNumber(s, 'Cipher Suite', 2, cipherSuiteText);
  readNumber(s, 'Compression Method', 1, compressionText);
  const facts = readHelloExtensions(s, HandshakeType.serverHello);
  finish(s);
  const random = at + TlsHello.random;
  const isRetry = s.end - at >= TlsHello.sessionIdLength && hexDigits(s.bytes, random, random + 32) === RETRY;
  const chosen = facts.version ?? version;
  const parts = [isRetry ? 'Hello Retry Request' : 'Server Hello'];
  if (chosen !== null && VERSIONS[chosen] !== undefined) parts.push(VERSIONS[chosen]);
  if (suite !== null) parts.push(cipherSuiteName(suite));
  return parts.join(', ');
}

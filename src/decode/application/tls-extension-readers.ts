import { byteCount } from '../dissector.js';
import { readBytes, readItems, readNumber, readNumbers, readText, readVector, type Structure } from './structure.js';
import { HandshakeType } from './tls.js';
import { ExtensionType, GROUPS, schemeText } from './tls-extension-names.js';
import { isGrease, registered, versionText } from './tls-names.js';

/** Extensions of TLS hellos: RFC 8446 section 4.2, RFC 6066, RFC 7301, RFC 5746, RFC 5077 and others named beside each. */

/** What a hello's extensions tell of it. */
export interface HelloFacts {
  serverName?: string;
  alpn?: string[];
  /** Highest version offered that is known, or the version chosen. */
  version?: number;
}

/** Where an extension stands. */
export interface ExtensionContext {
  /** Of the message that the extension is in. */
  handshakeType: number;
  facts: HelloFacts;
}

type ReadExtension = (s: Structure, context: ExtensionContext) => string | undefined;

function groupText(value: number): string {
  return registered(GROUPS, value);
}

/** The name without its number. */
export function short(text: string): string {
  return text.replace(/ \([^()]*\)$/, '');
}

function numbersIn(name: string, item: string, lengthBytes: 1 | 2, size: 1 | 2, text: (value: number) => string) {
  return (s: Structure): string | undefined =>
    readVector(s, name, lengthBytes, (inner) => readNumbers(inner, item, size, text)) ?? undefined;
}

/** RFC 6066 section 3; a server answers with an empty one. */
function serverName(s: Structure, { facts }: ExtensionContext): string | undefined {
  if (s.at === s.end) return 'empty';
  const names: string[] = [];
  readVector(s, 'Server Name List', 2, (list) => {
    readItems(list, () => {
      const type = readNumber(list, 'Name Type', 1, (value) => (value === 0 ? 'host_name (0)' : String(value)));
      const length = readNumber(list, 'Host Name Length', 2);
      const name = length === null ? null : readText(list, 'Host Name', length);
      if (name === null) return;
      names.push(name);
      if (type === 0) facts.serverName ??= name;
    });
    return names.join(', ');
  });
  return names.join(', ');
}

/** RFC 7301 section 3.1. */
function alpn(s: Structure, { facts }: ExtensionContext): string | undefined {
  const names: string[] = [];
  readVector(s, 'Protocol Name List', 2, (list) => {
    readItems(list, () => {
      const length = readNumber(list, 'Protocol Name Length', 1);
      const name = length === null ? null : readText(list, 'Protocol Name', length);
      if (name !== null) names.push(name);
    });
    return names.join(', ');
  });
  facts.alpn = names;
  return names.join(', ');
}

/** RFC 8446 section 4.2.1: a list by the client, one by the server. */
function supportedVersions(s: Structure, { facts, handshakeType }: ExtensionContext): string | undefined {
  if (handshakeType !== HandshakeType.clientHello) {
    const version = readNumber(s, 'Selected Version', 2, versionText);
    if (version === null) return undefined;
    facts.version = version;
    return short(versionText(version));
  }
  return (
    readVector(s, 'Versions', 1, (list) =>
      readNumbers(list, 'Version', 2, (value) => {
        if (!isGrease(value) && !(facts.version !== undefined && facts.version >= value)) facts.version = value;
        return versionText(value);
      }),
    ) ?? undefined
  );
}

function keyShareEntry(s: Structure): string | null {
  const group = readNumber(s, 'Group', 2, groupText);
  const length = readNumber(s, 'Key Exchange Length', 2);
  if (group === null || length === null) return null;
  readBytes(s, 'Key Exchange', length);
  return short(groupText(group));
}

/** RFC 8446 section 4.2.8: a list by the client, an entry by the server, a group in a Hello Retry Request. */
function keyShare(s: Structure, { handshakeType }: ExtensionContext): string | undefined {
  if (handshakeType === HandshakeType.clientHello) {
    const groups: string[] = [];
    readVector(s, 'Client Shares', 2, (list) => {
      readItems(list, () => {
        const group = keyShareEntry(list);
        if (group !== null) groups.push(group);
      });
      return groups.join(', ');
    });
    return groups.join(', ');
  }
  if (s.end - s.at === 2) {
    const group = readNumber(s, 'Selected Group', 2, groupText);
    return group === null ? undefined : short(groupText(group));
  }
  return keyShareEntry(s) ?? undefined;
}

const PSK_MODES = ['psk_ke (0)', 'psk_dhe_ke (1)'];

/** RFC 8446 section 4.2.11. */
function preSharedKey(s: Structure, { handshakeType }: ExtensionContext): string | undefined {
  if (handshakeType !== HandshakeType.clientHello) {
    const index = readNumber(s, 'Selected Identity', 2);
    return index === null ? undefined : `identity ${index}`;
  }
  let count = 0;
  readVector(s, 'Identities', 2, (list) => {
    readItems(list, () => {
      const length = readNumber(list, 'Identity Length', 2);
      if (length === null || readBytes(list, 'Identity', length) === null) return;
      if (readNumber(list, 'Obfuscated Ticket Age', 4) !== null) count++;
    });
    return `${count}`;
  });
  readVector(s, 'Binders', 2, (list) => {
    readItems(list, () => {
      const length = readNumber(list, 'Binder Length', 1);
      if (length !== null) readBytes(list, 'Binder', length);
    });
    return undefined;
  });
  return count === 1 ? '1 identity' : `${count} identities`;
}

/** RFC 6066 section 8; a server answers with an empty one. */
function statusRequest(s: Structure): string | undefined {
  if (s.at === s.end) return 'empty';
  const type = readNumber(s, 'Status Type', 1, (value) => (value === 1 ? 'ocsp (1)' : String(value)));
  if (type !== 1) return undefined;
  readVector(s, 'Responder ID List', 2, (list) => {
    readBytes(list, 'Responder IDs', list.end - list.at);
    return undefined;
  });
  readVector(s, 'Request Extensions', 2, (list) => {
    readBytes(list, 'Extensions', list.end - list.at);
    return undefined;
  });
  return 'ocsp';
}

/** RFC 5746 section 3.2. */
function renegotiationInfo(s: Structure): string | undefined {
  const length = readNumber(s, 'Renegotiated Connection Length', 1);
  if (length === null) return undefined;
  readBytes(s, 'Renegotiated Connection', length);
  return length === 0 ? 'initial handshake' : `renegotiation, ${byteCount(length)}`;
}

function oneNumber(name: string, length: number, text: (value: number) => string = String) {
  return (s: Structure): string | undefined => {
    if (s.at === s.end) return 'empty';
    const value = readNumber(s, name, length, text);
    return value === null ? undefined : short(text(value));
  };
}

/** RFC 5764 section 4.1.1. */
const SRTP_PROFILES: Readonly<Record<number, string>> = {
  1: 'SRTP_AES128_CM_HMAC_SHA1_80',
  2: 'SRTP_AES128_CM_HMAC_SHA1_32',
  5: 'SRTP_NULL_HMAC_SHA1_80',
  6: 'SRTP_NULL_HMAC_SHA1_32',
  7: 'SRTP_AEAD_AES_128_GCM',
  8: 'SRTP_AEAD_AES_256_GCM',
};

function useSrtp(s: Structure): string | undefined {
  const profiles = numbersIn('SRTP Protection Profiles', 'Profile', 2, 2, (value) => registered(SRTP_PROFILES, value))(
    s,
  );
  const length = readNumber(s, 'MKI Length', 1);
  if (length !== null && length > 0) readBytes(s, 'MKI', length);
  return profiles;
}

const POINT_FORMATS = ['uncompressed (0)', 'ansiX962_compressed_prime (1)', 'ansiX962_compressed_char2 (2)'];
const CERTIFICATE_COMPRESSION: Readonly<Record<number, string>> = { 1: 'zlib', 2: 'brotli', 3: 'zstd' };
const FRAGMENT_LENGTHS: Readonly<Record<number, string>> = {
  1: '512 (1)',
  2: '1024 (2)',
  3: '2048 (3)',
  4: '4096 (4)',
};

/** By extension type; others are shown as bytes. */
export const EXTENSION_READERS: Readonly<Record<number, ReadExtension>> = {
  [ExtensionType.serverName]: serverName,
  [ExtensionType.maxFragmentLength]: oneNumber('Maximum Fragment Length', 1, (v) => FRAGMENT_LENGTHS[v] ?? String(v)),
  [ExtensionType.statusRequest]: statusRequest,
  [ExtensionType.supportedGroups]: numbersIn('Named Group List', 'Named Group', 2, 2, groupText),
  [ExtensionType.ecPointFormats]: numbersIn(
    'EC Point Format List',
    'EC Point Format',
    1,
    1,
    (v) => POINT_FORMATS[v] ?? String(v),
  ),
  [ExtensionType.signatureAlgorithms]: numbersIn(
    'Supported Signature Algorithms',
    'Signature Scheme',
    2,
    2,
    schemeText,
  ),
  [ExtensionType.signatureAlgorithmsCert]: numbersIn(
    'Supported Signature Algorithms',
    'Signature Scheme',
    2,
    2,
    schemeText,
  ),
  [ExtensionType.delegatedCredential]: numbersIn(
    'Supported Signature Algorithms',
    'Signature Scheme',
    2,
    2,
    schemeText,
  ),
  [ExtensionType.useSrtp]: useSrtp,
  [ExtensionType.alpn]: alpn,
  // RFC 8879 section 3.
  [ExtensionType.compressCertificate]: numbersIn('Algorithms', 'Algorithm', 1, 2, (v) =>
    registered(CERTIFICATE_COMPRESSION, v),
  ),
  // RFC 8449 section 4.
  [ExtensionType.recordSizeLimit]: oneNumber('Record Size Limit', 2),
  [ExtensionType.preSharedKey]: preSharedKey,
  [ExtensionType.earlyData]: oneNumber('Max Early Data Size', 4),
  [ExtensionType.supportedVersions]: supportedVersions,
  [ExtensionType.cookie]: (s) => {
    const length = readNumber(s, 'Cookie Length', 2);
    if (length !== null) readBytes(s, 'Cookie', length);
    return length === null ? undefined : byteCount(length);
  },
  [ExtensionType.pskKeyExchangeModes]: numbersIn(
    'KE Modes',
    'PSK Key Exchange Mode',
    1,
    1,
    (v) => PSK_MODES[v] ?? String(v),
  ),
  [ExtensionType.keyShare]: keyShare,
  [ExtensionType.renegotiationInfo]: renegotiationInfo,
};

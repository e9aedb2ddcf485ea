import { fromHex, join } from '../../support/frames.js';

/** TLS messages for tests, built from the specification apart from the code under test. */

export function text(words: string): Uint8Array {
  return new Uint8Array(Buffer.from(words, 'utf8'));
}

/** A length of `width` bytes, then the content. */
export function vector(width: number, content: Uint8Array): Uint8Array {
  const length = Buffer.alloc(width);
  length.writeUIntBE(content.length, 0, width);
  return join(length, content);
}

export function record(type: number, fragment: Uint8Array, version = 0x0303): Uint8Array {
  return join(Uint8Array.of(type, version >>> 8, version & 255), vector(2, fragment));
}

export function handshake(type: number, body: Uint8Array): Uint8Array {
  return join(Uint8Array.of(type), vector(3, body));
}

/** An element in DER; contents below 65536 bytes. */
export function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = join(...parts);
  if (content.length < 128) return join(Uint8Array.of(tag, content.length), content);
  return join(Uint8Array.of(tag, 0x82), vector(2, content));
}

const SEQUENCE = 0x30;
const SET = 0x31;

function oid(hex: string): Uint8Array {
  return der(6, fromHex(hex));
}

function name(...pairs: [hex: string, words: string][]): Uint8Array {
  return der(SEQUENCE, ...pairs.map(([type, words]) => der(SET, der(SEQUENCE, oid(type), der(12, text(words))))));
}

const SHA256_WITH_RSA = der(SEQUENCE, oid('2a864886f70d01010b'), fromHex('0500'));

/** For example.org and others, by "Test CA, old" of Übung; valid from 2024 to 2050, the one a UTCTime, the other a GeneralizedTime. */
export function certificate(): Uint8Array {
  const names = der(
    SEQUENCE,
    der(0x82, text('example.org')),
    der(0x87, fromHex('c0000201')),
    der(0x87, fromHex('20010db8000000000000000000000001')),
    der(0x81, text('a@example.org')),
  );
  const key = der(SEQUENCE, der(SEQUENCE, oid('2a8648ce3d0201'), oid('2a8648ce3d030107')), der(3, fromHex('0004aabb')));
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, fromHex('020102')),
    der(2, fromHex('0123456789abcdef')),
    SHA256_WITH_RSA,
    name(['55040a', 'Übung'], ['550403', 'Test CA, old']),
    der(SEQUENCE, der(23, text('240102030405Z')), der(24, text('20500102030405Z'))),
    name(['550403', 'example.org']),
    key,
    der(0xa3, der(SEQUENCE, der(SEQUENCE, oid('551d11'), der(4, names)))),
  );
  return der(SEQUENCE, toBeSigned, SHA256_WITH_RSA, der(3, fromHex('00aabb')));
}

import { createCipheriv, createHmac } from 'node:crypto';
import { readVarint } from '../../../src/decode/application/quic-frames.js';
import {
  emitQuicLong,
  emitQuicShort,
  emitVarint,
  viewQuicLong,
  viewQuicShort,
} from '../../../src/decode/application/quic-header.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, expectSound, fieldAt, noise, payloadAt, recognized, UDP } from '../../support/payloads.js';
import { handshake, text, vector } from './tls-messages.js';

const ID = fromHex('8394c8f03e515708');
const SERVER_ID = fromHex('f067a5502a4262b5');

function crypto(offset: number, data: Uint8Array): Uint8Array {
  return join(Uint8Array.of(6), emitVarint(offset, 2), emitVarint(data.length, 2), data);
}

const NAME = join(fromHex('0000'), vector(2, vector(2, join(fromHex('00'), vector(2, text('quic.example'))))));
const HELLO = handshake(1, join(fromHex('0303'), new Uint8Array(32), fromHex('00 0002 1301 0100'), vector(2, NAME)));

interface Keys {
  salt: string;
  prefix: string;
  version: string;
  /** First byte, by type: Initial. */
  first: number;
}

const ONE: Keys = {
  salt: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
  prefix: 'quic',
  version: '00000001',
  first: 0xc0,
};
const TWO: Keys = {
  salt: '0dede3def700a6db819381be6e269dcbf9bd2ed9',
  prefix: 'quicv2',
  version: '6b3343cf',
  first: 0xd0,
};
const DRAFT: Keys = {
  salt: 'afbfec289993d24c9e9786f19c6111e04390a899',
  prefix: 'quic',
  version: 'ff00001d',
  first: 0xc0,
};

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(data).digest());
}

/** HKDF-Expand-Label of RFC 8446 section 7.1 with an empty context, of one block. */
function label(secret: Uint8Array, name: string, length: number): Uint8Array {
  const info = join(Uint8Array.of(0, length), vector(1, text(`tls13 ${name}`)), fromHex('00'));
  return hmac(secret, join(info, fromHex('01'))).slice(0, length);
}

test('keys are those of RFC 9001 appendix A.1', () => {
  const client = label(hmac(fromHex(ONE.salt), ID), 'client in', 32);
  expect(Buffer.from(label(client, 'quic key', 16)).toString('hex')).toBe('1f369613dd76d5467730efcbe3b1a22d');
});

/** A client's Initial packet with that payload, sealed as RFC 9001 section 5 says, with a packet number of 2 bytes. */
function initial(
  payload: Uint8Array,
  { salt, prefix, version, first }: Keys = ONE,
  token: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const client = label(hmac(fromHex(salt), ID), 'client in', 32);
  const length = emitVarint(2 + payload.length + 16, 2);
  const header = join(
    Uint8Array.of(first | 1),
    fromHex(version),
    vector(1, ID),
    fromHex('00'),
    emitVarint(token.length, 1),
    token,
    length,
    fromHex('0003'),
  );
  const nonce = label(client, `${prefix} iv`, 12);
  nonce[11] ^= 3;
  const cipher = createCipheriv('aes-128-gcm', label(client, `${prefix} key`, 16), nonce);
  cipher.setAAD(header);
  const sealed = new Uint8Array(Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]));
  const packet = join(header, sealed);
  const at = header.length - 2;
  const mask = createCipheriv('aes-128-ecb', label(client, `${prefix} hp`, 16), null).update(
    packet.subarray(at + 4, at + 20),
  );
  packet[0] ^= mask[0] & 15;
  packet[at] ^= mask[1];
  packet[at + 1] ^= mask[2];
  return packet;
}

function padded(...frames: Uint8Array[]): Uint8Array {
  const all = join(...frames);
  return join(all, new Uint8Array(300 - all.length));
}

/** Of the server: its keys belong to an id that this packet does not name. */
function long(first: number, content: Uint8Array, token = false): Uint8Array {
  const body = join(...(token ? [fromHex('00')] : []), emitVarint(content.length, 2), content);
  return join(Uint8Array.of(first), fromHex('00000001'), vector(1, ID), vector(1, SERVER_ID), body);
}

function layerOf(payload: Uint8Array) {
  const packet = dissected(carry(UDP, payload, 443));
  return { packet, layer: packet.layers.find(({ name }) => name === 'quic')! };
}

describe("a client's Initial packet", () => {
  test.each([
    ['version 1', ONE],
    ['version 2', TWO],
    ['draft 29', DRAFT],
  ])('of %s is opened', (_name, keys) => {
    const { packet, layer } = layerOf(initial(padded(crypto(0, HELLO)), keys));
    expect(layer.problem).toBeNull();
    expect(packet.column.info).toBe('Initial, DCID 8394c8f03e515708, Client Hello, SNI quic.example');
    expect(packet.protocol).toBe('QUIC');
    expect(fieldAt(layer, 'Packet > Packet Number').value).toBe(3);
  });

  test('fields of its content stand where their bytes stand encrypted', () => {
    const { layer } = layerOf(initial(padded(crypto(0, HELLO))));
    // 1 first byte, 4 version, 9 and 1 ids, 1 token length, 2 length, 2 packet number.
    const frame = payloadAt[UDP] + 20;
    expect(fieldAt(layer, 'Packet > Frame')).toMatchObject({
      text: 'CRYPTO',
      start: frame,
      end: frame + 5 + HELLO.length,
    });
    expect(fieldAt(layer, 'Packet > Handshake')).toMatchObject({ start: frame + 5 });
    expect(fieldAt(layer, 'Packet > Frame#1').text).toBe('PADDING');
  });

  test('whose hello was cut into pieces and shuffled', () => {
    const [one, two, three] = [HELLO.subarray(0, 10), HELLO.subarray(10, 40), HELLO.subarray(40)];
    const { packet } = layerOf(initial(padded(crypto(40, three), fromHex('01'), crypto(0, one), crypto(10, two))));
    expect(packet.column.info).toBe('Initial, DCID 8394c8f03e515708, Client Hello, SNI quic.example');
    const part = layerOf(initial(padded(crypto(40, three))));
    expect(part.packet.column.info).toBe('Initial, DCID 8394c8f03e515708, CRYPTO, PADDING');
  });

  test('with other frames, and with one that is not allowed', () => {
    const ack = fromHex('02 05 00 01 00 00 01');
    const close = join(fromHex('1c 4128 06 05'), text('early'));
    expect(layerOf(initial(padded(ack, close))).packet.column.info).toMatch(/ACK, CONNECTION_CLOSE, PADDING$/);
    expect(layerOf(initial(padded(fromHex('0801')))).layer.problem).toMatch(/^QUIC Initial packet: frame type 8 /);
    expect(layerOf(initial(padded(fromHex('06 00 4fff')))).layer.problem).toMatch(/Crypto Data: 4095 bytes required/);
  });

  test('that nobody can open is told without its content', () => {
    const { packet, layer } = layerOf(long(0xc0, noise(60, 1), true));
    expect(layer.problem).toBeNull();
    expect(packet.column.info).toBe('Initial, DCID 8394c8f03e515708');
    expect(fieldAt(layer, 'Packet > Protected Payload').end).toBe(layer.end);
  });

  test('with a token', () => {
    const { layer } = layerOf(initial(padded(crypto(0, HELLO)), ONE, fromHex('c0ffee')));
    expect(fieldAt(layer, 'Packet > Token').value).toBe('c0ffee');
    expect(layer.problem).toBeNull();
  });
});

const RETRY = join(fromHex('f0 00000001'), vector(1, ID), vector(1, SERVER_ID), noise(40, 2), noise(16, 3));
const NEGOTIATION = join(
  fromHex('8a 00000000'),
  vector(1, ID),
  vector(1, SERVER_ID),
  fromHex('00000001 6b3343cf 1a2a3a4a'),
);

test.each([
  [
    'several packets in a datagram',
    join(long(0xc0, noise(60, 4), true), long(0xe0, noise(80, 5)), fromHex('41'), ID, noise(40, 6)),
    'Initial, DCID 8394c8f03e515708; Handshake, DCID 8394c8f03e515708; Protected Payload, DCID 8394c8f03e515708',
  ],
  ['early data', long(0xd0, noise(60, 7)), '0-RTT, DCID 8394c8f03e515708'],
  ['a retry', RETRY, 'Retry, DCID 8394c8f03e515708'],
  ['a version negotiation', NEGOTIATION, 'Version Negotiation, supported: 1, 2, to force a negotiation'],
  ['padding behind the packet', join(long(0xe0, noise(30, 8)), new Uint8Array(50)), 'Handshake, DCID 8394c8f03e515708'],
])('%s', (_name, payload, info) => {
  const { packet, layer } = layerOf(payload);
  expect(packet.column.info).toBe(info);
  expect(layer.problem).toBeNull();
  expect(layer.end).toBe(payloadAt[UDP] + payload.length);
});

test('a retry has a token and a tag', () => {
  const { layer } = layerOf(RETRY);
  expect(fieldAt(layer, 'Packet > Retry Token').value).toBe(Buffer.from(noise(40, 2)).toString('hex'));
  expect(fieldAt(layer, 'Packet > Retry Integrity Tag').value).toBe(Buffer.from(noise(16, 3)).toString('hex'));
});

test('a length that the datagram does not hold', () => {
  const packet = long(0xe0, noise(30, 9)).subarray(0, 40);
  expect(layerOf(packet).layer.problem).toBe('QUIC Handshake packet: 30 bytes required, 15 available, at byte 53');
});

describe('view and emit', () => {
  test('long headers', () => {
    for (const packet of [
      initial(padded(crypto(0, HELLO))),
      initial(padded(crypto(0, HELLO)), TWO),
      RETRY,
      NEGOTIATION,
      long(0xe0, noise(9, 1)),
    ]) {
      const view = viewQuicLong(packet, 0, packet.length)!;
      expect(emitQuicLong(view)).toEqual(packet.subarray(0, view.headerLength));
    }
    const packet = long(0xe0, noise(60, 4));
    const view = viewQuicLong(packet, 0, packet.length)!;
    expect(view.type).toBe('Handshake');
    expect(viewQuicLong(emitQuicLong(view, { length: 5 }), 0, view.headerLength)!.length).toBe(5);
    for (let end = 0; end < view.headerLength; end++) expect(viewQuicLong(packet, 0, end)).toBeNull();
  });

  test('short headers', () => {
    const packet = join(fromHex('41'), ID, noise(20, 6));
    expect(emitQuicShort(viewQuicShort(packet, 0, packet.length, 8)!)).toEqual(packet.subarray(0, 9));
    expect(viewQuicShort(packet, 0, 8, 8)).toBeNull();
  });

  test('variable-length integers, the examples of RFC 9000 appendix A.1', () => {
    expect(readVarint(fromHex('9d7f3e7d'), 0, 4)).toEqual({ value: 494878333, width: 4 });
    expect(readVarint(fromHex('7bbd'), 0, 2)).toEqual({ value: 15293, width: 2 });
    expect(readVarint(fromHex('4025'), 0, 2)).toEqual({ value: 37, width: 2 });
    // 151288809941952652 is above 2^53.
    expect(readVarint(fromHex('c2197c5eff14e88c'), 0, 8)).toBeNull();
    expect(emitVarint(15293, 2)).toEqual(fromHex('7bbd'));
  });
});

test('cut anywhere', () => {
  for (const payload of [initial(padded(crypto(0, HELLO))), RETRY, NEGOTIATION]) {
    const packet = carry(UDP, payload, 443);
    for (let captured = payloadAt[UDP] + 6; captured < packet.length; captured++) {
      const cut = dissected(packet, captured);
      expectSound(cut, captured);
      const layer = cut.layers.find(({ name }) => name === 'quic');
      if (layer !== undefined) expect(layer.problem).toMatch(/ required, [0-9]+ available, at byte [0-9]+$/);
    }
  }
});

test('recognition', () => {
  for (const payload of [
    initial(padded(crypto(0, HELLO))),
    initial(padded(), TWO),
    RETRY,
    NEGOTIATION,
    long(0xe0, noise(30, 8)),
  ]) {
    expect(recognized(UDP, payload, 9000)).toBe('quic');
  }
  const forced = join(fromHex('c0 1a2a3a4a'), vector(1, ID), fromHex('00'), new Uint8Array(1185));
  expect(recognized(UDP, forced, 9000)).toBe('quic');
  for (let seed = 1; seed <= 5000; seed++) {
    const bytes = noise(64, seed);
    bytes[0] |= 0x80;
    expect(recognized(UDP, bytes, 443)).not.toBe('quic');
  }
  expect(recognized(UDP, new Uint8Array(64).fill(0x80), 443)).not.toBe('quic');
  expect(recognized(UDP, new Uint8Array(64), 443)).not.toBe('quic');
});

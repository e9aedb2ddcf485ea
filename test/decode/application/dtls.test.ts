import { emitDtlsRecord, viewDtlsRecord } from '../../../src/decode/application/dtls-layer.js';
import { emitClientHello, viewClientHello } from '../../../src/decode/application/tls-hello.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, expectSound, fieldAt, noise, payloadAt, recognized, UDP } from '../../support/payloads.js';
import { text, vector } from './tls-messages.js';

function record(type: number, fragment: Uint8Array, epoch = 0, sequence = 0, version = 'fefd'): Uint8Array {
  const counted = epoch.toString(16).padStart(4, '0') + sequence.toString(16).padStart(12, '0');
  return join(Uint8Array.of(type), fromHex(version + counted), vector(2, fragment));
}

/** A message, or the part of it from `offset` to `end`. */
function handshake(type: number, body: Uint8Array, offset = 0, end = body.length): Uint8Array {
  const header = Buffer.alloc(12);
  header[0] = type;
  header.writeUIntBE(body.length, 1, 3);
  header.writeUIntBE(offset, 6, 3);
  header.writeUIntBE(end - offset, 9, 3);
  return join(header, body.subarray(offset, end));
}

const NAME = join(fromHex('0000'), vector(2, vector(2, join(fromHex('00'), vector(2, text('dtls.example'))))));
const CLIENT_HELLO = join(
  fromHex('fefd'),
  new Uint8Array(32),
  fromHex('00'),
  vector(1, fromHex('c00c1e')),
  vector(2, fromHex('c02b')),
  vector(1, fromHex('00')),
  vector(2, NAME),
);
const HELLO = record(22, handshake(1, CLIENT_HELLO), 0, 5, 'feff');
const DATA = record(23, noise(40, 1), 1, 7);
const LATE = record(23, noise(40, 1), 1, 2 ** 32 + 1);

function layerOf(payload: Uint8Array) {
  const packet = dissected(carry(UDP, payload));
  return { packet, layer: packet.layers.find(({ name }) => name === 'dtls')! };
}

test('a client hello with its cookie', () => {
  const { packet, layer } = layerOf(HELLO);
  expect(packet.column.info).toBe('Client Hello, SNI dtls.example');
  expect(layer.problem).toBeNull();
  expect(fieldAt(layer, 'Record > Version').text).toBe('DTLS 1.0 (0xfeff)');
  expect(fieldAt(layer, 'Record > Sequence Number')).toMatchObject({ value: 5, start: 33, end: 39 });
  expect(fieldAt(layer, 'Record > Handshake > Fragment Length')).toMatchObject({
    value: CLIENT_HELLO.length,
    start: 50,
    end: 53,
  });
  expect(fieldAt(layer, 'Record > Handshake > Client Version').text).toBe('DTLS 1.2 (0xfefd)');
  expect(fieldAt(layer, 'Record > Handshake > Cookie').value).toBe('c00c1e');
  expect(emitClientHello(viewClientHello(CLIENT_HELLO, 0, CLIENT_HELLO.length, true)!)).toEqual(CLIENT_HELLO);
});

test.each([
  ['a request to prove the address', record(22, handshake(3, fromHex('feff 02 aabb'))), 'Hello Verify Request'],
  [
    'a part of a message',
    record(22, handshake(11, new Uint8Array(300), 100, 150)),
    'Certificate (fragment, bytes 100 to 150 of 300)',
  ],
  [
    'a later epoch',
    join(record(20, fromHex('01')), record(22, noise(40, 2), 1)),
    'Change Cipher Spec, Encrypted Handshake Message',
  ],
  ['an alert', record(21, fromHex('0228')), 'Alert, fatal: handshake failure'],
  ['data', DATA, 'Application Data'],
])('%s', (_name, payload, info) => {
  const { packet, layer } = layerOf(payload);
  expect(packet.column.info).toBe(info);
  expect(layer.problem).toBeNull();
});

test('view and emit', () => {
  for (const payload of [HELLO, DATA, LATE]) {
    const view = viewDtlsRecord(payload, 0, payload.length)!;
    expect(emitDtlsRecord(view)).toEqual(payload);
    expect(emitDtlsRecord({ ...view, length: 1 }, { length: true })).toEqual(payload);
  }
  expect(viewDtlsRecord(LATE, 0, LATE.length)!.sequenceNumber).toBe(2 ** 32 + 1);
  expect(viewDtlsRecord(DATA, 0, 12)).toBeNull();
});

test('a record longer than its datagram, and bytes that are none', () => {
  const short = join(HELLO, DATA).subarray(0, HELLO.length + 30);
  expect(layerOf(short).layer.problem).toBe(
    `DTLS record: 53 bytes required, 30 available, at byte ${28 + HELLO.length}`,
  );
  expect(layerOf(join(HELLO, fromHex('99 0000 00'))).layer.problem).toMatch(/content type 153/);
});

test('cut anywhere', () => {
  const packet = carry(UDP, join(HELLO, DATA));
  for (let captured = payloadAt[UDP] + 4; captured < packet.length; captured++) {
    const cut = dissected(packet, captured);
    expectSound(cut, captured);
    const layer = cut.layers.find(({ name }) => name === 'dtls');
    if (layer !== undefined && captured !== payloadAt[UDP] + HELLO.length)
      expect(layer.problem).toMatch(/^DTLS record.* required, [0-9]+ available, at byte [0-9]+$|^DTLS/);
  }
});

test('recognition', () => {
  expect(recognized(UDP, HELLO, 9000)).toBe('dtls');
  for (let seed = 1; seed <= 5000; seed++) expect(recognized(UDP, noise(64, seed), 4433)).not.toBe('dtls');
  expect(recognized(UDP, new Uint8Array(64), 4433)).not.toBe('dtls');
  expect(recognized(UDP, fromHex('16 fefd 0000 000000000000 ffff'), 4433)).not.toBe('dtls');
});

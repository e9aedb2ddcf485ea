import {
  emitClientHello,
  emitServerHello,
  viewClientHello,
  viewServerHello,
} from '../../../src/decode/application/tls-hello.js';
import { emitTls, emitTlsRecord, viewTls, viewTlsRecord } from '../../../src/decode/application/tls-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, expectSound, fieldAt, noise, payloadAt, recognized, TCP } from '../../support/payloads.js';
import { certificate, handshake, record, text, vector } from './tls-messages.js';

const RANDOM = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

function extension(type: string, content: Uint8Array): Uint8Array {
  return join(fromHex(type), vector(2, content));
}

const EXTENSIONS = join(
  extension('1a1a', new Uint8Array(0)),
  extension('0000', vector(2, join(fromHex('00'), vector(2, text('example.org'))))),
  extension('0010', vector(2, join(vector(1, text('h2')), vector(1, text('http/1.1'))))),
  extension('002b', vector(1, fromHex('3a3a 0304 0303'))),
  extension('000a', vector(2, fromHex('001d 0017'))),
  extension('000d', vector(2, fromHex('0403 0804 0402'))),
  extension('0033', vector(2, join(fromHex('001d'), vector(2, new Uint8Array(32))))),
  extension('002d', vector(1, fromHex('01'))),
  extension('0005', fromHex('01 0000 0000')),
  extension('ff01', fromHex('00')),
  extension('0017', new Uint8Array(0)),
  extension('0023', new Uint8Array(0)),
  extension(
    '0029',
    join(vector(2, join(vector(2, text('id')), fromHex('00000001'))), vector(2, vector(1, new Uint8Array(32)))),
  ),
);
const CLIENT_HELLO = join(
  fromHex(`0303 ${RANDOM}`),
  vector(1, fromHex('aabb')),
  vector(2, fromHex('2a2a 1301 c02f 00ff eeee')),
  vector(1, fromHex('00')),
  vector(2, EXTENSIONS),
);
const SERVER_HELLO = join(
  fromHex(`0303 ${RANDOM} 00 1302 00`),
  vector(
    2,
    join(extension('002b', fromHex('0304')), extension('0033', join(fromHex('001d'), vector(2, new Uint8Array(32))))),
  ),
);
const HELLO = record(22, handshake(1, CLIENT_HELLO), 0x0301);
const DATA = record(23, noise(40, 1));

function tlsLayer(payload: Uint8Array, port = 443) {
  const packet = dissected(carry(TCP, payload, port));
  return { packet, layer: packet.layers.find(({ name }) => name === 'tls')! };
}

function infoOf(payload: Uint8Array): string {
  return tlsLayer(payload).packet.column.info!;
}

describe('a client hello', () => {
  const { packet, layer } = tlsLayer(HELLO, 8000);
  const at = (path: string) => fieldAt(layer, `Record > Handshake > ${path}`);

  test('is told on one line with the name of the server', () => {
    expect(packet.column.info).toBe('Client Hello, SNI example.org');
    expect(packet.protocol).toBe('TLS');
    expect(layer.problem).toBeNull();
    expect([layer.start, layer.end]).toEqual([40, 40 + HELLO.length]);
  });

  test('its members have their names, words and places', () => {
    expect(fieldAt(layer, 'Record > Content Type')).toMatchObject({
      value: 22,
      text: 'Handshake (22)',
      start: 40,
      end: 41,
    });
    expect(fieldAt(layer, 'Record > Version').text).toBe('TLS 1.0 (0x0301)');
    expect(fieldAt(layer, 'Record > Length')).toMatchObject({ value: HELLO.length - 5, start: 43, end: 45 });
    expect(at('Handshake Type').text).toBe('Client Hello (1)');
    expect(at('Client Version')).toMatchObject({ value: 0x0303, text: 'TLS 1.2 (0x0303)', start: 49, end: 51 });
    expect(at('Random')).toMatchObject({ value: RANDOM, start: 51, end: 83 });
    expect(at('Session ID')).toMatchObject({ value: 'aabb', start: 84, end: 86 });
    const suites = at('Cipher Suites').fields!.map((one) => one.text);
    expect(suites).toEqual([
      'GREASE (0x2a2a)',
      'TLS_AES_128_GCM_SHA256 (0x1301)',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (0xc02f)',
      'TLS_EMPTY_RENEGOTIATION_INFO_SCSV (0x00ff)',
      '0xeeee',
    ]);
    expect(at('Cipher Suites').value).toBe('2a2a1301c02f00ffeeee');
    expect(at('Compression Methods > Compression Method').text).toBe('null (0)');
  });

  test('its extensions are read', () => {
    const texts = at('Extensions').fields!.map((one) => one.text);
    expect(texts).toEqual([
      'GREASE: empty',
      'server_name: example.org',
      'application_layer_protocol_negotiation: h2, http/1.1',
      'supported_versions: GREASE, TLS 1.3, TLS 1.2',
      'supported_groups: x25519, secp256r1',
      'signature_algorithms: ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, dsa with sha256',
      'key_share: x25519',
      'psk_key_exchange_modes: psk_dhe_ke',
      'status_request: ocsp',
      'renegotiation_info: initial handshake',
      'extended_master_secret: empty',
      'session_ticket: empty',
      'pre_shared_key: 1 identity',
    ]);
    const name = at('Extensions > Extension#1 > Server Name List > Host Name');
    expect(name).toMatchObject({ value: 'example.org', end: name.start + 11 });
  });

  test('view and emit', () => {
    const view = viewClientHello(CLIENT_HELLO, 0, CLIENT_HELLO.length)!;
    expect(view.cipherSuites).toEqual([0x2a2a, 0x1301, 0xc02f, 0x00ff, 0xeeee]);
    expect(view.extensions).toHaveLength(13);
    expect(emitClientHello(view)).toEqual(CLIENT_HELLO);
    for (let end = 0; end < CLIENT_HELLO.length; end++) {
      const cut = viewClientHello(CLIENT_HELLO, 0, end);
      // Up to the extensions, a hello without them is whole.
      if (cut !== null) expect(cut.extensions).toBeNull();
    }
  });

  test('a control character of a server name is escaped', () => {
    const name = join(fromHex('00'), vector(2, fromHex('1b5b32')));
    const body = join(fromHex(`0303 ${RANDOM} 00 0002 1301 01 00`), vector(2, extension('0000', vector(2, name))));
    expect(infoOf(record(22, handshake(1, body)))).toBe('Client Hello, SNI \\x1b[2');
  });

  test('without extensions, as before TLS 1.2', () => {
    const body = fromHex(`0301 ${RANDOM} 00 0002 002f 01 00`);
    expect(infoOf(record(22, handshake(1, body)))).toBe('Client Hello');
    expect(emitClientHello(viewClientHello(body, 0, body.length)!)).toEqual(body);
  });

  test('lengths that disagree are told', () => {
    const wrong = HELLO.slice();
    wrong[5 + 4 + 34] = 255;
    expect(tlsLayer(wrong).layer.problem).toMatch(
      /^TLS Client Hello, Session ID: 255 bytes required, [0-9]+ available, at byte 84$/,
    );
    const long = join(CLIENT_HELLO, fromHex('0000'));
    expect(tlsLayer(record(22, handshake(1, long))).layer.problem).toMatch(/2 bytes beyond its last member/);
  });
});

describe('a server hello', () => {
  test('names version and cipher suite', () => {
    expect(infoOf(record(22, handshake(2, SERVER_HELLO)))).toBe('Server Hello, TLS 1.3, TLS_AES_256_GCM_SHA384');
    expect(emitServerHello(viewServerHello(SERVER_HELLO, 0, SERVER_HELLO.length)!)).toEqual(SERVER_HELLO);
    for (let end = 0; end < SERVER_HELLO.length; end++) {
      expect(viewServerHello(SERVER_HELLO, 0, end)?.extensions ?? null).toBeNull();
    }
  });

  test('that asks to try again', () => {
    const body = join(fromHex(`0303 ${RETRY} 00 1301 00`), vector(2, extension('0033', fromHex('0018'))));
    const { packet, layer } = tlsLayer(record(22, handshake(2, body)));
    expect(packet.column.info).toMatch(/^Hello Retry Request, /);
    expect(fieldAt(layer, 'Record > Handshake > Extensions > Extension > Selected Group').text).toBe(
      'secp384r1 (0x0018)',
    );
  });

  test('the client answers it in the clear, behind a change of cipher spec', () => {
    expect(infoOf(join(record(20, fromHex('01')), HELLO))).toBe('Change Cipher Spec, Client Hello, SNI example.org');
  });
});

describe('certificates', () => {
  const der = certificate();
  const message = record(22, handshake(11, vector(3, vector(3, der))));
  const { packet, layer } = tlsLayer(message);
  const at = (path: string) => fieldAt(layer, `Record > Handshake > Certificate List > Certificate > ${path}`);

  test('subject, issuer, serial number, dates and names', () => {
    expect(packet.column.info).toBe('Certificate example.org');
    expect(layer.problem).toBeNull();
    expect(at('Version')).toMatchObject({ value: 2, text: 'v3 (2)' });
    expect(at('Serial Number').value).toBe('0123456789abcdef');
    expect(at('Signature').text).toBe('sha256WithRSAEncryption');
    expect(at('Issuer').text).toBe('CN=Test CA\\, old, O=Übung');
    expect(at('Validity > Not Before').text).toBe('2024-01-02T03:04:05Z');
    expect(at('Validity > Not After').text).toBe('2050-01-02T03:04:05Z');
    expect(at('Subject > CN').text).toBe('example.org');
    expect(at('Subject Public Key Info').text).toBe('ecPublicKey, secp256r1');
    expect(at('Extension').text).toBe('subjectAltName: example.org, 192.0.2.1, 2001:db8::1, a@example.org');
    expect(at('Extension > dNSName').value).toBe('example.org');
    expect(at('Signature Value').value).toBe('aabb');
  });

  test('cut anywhere, what is there is shown', () => {
    for (let length = 6; length < message.length; length++) {
      const cut = tlsLayer(message.subarray(0, length));
      expect(cut.layer.problem).toBeNull();
      expect(cut.packet.column.info).toMatch(/continues in the next segment$/);
    }
  });

  test('bytes that are no certificate', () => {
    const wrong = tlsLayer(record(22, handshake(11, vector(3, vector(3, fromHex('0102030405'))))));
    expect(wrong.layer.problem).toMatch(/no certificate in DER, at byte 55/);
  });

  test('a request for one', () => {
    const name = fromHex('300f 310d 300b 0603550403 0c04 54657374');
    const body = join(vector(1, fromHex('0140')), vector(2, fromHex('0403')), vector(2, vector(2, name)));
    const { layer: request } = tlsLayer(record(22, handshake(13, body)));
    expect(request.problem).toBeNull();
    const path = 'Record > Handshake > Certificate Authorities > Distinguished Name';
    expect(fieldAt(request, path).text).toBe('CN=Test');
    expect(fieldAt(request, 'Record > Handshake > Certificate Types').text).toBe('rsa_sign, ecdsa_sign');
    // Before TLS 1.2 it names no signature algorithms.
    const old = join(vector(1, fromHex('01')), vector(2, vector(2, name)));
    const { layer: earlier } = tlsLayer(record(22, handshake(13, old), 0x0301));
    expect(earlier.problem).toBeNull();
    expect(fieldAt(earlier, path).text).toBe('CN=Test');
  });
});

describe('other records', () => {
  test.each([
    ['0228', 'Alert, fatal: handshake failure'],
    ['0100', 'Alert, warning: close notify'],
  ])('alert %s', (hex, info) => {
    expect(infoOf(record(21, fromHex(hex)))).toBe(info);
  });

  test('what is encrypted is told as such', () => {
    expect(infoOf(record(21, noise(26, 2)))).toBe('Encrypted Alert');
    expect(infoOf(join(DATA, DATA, DATA))).toBe('Application Data × 3');
    const finished = record(22, join(fromHex('0000000000000000'), noise(32, 3)));
    expect(infoOf(join(record(20, fromHex('01')), finished))).toBe('Change Cipher Spec, Encrypted Handshake Message');
    expect(infoOf(finished)).toBe('Encrypted Handshake Message');
  });

  test('several messages in a record, one of them over two records', () => {
    const messages = join(handshake(2, SERVER_HELLO), handshake(14, new Uint8Array(0)));
    expect(infoOf(record(22, messages))).toMatch(/^Server Hello, .*, Server Hello Done$/);
    const [first, second] = [messages.subarray(0, 60), messages.subarray(60)];
    expect(infoOf(join(record(22, first), record(22, second)))).toMatch(
      /^Server Hello, .*Handshake Continuation, Server Hello Done$/,
    );
  });

  test('a record that goes on in the next segment is no damage', () => {
    const { packet, layer } = tlsLayer(join(HELLO, DATA).subarray(0, HELLO.length + 20));
    expect(layer.problem).toBeNull();
    expect(packet.column.info).toBe('Client Hello, SNI example.org, Application Data, continues in the next segment');
    expect(tlsLayer(join(HELLO, DATA).subarray(0, HELLO.length + 2)).layer.problem).toBeNull();
  });

  test('a heartbeat that asks for more than it holds', () => {
    const { packet, layer } = tlsLayer(join(HELLO, record(24, fromHex('014000'))));
    expect(packet.column.info).toBe('Client Hello, SNI example.org, Heartbeat Request');
    expect(layer.problem).toMatch(/^TLS heartbeat payload: 16384 bytes required, 0 available/);
    const right = tlsLayer(record(24, join(fromHex('020002 aabb'), new Uint8Array(16))));
    expect(right.layer.problem).toBeNull();
  });

  test('what follows a record and is none', () => {
    const { layer } = tlsLayer(join(HELLO, fromHex('99 0303 0001 00')));
    expect(layer.problem).toMatch(/^TLS record: content type 153 and version 0x303 belong to none, at byte [0-9]+$/);
    const whole = join(record(23, noise(30, 4)), fromHex('17 0505 0001 00'));
    expect(recognized(TCP, whole, 443)).toBe('');
  });
});

test('the client hello of SSL 2.0', () => {
  const hello = fromHex(
    `802e 01 0301 0015 0000 0010 010080 000004 00000a 000013 000066 030080 00c014 ${RANDOM.slice(0, 32)}`,
  );
  const { packet, layer } = tlsLayer(hello, 8000);
  expect(packet.column.info).toBe('Client Hello in SSL 2.0 form, TLS 1.0');
  expect(layer.problem).toBeNull();
  expect(fieldAt(layer, 'Cipher Spec').text).toBe('SSL_CK_RC4_128_WITH_MD5 (0x010080)');
  expect(fieldAt(layer, 'Cipher Spec#1').text).toBe('TLS_RSA_WITH_RC4_128_MD5 (0x000004)');
  expect(fieldAt(layer, 'Challenge').value).toBe(RANDOM.slice(0, 32));
});

describe('view, emit and truncation', () => {
  const payload = join(HELLO, record(20, fromHex('01')), DATA);

  test('records', () => {
    expect(emitTls(viewTls(payload, 0, payload.length)!)).toEqual(payload);
    const view = viewTlsRecord(DATA, 0, DATA.length)!;
    expect(emitTlsRecord({ ...view, length: 0 }, { length: true })).toEqual(DATA);
    for (let end = 5; end <= payload.length; end++) {
      expect(emitTls(viewTls(payload, 0, end)!)).toEqual(payload.subarray(0, end));
    }
    expect(viewTls(payload, 0, 4)).toBeNull();
  });

  test('a capture cut anywhere is told, and nothing stands outside it', () => {
    const packet = carry(TCP, payload, 443);
    for (let captured = payloadAt[TCP] + 3; captured < packet.length; captured++) {
      const cut = dissected(packet, captured);
      expectSound(cut, captured);
      const layer = cut.layers.find(({ name }) => name === 'tls')!;
      // Between two records nothing of TLS is cut; the packet's own length tells it.
      const isBetween = [HELLO.length, HELLO.length + 6].includes(captured - payloadAt[TCP]);
      if (!isBetween)
        expect(layer.problem).toMatch(/^TLS record: [0-9]+ bytes required, [0-9]+ available, at byte [0-9]+$/);
    }
  });
});

describe('bounds', () => {
  test('of a list of cipher suites 1,024 are listed', () => {
    const suites = vector(2, new Uint8Array(2 * 2000));
    const body = join(fromHex(`0303 ${RANDOM} 00`), suites, fromHex('01 00'));
    const { layer } = tlsLayer(record(22, handshake(1, body)));
    expect(layer.problem).toBe('TLS Client Hello, Cipher Suites: more than 1,024 items, the rest not listed');
    expect(fieldAt(layer, 'Record > Handshake > Cipher Suites').fields).toHaveLength(1025);
  });

  test('of records in a segment, too', () => {
    const { layer } = tlsLayer(join(DATA, ...Array.from({ length: 2000 }, () => record(23, new Uint8Array(0)))));
    expect(layer.problem).toBe('TLS: more than 1024 records in a segment, the rest not listed');
    expect(layer.fields).toHaveLength(1025);
  });
});

describe('recognition', () => {
  const handshakes = [1, 2, 11, 14, 16].map((type) =>
    record(22, handshake(type, new Uint8Array(type === 14 ? 0 : 64))),
  );

  test('on any port', () => {
    for (const payload of [HELLO, DATA, record(20, fromHex('01')), record(21, fromHex('0228')), ...handshakes]) {
      expect(recognized(TCP, payload, 8000)).toBe('tls');
      expect(recognized(TCP, payload.subarray(0, Math.min(payload.length, 20)), 8000, payload.length)).toBe('tls');
    }
  });

  test('noise, zeros and text on its own port are not', () => {
    let found = 0;
    for (let seed = 1; seed <= 5000; seed++) if (recognized(TCP, noise(64, seed), 443) === 'tls') found++;
    expect(found).toBe(0);
    expect(recognized(TCP, new Uint8Array(100), 443)).toBe('');
    expect(recognized(TCP, text('hello world, this is no handshake'), 443)).not.toBe('tls');
    expect(recognized(TCP, fromHex('17 0303 0000'), 443)).toBe('');
    expect(recognized(TCP, join(fromHex('16 0303 ffff'), noise(80, 5)), 443)).toBe('');
  });
});

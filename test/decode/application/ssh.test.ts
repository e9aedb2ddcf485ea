import {
  emitSshIdentification,
  emitSshPacket,
  viewSshIdentification,
  viewSshPacket,
} from '../../../src/decode/application/ssh-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, expectSound, fieldAt, noise, payloadAt, recognized, TCP } from '../../support/payloads.js';
import { text, vector } from './tls-messages.js';

function string(content: Uint8Array | string): Uint8Array {
  return vector(4, typeof content === 'string' ? text(content) : content);
}

/** A packet whose padding makes whole blocks of 8 bytes, at least 4 of them padding. */
function packet(payload: Uint8Array): Uint8Array {
  const padding = 4 + ((16 - ((payload.length + 9) % 8)) % 8);
  const length = Buffer.alloc(5);
  length.writeUInt32BE(1 + payload.length + padding, 0);
  length[4] = padding;
  return join(length, payload, noise(padding, 1));
}

const LISTS = [
  'curve25519-sha256,ecdh-sha2-nistp256',
  'ssh-ed25519',
  'aes128-ctr',
  'aes256-ctr',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'none',
  'none,zlib@openssh.com',
  '',
  '',
];
const INIT = packet(join(fromHex('14'), noise(16, 2), ...LISTS.map(string), fromHex('00 00000000')));
const NEW_KEYS = packet(fromHex('15'));
const KEY = join(string('ssh-ed25519'), string(noise(32, 3)));
const REPLY = packet(
  join(fromHex('1f'), string(KEY), string(noise(32, 4)), string(join(string('ssh-ed25519'), string(noise(64, 5))))),
);
const BANNER = text('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n');

function layerOf(payload: Uint8Array, fromServer = false) {
  const found = dissected(carry(TCP, payload, 22, fromServer));
  return { column: found.column, layer: found.layers.find(({ name }) => name === 'ssh')! };
}

test('the identification line', () => {
  const { column, layer } = layerOf(BANNER);
  expect(column.info).toBe('Client: Protocol SSH-2.0-OpenSSH_9.2p1 Debian-2');
  expect(fieldAt(layer, 'Identification String')).toMatchObject({
    value: 'SSH-2.0-OpenSSH_9.2p1 Debian-2',
    start: 40,
    end: 70,
  });
  expect(fieldAt(layer, 'Identification String > Protocol Version')).toMatchObject({
    value: '2.0',
    start: 44,
    end: 47,
  });
  expect(fieldAt(layer, 'Identification String > Software Version')).toMatchObject({
    value: 'OpenSSH_9.2p1',
    start: 48,
  });
  expect(fieldAt(layer, 'Identification String > Comments')).toMatchObject({ value: 'Debian-2', end: 70 });
  expect(layer.end).toBe(72);
  expect(layerOf(BANNER, true).column.info).toMatch(/^Server: /);
  expect(layerOf(text('SSH-1.99-x\x1b[2J\n')).column.info).toBe('Client: Protocol SSH-1.99-x\\x1b[2J');
});

test('lists of a key exchange', () => {
  const { column, layer } = layerOf(INIT);
  expect(column.info).toBe('Client: Key Exchange Init');
  expect(layer.problem).toBeNull();
  expect(fieldAt(layer, 'Packet > Packet Length').value).toBe(INIT.length - 4);
  expect(fieldAt(layer, 'Packet > Message Number').text).toBe('Key Exchange Init (20)');
  expect(fieldAt(layer, 'Packet > Cookie')).toMatchObject({ start: 46, end: 62 });
  expect(fieldAt(layer, 'Packet > kex_algorithms')).toMatchObject({ value: LISTS[0], start: 66 });
  expect(fieldAt(layer, 'Packet > compression_algorithms_server_to_client').value).toBe(LISTS[7]);
  expect(fieldAt(layer, 'Packet > first_kex_packet_follows').text).toBe('no');
  expect(fieldAt(layer, 'Packet > Random Padding').end).toBe(layer.end);
});

test.each([
  [
    'a reply, new keys and what is encrypted',
    join(REPLY, NEW_KEYS, noise(52, 6)),
    'Diffie-Hellman Key Exchange Reply, New Keys, Encrypted Data, 52 bytes',
  ],
  ['first value', packet(join(fromHex('1e'), string(noise(32, 7)))), 'Diffie-Hellman Key Exchange Init'],
  ['request of a group', packet(fromHex('22 00000800 00000c00 00002000')), 'Diffie-Hellman Group Exchange Request'],
  [
    'a group',
    packet(join(fromHex('1f'), string(noise(257, 8)), string(fromHex('02')))),
    'Diffie-Hellman Group Exchange Group',
  ],
  ['value in the group', packet(join(fromHex('20'), string(noise(256, 9)))), 'Diffie-Hellman Group Exchange Init'],
  [
    'reply in the group',
    packet(join(fromHex('21'), string(KEY), string(noise(256, 9)), string(KEY))),
    'Diffie-Hellman Group Exchange Reply',
  ],
  ['disconnect', packet(join(fromHex('01 00000002'), string('Bad packet'), string(''))), 'Disconnect: Bad packet'],
  [
    'disconnect without a word',
    packet(join(fromHex('01 0000000b'), string(''), string(''))),
    'Disconnect: by application',
  ],
  ['service', packet(join(fromHex('05'), string('ssh-userauth'))), 'Service Request, ssh-userauth'],
  ['ignore', packet(join(fromHex('02'), string('abc'))), 'Ignore'],
  ['debug', packet(join(fromHex('04 01'), string('abc'), string('en'))), 'Debug'],
  ['unimplemented', packet(fromHex('03 00000007')), 'Unimplemented'],
])('message: %s', (_name, payload, info) => {
  const { column, layer } = layerOf(payload);
  expect(column.info).toBe(`Client: ${info}`);
  expect(layer.problem).toBeNull();
});

test('algorithm of a host key', () => {
  const { layer } = layerOf(REPLY);
  expect(fieldAt(layer, 'Packet > K_S').text).toBe('ssh-ed25519');
  expect(fieldAt(layer, 'Packet > Signature > Signature Algorithm').value).toBe('ssh-ed25519');
});

test('a packet that goes on in the next segment is no damage', () => {
  const { column, layer } = layerOf(INIT.subarray(0, 100));
  expect(column.info).toBe('Client: Key Exchange Init, continues in the next segment');
  expect(layer.problem).toBeNull();
});

test('a list longer than its packet', () => {
  const wrong = INIT.slice();
  wrong[22] = 0x7f;
  expect(layerOf(join(BANNER, wrong)).layer.problem).toMatch(
    /^SSH Key Exchange Init, kex_algorithms: [0-9]+ bytes required, /,
  );
});

test('view and emit', () => {
  for (const payload of [INIT, NEW_KEYS, REPLY]) {
    const view = viewSshPacket(payload, 0, payload.length)!;
    expect(emitSshPacket(view)).toEqual(payload);
    expect(emitSshPacket({ ...view, packetLength: 0, paddingLength: 0 }, { lengths: true })).toEqual(payload);
    for (let end = 0; end < payload.length; end++) expect(viewSshPacket(payload, 0, end)).toBeNull();
  }
  for (const line of ['SSH-2.0-a b\r\n', 'SSH-2.0-a\n', 'SSH-2.0-a ', 'SSH-1.99-', 'SSH-2.0-\xe4 \xff  \n']) {
    const bytes = Uint8Array.from(Buffer.from(line, 'latin1'));
    expect(emitSshIdentification(viewSshIdentification(bytes, 0, bytes.length)!)).toEqual(bytes);
  }
  expect(viewSshIdentification(text('HTTP/1.1'), 0, 8)).toBeNull();
});

test('cut anywhere', () => {
  const whole = carry(TCP, join(REPLY, NEW_KEYS), 22);
  for (let captured = payloadAt[TCP] + 6; captured < whole.length; captured++) {
    const cut = dissected(whole, captured);
    expectSound(cut, captured);
    const layer = cut.layers.find(({ name }) => name === 'ssh')!;
    const isBetween = captured >= payloadAt[TCP] + REPLY.length && captured < payloadAt[TCP] + REPLY.length + 6;
    if (!isBetween)
      expect(layer.problem).toMatch(/^SSH packet: [0-9]+ bytes required, [0-9]+ available, at byte [0-9]+$/);
  }
});

describe('recognition', () => {
  test('on any port', () => {
    for (const payload of [BANNER, INIT, NEW_KEYS, REPLY, join(REPLY, NEW_KEYS)])
      expect(recognized(TCP, payload, 8000)).toBe('ssh');
  });

  test('encrypted packets whose length is in the clear, on its own port', () => {
    const sealed = join(fromHex('00000020'), noise(32 + 16, 11));
    expect(recognized(TCP, join(sealed, sealed), 22)).toBe('ssh');
    expect(recognized(TCP, sealed, 8000)).toBe('');
    expect(layerOf(sealed).column.info).toBe('Client: Encrypted Data, 52 bytes');
  });

  test('noise, zeros and text are not', () => {
    for (let seed = 1; seed <= 5000; seed++) expect(recognized(TCP, noise(64, seed), 22)).toBe('');
    expect(recognized(TCP, new Uint8Array(64), 22)).not.toBe('ssh');
    expect(recognized(TCP, text('SSH is a protocol that this line talks about\r\n'), 22)).not.toBe('ssh');
  });
});

import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, noise, recognized, TCP, type Transport, UDP } from '../../support/payloads.js';
import { text, vector } from './tls-messages.js';

/** Protocols that are known by name only: WireGuard, OpenVPN, RDP, TPKT, STUN. */

const SESSION = fromHex('a1b2c3d4e5f60718');
const TLS_HELLO = join(fromHex('160301'), vector(2, noise(60, 3)));
const HMAC = noise(20, 4);
const STAMP = fromHex('00000001 65000000');

/** Around an X.224 header. */
function tpkt(content: Uint8Array): Uint8Array {
  const header = fromHex('03000000');
  header[3] = 4 + content.length;
  return join(header, content);
}

function connection(code: number, variable: Uint8Array): Uint8Array {
  return tpkt(join(Uint8Array.of(6 + variable.length, code), fromHex('0000 0000 00'), variable));
}

const RDP_REQUEST = connection(0xe0, join(text('Cookie: mstshash=anna\r\n'), fromHex('01 00 0800 03000000')));
const RDP_CONFIRM = connection(0xd0, fromHex('02 00 0800 01000000'));
const STUN_REQUEST = join(fromHex('0001 0000 2112a442'), noise(12, 5));

const MESSAGES: [name: string, protocol: string, transport: Transport, payload: Uint8Array, port: number][] = [
  ['WireGuard initiation', 'wg', UDP, join(fromHex('01000000'), noise(144, 6)), 51820],
  ['WireGuard response', 'wg', UDP, join(fromHex('02000000'), noise(88, 7)), 51820],
  ['WireGuard cookie', 'wg', UDP, join(fromHex('03000000'), noise(60, 8)), 51820],
  ['WireGuard data', 'wg', UDP, join(fromHex('04000000 a1b2c3d4 0700000000000000'), noise(96, 9)), 51820],
  ['OpenVPN client reset', 'openvpn', UDP, join(fromHex('38'), SESSION, fromHex('00 00000000')), 1194],
  ['OpenVPN signed reset', 'openvpn', UDP, join(fromHex('38'), SESSION, HMAC, STAMP, fromHex('00 00000000')), 1194],
  [
    'OpenVPN server reset',
    'openvpn',
    UDP,
    join(fromHex('40'), SESSION, fromHex('01 00000000'), SESSION, fromHex('00000000')),
    1194,
  ],
  ['OpenVPN control', 'openvpn', UDP, join(fromHex('20'), SESSION, fromHex('00 00000001'), TLS_HELLO), 1194],
  ['OpenVPN acknowledgment', 'openvpn', UDP, join(fromHex('28'), SESSION, fromHex('01 00000001'), SESSION), 1194],
  ['OpenVPN reset over TCP', 'openvpn', TCP, vector(2, join(fromHex('38'), SESSION, fromHex('00 00000000'))), 1194],
  ['RDP request', 'rdp', TCP, RDP_REQUEST, 3389],
  ['RDP confirm', 'rdp', TCP, RDP_CONFIRM, 3389],
  ['RDP connect initial', 'rdp', TCP, tpkt(join(fromHex('02f080 7f65'), noise(80, 10))), 3389],
  ['STUN request', 'stun', UDP, STUN_REQUEST, 3478],
  [
    'STUN response',
    'stun',
    UDP,
    join(fromHex('0101 000c 2112a442'), noise(12, 11), fromHex('0020 0008 0001'), noise(6, 12)),
    3478,
  ],
  ['STUN over TCP', 'stun', TCP, STUN_REQUEST, 3478],
];

test.each(MESSAGES)('%s on a port of its own and on another', (_name, protocol, transport, payload, port) => {
  expect(recognized(transport, payload, port)).toBe(protocol);
  expect(recognized(transport, payload, 8000)).toBe(protocol);
  const { layers, application } = dissected(carry(transport, payload, port));
  expect(application?.name).toBe(protocol);
  expect(layers.at(-1)).toMatchObject({ name: protocol, problem: null });
});

test.each([
  ['OpenVPN data', 'openvpn', UDP, join(fromHex('48 000000 00000007'), noise(80, 13)), 1194],
  ['OpenVPN with tls-crypt', 'openvpn', UDP, join(fromHex('38'), SESSION, STAMP, noise(40, 14)), 1194],
  ['STUN of RFC 3489', 'stun', UDP, join(fromHex('0001 0000'), noise(16, 15)), 3478],
  ['RDP data', 'rdp', TCP, tpkt(join(fromHex('02f080 64'), noise(40, 16))), 3389],
  ['TPKT data', 'tpkt', TCP, tpkt(join(fromHex('02f080 32'), noise(40, 17))), 102],
] as [string, string, Transport, Uint8Array, number][])(
  '%s by its port',
  (_name, protocol, transport, payload, port) => {
    expect(recognized(transport, payload, port)).toBe(protocol);
  },
);

test.each([
  [UDP, 51820],
  [UDP, 1194],
  [TCP, 1194],
  [TCP, 3389],
  [TCP, 102],
  [UDP, 3478],
  [TCP, 3478],
] as [Transport, number][])('noise, zeros and text over %d on port %d', (transport, port) => {
  for (const length of [20, 32, 64, 92, 148]) {
    for (let seed = 1; seed <= 2000; seed++) expect(recognized(transport, noise(length, seed + length), port)).toBe('');
    expect(['', 'dns']).toContain(recognized(transport, new Uint8Array(length), port));
  }
  const words = recognized(transport, text('some words that are of no protocol at all, and some more'), port);
  expect(['wg', 'openvpn', 'rdp', 'tpkt', 'stun']).not.toContain(words);
});

test('messages cut anywhere are read within their bytes', () => {
  for (const [, , transport, payload, port] of MESSAGES) {
    for (let length = 1; length < payload.length; length++) {
      // Behind the captured bytes stands what must not be looked at.
      expect(typeof recognized(transport, payload.subarray(0, length), port, payload.length)).toBe('string');
    }
  }
});

import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitBgp, viewBgp } from '../../../src/decode/application/bgp-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, fieldAt, noise, recognized, TCP, UDP } from '../../support/payloads.js';
import {
  bytesOf,
  expectNoNoise,
  expectSoundWhenCut,
  FOREIGN,
  layerOf,
  linesOf,
  problemWhenCut,
  rewritten,
} from './messages.js';

/** BGP's messages by RFC 4271 section 4; MySQL, PostgreSQL and BitTorrent by name. */

function bgp(type: number, content: string): Uint8Array {
  const bytes = fromHex(content);
  const length = (19 + bytes.length).toString(16).padStart(4, '0');
  return join(fromHex('ff'.repeat(16) + length), Uint8Array.of(type), bytes);
}

const OPEN = bgp(1, '04 fde8 00b4 c0000201 04 02020200');
const KEEPALIVE = bgp(4, '');

describe('BGP', () => {
  test('OPEN', () => {
    expect(linesOf(TCP, OPEN, 'bgp')).toEqual([
      `Marker: ${'f'.repeat(32)}`,
      'Length: 33',
      'Type: OPEN (1)',
      'Version: 4',
      'My Autonomous System: 65000',
      'Hold Time: 180 s',
      'BGP Identifier: 192.0.2.1',
      'Optional Parameters Length: 4',
      'Optional Parameters: 02020200',
    ]);
  });

  test('the other messages', () => {
    const update = layerOf(TCP, bgp(2, '0003 10c000 0004 40010100 18c00002'), 'bgp');
    expect(fieldAt(update, 'Withdrawn Routes').value).toBe('10c000');
    expect(fieldAt(update, 'Path Attributes').value).toBe('40010100');
    expect(fieldAt(update, 'Network Layer Reachability Information').value).toBe('18c00002');
    const notification = layerOf(TCP, bgp(3, '0602 0b'), 'bgp');
    expect(fieldAt(notification, 'Error Code').text).toBe('Cease (6)');
    expect(fieldAt(layerOf(TCP, bgp(5, '0001 00 01'), 'bgp'), 'Address Family Identifier').value).toBe(1);
    const { layers } = dissected(carry(TCP, join(KEEPALIVE, OPEN)));
    expect(layers.slice(2).map(({ summary }) => summary)).toEqual([
      'KEEPALIVE Message  length 19',
      'OPEN Message  length 33',
    ]);
  });

  test('what was viewed is emitted, the length computed', () => {
    expect(rewritten(OPEN, viewBgp, emitBgp)).toBe(hexDigits(OPEN, 0, 19));
    const view = { ...viewBgp(OPEN, 0, OPEN.length)!, length: 0 };
    expect(emitBgp(view, { content: OPEN.subarray(19) })).toEqual(OPEN.subarray(0, 19));
  });

  test('cut and damaged', () => {
    expect(problemWhenCut(TCP, OPEN, 18, 'bgp', 179)).toBe('BGP header: 19 bytes required, 18 available, at byte 40');
    expect(problemWhenCut(TCP, OPEN, 22, 'bgp', 179)).toBe('BGP message: 33 bytes required, 22 available, at byte 40');
    const short = OPEN.slice();
    short[17] = 5;
    expect(layerOf(TCP, short, 'bgp', 179).problem).toBe('BGP length: 5 bytes, at least 19 required, at byte 56');
    expectSoundWhenCut(TCP, join(OPEN, bgp(2, '0003 10c000 0004 40010100 18c00002')), 179);
  });

  test('recognition', () => {
    expect(recognized(TCP, KEEPALIVE, FOREIGN)).toBe('bgp');
    expect(recognized(TCP, bgp(9, ''), FOREIGN)).toBe('');
    expect(recognized(TCP, new Uint8Array(12).fill(255), 179)).toBe('');
    expect(recognized(TCP, new Uint8Array(16).fill(255), 179)).toBe('bgp');
    expect(recognized(TCP, new Uint8Array(12).fill(255), 179, 19)).toBe('bgp');
    expect(recognized(TCP, new Uint8Array(40).fill(255), 179)).toBe('');
    expectNoNoise(TCP, 'bgp', 179);
    expect(recognized(TCP, new Uint8Array(40).fill(255), 179)).toBe('');
  });
});

function mysqlPacket(sequence: number, content: Uint8Array): Uint8Array {
  return join(Uint8Array.of(content.length & 255, content.length >>> 8, 0, sequence), content);
}

const GREETING = mysqlPacket(
  0,
  join(fromHex('0a'), bytesOf('8.0.36\0'), fromHex('08000000'), noise(8, 1), fromHex('00 fff7'), new Uint8Array(30)),
);
const LOGIN = mysqlPacket(1, join(fromHex('85a6ff01 00000001 2d'), new Uint8Array(23), bytesOf('root\0\0')));

test.each([
  ['greeting', GREETING, 'mysql'],
  ['login', LOGIN, 'mysql'],
  ['query', mysqlPacket(0, bytesOf('\x03select 1')), 'mysql'],
  [
    'answer of several packets',
    join(mysqlPacket(1, fromHex('01')), mysqlPacket(2, noise(20, 1)), mysqlPacket(3, fromHex('fe00000200'))),
    'mysql',
  ],
  ['OK', mysqlPacket(1, fromHex('00000002000000')), ''],
])('MySQL, %s on a foreign port', (_name, bytes, name) => {
  expect(recognized(TCP, bytes, FOREIGN)).toBe(name);
  expect(recognized(TCP, bytes, 3306)).toBe('mysql');
});

function postgres(type: string, content: Uint8Array): Uint8Array {
  return join(bytesOf(type), fromHex((content.length + 4).toString(16).padStart(8, '0')), content);
}

const STARTUP = join(fromHex('00000015 00030000'), bytesOf('user\0joe\0x\0\0\0'));

test.each([
  ['startup', STARTUP, 'pgsql'],
  ['a request for SSL', fromHex('00000008 04d2162f'), 'pgsql'],
  ['query', postgres('Q', bytesOf('select 1;\0')), 'pgsql'],
  ['answers', join(postgres('R', fromHex('00000000')), postgres('Z', bytesOf('I'))), 'pgsql'],
  ['one letter', bytesOf('S'), ''],
  ['a length that does not fit', join(postgres('Q', bytesOf('select 1;\0')), fromHex('00')), ''],
])('PostgreSQL, %s on a foreign port', (_name, bytes, name) => {
  expect(recognized(TCP, bytes, FOREIGN)).toBe(name);
});

test.each([
  ['a handshake', TCP, bytesOf(`\x13BitTorrent protocol${'\0'.repeat(48)}`), FOREIGN, 'bittorrent'],
  ['have', TCP, fromHex('00000005 04 00000007'), 6881, 'bittorrent'],
  ['have', TCP, fromHex('00000005 04 00000007'), FOREIGN, ''],
  ['a query of the table', UDP, bytesOf('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'), FOREIGN, 'bt-dht'],
  ['no dictionary of the table', UDP, bytesOf('d3:foo3:bare'), 6881, ''],
] as const)('BitTorrent, %s', (_name, transport, bytes, port, name) => {
  expect(recognized(transport, bytes, port)).toBe(name);
});

test.each([
  ['a length in little-endian order', TCP, fromHex('0c000000 0801120a00000000 00000000'), 3306, ''],
  [
    'noise behind its length',
    TCP,
    join(
      fromHex('14000000'),
      noise(20, 5).map((byte) => byte | 0x80),
    ),
    3306,
    '',
  ],
  ['ping', TCP, fromHex('01000000 0e'), 3306, 'mysql'],
  ['a ping that is too long', TCP, fromHex('02000000 0e00'), 3306, ''],
  ['execute', TCP, fromHex('0a000000 17 01000000 00 01000000'), 3306, 'mysql'],
  ['a query behind attributes', TCP, mysqlPacket(0, bytesOf('\x03\0\x01select 1')), FOREIGN, 'mysql'],
  ['another text', TCP, mysqlPacket(0, bytesOf('\x03/* x */ xa start')), 3306, 'mysql'],
  ['a refusal', TCP, mysqlPacket(0, bytesOf('\xff\x10\x04Too many connections')), 3306, 'mysql'],
  ['copied lines', TCP, postgres('d', bytesOf('1\tone\n2\ttwo\n')), 5432, 'pgsql'],
  ['copied lines', TCP, postgres('d', bytesOf('1\tone\n2\ttwo\n')), FOREIGN, ''],
  ['a copied row', TCP, postgres('d', fromHex('0002 00000001 31 00000001 32')), 5432, 'pgsql'],
  ['noise as a copy', TCP, postgres('d', noise(40, 7)), 5432, ''],
] as const)('what databases send with a length: %s', (_name, transport, bytes, port, name) => {
  expect(recognized(transport, bytes, port)).toBe(name);
});

test('known by name: a layer of bytes', () => {
  const { protocols, protocol } = dissected(carry(TCP, GREETING));
  expect(protocols).toEqual(['ip', 'tcp', 'mysql']);
  expect(protocol).toBe('MySQL');
});

test('noise on their ports', () => {
  expectNoNoise(TCP, 'mysql', 3306);
  expectNoNoise(TCP, 'pgsql', 5432);
  expectNoNoise(TCP, 'bittorrent', 6881);
  expectNoNoise(UDP, 'bt-dht', 6881);
});

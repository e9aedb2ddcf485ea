import { hexDigits } from '../../../src/bytes/big-endian.js';
import { PREFACE } from '../../../src/decode/application/http2.js';
import { emitHttp2Frame, viewHttp2Frame } from '../../../src/decode/application/http2-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, recognized, TCP } from '../../support/payloads.js';
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

/** HTTP/2 by RFC 9113: preface, frame headers, frames of fixed form. */

const SETTINGS = fromHex('00000c 04 00 00000000 0003 00000064 0004 40000000');
const WINDOW_UPDATE = fromHex('000004 08 00 00000000 3e7f0001');
const HEADERS = fromHex('000003 01 05 00000001 828684');
const START = join(bytesOf(PREFACE), SETTINGS, WINDOW_UPDATE, HEADERS);

test('the start of a connection', () => {
  expect(linesOf(TCP, START, 'http2')).toEqual([
    'Connection Preface: PRI * HTTP/2.0\\x0d\\x0a\\x0d\\x0aSM\\x0d\\x0a\\x0d\\x0a',
    'Frame: SETTINGS[0]',
    '  Length: 12',
    '  Type: SETTINGS (4)',
    '  Flags: 0x00',
    '  Reserved: 0',
    '  Stream Identifier: 0',
    '  Setting: SETTINGS_MAX_CONCURRENT_STREAMS: 100',
    '    Identifier: SETTINGS_MAX_CONCURRENT_STREAMS (3)',
    '    Value: 100',
    '  Setting: SETTINGS_INITIAL_WINDOW_SIZE: 1073741824',
    '    Identifier: SETTINGS_INITIAL_WINDOW_SIZE (4)',
    '    Value: 1073741824',
    'Frame: WINDOW_UPDATE[0]',
    '  Length: 4',
    '  Type: WINDOW_UPDATE (8)',
    '  Flags: 0x00',
    '  Reserved: 0',
    '  Stream Identifier: 0',
    '  Reserved: 0',
    '  Window Size Increment: 1048510465',
    'Frame: HEADERS[1]',
    '  Length: 3',
    '  Type: HEADERS (1)',
    '  Flags: 0x05 END_STREAM, END_HEADERS',
    '  Reserved: 0',
    '  Stream Identifier: 1',
    '  Frame Payload: 828684',
  ]);
  expect(dissected(carry(TCP, START)).column.info).toBe('Magic, SETTINGS[0], WINDOW_UPDATE[0], HEADERS[1]');
});

test.each([
  ['000004 03 00 00000003 00000008', ['Error Code: CANCEL (8)']],
  [
    '00000a 07 00 00000000 00000005 00000001 6869',
    ['Reserved: 0', 'Last-Stream-ID: 5', 'Error Code: PROTOCOL_ERROR (1)', 'Additional Debug Data: hi'],
  ],
  ['000008 06 01 00000000 0102030405060708', ['Opaque Data: 0102030405060708']],
])('%s', (hex, expected) => {
  const frame = layerOf(TCP, fromHex(hex), 'http2').fields[0];
  expect(frame.fields!.slice(5).map(({ name, text }) => `${name}: ${text}`)).toEqual(expected);
});

test('what was viewed is emitted, the length computed', () => {
  for (const frame of [SETTINGS, HEADERS, fromHex('ffffff ff ff ffffffff')]) {
    expect(rewritten(frame, viewHttp2Frame, emitHttp2Frame)).toBe(hexDigits(frame, 0, 9));
  }
  const view = { ...viewHttp2Frame(HEADERS, 0, 12)!, length: 0 };
  expect(emitHttp2Frame(view, { payload: HEADERS.subarray(9) })).toEqual(HEADERS.subarray(0, 9));
  expect(viewHttp2Frame(HEADERS, 0, 8)).toBeNull();
});

test('cut', () => {
  expect(problemWhenCut(TCP, START, 30, 'http2', 80)).toBe(
    'HTTP/2 frame header: 9 bytes required, 6 available, at byte 64',
  );
  expect(problemWhenCut(TCP, START, 40, 'http2', 80)).toBe('HTTP/2 frame: 21 bytes required, 16 available, at byte 64');
  expectSoundWhenCut(TCP, START);
  const many = join(bytesOf(PREFACE), ...Array.from({ length: 1200 }, () => WINDOW_UPDATE));
  expect(layerOf(TCP, many, 'http2').problem).toMatch(/^HTTP\/2: more than 1000 frames/);
});

test('recognition', () => {
  expect(recognized(TCP, START, FOREIGN)).toBe('http2');
  expect(recognized(TCP, join(SETTINGS, WINDOW_UPDATE), FOREIGN)).toBe('http2');
  expect(recognized(TCP, HEADERS, FOREIGN)).toBe('http2');
  expect(recognized(TCP, fromHex('000003 01 05 00000000 828684'), FOREIGN)).toBe('');
  expect(recognized(TCP, fromHex('000003 01 05 00000001 8286'), FOREIGN)).toBe('');
  expectNoNoise(TCP, 'http2', 80);
});

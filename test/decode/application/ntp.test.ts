import { ntp } from '../../../src/decode/application/ntp.js';
import {
  emitNtpControl,
  emitNtpPrivate,
  viewNtpControl,
  viewNtpPrivate,
} from '../../../src/decode/application/ntp-control.js';
import { emitNtp, ntpTimeText, viewNtp } from '../../../src/decode/application/ntp-layer.js';
import { dissection } from '../../../src/decode/dissect.js';
import { fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';
import { noise, recognized, UDP } from '../../support/payloads.js';
import { udpPacket } from './dns-messages.js';

const IPV4 = 228;
const SERVER = fromHex(
  '24 02 06 e7 00000800 00000100 c0000201 e93c3c00 80000000 e93c3c10 00000000 e93c3c10 40000000 e93c3c10 40001000',
);
const CLIENT = fromHex(`23 00 06 20 ${'00'.repeat(36)} b4c3d2e1 01020304`);
const CONTROL = fromHex('16 82 0001 0618 0000 0000 0006 613d312c620a 0000');
const PRIVATE = fromHex('97 00 03 2a 0001 0004 00000001');

function show(bytes: Uint8Array) {
  return layerOf(udpPacket(bytes, 123, 123), IPV4, 'ntp');
}

test('an answer: every field', () => {
  const layer = show(SERVER);
  expect(layer.problem).toBeNull();
  expect(dissection(udpPacket(SERVER, 123, 123), IPV4).column.info).toBe(
    'server version 4 stratum 2 2023-12-31T19:14:24.250000953Z',
  );
  expect(topLines(layer)).toEqual([
    'LI: no warning (0)',
    'VN: 4',
    'Mode: server (4)',
    'Stratum: secondary server (2)',
    'Poll: 6 (64 s)',
    'Precision: -25 (0.000000030 s)',
    'Root Delay: 0.031250 s',
    'Root Dispersion: 0.003906 s',
    'Reference ID: 192.0.2.1',
    'Reference Timestamp: 2023-12-31T19:14:08.500000000Z',
    'Origin Timestamp: 2023-12-31T19:14:24.000000000Z',
    'Receive Timestamp: 2023-12-31T19:14:24.250000000Z',
    'Transmit Timestamp: 2023-12-31T19:14:24.250000953Z',
  ]);
  expect(layer.fields.at(-1)).toMatchObject({ value: 'e93c3c1040001000', start: 68, end: 76 });
});

test('times in both eras', () => {
  expect(ntpTimeText({ seconds: 0, fraction: 0 })).toBe('not set');
  expect(ntpTimeText({ seconds: 2 ** 31, fraction: 0 })).toBe('1968-01-20T03:14:08.000000000Z');
  expect(ntpTimeText({ seconds: 0, fraction: 2 ** 31 })).toBe('2036-02-07T06:28:16.500000000Z');
});

test('kiss of death, a primary clock, no reference', () => {
  const text = (hex: string, stratum: number) => {
    const bytes = SERVER.slice();
    bytes.set(fromHex(hex), 12);
    bytes[1] = stratum;
    return topLines(show(bytes))[8];
  };
  expect(text('52415445', 0)).toBe('Reference ID: RATE');
  expect(text('47505300', 1)).toBe('Reference ID: GPS');
  expect(text('00000000', 2)).toBe('Reference ID: none');
  expect(text('1b5b316d', 1)).toBe('Reference ID: \\x1b[1m');
});

test('extension fields and an authenticator', () => {
  const extended = join(SERVER, fromHex(`0104 0024 ${'ab'.repeat(32)} 7777 001c ${'00'.repeat(24)}`));
  expect(topLines(show(extended)).slice(13)).toEqual([
    `Extension Field: Unique Identifier (0x0104) ${'ab'.repeat(32)}`,
    `Extension Field: 0x7777 ${'00'.repeat(24)}`,
  ]);
  const signed = join(SERVER, fromHex(`00000008 ${'cd'.repeat(16)}`));
  expect(topLines(show(signed)).slice(13)).toEqual(['Key Identifier: 8', `dgst: ${'cd'.repeat(16)}`]);
  expect(show(join(SERVER, fromHex('0104 0040 00000000'))).problem).toBe(
    'NTP extension field: 64 bytes required, 8 available, at byte 76',
  );
  expect(show(join(SERVER, fromHex('0104 0000 00000000'))).problem).toBe(
    'NTP extension field: 4 bytes required, 8 available, at byte 76',
  );
});

test('control messages', () => {
  const layer = show(CONTROL);
  expect(layer).toMatchObject({
    problem: null,
    summary: 'control response read variables (2) sequence 1  6 bytes of data',
  });
  expect(topLines(layer).slice(3)).toEqual([
    'R: set',
    'E: not set',
    'M: not set',
    'OpCode: read variables (2)',
    'Sequence Number: 1',
    'Status: 0x0618',
    'Association ID: 0',
    'Offset: 0',
    'Count: 6',
    'Data: a=1,b\\x0a',
    'Padding: 0000',
  ]);
  const signed = show(join(CONTROL, fromHex('00000001 00112233445566778899aabbccddeeff')));
  expect(topLines(signed).at(-1)).toMatch(/^Authenticator: 00000001/);
});

test('private messages', () => {
  const layer = show(PRIVATE);
  expect(layer.problem).toBeNull();
  expect(layer.summary).toBe('private response MON_GETLIST_1 (42)  1 items of 4 bytes');
  expect(lines(layer.fields)).toContain('Implementation: XNTPD (3)');
  expect(topLines(layer).at(-1)).toBe('Data: 00000001');
});

test('emit(view) is the message', () => {
  for (const bytes of [SERVER, CLIENT, join(SERVER, fromHex('00000008'))])
    expect(emitNtp(viewNtp(bytes, 0, bytes.length)!)).toEqual(new Uint8Array(bytes));
  expect(emitNtpControl(viewNtpControl(CONTROL, 0, CONTROL.length)!)).toEqual(CONTROL);
  expect(emitNtpPrivate(viewNtpPrivate(PRIVATE, 0, PRIVATE.length)!)).toEqual(PRIVATE);
  expect([viewNtp(SERVER, 0, 47), viewNtpControl(CONTROL, 0, 11), viewNtpPrivate(PRIVATE, 0, 7)]).toEqual([
    null,
    null,
    null,
  ]);
});

test('cut anywhere', () => {
  const packet = udpPacket(SERVER, 123, 123);
  expect(strayFields(packet, IPV4)).toEqual([]);
  expect(dissection(packet.subarray(0, 60), IPV4, packet.length).layers.at(-1)!.problem).toBe(
    'NTP header: 48 bytes required, 32 available, at byte 28',
  );
});

describe('recognition', () => {
  test('on any port', () => {
    for (const bytes of [SERVER, CLIENT, CONTROL])
      for (const port of [123, 40001]) expect(recognized(UDP, bytes, port)).toBe('ntp');
    expect(recognized(UDP, PRIVATE, 123)).toBe('ntp');
    expect(recognized(UDP, PRIVATE)).toBe('');
  });
  test('noise on its port is none', () => {
    let found = 0;
    for (let seed = 0; seed < 4000; seed++) {
      const bytes = noise(48 + 4 * (seed % 8), seed);
      found += ntp.udp!.recognize(bytes, 0, bytes.length, bytes.length);
    }
    expect(found).toBe(0);
    for (const byte of [0, 0x20, 0x23, 0x41, 0xff]) {
      const bytes = new Uint8Array(48).fill(byte);
      expect(ntp.udp!.recognize(bytes, 0, 48, 48)).toBe(0);
    }
  });
});

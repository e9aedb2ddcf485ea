import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitMqtt, viewMqtt } from '../../../src/decode/application/mqtt-layer.js';
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

/** MQTT 3.1.1 and 5.0: chapter 3 of each. */

const PORT = 1883;

function block(text: string): Uint8Array {
  return join(fromHex(text.length.toString(16).padStart(4, '0')), bytesOf(text));
}

function packet(first: number, ...parts: Uint8Array[]): Uint8Array {
  const content = join(...parts);
  return join(Uint8Array.of(first, content.length), content);
}

const CONNECT = packet(
  0x10,
  block('MQTT'),
  fromHex('04 c6 003c'),
  block('me'),
  block('w/t'),
  block('gone'),
  block('joe'),
  block('pw'),
);
const CONNECT_5 = packet(0x10, block('MQTT'), fromHex('05 02 003c 05 1100000e10'), block(''));
const PUBLISH = packet(0x3b, block('sensors/1'), fromHex('0007'), bytesOf('21.5'));
const PUBLISH_5 = packet(
  0x30,
  block('a/b/c'),
  fromHex('0d 26 0001 61 0001 62'),
  fromHex('03 0003 782f79'),
  bytesOf('hi'),
);
const SUBSCRIBE = packet(0x82, fromHex('0001'), block('sensors/#'), fromHex('01'), block('+/x'), fromHex('00'));

test('CONNECT of 3.1.1', () => {
  expect(linesOf(TCP, CONNECT, 'mqtt')).toEqual([
    'Control Packet Type: CONNECT (1)',
    'Flags: 0x0',
    '  Reserved: 0',
    'Remaining Length: 34',
    'Protocol Name Length: 4',
    'Protocol Name: MQTT',
    'Protocol Version: 4',
    'Connect Flags: 0xc6',
    '  User Name Flag: set',
    '  Password Flag: set',
    '  Will Retain: not set',
    '  Will QoS: 0',
    '  Will Flag: set',
    '  Clean Session: set',
    '  Reserved: not set',
    'Keep Alive: 60',
    'Client Identifier Length: 2',
    'Client Identifier: me',
    'Will Topic Length: 3',
    'Will Topic: w/t',
    'Will Message Length: 4',
    'Will Message: 676f6e65',
    'User Name Length: 3',
    'User Name: joe',
    'Password Length: 2',
    'Password: pw',
  ]);
  expect(dissected(carry(TCP, CONNECT)).column.info).toBe('Connect Command me');
});

test('CONNECT of 5', () => {
  expect(linesOf(TCP, CONNECT_5, 'mqtt').slice(-7)).toEqual([
    'Keep Alive: 60',
    'Properties: Session Expiry Interval: 3600',
    '  Property Length: 5',
    '  Property: Session Expiry Interval: 3600',
    '    Identifier: Session Expiry Interval (17)',
    '    Session Expiry Interval: 3600',
    'Client Identifier Length: 0',
  ]);
  expect(linesOf(TCP, CONNECT_5, 'mqtt')).toContain('  Clean Start: set');
});

test('PUBLISH: flags, topic, payload; properties where they can only be such', () => {
  expect(linesOf(TCP, PUBLISH, 'mqtt').slice(1)).toEqual([
    'Flags: 0xb',
    '  DUP: set',
    '  QoS: 1',
    '  RETAIN: set',
    'Remaining Length: 17',
    'Topic Name Length: 9',
    'Topic Name: sensors/1',
    'Packet Identifier: 7',
    'Payload: 32312e35',
  ]);
  const lines = linesOf(TCP, PUBLISH_5, 'mqtt');
  expect(lines).toContain('Properties: 2 properties');
  expect(lines).toContain('  Property: User Property: a: b');
  expect(lines).toContain('  Property: Content Type: x/y');
  expect(lines[lines.length - 1]).toBe('Payload: 6869');
  expect(layerOf(TCP, PUBLISH_5, 'mqtt').summary).toBe('Publish Message [a/b/c]');
});

test('SUBSCRIBE of both versions', () => {
  const lines = linesOf(TCP, SUBSCRIBE, 'mqtt');
  expect(lines.filter((line) => line.startsWith('Topic Filter:'))).toEqual([
    'Topic Filter: sensors/#',
    'Topic Filter: +/x',
  ]);
  expect(lines).toContain('  QoS: 1');
  const five = packet(0x82, fromHex('0001 02 0b05'), block('a/#'), fromHex('2d'));
  expect(linesOf(TCP, five, 'mqtt')).toContain('  Property: Subscription Identifier: 5');
  expect(linesOf(TCP, five, 'mqtt')).toContain('  Retain Handling: 2');
  const none = packet(0xa2, fromHex('0001 00'), block('a/b'));
  expect(linesOf(TCP, none, 'mqtt')).toContain('Properties: 0 properties');
});

test.each([
  ['20020001', 'Connect Ack Connection Refused, unacceptable protocol version (1)'],
  ['2003018700', 'Connect Ack Not authorized (135)'],
  ['40020007', 'Publish Ack id=7'],
  ['5004000710 00', 'Publish Received id=7'],
  ['9003000701', 'Subscribe Ack'],
  ['9004000700 87', 'Subscribe Ack'],
  ['b0020007', 'Unsubscribe Ack'],
  ['b004000700 11', 'Unsubscribe Ack'],
  ['c000', 'Ping Request'],
  ['d000', 'Ping Response'],
  ['e000', 'Disconnect Req'],
  ['e0028e00', 'Disconnect Req'],
  ['f00a1808 1500054352414d35', 'Authentication Exchange'],
])('%s', (hex, info) => {
  const packet = dissected(carry(TCP, fromHex(hex), PORT));
  expect(packet.column.info).toBe(info);
  expect(packet.layers[2].problem).toBe(hex.startsWith('f0') ? packet.layers[2].problem : null);
});

test('packets in a row', () => {
  const { layers, protocols } = dissected(carry(TCP, join(CONNECT, SUBSCRIBE, PUBLISH)));
  expect(layers.filter(({ name }) => name === 'mqtt')).toHaveLength(3);
  expect(protocols).toEqual(['ip', 'tcp', 'mqtt']);
});

test('what was viewed is emitted, the remaining length computed', () => {
  for (const bytes of [CONNECT, PUBLISH, fromHex('30 80808000'), fromHex('30 ff01'), fromHex('c0 00')]) {
    const view = viewMqtt(bytes, 0, bytes.length)!;
    expect(rewritten(bytes, viewMqtt, emitMqtt)).toBe(hexDigits(bytes, 0, 1 + view.lengthSize));
  }
  const view = { ...viewMqtt(CONNECT, 0, CONNECT.length)!, remainingLength: 0 };
  expect(hexDigits(emitMqtt(view, { content: new Uint8Array(321) }))).toBe('10c102');
  expect(viewMqtt(fromHex('30 80808080 01'), 0, 6)).toBeNull();
});

test('cut and damaged', () => {
  expect(problemWhenCut(TCP, CONNECT, 20, 'mqtt', PORT)).toBe(
    'MQTT packet: 36 bytes required, 20 available, at byte 40',
  );
  expectSoundWhenCut(TCP, join(CONNECT, SUBSCRIBE, PUBLISH_5), PORT);
  expectSoundWhenCut(TCP, CONNECT_5, PORT);
  const unknown = packet(0x10, block('MQTT'), fromHex('05 02 003c 02 7f00'), block(''));
  expect(layerOf(TCP, unknown, 'mqtt').problem).toBe('MQTT property: identifier 127 is not known, at byte 53');
  const long = packet(0x10, block('MQTT'), fromHex('04 02 003c 00ff'));
  expect(layerOf(TCP, long, 'mqtt').problem).toBe(
    'MQTT Client Identifier: 255 bytes required, 0 available, at byte 54',
  );
});

test('a message that goes on in the next segment', () => {
  const part = join(fromHex('30 e807'), block('sensors/big'), bytesOf('x'.repeat(100)));
  expect(layerOf(TCP, part, 'mqtt').summary).toBe('Publish Message [sensors/big]  (113 of 1000 bytes)');
  expect(layerOf(TCP, part, 'mqtt').problem).toBeNull();
});

test.each([
  ['CONNECT', CONNECT, 'mqtt'],
  ['CONNECT of 3.1', packet(0x10, block('MQIsdp'), fromHex('03 02 003c'), block('x')), 'mqtt'],
  ['CONNECT of 5', CONNECT_5, 'mqtt'],
  ['CONNACK', fromHex('20020000'), 'mqtt'],
  ['PUBLISH', PUBLISH, 'mqtt'],
  ['SUBSCRIBE', SUBSCRIBE, 'mqtt'],
  ['UNSUBSCRIBE', packet(0xa2, fromHex('0002'), block('a/b')), 'mqtt'],
  ['SUBSCRIBE of 5', packet(0x82, fromHex('0001 00'), block('a/#'), fromHex('00')), 'mqtt'],
  ['PINGREQ', fromHex('c000'), ''],
  ['PUBACK', fromHex('40020001'), ''],
  ['QoS 3', packet(0x36, block('sensors/1'), bytesOf('x')), ''],
  ['a topic with a wildcard', packet(0x30, block('sensors/#'), bytesOf('x')), ''],
])('%s on a foreign port', (_name, bytes, name) => {
  expect(recognized(TCP, bytes, FOREIGN)).toBe(name);
});

test.each([
  ['a topic of odd bytes', packet(0x30, block('\x1b[2J'), bytesOf('x')), 'mqtt'],
  ['an odd topic in part', join(fromHex('30 e807'), block('\x1b[2J'), bytesOf('x')), ''],
  ['AUTH', fromHex('f002 1800'), 'mqtt'],
  ['AUTH without a reason', fromHex('f000'), 'mqtt'],
  ['AUTH whose properties claim more', fromHex('f004 1820 1500'), ''],
  ['AUTH for another reason', fromHex('f002 1700'), ''],
  ['DISCONNECT of 5', fromHex('e007 04 05 11 0000000a'), 'mqtt'],
  ['DISCONNECT whose properties claim more', fromHex('e007 04 06 11 0000000a'), ''],
  ['PUBACK of 5', fromHex('4004 0001 10 00'), 'mqtt'],
  ['PUBACK whose properties claim less', fromHex('4006 0001 10 00 0000'), ''],
])('%s on its port', (_name, bytes, name) => {
  expect(recognized(TCP, bytes, PORT)).toBe(name);
  expect(recognized(TCP, bytes, FOREIGN)).toBe('');
});

// One byte says what it is and one how long: of random bytes one in ten thousand is right in both.
test('noise on its port', () => expectNoNoise(TCP, 'mqtt', PORT, 2));

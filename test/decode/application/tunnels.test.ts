import { emitGeneve, viewGeneve } from '../../../src/decode/application/geneve-layer.js';
import { emitL2tp, viewL2tp } from '../../../src/decode/application/l2tp-layer.js';
import { emitVxlan, viewVxlan } from '../../../src/decode/application/vxlan-layer.js';
import { dissection } from '../../../src/decode/dissect.js';
import { ethernet, fromHex, ipv4, join, udp } from '../../support/frames.js';
import { strayFields, topLines } from '../../support/layer-lines.js';
import { carry, dissected, noise, recognized, UDP } from '../../support/payloads.js';
import { layerOf, linesOf } from './messages.js';

const IPV4 = 228;
const DATAGRAM = ipv4({ protocol: 17, payload: udp(fromHex('68656c6c6f')) });
const FRAME = ethernet(0x0800, DATAGRAM);

const VXLAN = join(fromHex('0800 0000 0000 64 00'), FRAME);
const POLICY = join(fromHex('8848 0007 0000 64 00'), FRAME);
const GENEVE = join(fromHex('0240 6558 00000a 00 0000 80 01 0000000c'), FRAME);
const SCCRQ = fromHex(
  'c802 003f 0000 0000 0000 0000 8008 0000 0000 0001 8008 0000 0002 0100 800a 0000 0003 00000003 8009 0000 0007 6c6163 8008 0000 0009 0005 8008 0000 000a 0004',
);
const DATA = join(fromHex('4002 002d 0005 0001 ff03 0021'), DATAGRAM);
const ZLB = fromHex('c802 000c 0005 0000 0001 0002');
const THIRD = fromHex('c803 000c 00000009 0000 0000');

function names(payload: Uint8Array, port: number): string {
  return dissection(carry(UDP, payload, port), IPV4).protocols.join(':');
}

test.each([
  ['ip:udp:vxlan:eth:ethertype:ip:udp:data', VXLAN, 4789],
  ['ip:udp:vxlan:eth:ethertype:ip:udp:data', POLICY, 4789],
  ['ip:udp:geneve:eth:ethertype:ip:udp:data', GENEVE, 6081],
  ['ip:udp:geneve:ip:udp:data', join(fromHex('0000 0800 00000a 00'), DATAGRAM), 6081],
  ['ip:udp:l2tp', SCCRQ, 1701],
  ['ip:udp:l2tp', ZLB, 1701],
  ['ip:udp:l2tp:ppp:ip:udp:data', DATA, 1701],
])('%s', (expected, payload, port) => expect(names(payload, port)).toBe(expected));

describe('recognition', () => {
  test.each([
    ['vxlan', VXLAN],
    ['vxlan', POLICY],
    ['geneve', GENEVE],
    ['geneve', join(fromHex('0000 0800 00000a 00'), DATAGRAM)],
    ['l2tp', SCCRQ],
    ['l2tp', ZLB],
  ])('%s on a port that is not its own', (name, payload) => expect(recognized(UDP, payload)).toBe(name));

  test('what only looks likely needs its port', () => {
    expect(recognized(UDP, DATA)).toBe('');
    expect(recognized(UDP, DATA, 1701)).toBe('l2tp');
    const unknown = join(fromHex('0800 0000 0000 64 00'), new Uint8Array(20));
    expect(recognized(UDP, unknown)).toBe('');
    expect(recognized(UDP, unknown, 4789)).toBe('vxlan');
  });

  test.each([4789, 6081, 1701])('noise on port %i', (port) => {
    expect(recognized(UDP, new Uint8Array(64), port)).toBe('');
    expect(recognized(UDP, new Uint8Array(Buffer.from('NOTIFY * HTTP/9\r\nBad: 1\r\n\r\n')), port)).toBe('');
    for (let seed = 0; seed < 3000; seed++) expect(recognized(UDP, noise(60, seed), port)).toBe('');
  });

  test('no byte behind the end is read', () => {
    for (const payload of [VXLAN, GENEVE, SCCRQ, DATA]) {
      for (let length = 0; length < payload.length; length++) {
        recognized(UDP, payload.slice(0, length), 4789, payload.length);
        expect(recognized(UDP, payload.slice(0, length), 1, payload.length)).toBe(
          recognized(UDP, payload.subarray(0, length), 1, payload.length),
        );
      }
    }
  });
});

describe('VXLAN', () => {
  test('fields', () => {
    expect(linesOf(UDP, POLICY, 'vxlan')).toEqual([
      'Flags: 0x8848 G, I, D, A',
      '  G: set',
      '  I: set',
      '  D: set',
      '  A: set',
      '  R: 0',
      'Group Policy ID: 7',
      'VXLAN Network Identifier (VNI): 100',
      'Reserved: 0',
    ]);
  });

  test('emit, cut', () => {
    expect(emitVxlan(viewVxlan(POLICY, 0, 8)!)).toEqual(POLICY.slice(0, 8));
    expect(viewVxlan(POLICY, 0, 7)).toBeNull();
    expect(strayFields(carry(UDP, VXLAN, 4789), IPV4)).toEqual([]);
  });
});

describe('GENEVE', () => {
  test('fields and options', () => {
    expect(linesOf(UDP, GENEVE, 'geneve')).toEqual([
      'Ver: 0',
      'Opt Len: 2 (8 bytes)',
      'Flags: 0x40 C',
      '  O: not set',
      '  C: set',
      '  Rsvd: 0',
      'Protocol Type: Transparent Ethernet Bridging (0x6558)',
      'Virtual Network Identifier (VNI): 10',
      'Reserved: 0',
      'Variable-Length Options: 000080010000000c',
      '  Option: class 0x0000, type 0x80',
      '    Option Class: 0x0000',
      '    Type: 0x80',
      '      C: critical',
      '    R: 0',
      '    Length: 1 (4 bytes)',
      '    Variable-Length Option Data: 0000000c',
    ]);
  });

  test('an option that is longer than its header, a header that is longer than its packet', () => {
    const lying = join(fromHex('0100 0800 00000a 00 0000 80 02'), DATAGRAM);
    expect(recognized(UDP, lying, 6081)).toBe('');
    const cut = dissected(carry(UDP, GENEVE, 6081), 28 + 8);
    expect(cut.layers[2]).toMatchObject({
      name: 'geneve',
      problem: 'GENEVE header: 16 bytes required, 8 available, at byte 28',
    });
  });

  test('emit, cut', () => {
    const bytes = GENEVE.slice(0, 16);
    expect(emitGeneve(viewGeneve(bytes, 0, 16)!)).toEqual(bytes);
    expect(emitGeneve({ ...viewGeneve(bytes, 0, 16)!, optionLength: 0 }, { length: true })).toEqual(bytes);
    expect(viewGeneve(bytes, 0, 7)).toBeNull();
    expect(strayFields(carry(UDP, GENEVE, 6081), IPV4)).toEqual([]);
  });
});

describe('L2TP', () => {
  test('a control message', () => {
    const layer = layerOf(UDP, SCCRQ, 'l2tp');
    expect(layer.problem).toBeNull();
    expect(layer.summary).toBe('SCCRQ  tunnel 0  session 0  Ns 0  Nr 0');
    expect(topLines(layer)).toEqual([
      'Flags and Version: 0xc802 control message, version 2',
      `Length: ${SCCRQ.length}`,
      'Tunnel ID: 0',
      'Session ID: 0',
      'Ns: 0',
      'Nr: 0',
      'Message Type: SCCRQ (1)',
      'Protocol Version: 1.0',
      'Framing Capabilities: 0x00000003 A, S',
      'Host Name: "lac"',
      'Assigned Tunnel ID: 5',
      'Receive Window Size: 4',
    ]);
    expect(linesOf(UDP, SCCRQ, 'l2tp').slice(12, 20)).toEqual([
      'Message Type: SCCRQ (1)',
      '  M: mandatory',
      '  H: not hidden',
      '  rsvd: 0',
      '  Length: 8',
      '  Vendor ID: 0',
      '  Attribute Type: Message Type (0)',
      '  Attribute Value: SCCRQ (1)',
    ]);
  });

  test('an acknowledgment, data, version 3', () => {
    expect(layerOf(UDP, ZLB, 'l2tp').summary).toBe('acknowledgment  tunnel 5  session 0  Ns 1  Nr 2');
    expect(layerOf(UDP, DATA, 'l2tp', 1701).summary).toBe('data  tunnel 5  session 1');
    const over = (hex: string) => dissection(ipv4({ protocol: 115, payload: fromHex(hex) }), IPV4);
    expect(over('00000007 aabb').layers[1].summary).toBe('data  session 7');
    expect(over('00000007 aabb').protocols.join(':')).toBe('ip:l2tp:data');
    expect(over('00000000 c803 0014 00000009 0001 0002 8008 0000 0000 0006').layers[1].summary).toBe(
      'HELLO  connection 9  Ns 1  Nr 2',
    );
    expect(recognized(UDP, fromHex('0003 0000 00000007 aabb'), 1701)).toBe('l2tp');
  });

  test('results and causes', () => {
    const cdn = 'c802 0024 0005 0001 0002 0003 8008 0000 0000 000e 8010 0000 0001 0002 0006 62757379 1b5b';
    expect(topLines(layerOf(UDP, fromHex(cdn), 'l2tp')).slice(-2)).toEqual([
      'Message Type: CDN (14)',
      'Result Code: 2, 6, "busy\\x1b["',
    ]);
  });

  test('lengths that lie', () => {
    const avp = (hex: string) => {
      const bytes = fromHex(`c802 0000 0005 0001 0002 0003 8008 0000 0000 0006 ${hex}`);
      bytes[3] = bytes.length;
      return layerOf(UDP, bytes, 'l2tp');
    };
    expect(avp('8005 0000 0007').problem).toBe('L2TP AVP length: 5 bytes, at least 6 required, at byte 48');
    expect(avp('8020 0000 0007').problem).toBe('L2TP AVP: 32 bytes required, 6 available, at byte 48');
    expect(topLines(avp('8020 0000 0007')).slice(-1)).toEqual(['Malformed AVP: 802000000007']);
    expect(avp('c008 0000 0007 aabb').fields.slice(-1)[0].text).toBe('hidden');
    expect(topLines(avp('8007 0000 0009 05')).slice(-1)).toEqual(['Assigned Tunnel ID: 05']);
    expect(topLines(avp('8007 0009 0009 05')).slice(-1)).toEqual(['Attribute 9: 05']);
  });

  test('emit, cut', () => {
    for (const bytes of [
      SCCRQ.slice(0, 12),
      ZLB,
      DATA.slice(0, 8),
      fromHex('0202 0005 0001 0002 aabb'),
      THIRD.slice(0, 12),
      fromHex('0003 0000 00000007'),
    ]) {
      expect(emitL2tp(viewL2tp(bytes, 0, bytes.length)!)).toEqual(bytes);
    }
    expect(emitL2tp(viewL2tp(ZLB, 0, 12)!, { payloadLength: 8 }).slice(0, 4)).toEqual(fromHex('c802 0014'));
    expect(viewL2tp(ZLB, 0, 11)).toBeNull();
    expect(strayFields(carry(UDP, SCCRQ, 1701), IPV4)).toEqual([]);
    expect(strayFields(carry(UDP, DATA, 1701), IPV4)).toEqual([]);
  });
});

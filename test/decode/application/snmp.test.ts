import {
  berInteger,
  berObjectIdentifier,
  berUnsigned,
  emitBer,
  readBerHead,
  viewBer,
} from '../../../src/decode/application/ber.js';
import { berContent, berEnd } from '../../../src/decode/application/ber-lengths.js';
import { snmp } from '../../../src/decode/application/snmp.js';
import { emitSnmp, viewSnmp } from '../../../src/decode/application/snmp-layer.js';
import { dissection } from '../../../src/decode/dissect.js';
import { fromHex, join } from '../../support/frames.js';
import { layerOf, lines, strayFields } from '../../support/layer-lines.js';
import { noise, recognized, TCP, UDP } from '../../support/payloads.js';
import { udpPacket } from './dns-messages.js';
import { ber, SNMP_MESSAGES } from './snmp-messages.js';

const IPV4 = 228;

function show(bytes: Uint8Array) {
  return layerOf(udpPacket(bytes, 161), IPV4, 'snmp');
}

describe('BER', () => {
  test.each<[string, number | string | null]>([
    ['00', 0],
    ['ff', -1],
    ['00ff', 255],
    ['8000', -32768],
    ['1fffffffffffff', 9007199254740991],
    ['20000000000000', '9007199254740992'],
    ['8000000000000000', '-9223372036854775808'],
    ['', null],
    ['00000000000000000000', null],
  ])('integer %s', (hex, value) => {
    const bytes = fromHex(hex);
    expect(berInteger(bytes, 0, bytes.length)).toBe(value);
  });

  test('unsigned', () => {
    expect(berUnsigned(fromHex('ffffffff'), 0, 4)).toBe(4294967295);
    expect(berUnsigned(fromHex('ffffffffffffffff'), 0, 8)).toBe('18446744073709551615');
    expect(berUnsigned(fromHex(''), 0, 0)).toBeNull();
  });

  test.each<[string, string | null]>([
    ['2b06010201', '1.3.6.1.2.1'],
    ['883703', '2.999.3'],
    ['00', '0.0'],
    ['2b83fffffffffffffff27f', '1.3.36893488147419101567'],
    ['', null],
    ['2b86', null],
    [`2b${'ff'.repeat(20)}7f`, null],
  ])('object identifier %s', (hex, text) => {
    const bytes = fromHex(hex);
    expect(berObjectIdentifier(bytes, 0, bytes.length)).toBe(text);
  });

  test.each([
    ['30', 'BER identifier and length: 2 bytes required, 1 available, at byte 0'],
    ['3080', 'BER length: form 0x80 is not read, at byte 1'],
    ['3085', 'BER length: form 0x85 is not read, at byte 1'],
    ['308201', 'BER length: 3 bytes required, 2 available, at byte 1'],
    ['300500', 'BER contents: 5 bytes required, 1 available, at byte 2'],
    ['1f00', 'BER tag: longer than a byte, at byte 0'],
  ])('head %s', (hex, problem) => {
    const bytes = fromHex(hex);
    expect(readBerHead(bytes, 0, bytes.length).problem).toBe(problem);
  });

  test('lengths for the index pass', () => {
    const long = fromHex('30820003 020100');
    expect(berContent(long, 0, 7, 0x30)).toBe(4);
    expect(berEnd(long, 0, 4)).toBe(7);
    expect(berContent(long, 0, 7, 0x31)).toBe(-1);
    expect(berContent(long, 0, 3, 0x30)).toBe(-1);
    expect(berContent(fromHex('3080'), 0, 2, 0x30)).toBe(-1);
  });

  test('values emitted as they stood, or in the shortest form', () => {
    const long = fromHex('30820003 020100');
    const view = viewBer(long, 0, 7)!;
    expect(emitBer(view)).toEqual(long);
    expect(emitBer(view, { lengths: true })).toEqual(fromHex('3003 020100'));
    const wide = ber(4, new Uint8Array(300));
    expect(emitBer(viewBer(wide, 0, wide.length)!, { lengths: true })).toEqual(wide);
    let deep = fromHex('0500');
    for (let i = 0; i < 30; i++) deep = ber(0x30, deep);
    expect(emitBer(viewBer(deep, 0, deep.length)!)).toEqual(deep);
    expect(viewBer(fromHex('3001'), 0, 2)).toBeNull();
  });
});

test.each([
  ['get', 'get-request 1.3.6.1.2.1.1.1.0'],
  ['next', 'get-next-request 1.3.6.1.2.1.1.1.0'],
  ['error', 'response noSuchName (2) 1.3.6.1.2.1.1.1.0'],
  ['bulk', 'get-bulk-request 1.3.6.1.2.1.1.1.0'],
  ['values', 'response 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.1.0 …'],
  ['trap1', 'trap 1.3.6.1.2.1.1.1.0'],
  ['trap2', 'snmpV2-trap 1.3.6.1.2.1.1.1.0'],
  ['plain', 'get-request 1.3.6.1.2.1.1.1.0 user alice'],
  ['encrypted', 'encrypted user alice'],
] as const)('%s: the line, the bytes written again, ports', (name, info) => {
  const bytes = SNMP_MESSAGES[name];
  const packet = udpPacket(bytes, 161);
  expect(dissection(packet, IPV4).column.info).toBe(info);
  expect(show(bytes).problem).toBeNull();
  expect(emitSnmp(viewSnmp(bytes, 0, bytes.length)!)).toEqual(Buffer.from(bytes));
  expect(strayFields(packet, IPV4)).toEqual([]);
  for (const port of [161, 40001])
    expect([recognized(UDP, bytes, port), recognized(TCP, bytes, port)]).toEqual(['snmp', 'snmp']);
});

test('values of all types', () => {
  const list = show(SNMP_MESSAGES.values).fields.at(-1)!.fields!.at(-1)!;
  expect(list.fields!.map(({ fields }) => `${fields![1].name}: ${fields![1].text}`)).toEqual([
    'integer-value: -129',
    'string-value: 4c696e75781b5b316d',
    'string-value: 0001',
    'objectID-value: 1.3.6.1.4.1.8072',
    'ipAddress-value: 192.0.2.1',
    'counter-value: 4294967295',
    'unsigned-integer-value: 5',
    'timeticks-value: 12345678 (1 d 10 h 17 min 36.78 s)',
    'arbitrary-value: 9f7804',
    'big-counter-value: 18446744073709551615',
    'noSuchObject: noSuchObject',
    'noSuchInstance: noSuchInstance',
    'endOfMibView: endOfMibView',
    'string-value: empty',
  ]);
});

test('version 3: the fields of its header', () => {
  const found = lines(show(SNMP_MESSAGES.plain).fields);
  for (const line of [
    '  msgID: 258',
    '  msgFlags: reportableFlag',
    '    reportableFlag: set',
    '  msgSecurityModel: USM (3)',
    '  msgAuthoritativeEngineID: 8000000001020304',
    '  msgUserName: alice',
    '  contextName: ctx',
    '    request-id: 16909060',
  ])
    expect(found).toContain(line);
  expect(lines(show(SNMP_MESSAGES.encrypted).fields).at(-1)).toBe('encryptedPDU: deadbeef');
});

test('damage', () => {
  const { get } = SNMP_MESSAGES;
  const cut = dissection(udpPacket(get, 161).subarray(0, 60), IPV4, 28 + get.length).layers.at(-1)!;
  expect(cut.problem).toBe('SNMP message: BER contents: 41 bytes required, 30 available, at byte 30');
  expect(lines(cut.fields)).toContain('  request-id: 16909060');
  const change = (at: number, value: number) => {
    const bytes = get.slice();
    bytes[at] = value;
    return show(bytes).problem;
  };
  expect(change(13, 0xa3)).toBeNull();
  expect(change(15, 4)).toBe('SNMP request-id: identifier 0x04 is of another type, at byte 43');
  expect(change(31, 4)).toBe('SNMP name: identifier 0x04 is of another type, at byte 59');
  expect(show(join(get, fromHex('0000')))).toMatchObject({ problem: null });
});

test('noise on its port is none', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const bytes = noise(60, seed);
    bytes[0] = 0x30;
    expect(snmp.udp!.recognize(bytes, 0, 60, 60)).toBe(0);
  }
  expect(snmp.udp!.recognize(new Uint8Array(60).fill(0x30), 0, 60, 60)).toBe(0);
});

import { hexDigits } from '../../../src/bytes/big-endian.js';
import { emitRtcp, viewRtcp } from '../../../src/decode/application/rtcp-layer.js';
import { emitRtp, viewRtp } from '../../../src/decode/application/rtp-layer.js';
import { fromHex, join } from '../../support/frames.js';
import { carry, dissected, noise, recognized, UDP } from '../../support/payloads.js';
import { expectNoNoise, expectSoundWhenCut, FOREIGN, layerOf, linesOf, problemWhenCut, rewritten } from './messages.js';

/** RTP by RFC 3550 section 5.1, what makes it known by content, and RTCP by section 6. */

/** A tone in µ-law: neighbouring samples are alike in size. */
const SOUND = Uint8Array.from({ length: 160 }, (_, i) => 0x90 + Math.round(8 * Math.sin(i / 5)));
const HEADER = '8000 03e8 0000004d 1234abcd';
const SPEECH = join(fromHex(HEADER), SOUND);
const MIXED = join(
  fromHex('9188 0001 000000a0 1234abcd 01020304 bede0002 10aa 21bbcc 00 3fdd'),
  fromHex('00'.repeat(2)),
);
const EXTENDED = join(fromHex('9060 0007 000000a0 1234abcd bede0001 10aa0000'), noise(50, 3));

describe('RTP', () => {
  test('fields', () => {
    expect(linesOf(UDP, SPEECH, 'rtp').slice(0, 9)).toEqual([
      'Version: 2',
      'Padding: not set',
      'Extension: not set',
      'CSRC Count: 0',
      'Marker: not set',
      'Payload Type: PCMU (0)',
      'Sequence Number: 1000',
      'Timestamp: 77',
      'SSRC: 0x1234abcd',
    ]);
    const { column, protocol } = dissected(carry(UDP, SPEECH));
    expect([protocol, column.info]).toEqual(['RTP', 'PT=PCMU, SSRC=0x1234abcd, Seq=1000, Time=77']);
  });

  test('contributing sources and header extension', () => {
    expect(linesOf(UDP, EXTENDED, 'rtp').slice(4, 16)).toEqual([
      'Marker: not set',
      'Payload Type: dynamic (96)',
      'Sequence Number: 7',
      'Timestamp: 160',
      'SSRC: 0x1234abcd',
      'Header Extension: bede000110aa0000',
      '  Defined by Profile: 0xbede',
      '  Length: 1 (4 bytes)',
      '  Extension Element: ID 1: aa',
      '    ID: 1',
      '    Length: 1',
      '    Data: aa',
    ]);
    const view = viewRtp(MIXED, 0, MIXED.length)!;
    expect(view.csrc).toEqual([0x01020304]);
    expect(view.extension?.length).toBe(2);
    expect(view.headerLength).toBe(28);
  });

  test('padding', () => {
    const padded = fromHex('b060 0007 000000a0 1234abcd bede0001 10aa0000 01020304 00000004');
    const lines = linesOf(UDP, padded, 'rtp');
    expect(lines.slice(-3)).toEqual(['Payload: 01020304', 'Padding Data: 000000', 'Padding Count: 4']);
    const wrong = fromHex('b060 0007 000000a0 1234abcd bede0001 10aa0000 010203ff');
    expect(layerOf(UDP, wrong, 'rtp').problem).toBe('RTP padding: 255 bytes, 1 to 4 required, at byte 51');
  });

  test('what was viewed is emitted', () => {
    expect(rewritten(fromHex(HEADER), viewRtp, emitRtp)).toBe(hexDigits(fromHex(HEADER)));
    for (const bytes of [MIXED, EXTENDED]) {
      const length = viewRtp(bytes, 0, bytes.length)!.headerLength;
      expect(rewritten(bytes, viewRtp, emitRtp)).toBe(hexDigits(bytes, 0, length));
    }
    const view = viewRtp(MIXED, 0, MIXED.length)!;
    expect(emitRtp({ ...view, csrcCount: 0 }, { counts: true })[0]).toBe(0x91);
    expect(viewRtp(MIXED, 0, 11)).toBeNull();
  });

  test('cut', () => {
    expect(problemWhenCut(UDP, EXTENDED, 18, 'rtp', 5004)).toBeNull();
    expectSoundWhenCut(UDP, SPEECH);
    expectSoundWhenCut(UDP, EXTENDED);
  });

  test.each([
    ['G.711', SPEECH, 'rtp'],
    ['G.711 with a contributing source', join(fromHex('8108 03e8 0000004d 1234abcd 00000001'), SOUND), 'rtp'],
    ['a header extension', EXTENDED, 'rtp'],
    [
      'a transport stream',
      join(fromHex('8021 0001 00000001 00000002'), ...[1, 2].map((seed) => join(fromHex('47'), noise(187, seed)))),
      'rtp',
    ],
    ['GSM', join(fromHex('8003 0001 00000001 00000002 d1'), noise(32, 1)), 'rtp'],
    ['MPEG audio', join(fromHex('800e 0001 00000001 00000002 00000000 fffb9064'), noise(50, 1)), 'rtp'],
    ['H.264 in fragments', join(fromHex('8060 0001 00000001 00000002 7c85'), noise(900, 1)), 'rtp'],
    ['H.264 parameter sets', fromHex('8060 0001 00000001 00000002 78 0004 67420001 0003 68ce38'), 'rtp'],
    ['noise behind the header', join(fromHex(HEADER), noise(160, 7)), ''],
    ['zeros behind the header', join(fromHex(HEADER), new Uint8Array(160)), ''],
    ['G.729', join(fromHex('8012 0001 00000001 00000002'), noise(20, 1)), ''],
    ['another version', join(fromHex('4000 03e8 0000004d 1234abcd'), SOUND), ''],
    ['no source', join(fromHex('8000 03e8 0000004d 00000000'), SOUND), ''],
  ])('%s on a foreign port', (_name, bytes, name) => {
    expect(recognized(UDP, bytes, FOREIGN)).toBe(name);
  });

  test('beside its port a length that the coding prescribes is enough', () => {
    expect(recognized(UDP, join(fromHex('8012 0001 00000001 00000002'), noise(20, 1)), 5004)).toBe('rtp');
    expect(recognized(UDP, join(fromHex('8012 0001 00000001 00000002'), noise(23, 1)), 5004)).toBe('');
    expectNoNoise(UDP, 'rtp', 5004);
    for (let seed = 1; seed < 4000; seed++) expect(recognized(UDP, noise(172, seed), FOREIGN)).not.toBe('rtp');
  });
});

const REPORT = fromHex(
  '81c8000c 1234abcd e8754700 80000000 0000130d 0000001e 000012c0  99887766 03000002 000013a5 0000000c aabbccdd 00010000',
);
const DESCRIPTION = fromHex('81ca0005 1234abcd 0105 616c696365 0603 782079 00000000');
const RECEIVER = fromHex('80c90001 99887766');
const GOODBYE = fromHex('81cb0003 99887766 06636c6f73656400');
const DEFINED = fromHex('83cc0003 99887766 71747369 00000007');
const FEEDBACK = fromHex('81ce0002 99887766 1234abcd');

describe('RTCP', () => {
  test('a compound: a layer a packet', () => {
    const payload = join(REPORT, DESCRIPTION);
    const { layers, protocols } = dissected(carry(UDP, payload));
    expect(protocols).toEqual(['ip', 'udp', 'rtcp']);
    expect(layers.slice(2).map(({ summary }) => summary)).toEqual(['Sender Report', 'Source Description']);
    expect(layers[3].problem).toBeNull();
  });

  test('a sender report', () => {
    expect(linesOf(UDP, REPORT, 'rtcp')).toEqual([
      'Version: 2',
      'Padding: not set',
      'Reception Report Count: 1',
      'Packet Type: Sender Report (200)',
      'Length: 12 (52 bytes)',
      'SSRC of Sender: 0x1234abcd',
      'NTP Timestamp: 2023-08-02T21:20:00.500000Z',
      '  NTP Timestamp, Most Significant Word: 3900000000',
      '  NTP Timestamp, Least Significant Word: 2147483648',
      'RTP Timestamp: 4877',
      "Sender's Packet Count: 30",
      "Sender's Octet Count: 4800",
      'Report Block: 0x99887766',
      '  SSRC: 0x99887766',
      '  Fraction Lost: 3 / 256',
      '  Cumulative Number of Packets Lost: 2',
      '  Extended Highest Sequence Number Received: 5029',
      '  Interarrival Jitter: 12',
      '  Last SR: 0xaabbccdd',
      '  Delay since Last SR: 1.000000 s',
    ]);
  });

  test.each([
    ['goodbye', GOODBYE, ['SSRC/CSRC: 0x99887766', 'Reason Length: 6', 'Reason for Leaving: closed']],
    ['application-defined', DEFINED, ['SSRC/CSRC: 0x99887766', 'Name: qtsi', 'Application-Dependent Data: 00000007']],
    ['feedback', FEEDBACK, ['SSRC of Packet Sender: 0x99887766', 'SSRC of Media Source: 0x1234abcd']],
  ])('%s', (_name, packet, expected) => {
    const { layers } = dissected(carry(UDP, join(RECEIVER, packet)));
    expect(layers[3].fields.slice(5).map(({ name, text }) => `${name}: ${text}`)).toEqual(expected);
  });

  test('a description', () => {
    const { layers } = dissected(carry(UDP, join(RECEIVER, DESCRIPTION)));
    const chunk = layers[3].fields[5];
    expect(chunk.fields!.map(({ text }) => text)).toEqual(['0x1234abcd', 'CNAME: alice', 'TOOL: x y', 'END']);
  });

  test('what was viewed is emitted, the length computed', () => {
    for (const packet of [REPORT, RECEIVER, GOODBYE]) {
      expect(rewritten(packet, viewRtcp, emitRtcp)).toBe(hexDigits(packet, 0, 4));
      const view = { ...viewRtcp(packet, 0, packet.length)!, length: 0 };
      expect(emitRtcp(view, { content: packet.subarray(4) })).toEqual(packet.subarray(0, 4));
    }
  });

  test('cut', () => {
    expect(problemWhenCut(UDP, REPORT, 30, 'rtcp', 5005)).toBe(
      'RTCP packet: 52 bytes required, 30 available, at byte 28',
    );
    expectSoundWhenCut(UDP, join(REPORT, DESCRIPTION, GOODBYE), 5005);
  });

  test('recognition', () => {
    expect(recognized(UDP, REPORT, FOREIGN)).toBe('rtcp');
    expect(recognized(UDP, join(RECEIVER, FEEDBACK), FOREIGN)).toBe('rtcp');
    expect(recognized(UDP, join(RECEIVER, noise(14, 2)), FOREIGN)).toBe('');
    expect(recognized(UDP, join(RECEIVER, fromHex('80000001 1234567890 abcdef1234')), 5005)).toBe('rtcp');
    expect(recognized(UDP, fromHex('80c90000'), FOREIGN)).toBe('');
    expectNoNoise(UDP, 'rtcp', 5005);
    expect(layerOf(UDP, REPORT, 'rtcp').title).toBe('RTCP');
  });
});

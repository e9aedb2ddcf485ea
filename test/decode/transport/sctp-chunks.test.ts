import type { Layer } from '../../../src/decode/layer.js';
import { fromHex, ipv4, join } from '../../support/frames.js';
import { layerOf, lines, strayFields } from '../../support/layer-lines.js';

const IPV4 = 228;
const HEADER = fromHex('0001 0002 00000003 00000000');

function packet(...chunks: string[]): Uint8Array {
  return ipv4({ protocol: 132, payload: join(HEADER, fromHex(chunks.join(''))) });
}

function sctp(...chunks: string[]): Layer {
  return layerOf(packet(...chunks), IPV4, 'sctp');
}

/** Fields of the first chunk behind its type, flags and length. */
function content(chunk: string): string[] {
  const [found] = sctp(chunk).fields.slice(4);
  return lines(found.fields!.slice(3));
}

/** A chunk whose length is that of its content, padded. */
function chunk(type: string, value: string): string {
  const bytes = value.replace(/ /g, '');
  const length = 4 + bytes.length / 2;
  return `${type}00${length.toString(16).padStart(4, '0')}${bytes}${'00'.repeat((4 - (length & 3)) & 3)}`;
}

const INIT = '00000001 00010000 000a 0800 00000005';

describe('what chunks hold', () => {
  test('INIT and its parameters', () => {
    const parameters = '0005 0008 0a000001 000c 0006 0005 0000 8000 0004 c000 0004 8008 0006 c0c1 0000';
    expect(content(chunk('01', `${INIT} ${parameters}`))).toEqual([
      'Initiate Tag: 0x00000001',
      'Advertised Receiver Window Credit (a_rwnd): 65536',
      'Number of Outbound Streams: 10',
      'Number of Inbound Streams: 2048',
      'Initial TSN: 5',
      'IPv4 Address: 10.0.0.1',
      '  Parameter Type: IPv4 Address (5)',
      '  Parameter Length: 8',
      '  IPv4 Address: 10.0.0.1',
      'Supported Address Types: IPv4 (5)',
      '  Parameter Type: Supported Address Types (12)',
      '  Parameter Length: 6',
      '  Address Type: IPv4 (5)',
      'Parameter Padding: 0000',
      'ECN Capable: 4 bytes',
      '  Parameter Type: ECN Capable (32768)',
      '  Parameter Length: 4',
      'Forward-TSN-Supported: 4 bytes',
      '  Parameter Type: Forward-TSN-Supported (49152)',
      '  Parameter Length: 4',
      'Supported Extensions: 192, 193',
      '  Parameter Type: Supported Extensions (32776)',
      '  Parameter Length: 6',
      '  Chunk Type: 192',
      '  Chunk Type: 193',
      'Parameter Padding: 0000',
    ]);
  });

  test.each([
    [
      chunk('03', '00000009 00001000 0001 0001 0002 0003 00000007'),
      [
        'Cumulative TSN Ack: 9',
        'Advertised Receiver Window Credit (a_rwnd): 4096',
        'Number of Gap Ack Blocks: 1',
        'Number of Duplicate TSNs: 1',
        'Gap Ack Block Start: 2',
        'Gap Ack Block End: 3',
        'Duplicate TSN: 7',
      ],
    ],
    [
      chunk('04', '0001 0008 01020304'),
      [
        'Heartbeat Info: 01020304',
        '  Parameter Type: Heartbeat Info (1)',
        '  Parameter Length: 8',
        '  Heartbeat Information: 01020304',
      ],
    ],
    [
      chunk('06', '000c 0007 627965'),
      [
        'User-Initiated Abort: "bye"',
        '  Cause Code: User-Initiated Abort (12)',
        '  Cause Length: 7',
        '  Upper Layer Abort Reason: "bye"',
      ],
    ],
    [
      chunk('09', '0001 0008 0007 0000 0002 000a 00000001 0007 0000 0003 0008 00000005'),
      [
        'Invalid Stream Identifier: 7, 0',
        '  Cause Code: Invalid Stream Identifier (1)',
        '  Cause Length: 8',
        '  Stream Identifier: 7',
        '  Reserved: 0',
        'Missing Mandatory Parameter: 1, 7',
        '  Cause Code: Missing Mandatory Parameter (2)',
        '  Cause Length: 10',
        '  Number of Missing Params: 1',
        '  Missing Param Type: 7',
        'Error Cause Padding: 0000',
        'Stale Cookie: 5 µs',
        '  Cause Code: Stale Cookie (3)',
        '  Cause Length: 8',
        '  Measure of Staleness: 5 µs',
      ],
    ],
    [chunk('07', '00000009'), ['Cumulative TSN Ack: 9']],
    [chunk('0a', 'aabbccdd'), ['Cookie: aabbccdd']],
    [chunk('0c', '00000009'), ['Lowest TSN Number: 9']],
    [chunk('0f', '0001 0003 aabb'), ['Shared Key Identifier: 1', 'HMAC Identifier: SHA-256 (3)', 'HMAC: aabb']],
    [
      chunk('40', '00000001 0002 0000 00000003 00000004 616263'),
      [
        'TSN: 1',
        'Stream Identifier: 2',
        'Reserved: 0',
        'Message Identifier: 3',
        'Payload Protocol Identifier or Fragment Sequence Number: 4',
        'User Data: 616263',
      ],
    ],
    [chunk('84', '0000'), ['Padding Data: 0000']],
    [chunk('c0', '00000009 0001 0002'), ['New Cumulative TSN: 9', 'Stream: 1', 'Stream Sequence: 2']],
    [
      chunk('c1', '00000001 c001 0010 00000007 0005 0008 0a000001'),
      [
        'Sequence Number: 1',
        'Add IP Address: 0x00000007, 10.0.0.1',
        '  Parameter Type: Add IP Address (49153)',
        '  Parameter Length: 16',
        '  ASCONF-Request Correlation ID: 0x00000007',
        '  IPv4 Address: 10.0.0.1',
        '    Parameter Type: IPv4 Address (5)',
        '    Parameter Length: 8',
        '    IPv4 Address: 10.0.0.1',
      ],
    ],
    [
      chunk('82', '000d 0012 00000001 00000002 00000003 0004'),
      [
        'Outgoing SSN Reset Request: 1, 2, 3, 4',
        '  Parameter Type: Outgoing SSN Reset Request (13)',
        '  Parameter Length: 18',
        '  Re-configuration Request Sequence Number: 1',
        '  Re-configuration Response Sequence Number: 2',
        "  Sender's Last Assigned TSN: 3",
        '  Stream Number: 4',
      ],
    ],
    [chunk('c8', 'aabb'), ['Chunk Value: aabb']],
  ])('%s', (hex, expected) => expect(content(hex)).toEqual(expected));

  test('flags', () => {
    const data = sctp('000f 0014 00000001 0002 0003 00000003 61626364').fields[4];
    expect(lines(data.fields!).slice(0, 7)).toEqual([
      'Chunk Type: DATA (0)',
      'Chunk Flags: 0x0f I, U, B, E',
      '  I: set',
      '  U: set',
      '  B: set',
      '  E: set',
      'Chunk Length: 20',
    ]);
    expect(lines(data.fields!)[10]).toBe('Payload Protocol Identifier: M3UA (3)');
  });
});

describe('lengths that lie', () => {
  test.each([
    [chunk('01', '00000001'), 'SCTP INIT chunk content: 16 bytes required, 4 available, at byte 36'],
    [chunk('01', `${INIT} 0005 0003`), 'SCTP parameter length: 3 bytes, at least 4 required, at byte 54'],
    [chunk('01', `${INIT} 0005 0020 0a000001`), 'SCTP parameter: 32 bytes required, 8 available, at byte 52'],
    [chunk('01', `${INIT} 0005 0006 0a00`), 'SCTP IPv4 Address: 4 bytes required, 2 available, at byte 56'],
    [chunk('09', '0001 0002'), 'SCTP error cause length: 2 bytes, at least 4 required, at byte 38'],
    ['0b000003', 'SCTP chunk length: 3 bytes, at least 4 required, at byte 34'],
    ['0b000010', 'SCTP chunk: 16 bytes required, 4 available, at byte 32'],
  ])('%s', (hex, problem) => expect(sctp(hex).problem).toBe(problem));

  test('parameters in parameters are read to a bound', () => {
    let parameter = '';
    for (let depth = 0; depth < 6; depth++) {
      const length = 8 + parameter.length / 2;
      parameter = `c001${length.toString(16).padStart(4, '0')}00000007${parameter}`;
    }
    expect(sctp(chunk('c1', `00000001${parameter}`)).problem).toBe('SCTP parameters: nested deeper than 3, at byte 64');
  });

  test('many chunks, cut anywhere', () => {
    const layer = sctp(...Array.from({ length: 12 }, () => '0b000004'));
    expect(layer.summary).toContain('COOKIE ACK, COOKIE ACK and 4 more');
    expect(
      strayFields(packet(chunk('01', `${INIT} 0005 0008 0a000001 000c 0006 0005 0000`), '0b000004'), IPV4),
    ).toEqual([]);
    expect(strayFields(packet(chunk('03', '00000009 00001000 0001 0001 0002 0003 00000007')), IPV4)).toEqual([]);
  });
});

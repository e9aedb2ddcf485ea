import { fromHex } from '../../support/frames.js';
import { layerOf, lines, strayFields, topLines } from '../../support/layer-lines.js';

const RADIOTAP = 127;
const ACK = 'd400 0000 020000000001';

test('fields of every present word, as a driver with two antennas writes them', () => {
  const frame = fromHex(`0000 1800 2a4800a0 20080000 00 00 6c09 a000 d8 01 0200 c8 02 ${ACK}`);
  const layer = layerOf(frame, RADIOTAP, 'radiotap');
  expect(topLines(layer).slice(3)).toEqual([
    expect.stringMatching(/^Present: 0xa000482a Flags, Channel, Antenna Signal, Antenna, RX Flags, Radiotap Namespace/),
    'Present: 0x00000820 Antenna Signal, Antenna',
    'Flags: 0x00',
    'Channel: 2412 MHz, flags 0x00a0 CCK, 2 GHz',
    'Antenna Signal: -40 dBm',
    'Antenna: 1',
    'RX Flags: 0x0002 PLCP CRC Check Failed',
    'Antenna Signal: -56 dBm',
    'Antenna: 2',
  ]);
  expect(strayFields(frame, RADIOTAP)).toEqual([]);
});

test('MCS and its parts', () => {
  const frame = fromHex(`0000 0b00 00000800 07 05 0f ${ACK}`);
  const layer = layerOf(frame, RADIOTAP, 'radiotap');
  expect(lines(layer.fields.slice(-1))).toEqual([
    'MCS: MCS 15',
    '  Known: 0x07 Bandwidth, MCS Index, Guard Interval',
    '    Bandwidth: set',
    '    MCS Index: set',
    '    Guard Interval: set',
    '    HT Format: not set',
    '    FEC Type: not set',
    '    STBC: not set',
    '  Flags: 0x05 Bandwidth 40 MHz (1), Short Guard Interval',
    '    Bandwidth: 40 MHz (1)',
    '    Short Guard Interval: set',
    '    HT Greenfield: not set',
    '    LDPC: not set',
    '    STBC Streams: 0',
    '  MCS Index: 15',
  ]);
});

test('another version is told', () => {
  expect(layerOf(fromHex(`0100 0800 00000000 ${ACK}`), RADIOTAP, 'radiotap').problem).toBe(
    'Radiotap version: 1, 0 required, at byte 0',
  );
});

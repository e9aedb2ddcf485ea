import { hexColumn, hexLines } from '../../src/decode/hex.js';

const bytes = Uint8Array.from({ length: 300 }, (_, index) => index & 255);

test('sixteen bytes a line, a gap after the eighth, printable ASCII', () => {
  const lines = hexLines(bytes.subarray(0, 0x48)).map(({ address, hex, text }) => `${address}  ${hex}   ${text}`);
  expect(lines[0]).toBe('0000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f   ........ ........');
  expect(lines[4]).toBe('0040  40 41 42 43 44 45 46 47                            @ABCDEFG');
  expect(lines).toHaveLength(5);
});

test('a range keeps its offsets; nothing gives no line', () => {
  expect(hexLines(bytes, 0x20, 0x22)).toEqual([{ offset: 0x20, address: '0020', hex: '20 21'.padEnd(48), text: ' !' }]);
  expect(hexLines(bytes, 5, 5)).toEqual([]);
});

test('addresses widen beyond 64 KiB', () => expect(hexLines(new Uint8Array(65_537)).at(-1)?.address).toBe('10000'));

test('columns', () => {
  const [line] = hexLines(bytes, 0, 16);
  for (const index of [0, 7, 8, 15])
    expect(line.hex.slice(hexColumn(index), hexColumn(index) + 2)).toBe(index.toString(16).padStart(2, '0'));
});

import fc from 'fast-check';
import {
  addWords,
  crc32c,
  fold,
  internetChecksum,
  judgeChecksum,
  pseudoHeaderSum,
  unverified,
  verdictSummary,
  verdictText,
} from '../../src/decode/checksum.js';
import { fromHex } from '../support/frames.js';

describe('internet checksum', () => {
  // RFC 1071 section 3.
  const example = fromHex('0001 f203 f4f5 f6f7');
  test('the example of RFC 1071', () => {
    expect(fold(addWords(example, 0, 8))).toBe(0xddf2);
    expect(internetChecksum(example, 0, 8)).toBe(0x220d);
  });
  test('an odd byte is padded behind', () => expect(addWords(fromHex('01 02 03'), 0, 3)).toBe(0x0102 + 0x0300));

  test('what is stored verifies, any other change of one word does not', () => {
    const octets = fc.uint8Array({ minLength: 4, maxLength: 64 });
    fc.assert(
      fc.property(octets, fc.nat(0xfffe), (bytes, change) => {
        bytes[2] = 0;
        bytes[3] = 0;
        const sum = internetChecksum(bytes, 0, bytes.length, 17);
        bytes[2] = sum >>> 8;
        bytes[3] = sum;
        expect(judgeChecksum(bytes, 0, bytes.length, 2, 17).state).toBe('ok');
        const other = (sum + 1 + change) % 0x10000;
        // All ones and all zeros are the same number in one's complement.
        fc.pre(other !== sum && !(sum === 0xffff && other === 0) && !(sum === 0 && other === 0xffff));
        bytes[2] = other >>> 8;
        bytes[3] = other;
        expect(judgeChecksum(bytes, 0, bytes.length, 2, 17)).toMatchObject({ stored: other, correct: sum });
        expect(judgeChecksum(bytes, 0, bytes.length, 2, 17).state).not.toBe('ok');
      }),
    );
  });
});

test('pseudo-headers', () => {
  const addresses = fromHex('0a000001 0a000002');
  expect(pseudoHeaderSum(addresses, { family: 4, source: 0, destination: 4 }, 17, 13)).toBe(
    0x0a00 + 1 + 0x0a00 + 2 + 17 + 13,
  );
  expect(pseudoHeaderSum(new Uint8Array(32), { family: 6, source: 0, destination: 16 }, 6, 0x10002)).toBe(6 + 2 + 1);
});

describe('verdicts', () => {
  const bytes = fromHex('0001 0000 0002');
  test('wrong, and what offload leaves', () => {
    expect(verdictText(judgeChecksum(fromHex('0001 1234 0002'), 0, 6, 2))).toBe('wrong, should be 0xfffc');
    expect(verdictText(judgeChecksum(bytes, 0, 6, 2))).toBe('wrong, should be 0xfffc');
    expect(verdictText(judgeChecksum(bytes, 0, 6, 2, 0, 0))).toBe('wrong (offload?), should be 0xfffc');
    expect(verdictText(judgeChecksum(bytes, 0, 6, 2, 9))).toBe('wrong, should be 0xfff3');
    expect(verdictText(judgeChecksum(fromHex('0001 0009 0002'), 0, 6, 2, 9))).toBe(
      'wrong (offload?), should be 0xfff3',
    );
  });
  test('not judged', () => {
    const verdict = unverified(bytes, 4, 'fragment');
    expect(verdictText(verdict)).toBe('not verified: fragment');
    expect(verdictSummary(verdict)).toBe('');
    expect(verdictText({ state: 'none', stored: 0, correct: null })).toBe('none');
  });
});

describe('CRC-32C', () => {
  // RFC 3720 appendix B.4, byte-swapped as SCTP stores it.
  test.each([
    ['00'.repeat(32), 0xaa36918a],
    ['ff'.repeat(32), 0x43aba862],
  ])('%s', (hex, value) => expect(crc32c(fromHex(hex), 0, 32)).toBe(value));
  test('its own field counts as zero', () => {
    const filled = fromHex(`${'00'.repeat(8)}deadbeef${'00'.repeat(20)}`);
    expect(crc32c(filled, 0, 32, 8)).toBe(0xaa36918a);
  });
});

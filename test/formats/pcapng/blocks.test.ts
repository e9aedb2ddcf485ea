import fc from 'fast-check';
import type { ByteOrder, RawOption } from '../../../src/formats/model.js';
import { decodeBlock, encodeBlock } from '../../../src/formats/pcapng/block.js';
import {
  decodeCustomBlock,
  decodeCustomOption,
  encodeCustomBlock,
  encodeCustomOption,
  isCopyable,
} from '../../../src/formats/pcapng/custom.js';
import {
  decodeDecryptionSecrets,
  encodeDecryptionSecrets,
  SecretsType,
} from '../../../src/formats/pcapng/decryption-secrets.js';
import { decodeEnhancedPacket, encodeEnhancedPacket } from '../../../src/formats/pcapng/enhanced-packet.js';
import {
  decodeInterfaceDescription,
  encodeInterfaceDescription,
} from '../../../src/formats/pcapng/interface-description.js';
import { readInterfaceOptions, writeInterfaceOptions } from '../../../src/formats/pcapng/interface-options.js';
import {
  decodeInterfaceStatistics,
  encodeInterfaceStatistics,
  readStatistics,
  writeStatistics,
} from '../../../src/formats/pcapng/interface-statistics.js';
import { decodeNameResolution, encodeNameResolution, NameRecord } from '../../../src/formats/pcapng/name-resolution.js';
import { commentsOf, decodeOptions, encodeOptions, findUint, textOption } from '../../../src/formats/pcapng/options.js';
import { decodeObsoletePacket, encodeObsoletePacket } from '../../../src/formats/pcapng/packet.js';
import {
  decodePacketFlags,
  encodePacketFlags,
  readPacketOptions,
  writePacketOptions,
} from '../../../src/formats/pcapng/packet-options.js';
import { decodeSectionHeader, encodeSectionHeader } from '../../../src/formats/pcapng/section-header.js';
import { decodeSimplePacket, encodeSimplePacket } from '../../../src/formats/pcapng/simple-packet.js';
import { decodeSystemdJournal, encodeSystemdJournal } from '../../../src/formats/pcapng/systemd-journal.js';
import { exactTime, ticksOf } from '../../../src/formats/pcapng/timestamp.js';

const order = fc.constantFrom<ByteOrder>('little', 'big');
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = (minLength = 0, maxLength = 60) =>
  fc.uint8Array({ minLength, maxLength }).map((value) => new Uint8Array(value));
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'));
const option: fc.Arbitrary<RawOption> = fc.record({ code: fc.integer({ min: 1, max: 0xffff }), value: bytes(0, 20) });
const options = fc.array(option, { maxLength: 4 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const packet = { timestampHigh: u32, timestampLow: u32, originalLength: u32, data: bytes(), options };

/** What has been encoded is decoded alike, in both byte orders, and is a whole block of a length divisible by four. */
function roundTrip<T>(
  arbitrary: fc.Arbitrary<T>,
  encode: (value: T, byteOrder: ByteOrder) => Uint8Array,
  decode: (block: Uint8Array, byteOrder: ByteOrder) => unknown,
): void {
  fc.assert(
    fc.property(arbitrary, order, (value, byteOrder) => {
      const block = encode(value, byteOrder);
      expect(block.length % 4).toBe(0);
      expect(decode(block, byteOrder)).toEqual(expect.objectContaining(value));
    }),
    { numRuns: 60 },
  );
}

describe('pcapng blocks survive encoding and decoding', () => {
  test('section header', () => {
    const length = maybe(fc.bigInt({ min: 0n, max: 2n ** 63n }));
    roundTrip(
      fc.record({ versionMajor: u16, versionMinor: u16, sectionLength: length, options }),
      encodeSectionHeader,
      decodeSectionHeader,
    );
  });
  test('interface description', () => {
    roundTrip(
      fc.record({ linkType: u16, snapLength: u32, options }),
      encodeInterfaceDescription,
      decodeInterfaceDescription,
    );
  });
  test('enhanced packet', () => {
    roundTrip(fc.record({ interfaceId: u32, ...packet }), encodeEnhancedPacket, decodeEnhancedPacket);
  });
  test('obsolete packet', () => {
    roundTrip(fc.record({ interfaceId: u16, dropsCount: u16, ...packet }), encodeObsoletePacket, decodeObsoletePacket);
  });
  test('simple packet', () => {
    const simple = bytes().map((data) => ({ originalLength: data.length, data }));
    roundTrip(simple, encodeSimplePacket, (block, byteOrder) => decodeSimplePacket(block, byteOrder, 0));
  });
  test('name resolution', () => {
    const name = (type: number, size: number) =>
      fc.record({
        type: fc.constant(type),
        address: bytes(size, size),
        names: fc.array(text, { maxLength: 3 }),
        rest: fc.constant(new Uint8Array(0)),
      });
    const unknown = fc.record({
      type: fc.constant(77),
      address: fc.constant(new Uint8Array(0)),
      names: fc.constant<string[]>([]),
      rest: bytes(),
    });
    const record = fc.oneof(
      name(NameRecord.ipv4, 4),
      name(NameRecord.ipv6, 16),
      name(NameRecord.eui48, 6),
      name(NameRecord.eui64, 8),
      unknown,
    );
    roundTrip(
      fc.record({ records: fc.array(record, { maxLength: 4 }), options }),
      encodeNameResolution,
      decodeNameResolution,
    );
  });
  test('interface statistics', () => {
    roundTrip(
      fc.record({ interfaceId: u32, timestampHigh: u32, timestampLow: u32, options }),
      encodeInterfaceStatistics,
      decodeInterfaceStatistics,
    );
  });
  test('decryption secrets', () => {
    const secretsType = fc.constantFrom(...Object.values(SecretsType));
    roundTrip(fc.record({ secretsType, secrets: bytes(), options }), encodeDecryptionSecrets, decodeDecryptionSecrets);
  });
  test('systemd journal', () => {
    const entry = bytes(1).filter((value) => value[value.length - 1] !== 0);
    roundTrip(fc.record({ entry }), encodeSystemdJournal, decodeSystemdJournal);
  });
  test('custom block', () => {
    const data = fc.integer({ min: 0, max: 8 }).chain((words) => bytes(words * 4, words * 4));
    roundTrip(fc.record({ copyable: fc.boolean(), enterprise: u32, data }), encodeCustomBlock, decodeCustomBlock);
  });
});

describe('options survive encoding and decoding', () => {
  test('custom options', () => {
    const value = fc.oneof(text, bytes());
    fc.assert(
      fc.property(fc.record({ copyable: fc.boolean(), enterprise: u32, value }), order, (custom, byteOrder) => {
        const raw = encodeCustomOption(custom, byteOrder);
        expect(isCopyable(raw)).toBe(custom.copyable);
        expect(decodeCustomOption(raw, byteOrder)).toEqual(custom);
      }),
    );
    expect(decodeCustomOption(textOption(1, 'comment'), 'little')).toBeNull();
  });

  test('flags of a packet', () => {
    fc.assert(
      fc.property(u32, (word) => {
        const kept = (word & 0xff000fff) >>> 0;
        const known = (kept & 3) === 3 ? (kept & ~3) >>> 0 : kept;
        expect(encodePacketFlags(decodePacketFlags(known))).toBe(known);
      }),
    );
    expect(decodePacketFlags(0x01000085)).toMatchObject({
      direction: 'inbound',
      reception: 'unicast',
      fcsLength: 4,
      linkErrors: ['crc'],
    });
  });

  test('options of a packet', () => {
    const flags = maybe(fc.constantFrom(0x81, 0x06, 0xff000a00).map(decodePacketFlags));
    const values = fc.record({
      flags,
      hashes: fc.array(fc.record({ algorithm: fc.nat(5), value: bytes(1, 20) }), { maxLength: 2 }),
      dropCount: maybe(u64),
      packetId: maybe(u64),
      queue: maybe(u32),
      verdicts: fc.array(fc.record({ type: fc.nat(2), value: bytes(1, 8) }), { maxLength: 2 }),
      processThread: maybe(fc.record({ process: u32, thread: u32 })),
    });
    fc.assert(
      fc.property(values, order, (value, byteOrder) => {
        expect(readPacketOptions(writePacketOptions(value, byteOrder), byteOrder)).toEqual(value);
      }),
    );
  });

  test('options of an interface', () => {
    const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const filter = fc.oneof(
      fc.record({ kind: fc.constant(0 as const), expression: text }),
      fc.record({ kind: fc.integer({ min: 1, max: 255 }), program: bytes() }),
    );
    const values = fc.record({
      name: maybe(text),
      description: maybe(text),
      ipv4Addresses: fc.array(fc.record({ address: bytes(4, 4), mask: bytes(4, 4) }), { maxLength: 2 }),
      ipv6Addresses: fc.array(fc.record({ address: bytes(16, 16), prefixLength: fc.nat(128) }), { maxLength: 2 }),
      macAddress: maybe(bytes(6, 6)),
      euiAddress: maybe(bytes(8, 8)),
      speed: maybe(u64),
      timestampResolution: maybe(fc.nat(255)),
      timeZone: maybe(fc.integer()),
      filter: maybe(filter),
      os: maybe(text),
      fcsLength: maybe(fc.nat(255)),
      timestampOffset: maybe(signed),
      hardware: maybe(text),
      transmitSpeed: maybe(u64),
      receiveSpeed: maybe(u64),
      ianaTimeZone: maybe(text),
    });
    fc.assert(
      fc.property(values, order, (value, byteOrder) => {
        expect(readInterfaceOptions(writeInterfaceOptions(value, byteOrder), byteOrder)).toEqual(value);
      }),
    );
  });

  test('interface statistics', () => {
    const time = maybe(fc.record({ high: u32, low: u32 }));
    const count = maybe(u64);
    const counters = {
      received: count,
      dropped: count,
      acceptedByFilter: count,
      droppedBySystem: count,
      delivered: count,
    };
    fc.assert(
      fc.property(fc.record({ startTime: time, endTime: time, ...counters }), order, (value, byteOrder) => {
        expect(readStatistics(writeStatistics(value, byteOrder), byteOrder)).toEqual(value);
      }),
    );
  });

  test('comments, and lists that are wrong', () => {
    const list = encodeOptions([textOption(1, 'first'), textOption(1, 'second')], 'big');
    expect(commentsOf(decodeOptions(list, 'big').options)).toEqual(['first', 'second']);
    expect(decodeOptions(list.subarray(0, 8), 'big').problem).toBe('option 1: 5 bytes required, 4 available');
    expect(() => encodeOptions([{ code: 2, value: new Uint8Array(70_000) }], 'little')).toThrow(RangeError);
    expect(findUint([{ code: 9, value: new Uint8Array(2) }], 9, 1, 'little')).toBeNull();
    const flood = new Uint8Array(4 * 70_000).fill(0).map((_, index) => (index % 4 === 0 ? 2 : 0));
    expect(decodeOptions(flood, 'little')).toMatchObject({ problem: 'options: more than 65536' });
  });
});

describe('blocks that contradict themselves', () => {
  const empty = encodeBlock(6, new Uint8Array(20), 'little');

  test('are refused with a range error', () => {
    const lying = empty.slice();
    new DataView(lying.buffer).setUint32(20, 5, true);
    expect(() => decodeEnhancedPacket(lying, 'little')).toThrow('captured length 5, 0 bytes available');
    expect(() => decodeBlock(empty.subarray(0, 28), 'little')).toThrow(RangeError);
    expect(() => decodeInterfaceDescription(empty, 'little')).toThrow('block type 1 required, 6 found');
    expect(() => decodeCustomBlock(empty, 'little')).toThrow(RangeError);
    expect(() => decodeSimplePacket(encodeBlock(3, new Uint8Array(4).fill(1), 'little'), 'little', 0)).toThrow(
      RangeError,
    );
    const secrets = encodeBlock(10, new Uint8Array(8).fill(1), 'little');
    expect(() => decodeDecryptionSecrets(secrets, 'little')).toThrow(RangeError);
    const obsolete = encodeBlock(2, new Uint8Array(20).fill(9), 'little');
    expect(() => decodeObsoletePacket(obsolete, 'little')).toThrow(RangeError);
    expect(() => decodeSectionHeader(encodeBlock(0x0a0d0d0a, new Uint8Array(4), 'little'), 'little')).toThrow(
      '16 bytes required, 4',
    );
  });

  test('names are read as far as they are right', () => {
    const block = encodeBlock(4, Uint8Array.of(1, 0, 200, 0, 1, 2, 3, 4), 'little');
    expect(decodeNameResolution(block, 'little').problem).toBe('name record: 200 bytes required, 4 available');
    const open = encodeBlock(4, Uint8Array.of(1, 0, 4, 0, 1, 2, 3, 4), 'little');
    expect(decodeNameResolution(open, 'little')).toMatchObject({
      problem: 'name records: no nrb_record_end',
      records: [{ names: [] }],
    });
  });
});

test('timestamps of any resolution', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.constantFrom(9, 10, 158, 160), (time, resolution) => {
      fc.pre(time < 2n ** 60n / 16n);
      const { high, low } = ticksOf(time, resolution, 0n);
      const again = exactTime(high, low, resolution, 0n);
      expect(time - again >= 0n && time - again <= 2n).toBe(true);
    }),
  );
  expect(exactTime(0, 5, 0, -10n)).toBe(-5_000_000_000n);
  expect(() => ticksOf(-1n, 9, 0n)).toThrow(RangeError);
});

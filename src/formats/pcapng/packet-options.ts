import { concatenate } from '../../bytes/concatenate.js';
import type { ByteOrder, RawOption } from '../model.js';
import { PacketOption } from './enhanced-packet.js';
import { findOption, findUint, findUint64, uint64Option, uintOption } from './options.js';

/** epb_flags (section 4.3.1). */
export interface PacketFlags {
  direction: 'inbound' | 'outbound' | null;
  reception: 'unspecified' | 'unicast' | 'multicast' | 'broadcast' | 'promiscuous' | number;
  /** Bytes of frame check sequence; null when it is not told (0). */
  fcsLength: number | null;
  /** The checksum has not been filled in yet, is valid, has been offloaded into segments (bits 9 to 11). */
  checksumNotReady: boolean;
  checksumValid: boolean;
  segmentationOffload: boolean;
  linkErrors: LinkError[];
}

/** Errors of the link layer, with their bits. */
export const LINK_ERRORS = {
  symbol: 31,
  preamble: 30,
  startFrameDelimiter: 29,
  unalignedFrame: 28,
  interFrameGap: 27,
  packetTooShort: 26,
  packetTooLong: 25,
  crc: 24,
} as const;

export type LinkError = keyof typeof LINK_ERRORS;

const RECEPTIONS = ['unspecified', 'unicast', 'multicast', 'broadcast', 'promiscuous'] as const;
const ERROR_NAMES = Object.keys(LINK_ERRORS) as LinkError[];

export function decodePacketFlags(word: number): PacketFlags {
  const way = word & 3;
  const reception = (word >>> 2) & 7;
  const fcs = (word >>> 5) & 15;
  return {
    direction: way === 1 ? 'inbound' : way === 2 ? 'outbound' : null,
    reception: RECEPTIONS[reception] ?? reception,
    fcsLength: fcs === 0 ? null : fcs,
    checksumNotReady: (word & 0x200) !== 0,
    checksumValid: (word & 0x400) !== 0,
    segmentationOffload: (word & 0x800) !== 0,
    linkErrors: ERROR_NAMES.filter((name) => ((word >>> LINK_ERRORS[name]) & 1) === 1),
  };
}

export function encodePacketFlags(flags: PacketFlags): number {
  const { reception } = flags;
  let word = flags.direction === 'inbound' ? 1 : flags.direction === 'outbound' ? 2 : 0;
  word |= (typeof reception === 'number' ? reception & 7 : RECEPTIONS.indexOf(reception)) << 2;
  word |= ((flags.fcsLength ?? 0) & 15) << 5;
  if (flags.checksumNotReady) word |= 0x200;
  if (flags.checksumValid) word |= 0x400;
  if (flags.segmentationOffload) word |= 0x800;
  for (const name of flags.linkErrors) word |= 1 << LINK_ERRORS[name];
  return word >>> 0;
}

/** epb_hash: an algorithm (0 two's complement, 1 XOR, 2 CRC32, 3 MD5, 4 SHA-1, 5 Toeplitz) and its value. */
export interface PacketHash {
  algorithm: number;
  value: Uint8Array;
}

/** epb_verdict: who decided (0 hardware, 1 Linux eBPF TC, 2 Linux eBPF XDP) and what. */
export interface PacketVerdict {
  type: number;
  value: Uint8Array;
}

/** The options of a packet that are not text; null where there is none. */
export interface PacketOptions {
  flags: PacketFlags | null;
  hashes: PacketHash[];
  /** Packets lost between this one and the one before it. */
  dropCount: bigint | null;
  packetId: bigint | null;
  queue: number | null;
  verdicts: PacketVerdict[];
  /** Process id and thread id. */
  processThread: { process: number; thread: number } | null;
}

function tagged(options: readonly RawOption[], code: number): { tag: number; value: Uint8Array }[] {
  return options
    .filter((option) => option.code === code && option.value.length > 0)
    .map((option) => ({ tag: option.value[0], value: option.value.subarray(1) }));
}

export function readPacketOptions(options: readonly RawOption[], byteOrder: ByteOrder): PacketOptions {
  const flags = findUint(options, PacketOption.flags, 4, byteOrder);
  const thread = findOption(options, PacketOption.processThread);
  const view = thread?.length === 8 ? new DataView(thread.buffer, thread.byteOffset, 8) : null;
  const little = byteOrder === 'little';
  return {
    flags: flags === null ? null : decodePacketFlags(flags),
    hashes: tagged(options, PacketOption.hash).map(({ tag, value }) => ({ algorithm: tag, value })),
    dropCount: findUint64(options, PacketOption.dropCount, byteOrder),
    packetId: findUint64(options, PacketOption.packetId, byteOrder),
    queue: findUint(options, PacketOption.queue, 4, byteOrder),
    verdicts: tagged(options, PacketOption.verdict).map(({ tag, value }) => ({ type: tag, value })),
    processThread: view === null ? null : { process: view.getUint32(0, little), thread: view.getUint32(4, little) },
  };
}

function tag(code: number, first: number, rest: Uint8Array): RawOption {
  return { code, value: concatenate([Uint8Array.of(first), rest]) };
}

export function writePacketOptions(options: PacketOptions, byteOrder: ByteOrder): RawOption[] {
  const raw: RawOption[] = [];
  if (options.flags !== null) raw.push(uintOption(PacketOption.flags, 4, encodePacketFlags(options.flags), byteOrder));
  for (const { algorithm, value } of options.hashes) raw.push(tag(PacketOption.hash, algorithm, value));
  if (options.dropCount !== null) raw.push(uint64Option(PacketOption.dropCount, options.dropCount, byteOrder));
  if (options.packetId !== null) raw.push(uint64Option(PacketOption.packetId, options.packetId, byteOrder));
  if (options.queue !== null) raw.push(uintOption(PacketOption.queue, 4, options.queue, byteOrder));
  for (const { type, value } of options.verdicts) raw.push(tag(PacketOption.verdict, type, value));
  if (options.processThread !== null) {
    const value = new Uint8Array(8);
    const view = new DataView(value.buffer);
    view.setUint32(0, options.processThread.process, byteOrder === 'little');
    view.setUint32(4, options.processThread.thread, byteOrder === 'little');
    raw.push({ code: PacketOption.processThread, value });
  }
  return raw;
}

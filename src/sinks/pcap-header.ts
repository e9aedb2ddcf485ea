import { PcapshError } from '../errors.js';
import { STANDARD_PACKET_LIMIT } from '../formats/limits.js';
import type { ByteOrder, CaptureInterface, PcapHeader } from '../formats/model.js';
import { linkTypeOf, linkWordOf, MAGIC_MICROSECONDS, MAGIC_NANOSECONDS } from '../formats/pcap/header.js';
import { fitsLinkWord } from './pcap-losses.js';
import type { SinkSource } from './sink.js';

/** The header of a new pcap, decided before its first byte. */
export interface PcapPlan {
  header: PcapHeader;
  byteOrder: ByteOrder;
}

/**
 * Decimal digits of a second that a resolution (raw if_tsresol) needs: n for 10^-n, and n for 2^-n too, which is a decimal fraction of n digits.
 */
export function decimalDigits(resolution: number): number {
  return resolution & 0x7f;
}

/**
 * A single pcap, and several whose headers agree, keep their header and byte order (joined: the largest snapshot length). Everything else becomes a
 * little-endian version 2.4 of the interfaces in use: nanosecond magic if one is finer than microseconds, the largest snapshot length, 262,144 where
 * that is 0. Throws `write.link-types` when they differ.
 */
export function planPcap(sources: readonly SinkSource[], inUse: readonly CaptureInterface[]): PcapPlan {
  const linkTypes = [...new Set(inUse.map((each) => each.linkType))].sort((a, b) => a - b);
  if (linkTypes.length > 1) {
    throw new PcapshError(
      'write.link-types',
      `pcap holds one link type, these packets have ${linkTypes.length}: ${linkTypes.join(', ')}`,
      {
        hint: 'write a .pcapng, or select the interfaces of one link type',
      },
    );
  }
  return sharedHeader(sources) ?? newHeader(inUse.length > 0 ? inUse : declared(sources));
}

/** Without packets the interfaces that are declared speak, up to the first that has another link type. */
function declared(sources: readonly SinkSource[]): CaptureInterface[] {
  const all = sources.flatMap((source) => source.description.interfaces);
  return all.filter((each) => each.linkType === all[0].linkType);
}

/** The header that all sources share, whatever of them is in use; null unless all are pcap and agree. */
export function sharedHeader(sources: readonly SinkSource[]): PcapPlan | null {
  const first = sources[0]?.description;
  if (first === undefined || first.pcap === null) return null;
  let snapLength = first.pcap.snapLength;
  for (const { description } of sources) {
    const header = description.pcap;
    if (header === null || description.sections[0].byteOrder !== first.sections[0].byteOrder) return null;
    const agree =
      header.magic === first.pcap.magic &&
      header.versionMajor === first.pcap.versionMajor &&
      header.versionMinor === first.pcap.versionMinor &&
      header.zone === first.pcap.zone &&
      header.accuracy === first.pcap.accuracy &&
      header.linkWord === first.pcap.linkWord;
    if (!agree) return null;
    snapLength = snapLength === 0 || header.snapLength === 0 ? 0 : Math.max(snapLength, header.snapLength);
  }
  return { header: { ...first.pcap, snapLength }, byteOrder: first.sections[0].byteOrder };
}

function newHeader(inUse: readonly CaptureInterface[]): PcapPlan {
  let snapLength = inUse.length === 0 ? STANDARD_PACKET_LIMIT : 0;
  let nanoseconds = false;
  for (const each of inUse) {
    snapLength = Math.max(snapLength, each.snapLength === 0 ? STANDARD_PACKET_LIMIT : each.snapLength);
    nanoseconds ||= decimalDigits(each.timestampResolution) > 6;
  }
  return {
    byteOrder: 'little',
    header: {
      magic: nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS,
      versionMajor: 2,
      versionMinor: 4,
      zone: 0,
      accuracy: 0,
      snapLength,
      linkWord: sharedLinkWord(inUse),
      recordHeaderLength: 16,
    },
  };
}

/** The link type, and the length of the frame check sequence where all interfaces agree on one. */
function sharedLinkWord(inUse: readonly CaptureInterface[]): number {
  if (inUse.length === 0) return 1;
  const { linkType, fcsLength } = inUse[0];
  const shared = fitsLinkWord(fcsLength) && inUse.every((each) => each.fcsLength === fcsLength);
  return linkWordOf(linkType, shared ? fcsLength : null);
}

/** Whether the records of `source` are, byte for byte, records under `plan`. */
export function recordsFit(plan: PcapPlan, source: SinkSource): boolean {
  const { pcap, sections } = source.description;
  if (pcap === null || sections[0].byteOrder !== plan.byteOrder) return false;
  const { magic, versionMajor, versionMinor, linkWord } = plan.header;
  return (
    pcap.magic === magic &&
    pcap.versionMajor === versionMajor &&
    pcap.versionMinor === versionMinor &&
    linkTypeOf(pcap.linkWord) === linkTypeOf(linkWord)
  );
}

export function samePlan(a: PcapPlan, b: PcapPlan): boolean {
  return (
    a.byteOrder === b.byteOrder &&
    (Object.keys(a.header) as (keyof PcapHeader)[]).every((key) => a.header[key] === b.header[key])
  );
}

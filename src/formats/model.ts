/** What a capture file says about itself, apart from its packets. Filled while the file is read. Plain JSON (bytes excepted). */

/** The formats that are read and written. */
export type CaptureFormat = 'pcap' | 'pcapng';
/** Of the numbers in headers, as the file's magic number or its section says. */
export type ByteOrder = 'little' | 'big';

/** A pcapng option or an NRB record as it stands in the file: code and value (without padding). */
export interface RawOption {
  code: number;
  value: Uint8Array;
}

/** One interface. pcap has exactly one, id 0, named null. */
export interface CaptureInterface {
  /** Counts over the whole file, from 0, through all sections. */
  id: number;
  /** Ordinal of the section that declares it, from 0. */
  section: number;
  /** LINKTYPE_ number (not DLT_). */
  linkType: number;
  /** 0 means no limit. */
  snapLength: number;
  name: string | null;
  description: string | null;
  filter: string | null;
  os: string | null;
  /** Units per second: 10^n or 2^n, given as the raw if_tsresol byte (6 when absent). pcap: 6 or 9. */
  timestampResolution: number;
  /** if_tsoffset: whole seconds to add. BigInt because it is 64-bit signed. */
  timestampOffset: bigint;
  /** Bytes of frame check sequence at the end of each packet, null when not told. */
  fcsLength: number | null;
  options: RawOption[];
}

/** A pcapng section, or the whole of a pcap file. */
export interface CaptureSection {
  byteOrder: ByteOrder;
  /** Byte offset of its header in the (uncompressed) file. */
  offset: number;
  /** Id of its first interface; its local interface n is `firstInterface + n`. */
  firstInterface: number;
  /** Section length field, null when -1 or pcap. */
  length: number | null;
  options: RawOption[];
}

/** The pcap file header's own fields. */
export interface PcapHeader {
  /** As read in the file's byte order: a1b2c3d4, a1b23c4d (nanoseconds) or a1b2cd34 (modified). */
  magic: number;
  versionMajor: number;
  versionMinor: number;
  zone: number;
  accuracy: number;
  snapLength: number;
  /** The whole link-type word, FCS bits included. */
  linkWord: number;
  /** Bytes of a record header: 16, or 24 for the modified format. */
  recordHeaderLength: number;
}

/** A name that the capture gives an address: text of a packet's file, to be escaped where it is shown. */
export interface CaptureName {
  /** IP or MAC address, as packets show it. */
  address: string;
  name: string;
}

/** A capture file: its format, sections and interfaces. */
export interface CaptureDescription {
  format: CaptureFormat;
  /** null for pcapng. */
  pcap: PcapHeader | null;
  sections: CaptureSection[];
  interfaces: CaptureInterface[];
  /** Of its name resolution blocks; the first of an address is its name. */
  names: CaptureName[];
  /** Compression of the file on disk. All offsets are offsets in the uncompressed bytes. */
  compression: 'gzip' | 'zstd' | null;
}

/** A place where the file is wrong. The reader went on at the next plausible record. */
export interface Damage {
  /** 1-based number that the damaged packet would have had. */
  packet: number;
  /** Byte offset in the (uncompressed) file. */
  offset: number;
  /** Lower-case factual sentence with numbers. */
  reason: string;
  /** Bytes passed over before the next plausible record. */
  skipped: number;
}

import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PcapshError } from '../errors.js';
import type { CaptureFormat, CaptureInterface } from '../formats/model.js';
import { MAGIC_NANOSECONDS } from '../formats/pcap/header.js';
import { padded } from '../formats/pcapng/block.js';
import { planPcap } from '../sinks/pcap-header.js';
import { lossesOf } from '../sinks/pcap-losses.js';
import { segmentRows } from '../table/packet-table.js';
import { createPace, type Pace } from './cancellation.js';
import type { WriteOptions } from './capture.js';
import type { Selection } from './selection.js';
import type { SourceFile } from './source-file.js';
import { createTarget, type ProtectedFile } from './target.js';

/** What a write would come to, as far as that can be told without reading a packet. */
export interface WriteForecast {
  packets: number;
  files: ForecastFile[];
  /** What the targets cannot hold of the captures' sections and interfaces, one sentence each; blocks and options of packets are met only while writing. */
  losses: string[];
}

export interface ForecastFile {
  /** As it was given. */
  path: string;
  /** null where that cannot be told: see `problem`. */
  format: CaptureFormat | null;
  /** Times of a pcap are in nanoseconds. */
  nanoseconds: boolean;
  /** About so many bytes. */
  bytes: number;
  /** Bytes that are free where it goes; null for streams and where the system does not tell. */
  free: number | null;
  /** A file of that name is replaced. */
  replaces: boolean;
  /** What the write would be refused for. */
  problem: PcapshError | null;
}

const PCAP_HEADER = 24;
const PCAP_RECORD = 16;
/** A section header and one interface, without options. */
const PCAPNG_BEGINNING = 28 + 20;
/** An enhanced packet block beside its packet. */
const PACKET_BLOCK = 32;

export interface ForecastRequest {
  sources: readonly SourceFile[];
  selection: Selection;
  paths: readonly string[];
  options: WriteOptions;
  protectedFiles: readonly ProtectedFile[];
}

/** Says what `writeCapture` would do. Throws for nothing that a target is refused for: that is told with the file. */
export async function forecastWrite(request: ForecastRequest): Promise<WriteForecast> {
  const { sources, selection, paths, options } = request;
  const amounts = await measure(selection, createPace(options.signal));
  const descriptions = sources.map(({ description }) => description);
  const losses = new Set<string>();
  const files = paths.map((path): ForecastFile => {
    const file: ForecastFile = {
      path,
      format: null,
      nanoseconds: false,
      bytes: 0,
      free: null,
      replaces: false,
      problem: null,
    };
    try {
      const target = createTarget(path, {
        format: options.format,
        sourceFormat: descriptions[0].format,
        force: options.force,
        protectedFiles: request.protectedFiles,
      });
      file.format = target.format;
      file.replaces = target.existing !== null;
      file.bytes = target.format === 'pcap' ? PCAP_HEADER + amounts.asPcap : PCAPNG_BEGINNING + amounts.asPcapng;
      file.free = target.kind === 'stream' ? null : freeBytes(dirname(target.resolved));
      for (const loss of lossesOf(descriptions, target.format)) losses.add(loss);
      if (target.format === 'pcap') {
        const plan = planPcap(
          descriptions.map((description, ordinal) => ({ ordinal, description })),
          amounts.interfaces,
        );
        file.nanoseconds = plan.header.magic === MAGIC_NANOSECONDS;
      }
    } catch (error) {
      if (!(error instanceof PcapshError)) throw error;
      file.problem = error;
    }
    return file;
  });
  return { packets: amounts.packets, files, losses: [...losses] };
}

interface Amounts {
  packets: number;
  asPcap: number;
  asPcapng: number;
  /** Interfaces that a packet has. */
  interfaces: CaptureInterface[];
}

async function measure(selection: Selection, pace: Pace): Promise<Amounts> {
  const amounts: Amounts = { packets: 0, asPcap: 0, asPcapng: 0, interfaces: [] };
  for (const { source, table, bitmaps } of selection) {
    const seen = new Uint8Array(0x10000);
    for (const [i, segment] of table.segments.entries()) {
      const { length, interface: interfaces } = segment;
      const bitmap = bitmaps[i];
      const rows = segmentRows(segment);
      let packets = 0;
      let bytes = 0;
      let blocks = 0;
      for (let row = 0; row < rows; row++) {
        if (bitmap !== null && ((bitmap[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
        packets++;
        bytes += length[row];
        blocks += padded(length[row]);
        seen[interfaces[row]] = 1;
      }
      amounts.packets += packets;
      amounts.asPcap += PCAP_RECORD * packets + bytes;
      amounts.asPcapng += PACKET_BLOCK * packets + blocks;
      await pace();
    }
    amounts.interfaces.push(...source.description.interfaces.filter(({ id }) => seen[id] === 1));
  }
  return amounts;
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

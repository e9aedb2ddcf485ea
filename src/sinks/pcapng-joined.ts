import type { BetweenBlock, PacketBatch } from '../formats/batch.js';
import type { ByteOrder, CaptureDescription, RawOption } from '../formats/model.js';
import { MAGIC_NANOSECONDS } from '../formats/pcap/header.js';
import { BlockType, viewOf } from '../formats/pcapng/block.js';
import { isCopyable } from '../formats/pcapng/custom.js';
import { encodeInterfaceDescription, InterfaceOption } from '../formats/pcapng/interface-description.js';
import { OptionCode, textOption, uintOption } from '../formats/pcapng/options.js';
import { encodeSectionHeader, SectionOption } from '../formats/pcapng/section-header.js';
import { copyableBlock, mayBeCopied } from './block-options.js';
import { type CaptureSink, type CaptureSinkOptions, describedSources } from './capture-sink.js';
import { createLossTally, type LossTally, lossError } from './losses.js';
import { ChunkedOutput } from './output.js';
import { tallyPcapHeader } from './pcap-losses.js';
import { encodePackets, renumberPackets } from './pcapng-packets.js';
import { swapBlock, swapOptions } from './pcapng-swap.js';
import type { Keep, SinkSource } from './sink.js';

interface Joined {
  output: ChunkedOutput;
  options: CaptureSinkOptions;
  sources: readonly SinkSource[];
  byteOrder: ByteOrder;
  tally: LossTally;
  /** Id in the output of each source's interface 0. */
  firstInterface: Map<number, number>;
  begun: boolean;
  nowhere: ChunkedOutput | null;
  packets: number;
}

/**
 * Writes one section of what comes from a pcap, or from several captures: its interfaces, name resolution and secrets, the other blocks in source
 * order, packets, interface statistics last; interface ids are renumbered wherever they occur. A pcap source becomes an interface `pcap0`, `pcap1` …
 * The byte order is that of the pcapng sources if they agree, else little-endian. With a pcapng among several sources it needs a survey.
 */
export function createJoinedSink(output: ChunkedOutput, options: CaptureSinkOptions): CaptureSink {
  const sources = describedSources(options);
  const state: Joined = {
    output,
    options,
    sources,
    byteOrder: sharedByteOrder(sources),
    tally: createLossTally(),
    firstInterface: new Map(),
    begun: false,
    nowhere: null,
    packets: 0,
  };
  for (const source of sources) tallyPcapHeader(source.description, state.tally);
  return {
    losses: state.tally,
    write: (batch, keep, source) => {
      write(state, batch, keep, source);
      return output.ready() ?? undefined;
    },
    close: () => close(state),
    abort: async () => undefined,
    surveyForRerun: () => null,
  };
}

function sharedByteOrder(sources: readonly SinkSource[]): ByteOrder {
  const sections = sources
    .filter((each) => each.description.format === 'pcapng')
    .flatMap((each) => each.description.sections);
  return sections.length > 0 && sections.every((each) => each.byteOrder === 'big') ? 'big' : 'little';
}

function write(state: Joined, batch: PacketBatch, keep: Keep, source: SinkSource): void {
  if (!state.begun) begin(state);
  const output = outputOf(state);
  const firstInterface = state.firstInterface.get(source.ordinal)!;
  const little = state.byteOrder === 'little';
  const { pcap } = source.description;
  if (pcap !== null) {
    state.packets += encodePackets(output, batch, keep, firstInterface, pcap.magic === MAGIC_NANOSECONDS, little);
  } else {
    state.packets += renumberPackets({ output, source, firstInterface, little, tally: state.tally }, batch, keep);
  }
}

/** Where packets go: once consent is missing nowhere, only to count what else would be lost. */
function outputOf(state: Joined): ChunkedOutput {
  if (!mustRefuse(state)) return state.output;
  state.nowhere ??= new ChunkedOutput(() => undefined);
  return state.nowhere;
}

function mustRefuse({ options, tally }: Joined): boolean {
  return !options.allowLoss && tally.needingConsent().length > 0;
}

/** Everything that precedes the packets. */
function begin(state: Joined): void {
  state.begun = true;
  const parts: Uint8Array[] = [sectionHeader(state)];
  let interfaces = 0;
  let pcaps = 0;
  for (const { ordinal, description } of state.sources) {
    state.firstInterface.set(ordinal, interfaces);
    interfaces += description.interfaces.length;
    if (description.pcap !== null) parts.push(pcapInterface(description, `pcap${pcaps++}`, state.byteOrder));
    else parts.push(...interfaceBlocks(state, description));
  }
  for (const isTurn of [isNameResolution, isSecrets, isOther]) {
    for (const [source, block] of blocksOf(state)) {
      if (isTurn(block.type)) parts.push(...carried(state, source, block));
    }
  }
  const output = outputOf(state);
  for (const part of parts) output.put(part);
}

const isNameResolution = (type: number): boolean => type === BlockType.nameResolution;
const isSecrets = (type: number): boolean => type === BlockType.decryptionSecrets;

function isOther(type: number): boolean {
  return (
    type !== BlockType.sectionHeader &&
    type !== BlockType.interfaceDescription &&
    !isNameResolution(type) &&
    !isSecrets(type) &&
    type !== BlockType.interfaceStatistics
  );
}

function* blocksOf(state: Joined): Iterable<[SinkSource, BetweenBlock]> {
  for (const source of state.sources) {
    for (const block of state.options.survey?.blocks.get(source.ordinal) ?? []) yield [source, block];
  }
}

/** A section header with the comments of all sections, and of their other options whatever does not contradict an earlier one. */
function sectionHeader(state: Joined): Uint8Array {
  const options: RawOption[] = [];
  for (const { description } of state.sources) {
    for (const section of description.sections) {
      const own = section.options.filter(isCopyable);
      state.tally.countTold(
        'custom section option that its maker forbids to copy',
        'custom section options that their makers forbid to copy',
        section.options.length - own.length,
      );
      const swapped =
        section.byteOrder === state.byteOrder ? own : swapOptions(own, BlockType.sectionHeader, state.tally);
      for (const option of swapped) addSectionOption(options, option, state.tally);
    }
  }
  if (state.options.comment !== null) options.push(textOption(OptionCode.comment, state.options.comment));
  return encodeSectionHeader({ versionMajor: 1, versionMinor: 0, sectionLength: null, options }, state.byteOrder);
}

/** Options of a section header that may not repeat, as comments and custom options may. */
const SINGLE_OPTIONS: readonly number[] = Object.values(SectionOption);

function addSectionOption(options: RawOption[], option: RawOption, tally: LossTally): void {
  const single = SINGLE_OPTIONS.includes(option.code);
  const earlier = single ? options.find((each) => each.code === option.code) : undefined;
  if (earlier === undefined) options.push(option);
  else if (Buffer.compare(earlier.value, option.value) !== 0)
    tally.count('section option that differs between sources', 'section options that differ between sources');
}

function pcapInterface({ interfaces }: CaptureDescription, name: string, byteOrder: ByteOrder): Uint8Array {
  const { linkType, snapLength, timestampResolution, fcsLength } = interfaces[0];
  const options = [
    textOption(InterfaceOption.name, name),
    uintOption(InterfaceOption.timestampResolution, 1, timestampResolution, byteOrder),
  ];
  if (fcsLength !== null) options.push(uintOption(InterfaceOption.fcsLength, 1, fcsLength, byteOrder));
  return encodeInterfaceDescription({ linkType, snapLength, options }, byteOrder);
}

function interfaceBlocks(state: Joined, description: CaptureDescription): Uint8Array[] {
  const { byteOrder, tally } = state;
  return description.interfaces.map((each) => {
    const own = each.options.filter(isCopyable);
    tally.countTold(
      'custom interface option that its maker forbids to copy',
      'custom interface options that their makers forbid to copy',
      each.options.length - own.length,
    );
    const swap = description.sections[each.section].byteOrder !== byteOrder;
    const options = swap ? swapOptions(own, BlockType.interfaceDescription, tally) : own;
    return encodeInterfaceDescription({ linkType: each.linkType, snapLength: each.snapLength, options }, byteOrder);
  });
}

/** A block as it goes into the output: nothing when it may not be copied or cannot be swapped. */
function carried(state: Joined, { description }: SinkSource, block: BetweenBlock): Uint8Array[] {
  if (!mayBeCopied(block, state.tally)) return [];
  const { byteOrder } = description.sections[block.section];
  const copy = copyableBlock(block.bytes, block.type, byteOrder, state.tally);
  if (byteOrder === state.byteOrder) return [copy];
  const swapped = swapBlock(copy, block.type, byteOrder, state.tally);
  if (swapped !== null) return [swapped];
  state.tally.count(
    'custom or unknown block in the other byte order',
    'custom or unknown blocks in the other byte order',
  );
  return [];
}

/** Interface statistics stand last, under their new interface ids. One that names no interface of its section is lost. */
function putStatistics(state: Joined): void {
  const little = state.byteOrder === 'little';
  for (const [source, block] of blocksOf(state)) {
    if (block.type !== BlockType.interfaceStatistics) continue;
    for (const bytes of carried(state, source, block)) {
      const copy = bytes.slice();
      const view = viewOf(copy);
      const { interfaces, sections } = source.description;
      const id = sections[block.section].firstInterface + view.getUint32(8, little);
      if (interfaces[id]?.section !== block.section) {
        state.tally.count('interface statistics block of no interface', 'interface statistics blocks of no interface');
        continue;
      }
      view.setUint32(8, state.firstInterface.get(source.ordinal)! + id, little);
      outputOf(state).put(copy);
    }
  }
}

async function close(state: Joined): Promise<{ packets: number; bytes: number }> {
  const { options, output, tally } = state;
  if (!state.begun) begin(state);
  putStatistics(state);
  const lost = tally.needingConsent();
  if (lost.length > 0 && !options.allowLoss) throw lossError(options.target, lost, 'pcapng');
  output.flush();
  await output.ready();
  return { packets: state.packets, bytes: output.position };
}

import type { BetweenBlock, PacketBatch } from '../formats/batch.js';
import type { ByteOrder } from '../formats/model.js';
import { BlockType, padded, viewOf } from '../formats/pcapng/block.js';
import { OptionCode, textOption } from '../formats/pcapng/options.js';
import { decodeSectionHeader, encodeSectionHeader } from '../formats/pcapng/section-header.js';
import { copyableBlock, holdsNotCopied, mayBeCopied, PACKET_BLOCK_FIXED } from './block-options.js';
import type { CaptureSink, CaptureSinkOptions } from './capture-sink.js';
import { createLossTally, type LossTally } from './losses.js';
import type { ChunkedOutput } from './output.js';
import { copyRecords } from './runs.js';
import type { Keep, SinkSource } from './sink.js';

interface Selection {
  output: ChunkedOutput;
  /** Nothing is selected, edited or added: every block is copied as it stands. */
  verbatim: boolean;
  /** Section comment still to be put into a section header. */
  comment: string | null;
  tally: LossTally;
  packets: number;
}

/**
 * Writes packets of one pcapng as they stand there: kept packets and the blocks between them are copied byte for byte, each section in its own byte
 * order. A selection drops what its maker forbids to copy, and writes the length of each section as unknown (-1): its true length is known only at the
 * end, when the first bytes have long been hashed or sent, and readers must cope with -1 anyway (section 4.1).
 */
export function createSelectionSink(output: ChunkedOutput, options: CaptureSinkOptions): CaptureSink {
  const state: Selection = {
    output,
    verbatim: !options.selected && options.comment === null,
    comment: options.comment,
    tally: createLossTally(),
    packets: 0,
  };
  return {
    losses: state.tally,
    write: (batch, keep, source) => {
      write(state, batch, keep, source);
      return output.ready() ?? undefined;
    },
    close: async () => {
      output.flush();
      await output.ready();
      return { packets: state.packets, bytes: output.position };
    },
    abort: async () => undefined,
    surveyForRerun: () => null,
  };
}

function write(state: Selection, batch: PacketBatch, keep: Keep, source: SinkSource): void {
  let row = 0;
  for (const block of batch.blocks) {
    copyPackets(state, batch, keep, row, block.before, source);
    row = block.before;
    copyBetween(state, block, source.description.sections[block.section].byteOrder);
  }
  copyPackets(state, batch, keep, row, batch.count, source);
}

function copyBetween(state: Selection, block: BetweenBlock, byteOrder: ByteOrder): void {
  const { output, verbatim, tally } = state;
  if (verbatim) {
    output.put(block.bytes);
  } else if (mayBeCopied(block, tally)) {
    const copy = copyableBlock(block.bytes, block.type, byteOrder, tally);
    output.put(block.type === BlockType.sectionHeader ? changedHeader(state, copy, byteOrder) : copy);
  }
}

/** The section header with its length unknown, and with the comment if it is the first. */
function changedHeader(state: Selection, bytes: Uint8Array, byteOrder: ByteOrder): Uint8Array {
  const { comment } = state;
  if (comment === null) {
    const copy = bytes.slice();
    copy.fill(0xff, 16, 24);
    return copy;
  }
  state.comment = null;
  const header = decodeSectionHeader(bytes, byteOrder);
  const options = [...header.options, textOption(OptionCode.comment, comment)];
  return encodeSectionHeader({ ...header, sectionLength: null, options }, byteOrder);
}

/** Copies kept packets of rows `[from, to)`; only those whose options hold something that may not be copied are taken apart. */
function copyPackets(
  state: Selection,
  batch: PacketBatch,
  keep: Keep,
  from: number,
  to: number,
  source: SinkSource,
): void {
  let first = from;
  if (!state.verbatim) {
    const { length, recordLength } = batch;
    for (let row = from; row < to; row++) {
      if (recordLength[row] <= PACKET_BLOCK_FIXED + ((length[row] + 3) & ~3)) continue;
      if (keep !== null && keep[row] === 0) continue;
      const changed = changedPacket(state, batch, row, source);
      if (changed === null) continue;
      state.packets += copyRecords(state.output, batch, keep, first, row) + 1;
      state.output.put(changed);
      first = row + 1;
    }
  }
  state.packets += copyRecords(state.output, batch, keep, first, to);
}

/** The packet's block without the options that may not be copied; null when it has none. */
function changedPacket(
  state: Selection,
  batch: PacketBatch,
  row: number,
  { description }: SinkSource,
): Uint8Array | null {
  const section = description.interfaces[batch.interface[row]].section;
  const { byteOrder } = description.sections[section];
  const begin = batch.recordStart[row];
  const end = begin + batch.recordLength[row];
  const options = begin + PACKET_BLOCK_FIXED - 4 + padded(batch.length[row]);
  if (!holdsNotCopied(batch.bytes, options, end - 4, byteOrder === 'little')) return null;
  const bytes = batch.bytes.subarray(begin, end);
  const copy = copyableBlock(bytes, viewOf(bytes).getUint32(0, byteOrder === 'little'), byteOrder, state.tally);
  return copy === bytes ? null : copy;
}

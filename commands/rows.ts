import { describePacket } from '../src/decode/describe.js';
import type { Capture } from '../src/plan/capture.js';
import type { Packet } from '../src/plan/packet.js';
import { unfold } from '../src/plan/steps.js';
import type { Context } from './command.js';
import type { PacketRow, Result } from './result.js';

/** The first `rows` packets of a handle, and how many there are in all where that costs nothing or was asked by a selection. */
export async function previewOf(
  capture: Capture,
  rows: number,
  context: Context,
): Promise<Result & { kind: 'preview' }> {
  const { signal, onProgress, desk } = context;
  const list: PacketRow[] = [];
  if (rows > 0) {
    for await (const packet of capture.head(rows).packets({ signal, onProgress })) list.push(rowOf(packet));
  }
  // The whole of a capture is counted only when its table has been built anyway; a selection is what the user wants to know the size of.
  const known = desk.known(capture);
  const { step } = capture.plan;
  const packets = step === 'load' ? known.packets : await capture.count({ signal, onProgress });
  return {
    kind: 'preview',
    rows: list,
    packets,
    of: step === 'filter' ? known.of : null,
    several: unfold(capture.plan).load.files.length > 1,
    sources: await capture.sources({ signal, onProgress }),
  };
}

function rowOf(packet: Packet): PacketRow {
  const { number, file, timestamp, originalLength } = packet;
  return { number, file, timestamp, length: originalLength, ...describePacket(packet.dissection) };
}

import { applicationNamed } from '../src/decode/applications.js';
import { describePacket } from '../src/decode/describe.js';
import type { Capture, CaptureSource } from '../src/plan/capture.js';
import type { Tagger } from '../src/plan/match-report.js';
import type { Packet } from '../src/plan/packet.js';
import type { Nanos } from '../src/time.js';
import type { Context } from './command.js';
import type { ColumnName, PacketView } from './packet-view.js';
import type { PacketRow, Result } from './result.js';

/** Rows of a list unless told. */
const ROWS = 20;

/** The first packets of a handle, and how many there are in all where that costs nothing or was asked by a selection. */
export async function previewOf(
  capture: Capture,
  view: PacketView,
  context: Context,
): Promise<Result & { kind: 'preview' }> {
  const { signal, onProgress, desk } = context;
  const settings = desk.packetView();
  const columns = view.columns ?? settings.columns;
  const time = view.time ?? settings.time;
  const wanted = view.rows ?? ROWS;
  const relative = time === 'relative' || columns?.includes('relative') === true;
  const start = relative ? await capture.start({ signal }) : null;
  const packets: Packet[] = [];
  if (wanted > 0) {
    for await (const packet of capture.head(wanted).packets({ signal, onProgress })) packets.push(packet);
  }
  const sources = await capture.sources(context);
  const tagger = await capture.tagger();
  const rows = await rowsOf(packets, { nameOf: desk.namesOf(capture), sources, columns, tagger });
  // The whole of a capture is counted only when its table has been built anyway; a selection is what the user wants to know the size of.
  const known = desk.known(capture);
  const { step } = capture.plan;
  const matches = step === 'match' ? await capture.matches({ signal, onProgress }) : undefined;
  const count = step === 'load' ? known.packets : (matches?.packets ?? (await capture.count({ signal, onProgress })));
  return {
    kind: 'preview',
    rows,
    packets: count,
    of: step === 'filter' || step === 'rules' || step === 'time' || step === 'match' ? known.of : null,
    several: sources.filter(({ compared }) => compared !== true).length > 1,
    // What is damaged is known when all has been counted.
    sources: await capture.sources({ signal, onProgress }),
    columns,
    time,
    start: firstTime(start, rows),
    ...(matches !== undefined && { matches }),
    ...(tagger !== null && { lookedFor: tagger.of }),
  };
}

/** Without a time of the capture's beginning the first packet shown is the beginning. */
function firstTime(start: Nanos | null, rows: readonly PacketRow[]): Nanos | null {
  return start ?? rows.find((row) => row.timestamp !== null)?.timestamp ?? null;
}

interface Surroundings {
  nameOf: (address: string) => string | null;
  sources: readonly CaptureSource[];
  columns: readonly ColumnName[] | null;
  /** Of captures that are searched. */
  tagger?: Tagger | null;
}

const titleOf = (name: string): string => applicationNamed(name)?.title ?? name;

/** Packets as lines of a list. */
export async function rowsOf(packets: readonly Packet[], surroundings: Surroundings): Promise<PacketRow[]> {
  const { nameOf, sources, columns, tagger } = surroundings;
  const flowIdOf = columns?.includes('flow') ? (await import('../src/plan/packet-flow.js')).flowIdOf : null;
  const rows: PacketRow[] = [];
  for (const packet of packets) {
    const { number, file, timestamp, originalLength, capturedLength, interfaceId, dissection, application } = packet;
    const line = describePacket(dissection);
    rows.push({
      ...line,
      // What its flow is tells of which protocol it is; the words stay those about its own headers.
      protocol: dissection.application === null && application !== null ? titleOf(application) : line.protocol,
      number,
      file,
      timestamp,
      length: originalLength,
      captured: capturedLength,
      sourceName: line.source === null ? null : nameOf(line.source),
      destinationName: line.destination === null ? null : nameOf(line.destination),
      application,
      protocols: packet.protocols,
      flowId: flowIdOf === null ? null : await flowIdOf(packet),
      interface: sources[file - 1]?.description.interfaces[interfaceId]?.name ?? String(interfaceId),
      direction: packet.direction,
      comments: packet.comments,
      ...(tagger != null && { matched: tagger.tagsOf(packet) }),
    });
  }
  return rows;
}

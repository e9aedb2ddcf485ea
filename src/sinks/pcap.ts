import { PcapshError } from '../errors.js';
import { type PacketBatch, TIME_EXACT } from '../formats/batch.js';
import type { CaptureInterface } from '../formats/model.js';
import { encodePcapHeader, MAGIC_NANOSECONDS } from '../formats/pcap/header.js';
import { unitsPerSecond } from '../formats/pcapng/timestamp.js';
import { NANOS_PER_SECOND } from '../time.js';
import { type CaptureSink, type CaptureSinkOptions, describedSources, type Survey } from './capture-sink.js';
import { createLossTally, type LossTally, lossError, UNTIMED } from './losses.js';
import type { ChunkedOutput } from './output.js';
import { decimalDigits, type PcapPlan, planPcap, recordsFit, samePlan, sharedHeader } from './pcap-header.js';
import { lossesOf, tallyBlock, tallyDescription, tallyPacketOptions, tallyPcapHeader } from './pcap-losses.js';
import { copyRecords } from './runs.js';
import type { Keep, SinkSource } from './sink.js';
import { interfacesSeen, noteInterfaces } from './survey.js';

interface PcapSinkState {
  output: ChunkedOutput;
  options: CaptureSinkOptions;
  tally: LossTally;
  /** Latest description of each source. */
  sources: SinkSource[];
  seen: Uint8Array[];
  plan: PcapPlan | null;
  /** The plan holds whatever comes: a survey told, or all sources share a header. */
  settled: boolean;
  wrong: boolean;
  packets: number;
}

/**
 * Writes a pcap (draft-ietf-opsawg-pcap). A source whose header is kept has its records copied byte for byte, other packets are encoded. The header
 * is decided before the first byte, from the survey or the first packets; should later packets call for another one, nothing more is written
 * and `surveyForRerun` tells after `close` with what to begin again. Throws `loss` from `close`, and `write.link-types` as soon as two are met.
 */
export function createPcapSink(output: ChunkedOutput, options: CaptureSinkOptions): CaptureSink {
  const state: PcapSinkState = {
    output,
    options,
    tally: createLossTally(),
    sources: describedSources(options),
    seen: [],
    plan: null,
    settled: false,
    wrong: false,
    packets: 0,
  };
  const shared = sharedHeader(state.sources);
  if (shared !== null) settle(state, shared);
  else if (options.survey !== null)
    settle(state, planPcap(state.sources, [...options.survey.interfaces.values()].flat()));
  return {
    losses: state.tally,
    write: (batch, keep, source) => {
      write(state, batch, keep, source);
      return output.ready() ?? undefined;
    },
    close: () => close(state),
    abort: async () => undefined,
    surveyForRerun: () => (state.wrong ? surveyOf(state) : null),
  };
}

function settle(state: PcapSinkState, plan: PcapPlan): void {
  state.plan = plan;
  state.settled = true;
}

function surveyOf(state: PcapSinkState): Survey {
  return { sources: state.sources, interfaces: interfacesSeen(state.seen, state.sources), blocks: new Map() };
}

function interfacesInUse(state: PcapSinkState): CaptureInterface[] {
  return [...surveyOf(state).interfaces.values()].flat();
}

function write(state: PcapSinkState, batch: PacketBatch, keep: Keep, source: SinkSource): void {
  const { options, tally, output } = state;
  state.sources[source.ordinal] = source;
  for (const block of batch.blocks) tallyBlock(block, tally);
  if (!keepsAny(batch.count, keep)) return;
  if (!state.settled) reconsider(state, batch, keep, source);
  const plan = state.plan!;
  const verbatim = recordsFit(plan, source);
  if (!verbatim) tallyRecords(state, plan, batch, keep, source);
  if (state.wrong || (!options.allowLoss && losesAnything(state))) return;
  if (output.position === 0) output.put(encodePcapHeader(plan.header, plan.byteOrder));
  if (verbatim) state.packets += copyRecords(output, batch, keep, 0, batch.count);
  else state.packets += encodeRecords(output, plan, batch, keep);
}

function keepsAny(count: number, keep: Keep): boolean {
  if (keep === null) return count > 0;
  for (let row = 0; row < count; row++) if (keep[row] !== 0) return true;
  return false;
}

/** Decides the header by the interfaces in use so far, or finds that it was decided wrongly. */
function reconsider(state: PcapSinkState, batch: PacketBatch, keep: Keep, source: SinkSource): void {
  noteInterfaces(state.seen, batch, keep, source);
  const plan = planPcap(state.sources, interfacesInUse(state));
  if (state.plan === null) state.plan = plan;
  else if (!samePlan(plan, state.plan)) state.wrong = true;
}

/** Whether what is known by now cannot be held; descriptions are counted for good when they are complete, at the end. */
function losesAnything(state: PcapSinkState): boolean {
  if (state.tally.needingConsent().length > 0) return true;
  return (
    lossesOf(
      state.sources.map((source) => source.description),
      'pcap',
    ).length > 0
  );
}

/** Counts what packets that are encoded anew lose. */
function tallyRecords(state: PcapSinkState, plan: PcapPlan, batch: PacketBatch, keep: Keep, source: SinkSource): void {
  const { tally } = state;
  const { description } = source;
  const pcapng = description.format === 'pcapng';
  const finer = description.interfaces.map((each) => decimalDigits(each.timestampResolution) > 9);
  const check = pcapng || batch.exactTimes.size > 0;
  if (!check) return;
  for (let row = 0; row < batch.count; row++) {
    if (keep !== null && keep[row] === 0) continue;
    const id = batch.interface[row];
    if (pcapng) {
      const order = description.sections[description.interfaces[id]?.section ?? 0].byteOrder;
      tallyPacketOptions(batch, row, order, tally);
      if (finer[id] && !isWholeNanoseconds(batch, row, description.interfaces[id], order === 'little')) {
        tally.count('time finer than nanoseconds', 'times finer than nanoseconds');
      }
    }
    if (batch.flags[row] & TIME_EXACT) tallyExactTime(batch.exactTimes.get(row) ?? null, plan, tally);
  }
}

function tallyExactTime(time: bigint | null, plan: PcapPlan, tally: LossTally): void {
  if (time === null) {
    tally.countTold(...UNTIMED);
  } else if (time < 0n || time >= NANOS_PER_SECOND << 32n) {
    tally.count('time before 1970 or after 2106', 'times before 1970 or after 2106');
  } else if (plan.header.magic !== MAGIC_NANOSECONDS && time % 1000n !== 0n) {
    tally.count('time finer than microseconds', 'times finer than microseconds');
  }
}

function isWholeNanoseconds(batch: PacketBatch, row: number, of: CaptureInterface, little: boolean): boolean {
  const view = new DataView(
    batch.bytes.buffer,
    batch.bytes.byteOffset + batch.recordStart[row],
    batch.recordLength[row],
  );
  if (batch.flags[row] & TIME_EXACT && batch.exactTimes.get(row) === null) return true;
  const ticks = (BigInt(view.getUint32(12, little)) << 32n) | BigInt(view.getUint32(16, little));
  return (ticks * NANOS_PER_SECOND) % unitsPerSecond(of.timestampResolution) === 0n;
}

/** Encodes kept packets under `plan`, whose record headers are of 16 bytes. */
function encodeRecords(output: ChunkedOutput, plan: PcapPlan, batch: PacketBatch, keep: Keep): number {
  const { count, bytes, start, length, originalLength, flags } = batch;
  const nanoseconds = plan.header.magic === MAGIC_NANOSECONDS;
  const little = plan.byteOrder === 'little';
  const { view } = output;
  let encoded = 0;
  for (let row = 0; row < count; row++) {
    if (keep !== null && keep[row] === 0) continue;
    let seconds = batch.seconds[row];
    let fraction = batch.nanoseconds[row];
    if (flags[row] & TIME_EXACT) {
      const time = batch.exactTimes.get(row) ?? 0n;
      const held = time >= 0n && time < NANOS_PER_SECOND << 32n ? time : 0n;
      seconds = Number(held / NANOS_PER_SECOND);
      fraction = Number(held % NANOS_PER_SECOND);
    }
    const at = output.reserve(16);
    view.setUint32(at, seconds, little);
    view.setUint32(at + 4, nanoseconds ? fraction : (fraction / 1000) >>> 0, little);
    view.setUint32(at + 8, length[row], little);
    view.setUint32(at + 12, originalLength[row], little);
    output.put(bytes, start[row], start[row] + length[row]);
    encoded++;
  }
  return encoded;
}

async function close(state: PcapSinkState): Promise<{ packets: number; bytes: number }> {
  const { options, output, tally } = state;
  const plan = state.plan ?? planPcap(state.sources, []);
  for (const source of state.sources) {
    tallyDescription(source.description, tally);
    if (!recordsFit(plan, source) || state.sources.length > 1) tallyDropped(source, plan, tally);
  }
  const lost = tally.needingConsent();
  if (lost.length > 0 && !options.allowLoss) throw lossError(options.target, lost, 'pcap');
  if (!state.wrong && output.position === 0) output.put(encodePcapHeader(plan.header, plan.byteOrder));
  output.flush();
  await output.ready();
  return { packets: state.packets, bytes: output.position };
}

/** Header fields of a pcap source that the joined header does not keep. */
function tallyDropped({ description }: SinkSource, plan: PcapPlan, tally: LossTally): void {
  const header = description.pcap;
  if (header === null) return;
  const kept =
    header.zone === plan.header.zone && header.accuracy === plan.header.accuracy && header.magic === plan.header.magic;
  if (!kept) tallyPcapHeader(description, tally);
}

/** Refuses what a pcap never holds: a comment of the file. */
export function refusePcapComment(comment: string | undefined): void {
  if (comment === undefined) return;
  throw new PcapshError('write.comment', 'pcap has no place for a comment, pcapng has', {
    kind: 'input',
    hint: 'write a .pcapng',
  });
}

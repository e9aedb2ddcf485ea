import type { PacketsPreview, WritePreview } from '../commands/command-preview.js';
import { packetPlace } from '../commands/packet-number.js';
import { shownLayers } from '../commands/packet-view.js';
import type { HelpText, PacketRow, Result, ShownPacket } from '../commands/result.js';
import type { FlowRow } from '../src/analyze/flows.js';
import type { Summary } from '../src/analyze/summary.js';
import { hexDigits } from '../src/bytes/big-endian.js';
import type { Field, Layer } from '../src/decode/layer.js';
import { formatSecondsExact, formatTimestamp, type Nanos } from '../src/time.js';
import { isPartial } from './partial.js';
import type { Outcome } from './session.js';

/** A number that is printed digit by digit: nanoseconds do not fit a double. */
class ExactNumber {
  constructor(readonly digits: string) {}
}

type Json =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** What JSON lets stand as it is, but a terminal obeys or hides: DEL, C1, bidirectional and other invisible characters. */
const UNSEEN = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A JSON string that is safe to look at: what is not seen is `\uXXXX`, a UTF-16 unit each. */
function jsonString(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (character) =>
    character.replace(/[\0-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** JSON text on one line; exact numbers keep their digits, undefined members are left out. */
export function jsonText(value: Json): string {
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${jsonString(name)}:${jsonText(member)}`],
  );
  return `{${members.join(',')}}`;
}

function time(timestamp: Nanos | null): string | null {
  return timestamp === null ? null : formatTimestamp(timestamp);
}

function summaryJson(summary: Summary): Json {
  const { firstTimestamp, lastTimestamp, duration, interfaces, damage } = summary;
  const several = new Set(interfaces.map((each) => each.source)).size > 1 || undefined;
  return {
    format: summary.format,
    packets: summary.packets,
    capturedBytes: summary.capturedBytes,
    originalBytes: summary.originalBytes,
    firstTimestamp: time(firstTimestamp),
    lastTimestamp: time(lastTimestamp),
    durationSeconds: duration === null ? null : new ExactNumber(formatSecondsExact(duration)),
    interfaces: interfaces.map(({ id, linkType, name, source }) => ({ id, linkType, name, source: several && source })),
    uniqueSourceAddresses: summary.uniqueSourceAddresses,
    uniqueDestinationAddresses: summary.uniqueDestinationAddresses,
    flows: summary.flows,
    flowsByProtocol: summary.flowsByProtocol,
    protocols: summary.protocols,
    partial: summary.partial,
    damage: damage.map(({ packet, offset, reason, source }) => ({ packet, offset, reason, source: several && source })),
    applications: summary.applications,
  };
}

/** What `stats` knows beside `info`. */
function statsJson(summary: Summary): Json {
  const { sizes } = summary;
  return {
    ...(summaryJson(summary) as Record<string, Json>),
    packetsPerSecond: summary.packetsPerSecond,
    bitsPerSecond: summary.bitsPerSecond,
    sizes: sizes === null ? null : { ...sizes, buckets: sizes.buckets.map((bucket) => ({ ...bucket })) },
    topFlowsByBytes: summary.topFlowsByBytes.map(flowJson),
    topFlowsByPackets: summary.topFlowsByPackets.map(flowJson),
    topTalkers: summary.topTalkers.map(({ address, packets, bytes, flows }) => ({ address, packets, bytes, flows })),
  };
}

function flowJson(flow: FlowRow): Json {
  const { flowId, communityId, protocol, source, sourcePort, destination, destinationPort, packets, bytes } = flow;
  return {
    flowId,
    communityId,
    protocol,
    source,
    sourcePort,
    destination,
    destinationPort,
    packets,
    bytes,
    first: time(flow.first),
    last: time(flow.last),
    application: flow.application,
  };
}

function rowJson(row: PacketRow): Json {
  const { number, source, sourcePort, destination, destinationPort, protocol, length, info, application } = row;
  return {
    number,
    file: row.file,
    timestamp: time(row.timestamp),
    source,
    sourceName: row.sourceName ?? undefined,
    sourcePort,
    destination,
    destinationName: row.destinationName ?? undefined,
    destinationPort,
    protocol,
    application,
    length,
    captured: row.captured,
    interface: row.interface,
    direction: row.direction ?? undefined,
    flowId: row.flowId ?? undefined,
    comments: row.comments.length > 0 ? row.comments : undefined,
    matched: row.matched,
    info,
  };
}

function previewJson(result: Result & { kind: 'preview' }): Record<string, Json | undefined> {
  const { packets, rows, matches } = result;
  return {
    packets,
    rows: rows.map(rowJson),
    indicators: matches?.indicators.map(({ text, type, packets: count }) => ({
      indicator: text,
      type,
      packets: count,
    })),
    lookedFor: result.lookedFor,
    partial: partialOrNothing(result),
  };
}

/** `counts` of the histogram are of buckets from `first` on, each `bucketSeconds` wide. */
function packetsJson(preview: PacketsPreview): Json {
  const { packets, of, bytes, flows, exact, share, histogram, funnel, sample } = preview;
  return {
    preview: 'packets',
    packets,
    of,
    bytes,
    flows,
    exact,
    share,
    histogram: histogram && {
      first: time(histogram.first),
      last: time(histogram.last),
      bucketSeconds: new ExactNumber(formatSecondsExact(histogram.width)),
      counts: histogram.counts,
    },
    funnel: funnel.map(({ label, packets: left }) => ({ clause: label, packets: left })),
    rows: sample.rows.map(rowJson),
  };
}

function writeJson({ packets, files, losses, sources }: WritePreview): Json {
  return {
    preview: 'write',
    packets,
    files: files.map(({ path, format, nanoseconds, bytes, free, replaces, problem }) => ({
      path,
      format,
      nanoseconds,
      bytes,
      free,
      replaces,
      error: problem === null ? undefined : { code: problem.code, message: problem.message },
    })),
    losses,
    sources,
  };
}

/** `partial` is there where damage was passed over. */
function partialOrNothing(result: Result): true | undefined {
  return isPartial(result) || undefined;
}

/** A flag is the number that stands in the header; what has no value of its own, a list of others, is its bytes. */
function fieldJson({ name, value, text, start, end, fields }: Field, data: Uint8Array): Json {
  return {
    name,
    value: value === null ? hexDigits(data, start, end) : typeof value === 'boolean' ? Number(value) : value,
    text,
    start,
    end,
    fields: fields?.map((inner) => fieldJson(inner, data)),
  };
}

function layerJson(layer: Layer, data: Uint8Array, place: string): Json {
  const { name, title, summary, start, end, fields, problem } = layer;
  return {
    name,
    title,
    summary,
    start,
    end,
    problem: problem === null ? undefined : `${problem} (packet ${place})`,
    fields: fields.map((each) => fieldJson(each, data)),
  };
}

function packetJson(shown: ShownPacket, result: Result & { kind: 'packet' }): Json {
  const { packet, flowId } = shown;
  const place = packetPlace(packet, result.several);
  return {
    number: packet.number,
    file: result.several ? packet.file : undefined,
    timestamp: time(packet.timestamp),
    capturedLength: packet.capturedLength,
    originalLength: packet.originalLength,
    interfaceId: packet.interfaceId,
    linkType: packet.linkType,
    offset: packet.offset,
    flowId,
    sourceName: shown.sourceName ?? undefined,
    destinationName: shown.destinationName ?? undefined,
    application: packet.application,
    protocols: packet.protocols,
    layers: shownLayers(packet.layers, result.layers).map((layer) => layerJson(layer, packet.data, place)),
    comments: packet.comments,
    bytes: Buffer.from(packet.data).toString('hex'),
  };
}

/** What a cell's answer is as JSON: the last of its results. */
export function resultJson(result: Result): Json {
  const json = answerJson(result);
  return result.tagged === undefined ? json : { ...(json as Record<string, Json>), tagged: { ...result.tagged } };
}

function answerJson(result: Result): Json {
  switch (result.kind) {
    case 'count':
      return { count: result.count, partial: partialOrNothing(result) };
    case 'info':
      return summaryJson(result.summary);
    case 'stats':
      return statsJson(result.summary);
    case 'flows': {
      const { rows } = result.report;
      return { total: result.report.total, rows: rows.map(flowJson), partial: partialOrNothing(result) };
    }
    case 'written': {
      const { files, skipped, losses } = result.report;
      return {
        files: files.map(({ path, format, packets, bytes, sha256 }) => ({ path, format, packets, bytes, sha256 })),
        skipped,
        losses,
      };
    }
    case 'preview':
      return previewJson(result);
    case 'previewed':
      return result.preview.kind === 'packets' ? packetsJson(result.preview) : writeJson(result.preview);
    case 'packet':
      return {
        packets: result.packets.map((packet) => packetJson(packet, result)),
        more: result.more > 0 ? result.more : undefined,
      };
    case 'explanation':
      return result.explanation as unknown as Json;
    case 'why':
      return whyJson(result);
    case 'handle':
      return { handle: result.name, ...(result.preview === null ? {} : previewJson(result.preview)) };
    case 'handles':
      return { handles: result.rows.map((row) => ({ ...row })) };
    case 'history':
      return { history: result.rows.map((row) => ({ ...row })) };
    case 'settings':
      return { settings: result.rows };
    case 'help':
      return helpJson(result.text);
    case 'message':
      return result.json as Json;
    default:
      return {};
  }
}

function whyJson({ history, several }: Result & { kind: 'why' }): Json {
  const { packet, kept, stages } = history;
  return {
    number: packet.number,
    file: several ? packet.file : undefined,
    kept,
    stages: stages as unknown as Json,
  };
}

/** Windows of time are told beside a cell's answer. */
function windowsJson({ windows }: Result & { kind: 'windows' }): Record<string, Json> {
  return {
    windows: windows.map(({ text, zone, resolved }) => ({
      window: text,
      zone,
      ...(resolved === null
        ? { resolved: false }
        : {
            start: time(resolved.start),
            end: time(resolved.end),
            nowhere: resolved.nowhere || undefined,
            notes: resolved.notes.length > 0 ? resolved.notes : undefined,
          }),
    })),
  };
}

function helpJson(text: HelpText): Json {
  return text.about === 'protocols'
    ? { about: text.about, protocols: text.protocols.map((protocol) => ({ ...protocol })) }
    : text;
}

/** The one line of a cell. */
export function outcomeJson(outcome: Outcome): string {
  const { cell, source, ms, error, results } = outcome;
  if (error === null) {
    const last = results.at(-1);
    const answer = last === undefined ? {} : resultJson(last);
    const told = results.find((result) => result.kind === 'windows');
    const skipped = results.flatMap((result) => (result.kind === 'skipped' ? [result] : []));
    const result = {
      ...(answer as Record<string, Json>),
      ...(told === undefined ? {} : windowsJson(told)),
      ...(skipped.length === 0
        ? {}
        : { skippedLines: skipped.map(({ path, lines, first }) => ({ path, lines, first })) }),
    };
    return jsonText({ cell, source, ok: true, ms, result });
  }
  const { code, message, span } = error;
  return jsonText({ cell, source, ok: false, error: { code, message, span } });
}

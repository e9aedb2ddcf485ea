import type { PacketRow, Result } from '../commands/result.js';
import type { FlowRow } from '../src/analyze/flows.js';
import type { Summary } from '../src/analyze/summary.js';
import type { Field } from '../src/decode/layer.js';
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
  };
}

function rowJson(row: PacketRow): Json {
  const { number, source, sourcePort, destination, destinationPort, protocol, length, info } = row;
  return {
    number,
    file: row.file,
    timestamp: time(row.timestamp),
    source,
    sourcePort,
    destination,
    destinationPort,
    protocol,
    length,
    info,
  };
}

function previewJson(result: Result & { kind: 'preview' }): Record<string, Json | undefined> {
  return { packets: result.packets, rows: result.rows.map(rowJson), partial: partialOrNothing(result) };
}

/** `partial` is there where damage was passed over. */
function partialOrNothing(result: Result): true | undefined {
  return isPartial(result) || undefined;
}

function fieldJson({ fields, ...field }: Field): Json {
  return { ...field, fields: fields?.map(fieldJson) };
}

function packetJson({ packet, flowId }: Result & { kind: 'packet' }): Json {
  return {
    number: packet.number,
    file: packet.file,
    timestamp: time(packet.timestamp),
    capturedLength: packet.capturedLength,
    originalLength: packet.originalLength,
    interfaceId: packet.interfaceId,
    linkType: packet.linkType,
    offset: packet.offset,
    flowId,
    protocols: packet.protocols,
    layers: packet.layers.map((layer) => ({ ...layer, fields: layer.fields.map(fieldJson) })),
    comments: packet.comments,
    bytes: Buffer.from(packet.data).toString('hex'),
  };
}

/** What a cell's answer is as JSON: the last of its results. */
export function resultJson(result: Result): Json {
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
    case 'packet':
      return packetJson(result);
    case 'handle':
      return { handle: result.name, ...(result.preview === null ? {} : previewJson(result.preview)) };
    case 'handles':
      return { handles: result.rows.map((row) => ({ ...row })) };
    case 'history':
      return { history: result.rows.map((row) => ({ ...row })) };
    case 'settings':
      return { settings: result.rows };
    case 'help':
      return result.text;
    case 'message':
      return result.json as Json;
    default:
      return {};
  }
}

/** The one line of a cell. */
export function outcomeJson(outcome: Outcome): string {
  const { cell, source, ms, error, results } = outcome;
  if (error === null) {
    const last = results.at(-1);
    return jsonText({ cell, source, ok: true, ms, result: last === undefined ? {} : resultJson(last) });
  }
  const { code, message, span } = error;
  return jsonText({ cell, source, ok: false, error: { code, message, span } });
}

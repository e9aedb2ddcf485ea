import { hexDigits } from '../bytes/big-endian.js';
import type { Application } from './application.js';
import { findApplication } from './applications.js';
import {
  boundedFields,
  byteCount,
  bytesField,
  type ColumnPart,
  type Input,
  type LayerFunction,
  type Scope,
  type Step,
} from './dissector.js';
import type { Layer } from './layer.js';
import { findLayer, layerOf } from './registry.js';

/** Headers inside headers that are followed; what lies deeper is data. Real traffic stays below 12. */
export const MAX_LAYERS = 32;

export interface DissectOptions {
  /** Bytes of frame check sequence at the end of each frame, as the interface declares it. */
  fcsLength?: number | null;
}

/** All that is known of one packet. */
export interface Dissection {
  layers: Layer[];
  /** Names as in Wireshark's frame.protocols, outermost first: eth, ethertype, ip, tcp, data. */
  protocols: string[];
  /** What the innermost header outside a quotation says, for one line. Addresses as text without ports. */
  column: ColumnPart;
  /** Title of the layer that gave the line's text: "TCP". */
  protocol: string;
  /** What the transport carries, where that was recognized; the outermost where several do. */
  application: Application | null;
  /** Addresses of the outermost IP header, null without one. */
  source: string | null;
  destination: string | null;
  /** Transport payload of the outermost transport header as captured, exclusive end; empty at the frame's end without one. */
  payload: { start: number; end: number };
}

/** What nothing decodes: one field with the bytes. */
function dataLayer(input: Input): Step {
  const { bytes, at, end, wireEnd } = input;
  const captured = end < wireEnd ? `, ${end - at} captured` : '';
  return {
    layer: {
      name: 'data',
      title: 'Data',
      summary: byteCount(wireEnd - at) + captured,
      start: at,
      end,
      fields: [bytesField('Data', bytes, at, end)],
      problem: null,
    },
    next: null,
  };
}

/** The payload of a protocol that is known by name only. */
function unreadLayer({ name, title }: Application): LayerFunction {
  return function readPayload(input) {
    const { layer } = dataLayer(input);
    return { layer: { ...layer, name, title }, next: null };
  };
}

/** What an enclosing layer holds behind the content that a length field of the inner one ends. */
function addPadding(outer: Layer, bytes: Uint8Array, start: number, end: number): void {
  if (start < end) outer.fields.push(bytesField('Padding', bytes, start, end));
}

/**
 * Everything about the packet `bytes`, captured of a frame of `originalLength` bytes on a link of LINKTYPE_ number `linkType`. Never throws, whatever the
 * bytes; follows at most MAX_LAYERS headers.
 */
export function dissection(
  bytes: Uint8Array,
  linkType: number,
  originalLength: number = bytes.length,
  options: DissectOptions = {},
): Dissection {
  const fcs = options.fcsLength ?? 0;
  const frameEnd = Math.max(bytes.length, originalLength);
  const wire = Math.max(0, frameEnd - fcs);
  const result: Dissection = {
    layers: [],
    protocols: [],
    column: {},
    protocol: 'Data',
    application: null,
    source: null,
    destination: null,
    payload: { start: bytes.length, end: bytes.length },
  };
  const scope: Scope = { network: null, transport: null, fragment: false, quoted: false };
  let input: Input = { bytes, at: 0, end: Math.min(bytes.length, wire), wireEnd: wire, cut: false, scope };
  let read: LayerFunction | null = findLayer('linkType', linkType);
  let via: string | undefined;
  let empty = false;
  let isCarried = false;
  while (result.layers.length < MAX_LAYERS) {
    const known = read !== null && result.layers.length < MAX_LAYERS - 1;
    if (via !== undefined) result.protocols.push(via);
    // Nothing to show of data of which no byte was captured.
    if (!known && input.at >= input.end) break;
    const step: Step = known ? read!(input) : dataLayer(input);
    if (!known && read !== null)
      step.layer.problem = `layers: ${MAX_LAYERS} are followed at most, what begins at byte ${input.at} is shown as data`;
    const outer = result.layers[result.layers.length - 1];
    if (empty && input.at >= input.wireEnd) {
      // An IP packet that ends with its header holds no header of its protocol: said there, and no layer made of it.
      outer.problem ??= step.layer.problem;
      break;
    }
    if (step.contentEnd !== undefined && outer !== undefined)
      addPadding(outer, bytes, Math.max(step.contentEnd, step.layer.end), input.end);
    step.layer.summary = clipped(step.layer.summary);
    step.layer.fields = boundedFields(step.layer.fields);
    result.layers.push(step.layer);
    // A message behind another one of its protocol: frame.protocols has the name once.
    if (!isCarried || outer.name !== step.layer.name) result.protocols.push(step.layer.name);
    takeColumn(result, step, input);
    const { next } = step;
    if (next === null) break;
    via = next.via;
    empty = next.table === 'ipProtocol';
    isCarried = next.table === 'application';
    input = {
      bytes,
      at: next.at,
      end: Math.max(next.at, Math.min(input.end, next.wireEnd)),
      wireEnd: next.wireEnd,
      cut: false,
      scope: { ...input.scope, ...next.scope },
    };
    read = next.table === 'application' ? applicationLayer(result, input) : findLayer(next.table, next.key);
  }
  if (fcs > 0 && wire < bytes.length && result.layers.length > 0) {
    const sequence = {
      name: 'Frame Check Sequence',
      value: hexDigits(bytes, wire),
      text: hexDigits(bytes, wire),
      start: wire,
      end: bytes.length,
    };
    result.layers[0].fields.push(sequence);
  }
  return result;
}

/** Who reads what the transport carries; null: nobody knows it. */
function applicationLayer(result: Dissection, input: Input): LayerFunction | null {
  const { transport, quoted } = input.scope;
  const application = transport === null ? null : findApplication(transport, input);
  if (application === null) return null;
  if (!quoted) {
    result.application ??= application;
    result.protocol = application.title;
  }
  return layerOf(application) ?? unreadLayer(application);
}

/** Characters of a line about a layer: a request of 64 KiB is in its fields. */
const LINE = 400;

function clipped(text: string): string {
  // Never half of a character of two units.
  return text.length <= LINE ? text : `${text.slice(0, LINE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function takeColumn(result: Dissection, step: Step, input: Input): void {
  if (input.scope.quoted) return;
  const { column, payload } = step;
  if (payload !== undefined && result.payload.start === input.bytes.length) {
    result.payload = { start: payload.start, end: Math.max(payload.start, Math.min(input.end, payload.wireEnd)) };
  }
  if (column === undefined) {
    if (result.column.info === undefined) result.protocol = titleOf(step, result);
    return;
  }
  if (
    column.source !== undefined &&
    result.source === null &&
    input.scope.network === null &&
    step.layer.name.startsWith('ip')
  ) {
    result.source = column.source;
    result.destination = column.destination ?? null;
  }
  // New addresses end what was known of ports.
  if (column.source !== undefined)
    result.column = { ...result.column, sourcePort: undefined, destinationPort: undefined };
  result.column = { ...result.column, ...column };
  if (column.info === undefined) return;
  result.column.info = clipped(column.info);
  result.protocol = titleOf(step, result);
}

/** What a packet is when nothing follows this layer. Extension headers are IPv6 (RFC 8200 section 4). */
function titleOf({ layer }: Step, { protocol }: Dissection): string {
  return layer.name.startsWith('ipv6.') ? protocol : layer.title;
}

/** The layers of a packet down to its transport payload. See `dissection` for the arguments. */
export function dissect(
  bytes: Uint8Array,
  linkType: number,
  originalLength?: number,
  options?: DissectOptions,
): Layer[] {
  return dissection(bytes, linkType, originalLength, options).layers;
}

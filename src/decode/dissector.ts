import { hexDigits } from '../bytes/big-endian.js';
import { counted } from '../bytes/size.js';
import type { Field, Layer } from './layer.js';

/**
 * How layers find each other. A layer function reads one header at a place in a frame and answers with the `Layer` and with what comes next, named by the
 * list (a table of the registry) and the key that its own header gives: EtherType 0x0800, IP protocol 6. No protocol's file imports another's.
 */

/** Lists of the registry, named by what their keys are. */
export type Table =
  | 'linkType'
  | 'etherType'
  | 'ipProtocol'
  | 'pppProtocol'
  | 'llcSap'
  | 'ciscoProtocol'
  | 'bridgedProtocol'
  | 'direct'
  | 'application'
  | 'data';

/** Keys of the list `direct`: layers that another header implies without a number. */
export const Direct = { llc: 1, ethernet: 2, ppp: 3, ieee80211: 4, ieee80211Aligned: 5, radiotap: 6, sdp: 30 } as const;

/** Addresses of the innermost IP header, as places in the frame: what a pseudo-header needs. */
export interface NetworkScope {
  family: 4 | 6;
  source: number;
  /** The final destination: with a routing header that has segments left, its last segment. */
  destination: number;
}

/** Ports of the innermost transport header, and its IP protocol number. */
export interface TransportScope {
  protocol: number;
  sourcePort: number;
  destinationPort: number;
}

/** What a header knows of the headers around it. */
export interface Scope {
  network: NetworkScope | null;
  /** null above no transport. */
  transport: TransportScope | null;
  /** The IP payload is one fragment of several: transport lengths and checksums cannot be judged. */
  fragment: boolean;
  /** Inside the packet that an ICMP error quotes: it may be cut anywhere, and its addresses are not this packet's. */
  quoted: boolean;
}

export interface Input {
  /** The captured frame. */
  bytes: Uint8Array;
  /** Where the header begins. */
  at: number;
  /** Where the captured bytes of the enclosing layer's content end, exclusive. */
  end: number;
  /** Where that content ended on the wire: beyond `end` when the capture cut it. */
  wireEnd: number;
  /** The header itself is cut: `bytes` were extended by zeros to show the fields that are there. */
  cut: boolean;
  scope: Scope;
}

export interface Next {
  /** `application`: whatever `scope.transport` carries, found by its content and ports; `key` means nothing there. */
  table: Table;
  key: number;
  at: number;
  wireEnd: number;
  /** Name that Wireshark's frame.protocols puts between the two layers ("ethertype"). */
  via?: string;
  scope?: Partial<Scope>;
}

/** What a line about the packet takes from a layer; the innermost layer that says something wins. */
export interface ColumnPart {
  source?: string;
  destination?: string;
  sourcePort?: number;
  destinationPort?: number;
  info?: string;
}

export interface Step {
  layer: Layer;
  next: Next | null;
  /** Where this layer's header and content end by its own length field; what the enclosing layer holds beyond is padding. */
  contentEnd?: number;
  column?: ColumnPart;
  /** This layer carries a transport payload from here on. */
  payload?: { start: number; wireEnd: number };
}

export type LayerFunction = (input: Input) => Step;

/** A protocol as the lists of the registry hold it, exported by its own file: who it is, where it is written down, who reads it. */
export interface Protocol {
  /** As in Wireshark's frame.protocols: the name of its layers. */
  name: string;
  /** For people: "IPv4". */
  title: string;
  /** "RFC 791". */
  specification: string;
  layer: LayerFunction;
}

/** "IPv4 header: 20 bytes required, 12 available, at byte 14". Whoever knows the packet's number adds it. */
export function shortfall(what: string, required: number, available: number, at: number): string {
  return `${what}: ${byteCount(required)} required, ${available} available, at byte ${at}`;
}

/** "1 byte", "1448 bytes": without separators, as tcpdump prints lengths. */
export function byteCount(bytes: number): string {
  return counted(bytes, 'byte', String(bytes));
}

/** A field of `length` bytes. The name is the specification's own, in title case; its text is the value in words. */
export function field(
  name: string,
  start: number,
  length: number,
  value: Field['value'],
  text = String(value),
  fields?: Field[],
): Field {
  const made: Field = { name, value, text, start, end: start + length };
  if (fields !== undefined && fields.length > 0) made.fields = fields;
  return made;
}

const HEX_SHOWN = 32;

/** A field of raw bytes: value in hex, text limited to its first bytes. */
export function bytesField(name: string, bytes: Uint8Array, start: number, end: number): Field {
  const more = end - start > HEX_SHOWN ? `… (${byteCount(end - start)})` : '';
  const text = hexDigits(bytes, start, Math.min(end, start + HEX_SHOWN)) + more;
  return { name, value: hexDigits(bytes, start, end), text, start, end };
}

/** "UDP (17)", or the number alone where the list has no name for it. */
export function named(names: Readonly<Record<number, string>>, value: number, number = String(value)): string {
  const name = names[value];
  return name === undefined ? number : `${name} (${number})`;
}

/** Fields of a header whose fixed part is not all there: those that end within the captured bytes. */
function fieldsWithin(fields: Field[], end: number): Field[] {
  return fields
    .filter((one) => one.end <= end)
    .map((one) => (one.fields === undefined ? one : { ...one, fields: fieldsWithin(one.fields, end) }));
}

/**
 * Makes `read` safe for a header cut within its first `required` bytes: it then reads a copy extended by zeros, of which only the fields that were
 * captured whole are kept, the problem says what is missing, and nothing follows.
 */
export function header(what: string, required: number, read: LayerFunction): LayerFunction {
  return function readHeader(input) {
    const available = input.end - input.at;
    if (available >= required) return read(input);
    const bytes = new Uint8Array(input.at + required);
    bytes.set(input.bytes.subarray(0, input.end));
    const end = bytes.length;
    const { layer } = read({ ...input, bytes, end, wireEnd: Math.max(input.wireEnd, end), cut: true });
    const problem = shortfall(what, required, available, input.at);
    const summary = `cut after ${available} of ${byteCount(required)}`;
    return {
      layer: { ...layer, summary, end: input.end, fields: fieldsWithin(layer.fields, input.end), problem },
      next: null,
    };
  };
}

/** The first of several possible problems. */
export function firstProblem(...problems: (string | null | false)[]): string | null {
  for (const problem of problems) if (problem) return problem;
  return null;
}

/** Fields of a layer that are kept, those within others counted: more than the lists that decoders bound themselves; a packet may have tens of thousands. */
export const MAX_FIELDS = 5000;

function countOf(fields: readonly Field[]): number {
  let count = fields.length;
  for (const one of fields) if (one.fields !== undefined) count += countOf(one.fields);
  return count;
}

/** The first of `fields`, `limit` of them with those within them; what is left out is told by a last field in each list that it is missing from. */
export function boundedFields(fields: Field[], limit = MAX_FIELDS): Field[] {
  if (countOf(fields) <= limit) return fields;
  let left = limit;
  const keep = (list: Field[]): Field[] => {
    const kept: Field[] = [];
    for (const one of list) {
      if (left === 0) {
        const rest = list.slice(kept.length);
        const end = rest.reduce((last, { end }) => Math.max(last, end), rest[0].start);
        const count = countOf(rest);
        kept.push(field('Further Fields', rest[0].start, end - rest[0].start, count, `${count}, which are not shown`));
        break;
      }
      left--;
      kept.push(one.fields === undefined ? one : { ...one, fields: keep(one.fields) });
    }
    return kept;
  };
  return keep(fields);
}

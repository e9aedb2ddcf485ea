import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import {
  bytesField,
  Direct,
  field,
  firstProblem,
  header,
  type Input,
  type LayerFunction,
  type Next,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { announcedLength, isControl, isThird, L2tp, L2tpFlag } from './l2tp.js';
import { readAvps } from './l2tp-avps.js';

/** Headers and control messages of L2TP field by field, over UDP and over IP; specification and flags stand in l2tp.ts. */

export interface L2tpView {
  flagsAndVersion: number;
  /** null: the flags say that there is none. */
  length: number | null;
  /** Data of version 3 over UDP: the 16 bits before the session ID. */
  reserved: number | null;
  /** Tunnel ID and session ID of version 2, control connection ID or session ID of version 3: 32 bits. */
  identifier: number;
  ns: number | null;
  nr: number | null;
  offsetSize: number | null;
  /** Bytes that the offset size skips, as far as they are there; a view, not a copy. */
  offsetPad: Uint8Array;
  /** In bytes, the offset padding included. */
  headerLength: number;
}

/** The header at `at`, or null when the fields that its flags announce do not end by `end`. */
export function viewL2tp(bytes: Uint8Array, at: number, end: number): L2tpView | null {
  if (end - at < 2) return null;
  const flags = u16(bytes, at);
  const announced = announcedLength(flags);
  if (end - at < announced) return null;
  let place = at + 2;
  const take = (present: number | boolean): number | null => {
    if (!present) return null;
    place += 2;
    return u16(bytes, place - 2);
  };
  const isData3 = isThird(flags) && !isControl(flags);
  const length = take(!isData3 && flags & L2tpFlag.length);
  const reserved = take(isData3);
  const identifier = u32(bytes, place);
  place += 4;
  const ns = take(!isData3 && flags & L2tpFlag.sequence);
  const nr = take(!isData3 && flags & L2tpFlag.sequence);
  const offsetSize = take(!isThird(flags) && flags & L2tpFlag.offset);
  const offsetPad = bytes.subarray(place, Math.min(end, place + (offsetSize ?? 0)));
  return {
    flagsAndVersion: flags,
    length,
    reserved,
    identifier,
    ns,
    nr,
    offsetSize,
    offsetPad,
    headerLength: announced + (offsetSize ?? 0),
  };
}

/** The header's bytes; with `payloadLength` its length is computed where it has one. */
export function emitL2tp(view: L2tpView, compute: { payloadLength?: number } = {}): Uint8Array {
  const announced = announcedLength(view.flagsAndVersion);
  const bytes = new Uint8Array(announced + view.offsetPad.length);
  const { payloadLength } = compute;
  setU16(bytes, 0, view.flagsAndVersion);
  let place = 2;
  const put = (value: number | null): void => {
    if (value === null) return;
    setU16(bytes, place, value);
    place += 2;
  };
  put(view.length !== null && payloadLength !== undefined ? bytes.length + payloadLength : view.length);
  put(view.reserved);
  setU32(bytes, place, view.identifier);
  place += 4;
  put(view.ns);
  put(view.nr);
  put(view.offsetSize);
  bytes.set(view.offsetPad, place);
  return bytes;
}

function flagsField(flags: number, at: number): Field {
  const bit = (name: string, mask: number, words = ['not set', 'set']): Field =>
    field(name, at, 2, (flags & mask) !== 0, words[flags & mask ? 1 : 0]);
  const version = flags & L2tpFlag.version;
  const fields = [
    bit('T', L2tpFlag.type, ['data message', 'control message']),
    ...(isThird(flags) && !isControl(flags) ? [] : [bit('L', L2tpFlag.length), bit('S', L2tpFlag.sequence)]),
    ...(isThird(flags) ? [] : [bit('O', L2tpFlag.offset), bit('P', L2tpFlag.priority)]),
    field('Ver', at, 2, version),
  ];
  const kind = isControl(flags) ? 'control message' : 'data message';
  return field('Flags and Version', at, 2, flags, `${hexNumber(flags, 4)} ${kind}, version ${version}`, fields);
}

function headerFields(view: L2tpView, bytes: Uint8Array, at: number, end: number): Field[] {
  const flags = view.flagsAndVersion;
  const fields = [flagsField(flags, at)];
  let place = at + 2;
  const add = (name: string, length: number, value: number | null): void => {
    if (value === null) return;
    fields.push(field(name, place, length, value));
    place += length;
  };
  add('Length', 2, view.length);
  add('Reserved', 2, view.reserved);
  if (!isThird(flags)) {
    add('Tunnel ID', 2, view.identifier >>> 16);
    add('Session ID', 2, view.identifier & 0xffff);
  } else add(isControl(flags) ? 'Control Connection ID' : 'Session ID', 4, view.identifier);
  add('Ns', 2, view.ns);
  add('Nr', 2, view.nr);
  add('Offset Size', 2, view.offsetSize);
  const padEnd = Math.min(end, place + view.offsetPad.length);
  if (place < padEnd) fields.push(bytesField('Offset Pad', bytes, place, padEnd));
  return fields;
}

function identity(view: L2tpView): string {
  const flags = view.flagsAndVersion;
  if (!isThird(flags)) return `tunnel ${view.identifier >>> 16}  session ${view.identifier & 0xffff}`;
  return `${isControl(flags) ? 'connection' : 'session'} ${view.identifier}`;
}

function readL2tp(input: Input): Step {
  const { bytes, at, end } = input;
  const view = viewL2tp(bytes, at, end)!;
  const flags = view.flagsAndVersion;
  const version = flags & L2tpFlag.version;
  const headerEnd = at + view.headerLength;
  const contentEnd = view.length === null ? input.wireEnd : at + view.length;
  const wireEnd = Math.max(headerEnd, Math.min(contentEnd, input.wireEnd));
  const isKnown = version === 2 || version === 3;
  const avps = isControl(flags) && isKnown ? readAvps(bytes, headerEnd, Math.min(end, wireEnd), wireEnd) : null;
  const words = avps === null ? 'data' : (avps.message ?? 'acknowledgment');
  const numbers = view.ns === null ? '' : `  Ns ${view.ns}  Nr ${view.nr}`;
  return {
    layer: {
      name: 'l2tp',
      title: 'L2TP',
      summary: `${words}  ${identity(view)}${numbers}`,
      start: at,
      end: avps === null ? Math.min(end, headerEnd) : Math.min(end, wireEnd),
      fields: [...headerFields(view, bytes, at, end), ...(avps?.fields ?? [])],
      problem: firstProblem(
        !isKnown && `L2TP version: ${version}, 2 or 3 required, at byte ${at + 1}`,
        headerEnd > input.wireEnd && shortfall('L2TP offset', view.offsetSize ?? 0, view.offsetPad.length, headerEnd),
        view.length !== null &&
          view.length < view.headerLength &&
          `L2TP length: ${view.length} bytes, at least ${view.headerLength} required, at byte ${at + L2tp.length}`,
        contentEnd > input.wireEnd && shortfall('L2TP length', view.length ?? 0, input.wireEnd - at, at),
        avps?.problem ?? null,
      ),
    },
    contentEnd,
    // An offset that points behind the message leaves nothing to read.
    next: avps === null && headerEnd <= input.wireEnd ? dataOf(flags, headerEnd, wireEnd) : null,
    column: { info: `${words} ${identity(view)}${numbers}` },
  };
}

/** What version 3 carries, and how long a cookie stands before it, was agreed in control messages. */
function dataOf(flags: number, at: number, wireEnd: number): Next {
  return (flags & L2tpFlag.version) === 2
    ? { table: 'direct', key: Direct.ppp, at, wireEnd }
    : { table: 'data', key: 0, at, wireEnd };
}

const READERS: ReadonlyMap<number, LayerFunction> = new Map(
  [6, 8, 10, 12, 14].map((length) => [length, header('L2TP header', length, readL2tp)]),
);

export const layerL2tp: LayerFunction = (input) => {
  const { bytes, at, end } = input;
  // Missing bytes count as zeros, as `header` fills them in.
  const flags = ((at < end ? bytes[at] : 0) << 8) | (at + 1 < end ? bytes[at + 1] : 0);
  return READERS.get(announcedLength(flags))!(input);
};

/** The session ID that version 3 begins with over IP (RFC 3931 section 4.1.1). */
const SESSION_ID = 4;

const layerL2tpIp = header('L2TP session ID', SESSION_ID, (input: Input): Step => {
  const { bytes, at, wireEnd } = input;
  const session = u32(bytes, at);
  const content = at + SESSION_ID;
  const first = field('Session ID', at, SESSION_ID, session, session === 0 ? '0 (control message)' : String(session));
  if (session === 0 && !input.cut) {
    const step = layerL2tp({ ...input, at: content });
    return { ...step, layer: { ...step.layer, start: at, fields: [first, ...step.layer.fields] } };
  }
  const words = `data  session ${session}`;
  return {
    layer: { name: 'l2tp', title: 'L2TP', summary: words, start: at, end: content, fields: [first], problem: null },
    next: { table: 'data', key: 0, at: content, wireEnd: Math.max(content, wireEnd) },
    column: { info: words },
  };
});

/** Version 3 over IP. */
export const l2tpIp: Protocol = { name: 'l2tp', title: 'L2TP', specification: 'RFC 3931', layer: layerL2tpIp };

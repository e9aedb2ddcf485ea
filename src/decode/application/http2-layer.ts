import { setU32, u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { flagWords } from './flag-words.js';
import { FrameType, Http2Frame, PREFACE } from './http2.js';
import { textField } from './text-fields.js';
import { startsWith } from './text-lines.js';

/** Frames of HTTP/2 field by field; specification and offsets stand in http2.ts. */

export interface Http2FrameView {
  /** Of the payload, bytes. */
  length: number;
  type: number;
  flags: number;
  reserved: number;
  streamId: number;
}

/** The frame header at `at`, or null when its 9 bytes do not end by `end`. */
export function viewHttp2Frame(bytes: Uint8Array, at: number, end: number): Http2FrameView | null {
  if (end - at < Http2Frame.length) return null;
  const stream = u32(bytes, at + Http2Frame.streamId);
  return {
    length: u32(bytes, at) >>> 8,
    type: bytes[at + Http2Frame.type],
    flags: bytes[at + Http2Frame.flags],
    reserved: stream >>> 31,
    streamId: stream & 0x7fffffff,
  };
}

/** The frame header's bytes; with `payload` its length is computed. */
export function emitHttp2Frame(view: Http2FrameView, compute: { payload?: Uint8Array } = {}): Uint8Array {
  const bytes = new Uint8Array(Http2Frame.length);
  setU32(bytes, 0, ((compute.payload?.length ?? view.length) << 8) | view.type);
  bytes[Http2Frame.flags] = view.flags;
  setU32(bytes, Http2Frame.streamId, (view.reserved << 31) | view.streamId);
  return bytes;
}

/** RFC 9113 section 6; ALTSVC by RFC 7838, ORIGIN by RFC 8336, PRIORITY_UPDATE by RFC 9218. */
export const HTTP2_TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'DATA',
  1: 'HEADERS',
  2: 'PRIORITY',
  3: 'RST_STREAM',
  4: 'SETTINGS',
  5: 'PUSH_PROMISE',
  6: 'PING',
  7: 'GOAWAY',
  8: 'WINDOW_UPDATE',
  9: 'CONTINUATION',
  10: 'ALTSVC',
  12: 'ORIGIN',
  16: 'PRIORITY_UPDATE',
};

const SETTING_NAMES: Readonly<Record<number, string>> = {
  1: 'SETTINGS_HEADER_TABLE_SIZE',
  2: 'SETTINGS_ENABLE_PUSH',
  3: 'SETTINGS_MAX_CONCURRENT_STREAMS',
  4: 'SETTINGS_INITIAL_WINDOW_SIZE',
  5: 'SETTINGS_MAX_FRAME_SIZE',
  6: 'SETTINGS_MAX_HEADER_LIST_SIZE',
  8: 'SETTINGS_ENABLE_CONNECT_PROTOCOL',
  9: 'SETTINGS_NO_RFC7540_PRIORITIES',
};

const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: 'NO_ERROR',
  1: 'PROTOCOL_ERROR',
  2: 'INTERNAL_ERROR',
  3: 'FLOW_CONTROL_ERROR',
  4: 'SETTINGS_TIMEOUT',
  5: 'STREAM_CLOSED',
  6: 'FRAME_SIZE_ERROR',
  7: 'REFUSED_STREAM',
  8: 'CANCEL',
  9: 'COMPRESSION_ERROR',
  10: 'CONNECT_ERROR',
  11: 'ENHANCE_YOUR_CALM',
  12: 'INADEQUATE_SECURITY',
  13: 'HTTP_1_1_REQUIRED',
};

/** Flags that each type defines: the others have no meaning there. */
const FLAGS: Readonly<Record<number, readonly [number, string][]>> = {
  0: [
    [0x1, 'END_STREAM'],
    [0x8, 'PADDED'],
  ],
  1: [
    [0x1, 'END_STREAM'],
    [0x4, 'END_HEADERS'],
    [0x8, 'PADDED'],
    [0x20, 'PRIORITY'],
  ],
  4: [[0x1, 'ACK']],
  5: [
    [0x4, 'END_HEADERS'],
    [0x8, 'PADDED'],
  ],
  6: [[0x1, 'ACK']],
  9: [[0x4, 'END_HEADERS']],
};

function settings(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  for (let place = at; place + 6 <= end; place += 6) {
    const id = u16(bytes, place);
    const value = u32(bytes, place + 2);
    fields.push(
      field('Setting', place, 6, id, `${SETTING_NAMES[id] ?? id}: ${value}`, [
        field('Identifier', place, 2, id, named(SETTING_NAMES, id)),
        field('Value', place + 2, 4, value),
      ]),
    );
  }
  return fields;
}

/** Fields of a whole payload; bytes where the frame has no fixed form. */
function payloadFields({ type, streamId }: Http2FrameView, bytes: Uint8Array, at: number, end: number): Field[] {
  const size = end - at;
  if (type === FrameType.settings && streamId === 0) return settings(bytes, at, end);
  if (type === FrameType.windowUpdate && size === 4) {
    return [
      field('Reserved', at, 4, bytes[at] >>> 7),
      field('Window Size Increment', at, 4, u32(bytes, at) & 0x7fffffff),
    ];
  }
  if (type === FrameType.reset && size === 4) {
    return [field('Error Code', at, 4, u32(bytes, at), named(ERROR_NAMES, u32(bytes, at)))];
  }
  if (type === FrameType.goAway && size >= 8) {
    const fields = [
      field('Reserved', at, 4, bytes[at] >>> 7),
      field('Last-Stream-ID', at, 4, u32(bytes, at) & 0x7fffffff),
      field('Error Code', at + 4, 4, u32(bytes, at + 4), named(ERROR_NAMES, u32(bytes, at + 4))),
    ];
    if (size > 8) fields.push(textField('Additional Debug Data', bytes, at + 8, end));
    return fields;
  }
  if (type === FrameType.ping && size === 8) return [bytesField('Opaque Data', bytes, at, end)];
  return size > 0 ? [bytesField('Frame Payload', bytes, at, end)] : [];
}

function frameField(view: Http2FrameView, bytes: Uint8Array, at: number, payloadEnd: number): Field {
  const payload = at + Http2Frame.length;
  const flags = flagWords(FLAGS[view.type] ?? [], view.flags, 2);
  return field('Frame', at, payloadEnd - at, view.type, frameWord(view), [
    field('Length', at, 3, view.length),
    field('Type', at + Http2Frame.type, 1, view.type, named(HTTP2_TYPE_NAMES, view.type)),
    field('Flags', at + Http2Frame.flags, 1, view.flags, flags),
    field('Reserved', at + Http2Frame.streamId, 4, view.reserved),
    field('Stream Identifier', at + Http2Frame.streamId, 4, view.streamId),
    ...payloadFields(view, bytes, payload, payloadEnd),
  ]);
}

/** "SETTINGS[0]", as Wireshark lists frames. */
function frameWord({ type, streamId }: Http2FrameView): string {
  return `${HTTP2_TYPE_NAMES[type] ?? `Unknown type ${type}`}[${streamId}]`;
}

const MAX_FRAMES = 1000;

export function layerHttp2({ bytes, at, end, wireEnd }: Input): Step {
  const fields: Field[] = [];
  const words: string[] = [];
  let problem: string | null = null;
  let place = at;
  if (startsWith(bytes, at, end, PREFACE)) {
    place += PREFACE.length;
    fields.push(textField('Connection Preface', bytes, at, place));
    words.push('Magic');
  }
  while (place < end) {
    const view = words.length < MAX_FRAMES ? viewHttp2Frame(bytes, place, end) : null;
    if (view === null) {
      problem =
        words.length < MAX_FRAMES
          ? shortfall('HTTP/2 frame header', Http2Frame.length, end - place, place)
          : `HTTP/2: more than ${MAX_FRAMES} frames, the rest is not read, at byte ${place}`;
      break;
    }
    const next = place + Http2Frame.length + view.length;
    fields.push(frameField(view, bytes, place, Math.min(end, next)));
    words.push(frameWord(view));
    // A frame may go on in the next segment; only what the capture cut off is missing.
    if (next > end && end < wireEnd) problem = shortfall('HTTP/2 frame', next - place, Math.max(0, end - place), place);
    place = Math.min(end, next);
  }
  const info = words.slice(0, 20).join(', ') + (words.length > 20 ? ', …' : '');
  return {
    layer: { name: 'http2', title: 'HTTP2', summary: info, start: at, end: place, fields, problem },
    next: place < end ? { table: 'data', key: 0, at: place, wireEnd } : null,
    column: { info },
  };
}

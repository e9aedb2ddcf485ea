import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { bytesField, field, firstProblem, header, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';

/** Real-time Transport Protocol: RFC 3550 section 5.1, header extension section 5.3.1, payload types RFC 3551. Offsets in bytes. */
export const Rtp = { first: 0, second: 1, sequence: 2, timestamp: 4, ssrc: 8, csrc: 12, length: 12 } as const;

export interface RtpView {
  version: number;
  padding: boolean;
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** As stored: how many contributing sources the header says it has. */
  csrcCount: number;
  /** Those that are there. */
  csrc: number[];
  hasExtension: boolean;
  /** null: none, or not all there. Its data are whole 32-bit words. */
  extension: { profile: number; length: number; data: Uint8Array } | null;
  /** Header with contributing sources and extension, as far as it is there. */
  headerLength: number;
}

/** The header at `at`, or null when its 12 fixed bytes do not end by `end`. */
export function viewRtp(bytes: Uint8Array, at: number, end: number): RtpView | null {
  if (end - at < Rtp.length) return null;
  const csrcCount = bytes[at] & 15;
  const csrc: number[] = [];
  let place = at + Rtp.csrc;
  for (; csrc.length < csrcCount && place + 4 <= end; place += 4) csrc.push(u32(bytes, place));
  const hasExtension = (bytes[at] & 0x10) !== 0;
  let extension: RtpView['extension'] = null;
  if (hasExtension && csrc.length === csrcCount && place + 4 <= end) {
    const length = u16(bytes, place + 2);
    if (place + 4 + 4 * length <= end) {
      extension = { profile: u16(bytes, place), length, data: bytes.subarray(place + 4, place + 4 + 4 * length) };
      place += 4 + 4 * length;
    }
  }
  return {
    version: bytes[at] >>> 6,
    padding: (bytes[at] & 0x20) !== 0,
    marker: bytes[at + 1] >= 0x80,
    payloadType: bytes[at + 1] & 0x7f,
    sequence: u16(bytes, at + Rtp.sequence),
    timestamp: u32(bytes, at + Rtp.timestamp),
    ssrc: u32(bytes, at + Rtp.ssrc),
    csrcCount,
    csrc,
    hasExtension,
    extension,
    headerLength: place - at,
  };
}

/** The header's bytes; `counts` computes the number of contributing sources and the extension's length. */
export function emitRtp(view: RtpView, compute: { counts?: boolean } = {}): Uint8Array {
  const { csrc, extension } = view;
  const bytes = new Uint8Array(Rtp.length + 4 * csrc.length + (extension === null ? 0 : 4 + extension.data.length));
  const csrcCount = compute.counts ? csrc.length : view.csrcCount;
  bytes[0] = (view.version << 6) | (view.padding ? 0x20 : 0) | (view.hasExtension ? 0x10 : 0) | csrcCount;
  bytes[1] = (view.marker ? 0x80 : 0) | view.payloadType;
  setU16(bytes, Rtp.sequence, view.sequence);
  setU32(bytes, Rtp.timestamp, view.timestamp);
  setU32(bytes, Rtp.ssrc, view.ssrc);
  csrc.forEach((source, i) => {
    setU32(bytes, Rtp.csrc + 4 * i, source);
  });
  if (extension !== null) {
    const place = Rtp.csrc + 4 * csrc.length;
    setU16(bytes, place, extension.profile);
    setU16(bytes, place + 2, compute.counts ? extension.data.length >>> 2 : extension.length);
    bytes.set(extension.data, place + 4);
  }
  return bytes;
}

/** RFC 3551 section 6, and IANA's registry of RTP payload types. */
export const PAYLOAD_TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  4: 'G723',
  5: 'DVI4 8000',
  6: 'DVI4 16000',
  7: 'LPC',
  8: 'PCMA',
  9: 'G722',
  10: 'L16 stereo',
  11: 'L16 mono',
  12: 'QCELP',
  13: 'CN',
  14: 'MPA',
  15: 'G728',
  16: 'DVI4 11025',
  17: 'DVI4 22050',
  18: 'G729',
  25: 'CelB',
  26: 'JPEG',
  28: 'nv',
  31: 'H261',
  32: 'MPV',
  33: 'MP2T',
  34: 'H263',
};

function payloadTypeText(type: number): string {
  return named(PAYLOAD_TYPE_NAMES, type, type >= 96 ? `dynamic (${type})` : String(type));
}

const ONE_BYTE_PROFILE = 0xbede;

/** Elements of one-byte and two-byte form: RFC 8285 section 4. */
function extensionElements(bytes: Uint8Array, profile: number, start: number, end: number): Field[] {
  const isShort = profile === ONE_BYTE_PROFILE;
  if (!isShort && profile >>> 4 !== 0x100) return [];
  const fields: Field[] = [];
  for (let at = start; at < end; ) {
    if (bytes[at] === 0) {
      at++;
      continue;
    }
    const id = isShort ? bytes[at] >>> 4 : bytes[at];
    if (isShort && id === 15) break;
    const head = isShort ? 1 : 2;
    if (at + head > end) break;
    const length = isShort ? (bytes[at] & 15) + 1 : bytes[at + 1];
    const next = at + head + length;
    if (next > end) break;
    const element = bytesField('Extension Element', bytes, at + head, next);
    fields.push({
      ...element,
      text: `ID ${id}: ${element.text}`,
      start: at,
      fields: [
        field('ID', at, 1, id),
        field('Length', at + head - 1, 1, isShort ? length - 1 : length, String(length)),
        bytesField('Data', bytes, at + head, next),
      ],
    });
    at = next;
  }
  return fields;
}

function extensionFields(view: RtpView, bytes: Uint8Array, at: number): Field[] {
  if (view.extension === null) return [];
  const { profile, length, data } = view.extension;
  const place = at + Rtp.csrc + 4 * view.csrc.length;
  const end = place + 4 + data.length;
  const inner = [
    field('Defined by Profile', place, 2, profile, hexNumber(profile, 4)),
    field('Length', place + 2, 2, length, `${length} (${4 * length} bytes)`),
    ...extensionElements(bytes, profile, place + 4, end),
  ];
  if (inner.length === 2 && length > 0) inner.push(bytesField('Header Extension Data', bytes, place + 4, end));
  return [{ ...bytesField('Header Extension', bytes, place, end), fields: inner }];
}

function csrcFields(view: RtpView, at: number): Field[] {
  return view.csrc.map((source, i) => field('CSRC', at + Rtp.csrc + 4 * i, 4, source, hexNumber(source, 8)));
}

export const layerRtp = header('RTP header', Rtp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const view = viewRtp(bytes, at, end)!;
  const payload = at + view.headerLength;
  const paddingCount = view.padding && end === wireEnd && end > payload ? bytes[end - 1] : 0;
  const isPadded = paddingCount > 0 && paddingCount <= end - payload;
  const payloadEnd = isPadded ? end - paddingCount : end;
  const type = PAYLOAD_TYPE_NAMES[view.payloadType] ?? `${view.payloadType}`;
  const info = `PT=${type}, SSRC=${hexNumber(view.ssrc, 1)}, Seq=${view.sequence}, Time=${view.timestamp}${view.marker ? ', Mark' : ''}`;
  const fields = [
    field('Version', at, 1, view.version),
    field('Padding', at, 1, view.padding, view.padding ? 'set' : 'not set'),
    field('Extension', at, 1, view.hasExtension, view.hasExtension ? 'set' : 'not set'),
    field('CSRC Count', at, 1, view.csrcCount),
    field('Marker', at + 1, 1, view.marker, view.marker ? 'set' : 'not set'),
    field('Payload Type', at + 1, 1, view.payloadType, payloadTypeText(view.payloadType)),
    field('Sequence Number', at + Rtp.sequence, 2, view.sequence),
    field('Timestamp', at + Rtp.timestamp, 4, view.timestamp),
    field('SSRC', at + Rtp.ssrc, 4, view.ssrc, hexNumber(view.ssrc, 8)),
    ...csrcFields(view, at),
    ...extensionFields(view, bytes, at),
  ];
  if (payloadEnd > payload && !input.cut) fields.push(bytesField('Payload', bytes, payload, payloadEnd));
  if (isPadded) {
    if (paddingCount > 1) fields.push(bytesField('Padding Data', bytes, payloadEnd, end - 1));
    fields.push(field('Padding Count', end - 1, 1, paddingCount));
  }
  const required = Rtp.length + 4 * view.csrcCount;
  return {
    layer: {
      name: 'rtp',
      title: 'RTP',
      summary: info,
      start: at,
      end: Math.max(end, payload),
      fields,
      problem: firstProblem(
        view.version !== 2 && `RTP version: ${view.version}, 2 required, at byte ${at}`,
        view.csrc.length < view.csrcCount && shortfall('RTP header', required, end - at, at),
        view.hasExtension &&
          view.extension === null &&
          `RTP header extension: not all among the ${Math.max(0, end - at - required)} bytes available, at byte ${at + required}`,
        view.padding &&
          end === wireEnd &&
          !isPadded &&
          `RTP padding: ${paddingCount} bytes, 1 to ${Math.max(0, end - payload)} required, at byte ${end - 1}`,
      ),
    },
    next: null,
    column: { info },
  };
});

import { u16, u32 } from '../../bytes/big-endian.js';
import { type Application, Likeness, type Recognizer } from '../application.js';
import { startsWith } from './text-lines.js';

/** HTTP/2: RFC 9113, connection preface (section 3.4), frame headers (section 4.1) and the frames of fixed form (section 6). Header blocks stay bytes: they need the connection's tables. */
export const Http2Frame = { frameLength: 0, type: 3, flags: 4, streamId: 5, length: 9 } as const;

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
};

/** Whether a frame of type `type` belongs on stream `streamId`, with sensible flags and length (section 6). */
function isPlausible(type: number, flags: number, streamId: number, length: number): boolean {
  if (type > 9) return false;
  const ofConnection = type === FrameType.settings || type === FrameType.ping || type === FrameType.goAway;
  if (ofConnection ? streamId !== 0 : streamId === 0 && type !== FrameType.windowUpdate) return false;
  if (type === FrameType.settings) return flags <= 1 && length % 6 === 0;
  if (type === FrameType.ping) return flags <= 1 && length === 8;
  if (type === FrameType.goAway) return length >= 8;
  if (type === FrameType.windowUpdate || type === FrameType.reset) return length === 4;
  if (type === FrameType.priority) return length === 5;
  // Nothing to say is said by an empty frame only at the end of a stream.
  if (type === FrameType.data) return (flags & ~0x9) === 0 && (length > 0 || flags === 1);
  if (type === FrameType.headers) return (flags & ~0x2d) === 0 && length > 0;
  if (type === FrameType.push) return (flags & ~0xc) === 0 && length > 4;
  return (flags & ~0x4) === 0;
}

const FRAMES_LOOKED_AT = 8;

/** The preface, or frames whose lengths fill the payload exactly, each of a known type with its flags on a stream that it belongs to. */
const recognize: Recognizer = (bytes, start, end, wireLength) => {
  if (bytes[start] === 0x50) return startsWith(bytes, start, end, PREFACE) ? Likeness.sure : Likeness.no;
  const wireEnd = start + wireLength;
  let place = start;
  for (let i = 0; i < FRAMES_LOOKED_AT; i++) {
    if (end - place < Http2Frame.length) return Likeness.no;
    const length = (bytes[place] << 16) | u16(bytes, place + 1);
    const stream = u32(bytes, place + Http2Frame.streamId);
    if (stream > 0x7fffffff || !isPlausible(bytes[place + 3], bytes[place + 4], stream, length)) return Likeness.no;
    place += Http2Frame.length + length;
    if (place === wireEnd) return Likeness.sure;
    // A first frame of settings is nine fixed bytes: what follows may be of the next segment.
    if (place > end) return Likeness.no;
  }
  return Likeness.sure;
};

export const http2: Application = {
  name: 'http2',
  title: 'HTTP2',
  specification: 'RFC 9113',
  tcp: { ports: [80, 8080], leads: [0x50, 0], recognize },
};

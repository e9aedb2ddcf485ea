import { setU16, u16 } from '../../bytes/big-endian.js';
import { field, firstProblem, header, type Input, named, type Step, shortfall } from '../dissector.js';
import { Rtcp } from './rtcp.js';
import { packetFields } from './rtcp-packets.js';

/** Packets of RTCP field by field; specification and offsets stand in rtcp.ts. */

export interface RtcpView {
  version: number;
  padding: boolean;
  /** Reports, sources, subtype or message type, as the packet's type has it. */
  count: number;
  packetType: number;
  /** In 32-bit words minus one, as stored. */
  length: number;
}

/** The common header at `at`, or null when its 4 bytes do not end by `end`. */
export function viewRtcp(bytes: Uint8Array, at: number, end: number): RtcpView | null {
  if (end - at < Rtcp.length) return null;
  return {
    version: bytes[at] >>> 6,
    padding: (bytes[at] & 0x20) !== 0,
    count: bytes[at] & 31,
    packetType: bytes[at + 1],
    length: u16(bytes, at + Rtcp.packetLength),
  };
}

/** The common header's bytes; with `content`, what follows it, the length is computed. */
export function emitRtcp(view: RtcpView, compute: { content?: Uint8Array } = {}): Uint8Array {
  const bytes = new Uint8Array(Rtcp.length);
  bytes[0] = (view.version << 6) | (view.padding ? 0x20 : 0) | view.count;
  bytes[1] = view.packetType;
  setU16(bytes, Rtcp.packetLength, compute.content === undefined ? view.length : compute.content.length / 4);
  return bytes;
}

export const PACKET_TYPE_NAMES: Readonly<Record<number, string>> = {
  200: 'Sender Report',
  201: 'Receiver Report',
  202: 'Source Description',
  203: 'Goodbye',
  204: 'Application-Defined',
  205: 'Generic RTP Feedback',
  206: 'Payload-Specific Feedback',
  207: 'Extended Report',
};

/** What the five bits behind the version count or say. */
const COUNT_NAMES: Readonly<Record<number, string>> = {
  200: 'Reception Report Count',
  201: 'Reception Report Count',
  202: 'Source Count',
  203: 'Source Count',
  204: 'Subtype',
  205: 'Feedback Message Type',
  206: 'Feedback Message Type',
};

export const layerRtcp = header('RTCP header', Rtcp.length, ({ bytes, at, end, wireEnd, cut }: Input): Step => {
  const view = viewRtcp(bytes, at, end)!;
  const name = PACKET_TYPE_NAMES[view.packetType] ?? `Type ${view.packetType}`;
  const required = Rtcp.length + 4 * view.length;
  const packetEnd = Math.min(end, at + required);
  return {
    layer: {
      name: 'rtcp',
      title: 'RTCP',
      summary: name,
      start: at,
      end: packetEnd,
      fields: [
        field('Version', at, 1, view.version),
        field('Padding', at, 1, view.padding, view.padding ? 'set' : 'not set'),
        field(COUNT_NAMES[view.packetType] ?? 'Reserved', at, 1, view.count),
        field('Packet Type', at + 1, 1, view.packetType, named(PACKET_TYPE_NAMES, view.packetType)),
        field('Length', at + Rtcp.packetLength, 2, view.length, `${view.length} (${required} bytes)`),
        ...(cut ? [] : packetFields(view, bytes, at + Rtcp.length, packetEnd)),
      ],
      problem: firstProblem(
        view.version !== 2 && `RTCP version: ${view.version}, 2 required, at byte ${at}`,
        at + required > end && shortfall('RTCP packet', required, end - at, at),
      ),
    },
    // The next packet of the compound is known as one by itself; behind secure RTCP an index and a tag follow.
    next: packetEnd < end ? { table: 'application', key: 0, at: packetEnd, wireEnd } : null,
    column: { info: name },
  };
});

import { setU16, u16 } from '../../bytes/big-endian.js';
import {
  addWords,
  checksumField,
  fold,
  judgeChecksum,
  pseudoHeaderSum,
  unverified,
  type Verdict,
  verdictSummary,
} from '../checksum.js';
import {
  byteCount,
  field,
  firstProblem,
  header,
  type Input,
  type Protocol,
  type Step,
  shortfall,
} from '../dissector.js';
import { IpProtocol } from '../numbers.js';

/** User Datagram Protocol: RFC 768. UDP-Lite (RFC 3828) has the same fields, its length being the checksum's coverage. Offsets in bytes. */
export const Udp = { sourcePort: 0, destinationPort: 2, udpLength: 4, checksum: 6, length: 8 } as const;

export interface UdpView {
  sourcePort: number;
  destinationPort: number;
  /** Header and payload, bytes; for UDP-Lite the bytes that the checksum covers. */
  length: number;
  checksum: number;
}

/** The header at `at`, or null when its 8 bytes do not end by `end`. */
export function viewUdp(bytes: Uint8Array, at: number, end: number): UdpView | null {
  if (end - at < Udp.length) return null;
  return {
    sourcePort: u16(bytes, at + Udp.sourcePort),
    destinationPort: u16(bytes, at + Udp.destinationPort),
    length: u16(bytes, at + Udp.udpLength),
    checksum: u16(bytes, at + Udp.checksum),
  };
}

/** The header's bytes; with `payload` the length is computed, with `pseudoSum` (pseudoHeaderSum of that length) the checksum too. */
export function emitUdp(view: UdpView, compute: { payload?: Uint8Array; pseudoSum?: number } = {}): Uint8Array {
  const { payload, pseudoSum } = compute;
  const bytes = new Uint8Array(Udp.length);
  setU16(bytes, Udp.sourcePort, view.sourcePort);
  setU16(bytes, Udp.destinationPort, view.destinationPort);
  setU16(bytes, Udp.udpLength, payload === undefined ? view.length : Udp.length + payload.length);
  if (payload === undefined || pseudoSum === undefined) {
    setU16(bytes, Udp.checksum, view.checksum);
    return bytes;
  }
  const sum = addWords(payload, 0, payload.length, addWords(bytes, 0, Udp.checksum, pseudoSum));
  // 0 would mean "no checksum": the same value is sent as all ones.
  setU16(bytes, Udp.checksum, ~fold(sum) & 0xffff || 0xffff);
  return bytes;
}

/** RFC 8200 section 8.1, RFC 6935. */
const ZERO_OVER_IPV6 = 'which IPv6 allows for tunnels only';

function judge(view: UdpView, input: Input, contentEnd: number, own: number, protocol: number): Verdict {
  const { bytes, at } = input;
  const { network, fragment } = input.scope;
  const place = at + Udp.checksum;
  if (view.checksum === 0 && protocol === IpProtocol.udp) {
    return network?.family === 6
      ? { state: 'none', stored: 0, correct: null, reason: ZERO_OVER_IPV6 }
      : { state: 'none', stored: 0, correct: null };
  }
  if (input.cut || input.wireEnd > input.end) return unverified(bytes, place, 'packet cut');
  if (fragment) return unverified(bytes, place, 'fragment');
  if (own > input.wireEnd) return unverified(bytes, place, 'length beyond the packet');
  if (network === null) return unverified(bytes, place, 'no IP header');
  const coverage =
    protocol === IpProtocol.udpLite && view.length > 0 ? Math.min(contentEnd, at + view.length) : contentEnd;
  const verdict = judgeChecksum(bytes, at, coverage, place, pseudoHeaderSum(bytes, network, protocol, contentEnd - at));
  return verdict.correct === 0 ? { ...verdict, correct: 0xffff } : verdict;
}

function layer(name: string, title: string, protocol: number) {
  const lite = protocol === IpProtocol.udpLite;
  return header(`${title} header`, Udp.length, (input: Input): Step => {
    const { bytes, at } = input;
    const view = viewUdp(bytes, at, input.end)!;
    // UDP-Lite has no length of its own; 0 in UDP is a jumbogram's (RFC 2675), or left by segmentation offload.
    const own = lite || view.length === 0 ? input.wireEnd : at + view.length;
    const contentEnd = Math.max(at + Udp.length, Math.min(own, input.wireEnd));
    const verdict = judge(view, input, contentEnd, own, protocol);
    const payload = contentEnd - at - Udp.length;
    return {
      layer: {
        name,
        title,
        summary: `${view.sourcePort} → ${view.destinationPort}  length ${payload}${verdictSummary(verdict)}`,
        start: at,
        end: at + Udp.length,
        fields: [
          field('Source Port', at, 2, view.sourcePort),
          field('Destination Port', at + Udp.destinationPort, 2, view.destinationPort),
          field(lite ? 'Checksum Coverage' : 'Length', at + Udp.udpLength, 2, view.length),
          checksumField('Checksum', at + Udp.checksum, verdict),
        ],
        problem: firstProblem(
          view.length > 0 &&
            view.length < Udp.length &&
            `${title} length: ${view.length} bytes, at least ${Udp.length} required, at byte ${at + Udp.udpLength}`,
          !input.scope.quoted &&
            !input.scope.fragment &&
            own > input.wireEnd &&
            shortfall(`${title} length`, view.length, input.wireEnd - at, at),
        ),
      },
      next: {
        table: 'application',
        key: 0,
        at: at + Udp.length,
        wireEnd: contentEnd,
        scope: { transport: { protocol, sourcePort: view.sourcePort, destinationPort: view.destinationPort } },
      },
      payload: { start: at + Udp.length, wireEnd: contentEnd },
      column: {
        sourcePort: view.sourcePort,
        destinationPort: view.destinationPort,
        info: byteCount(payload),
      },
    };
  });
}

const layerUdp = layer('udp', 'UDP', IpProtocol.udp);
const layerUdpLite = layer('udplite', 'UDP-Lite', IpProtocol.udpLite);

export const udp: Protocol = { name: 'udp', title: 'UDP', specification: 'RFC 768', layer: layerUdp };

export const udpLite: Protocol = { name: 'udplite', title: 'UDP-Lite', specification: 'RFC 3828', layer: layerUdpLite };

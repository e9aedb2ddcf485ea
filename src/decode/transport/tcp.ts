import { hexDigits, hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
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
import type { Field } from '../layer.js';
import { IpProtocol } from '../numbers.js';
import type { OptionList } from '../options.js';
import { readTcpOptions } from './tcp-options.js';

/** Transmission Control Protocol: RFC 9293 section 3.1; ECN flags RFC 3168, AE RFC 9768. Offsets in bytes. */
export const Tcp = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  offsetAndFlags: 12,
  window: 14,
  checksum: 16,
  urgentPointer: 18,
  options: 20,
  /** Of the header without options. */
  length: 20,
} as const;

export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ae: 256 } as const;

/** Letters as tcpdump writes them. */
const FLAG_LETTERS: [number, string, string][] = [
  [TcpFlag.fin, 'F', 'FIN'],
  [TcpFlag.syn, 'S', 'SYN'],
  [TcpFlag.rst, 'R', 'RST'],
  [TcpFlag.psh, 'P', 'PSH'],
  [TcpFlag.ack, '.', 'ACK'],
  [TcpFlag.urg, 'U', 'URG'],
  [TcpFlag.ece, 'E', 'ECE'],
  [TcpFlag.cwr, 'W', 'CWR'],
  [TcpFlag.ae, 'e', 'AE'],
];

export interface TcpView {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgment: number;
  /** As stored: 32-bit words. */
  dataOffset: number;
  /** In bytes: `4 * dataOffset`. */
  headerLength: number;
  /** Three reserved bits. */
  reserved: number;
  /** Nine bits, AE to FIN. */
  flags: number;
  window: number;
  checksum: number;
  urgentPointer: number;
  /** The option bytes that are there; a view, not a copy. */
  options: Uint8Array;
}

/** The header at `at`, or null when its 20 fixed bytes do not end by `end`. */
export function viewTcp(bytes: Uint8Array, at: number, end: number): TcpView | null {
  if (end - at < Tcp.length) return null;
  const word = u16(bytes, at + Tcp.offsetAndFlags);
  const headerLength = (word >>> 12) * 4;
  const options = at + Tcp.options;
  return {
    sourcePort: u16(bytes, at),
    destinationPort: u16(bytes, at + Tcp.destinationPort),
    sequence: u32(bytes, at + Tcp.sequence),
    acknowledgment: u32(bytes, at + Tcp.acknowledgment),
    dataOffset: word >>> 12,
    headerLength,
    reserved: (word >>> 9) & 7,
    flags: word & 0x1ff,
    window: u16(bytes, at + Tcp.window),
    checksum: u16(bytes, at + Tcp.checksum),
    urgentPointer: u16(bytes, at + Tcp.urgentPointer),
    options: bytes.subarray(options, Math.max(options, Math.min(end, at + headerLength))),
  };
}

/**
 * The header's bytes. With `payload` and `pseudoSum` (pseudoHeaderSum of header and payload length) the checksum is computed, and the data offset from
 * the options, which must be a multiple of 4 bytes.
 */
export function emitTcp(view: TcpView, compute: { payload?: Uint8Array; pseudoSum?: number } = {}): Uint8Array {
  const { payload, pseudoSum } = compute;
  const bytes = new Uint8Array(Tcp.length + view.options.length);
  const dataOffset = payload === undefined ? view.dataOffset : bytes.length / 4;
  setU16(bytes, 0, view.sourcePort);
  setU16(bytes, Tcp.destinationPort, view.destinationPort);
  setU32(bytes, Tcp.sequence, view.sequence);
  setU32(bytes, Tcp.acknowledgment, view.acknowledgment);
  setU16(bytes, Tcp.offsetAndFlags, (dataOffset << 12) | (view.reserved << 9) | view.flags);
  setU16(bytes, Tcp.window, view.window);
  setU16(bytes, Tcp.urgentPointer, view.urgentPointer);
  bytes.set(view.options, Tcp.options);
  if (payload === undefined || pseudoSum === undefined) setU16(bytes, Tcp.checksum, view.checksum);
  else {
    const sum = addWords(payload, 0, payload.length, addWords(bytes, 0, bytes.length, pseudoSum));
    setU16(bytes, Tcp.checksum, ~fold(sum) & 0xffff);
  }
  return bytes;
}

/** "[P.]" */
export function tcpFlagLetters(flags: number): string {
  const letters = FLAG_LETTERS.filter(([bit]) => flags & bit).map(([, letter]) => letter);
  return `[${letters.join('') || 'none'}]`;
}

function flagsField(flags: number, at: number): Field {
  const words = FLAG_LETTERS.filter(([bit]) => flags & bit).map(([, , word]) => word);
  const bits = FLAG_LETTERS.map(([bit, , word]) => {
    const place = bit === TcpFlag.ae ? at : at + 1;
    return field(word, place, 1, (flags & bit) !== 0, flags & bit ? 'set' : 'not set');
  }).reverse();
  return field('Control Bits', at, 2, flags, `${hexNumber(flags, 3)} ${words.join(', ')}`.trim(), bits);
}

function judge(input: Input): Verdict {
  const { bytes, at, wireEnd } = input;
  const place = at + Tcp.checksum;
  if (input.cut || wireEnd > input.end) return unverified(bytes, place, 'packet cut');
  if (input.scope.fragment) return unverified(bytes, place, 'fragment');
  if (input.scope.network === null) return unverified(bytes, place, 'no IP header');
  return judgeChecksum(
    bytes,
    at,
    wireEnd,
    place,
    pseudoHeaderSum(bytes, input.scope.network, IpProtocol.tcp, wireEnd - at),
  );
}

function optionsField({ fields }: OptionList, bytes: Uint8Array, start: number, end: number): Field[] {
  if (start >= end) return [];
  const names = fields.filter(({ name }) => name !== 'No-Operation' && name !== 'Padding').map(({ name }) => name);
  return [field('Options', start, end - start, hexDigits(bytes, start, end), names.join(', ') || 'padding', fields)];
}

const layerTcp = header('TCP header', Tcp.length, (input: Input): Step => {
  const { bytes, at, end, wireEnd } = input;
  const view = viewTcp(bytes, at, end)!;
  const headerEnd = at + Math.max(view.headerLength, Tcp.length);
  const optionsAt = at + Tcp.options;
  const options = readTcpOptions(bytes, optionsAt, optionsAt + view.options.length);
  const verdict = judge(input);
  const payload = Math.max(0, wireEnd - headerEnd);
  const letters = tcpFlagLetters(view.flags);
  const bytesWord = byteCount(payload);
  const usable = view.headerLength >= Tcp.length && headerEnd <= end;
  const numbers = `seq ${view.sequence}  ack ${view.acknowledgment}  win ${view.window}  length ${payload}`;
  return {
    layer: {
      name: 'tcp',
      title: 'TCP',
      summary: `${view.sourcePort} → ${view.destinationPort}  ${letters}  ${numbers}${verdictSummary(verdict)}`,
      start: at,
      end: Math.min(headerEnd, end),
      fields: [
        field('Source Port', at, 2, view.sourcePort),
        field('Destination Port', at + Tcp.destinationPort, 2, view.destinationPort),
        field('Sequence Number', at + Tcp.sequence, 4, view.sequence),
        field('Acknowledgment Number', at + Tcp.acknowledgment, 4, view.acknowledgment),
        field(
          'Data Offset',
          at + Tcp.offsetAndFlags,
          1,
          view.dataOffset,
          `${view.dataOffset} (${view.headerLength} bytes)`,
        ),
        field('Reserved', at + Tcp.offsetAndFlags, 1, view.reserved),
        flagsField(view.flags, at + Tcp.offsetAndFlags),
        field('Window', at + Tcp.window, 2, view.window),
        checksumField('Checksum', at + Tcp.checksum, verdict),
        field('Urgent Pointer', at + Tcp.urgentPointer, 2, view.urgentPointer),
        ...optionsField(options, bytes, optionsAt, optionsAt + view.options.length),
      ],
      problem: firstProblem(
        view.headerLength < Tcp.length &&
          `TCP data offset: ${view.headerLength} bytes, at least ${Tcp.length} required, at byte ${at + Tcp.offsetAndFlags}`,
        headerEnd > end && shortfall('TCP header', view.headerLength, end - at, at),
        options.problem,
      ),
    },
    next: usable
      ? {
          table: 'application',
          key: 0,
          at: headerEnd,
          wireEnd: Math.max(wireEnd, headerEnd),
          scope: {
            transport: {
              protocol: IpProtocol.tcp,
              sourcePort: view.sourcePort,
              destinationPort: view.destinationPort,
            },
          },
        }
      : null,
    payload: { start: Math.min(headerEnd, end), wireEnd: Math.max(wireEnd, headerEnd) },
    column: {
      sourcePort: view.sourcePort,
      destinationPort: view.destinationPort,
      info: payload === 0 ? letters : `${letters} ${bytesWord}`,
    },
  };
});

export const tcp: Protocol = { name: 'tcp', title: 'TCP', specification: 'RFC 9293', layer: layerTcp };

import { createOutline, NO_PROTOCOL, type Outline, OutlineFlag, outline } from '../../decode/outline.js';
import type { ContentMatch } from './compile.js';
import { latin1Text } from './latin1.js';
import { createLiteralSearch, type LiteralSearch } from './literal-search.js';
import { createMultiSearch } from './multi-search.js';

type NameReader = typeof import('./packet-names.js');
let nameReader: NameReader | null = null;

/** Loads what reads names: it takes packets apart, of which most commands need nothing. A judge of names needs it. */
export async function loadNameReader(): Promise<void> {
  nameReader ??= await import('./packet-names.js');
}

/** A packet as it stands in a batch. */
export interface JudgedPacket {
  bytes: Uint8Array;
  start: number;
  length: number;
  originalLength: number;
  /** LINKTYPE_ number. */
  linkType: number;
  /** Microseconds since 1970, finer digits cut off; null without a time. */
  time: number | null;
}

/** Tells which indicators a packet bears. It holds room for one packet: make one for each run. */
export interface ContentJudge {
  /** The bytes of a batch have come. */
  begin(): void;
  /** How many indicators the packet bears; packets of a batch come in ascending order. */
  judge(packet: JudgedPacket): number;
  /** Ordinals of those that the last packet bore: the first `judge()` of them. */
  readonly found: Int32Array;
}

export interface JudgeOptions {
  /** The whole packet is searched instead of its payload. */
  whole: boolean;
}

const TCP = 6;
const UDP = 17;

export function createJudge({ indicators, parts }: ContentMatch, { whole }: JudgeOptions): ContentJudge {
  const { networks, ports, names, hashes, alerts, regex } = parts;
  const found = new Int32Array(indicators.length);
  const seen = new Uint32Array(indicators.length);
  let packets = 0;
  let count = 0;
  const add = (indicator: number): boolean => {
    if (seen[indicator] === packets) return true;
    seen[indicator] = packets;
    found[count++] = indicator;
    return false;
  };
  const o = createOutline();
  const literals: LiteralSearch | null = parts.literals.length === 0 ? null : createLiteralSearch(parts.literals);
  const hasNeedle = regex?.needles == null ? null : needleTest(regex.needles);
  const findName = (name: string): void => names?.find(name, add);
  if (names !== null && nameReader === null) throw new TypeError('names are looked for before their reader was loaded');

  function judgeContent(bytes: Uint8Array, from: number, to: number): void {
    literals?.find(bytes, from, to, add);
    if (regex !== null && (hasNeedle === null || hasNeedle(bytes, from, to)) && regex.test(latin1Text(bytes, from, to)))
      add(0);
    hashes?.find(bytes.subarray(from, to), add);
  }

  return {
    found,
    begin: () => literals?.begin(),
    judge(packet) {
      const { bytes, start, length, linkType } = packet;
      if (++packets > 0xffffffff) {
        packets = 1;
        seen.fill(0);
      }
      count = 0;
      outline(bytes, start, start + length, linkType, o);
      if (o.hasAddresses === 1) {
        if (networks !== null) {
          networks.find(o.addresses, 0, o.sourcePort, add);
          networks.find(o.addresses, 4, o.destinationPort, add);
        }
        if (ports !== null) {
          ports.find(o.sourcePort, o.protocol, add);
          ports.find(o.destinationPort, o.protocol, add);
        }
        alerts?.find(o, packet.time, add);
      }
      const from = whole ? start : start + o.payloadOffset;
      const to = whole ? start + length : from + payloadLength(o);
      if (to > from) judgeContent(bytes, from, to);
      if (names !== null && bearsNames(o)) {
        nameReader?.namesIn(
          {
            bytes,
            start: start + o.payloadOffset,
            end: start + o.payloadOffset + o.payloadLength,
            wireLength: wireLength(o, packet),
            protocol: o.protocol,
            sourcePort: o.sourcePort,
            destinationPort: o.destinationPort,
            packet: { start, end: start + length, originalLength: packet.originalLength, linkType },
          },
          findName,
        );
      }
      return count;
    },
  };
}

/** Bytes of what an IP packet carries behind its transport header; other packets have none. */
function payloadLength(o: Outline): number {
  return o.protocol === NO_PROTOCOL ? 0 : o.payloadLength;
}

function bearsNames(o: Outline): boolean {
  if (o.protocol !== TCP && o.protocol !== UDP) return false;
  return o.payloadLength > 0 && (o.flags & OutlineFlag.laterFragment) === 0;
}

/** What the capture cut off belonged to the payload, unless the headers say that it ended before. */
function wireLength(o: Outline, { length, originalLength }: JudgedPacket): number {
  const missing = o.payloadOffset + o.payloadLength === length ? originalLength - length : 0;
  return o.payloadLength + Math.max(missing, 0);
}

/** Whether one of some texts is there, in letters of either case. */
function needleTest(needles: readonly Uint8Array[]): (bytes: Uint8Array, from: number, to: number) => boolean {
  const search = createMultiSearch(needles, true);
  let there = false;
  const told = (): boolean => {
    there = true;
    return true;
  };
  return (bytes, from, to) => {
    there = false;
    search.scan(bytes, from, to, told);
    return there;
  };
}

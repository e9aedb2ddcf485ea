import type { PacketBatch } from '../formats/batch.js';
import { RowFlag, type Segment } from './columns.js';
import type { EncapsulationDictionary } from './encapsulation-dictionary.js';
import { Key } from './flow-keys.js';
import { type FlowTable, QUEUE } from './flow-table.js';

/** Where the fields of plain packets stand; everything from the start of the frame. Enumerations, so that the bundler puts their values in. */
enum Ethernet {
  /** EtherType, and behind it the first two bytes of the network header. */
  type = 12,
  header = 14,
}
enum Ipv4 {
  totalLength = 16,
  fragment = 20,
  protocol = 23,
  source = 26,
  destination = 30,
  payload = 34,
  /** With a UDP header: a shorter frame is not plain. */
  least = 42,
}
enum Ipv6 {
  payloadLength = 18,
  nextHeader = 20,
  source = 22,
  payload = 54,
  least = 62,
}
enum Tcp {
  /** Data offset and flags, from the ports on. */
  offset = 12,
  /** So far behind the ports something may be read, though not used. */
  end = 14,
}

/**
 * The hot loop of the index pass: makes rows of packets as long as they are plain, which nearly all packets of nearly all captures are: Ethernet II without
 * tags, IPv4 without options or IPv6 without extension headers, whole, TCP or UDP with the transport header there. Says of these exactly what `outline` would,
 * with nothing in between: no call, no object, and no branch that depends on what cannot be predicted (who speaks, by TCP or UDP).
 *
 * Packets from index `from` of the batch on, all on interface `interfaceId`, go to rows from `row` on. Returns the index of the first packet that is left to
 * the general walk (or `to`). Columns that a batch holds as the table does, and the interface, are copied by the caller.
 */
export function addPlainRows(
  batch: PacketBatch,
  view: DataView,
  from: number,
  to: number,
  interfaceId: number,
  segment: Segment,
  row: number,
  flows: FlowTable,
  encapsulations: EncapsulationDictionary,
): number {
  const { start, length, originalLength, recordStart, seconds, nanoseconds, flags, position } = batch;
  const interfaces = batch.interface;
  const { offset, payloadLength, payloadOffset, encapsulation, protocol: protocols, tcpFlags } = segment;
  const rowFlags = segment.flags;
  const { plainIpv4, plainIpv6 } = encapsulations;
  const { queue } = flows;
  const { words, addresses } = queue;
  const lastBegin = view.byteLength - Ipv6.payload - Tcp.end;
  let waiting = queue.count;
  let i = from;
  for (; i < to; i++, row++) {
    const begin = start[i];
    const captured = length[i];
    if ((flags[i] | (interfaces[i] ^ interfaceId)) !== 0 || captured < Ipv4.least || begin > lastBegin) break;
    const type = view.getUint32(begin + Ethernet.type);
    let limit = captured;
    let transport: number = Ipv4.payload;
    let protocol = 0;
    let wrapping = plainIpv4;
    if (type >>> 8 === 0x080045) {
      protocol = view.getUint8(begin + Ipv4.protocol);
      const totalLength = view.getUint16(begin + Ipv4.totalLength);
      if ((view.getUint16(begin + Ipv4.fragment) & 0x3fff) !== 0 || totalLength < 20) break;
      if (Ethernet.header + totalLength < captured) limit = Ethernet.header + totalLength;
    } else if (type >>> 12 === 0x86dd6 && captured >= Ipv6.least) {
      protocol = view.getUint8(begin + Ipv6.nextHeader);
      const contentLength = view.getUint16(begin + Ipv6.payloadLength);
      if (contentLength !== 0 && Ipv6.payload + contentLength < captured) limit = Ipv6.payload + contentLength;
      transport = Ipv6.payload;
      wrapping = plainIpv6;
    } else break;
    if ((protocol !== 6 && protocol !== 17) || wrapping < 0) break;
    // All ones for TCP, zero for UDP.
    const isTcp = (protocol - 17) >> 31;
    const word = view.getUint16(begin + transport + Tcp.offset);
    const header = 8 + ((((word >>> 12) << 2) - 8) & isTcp);
    // 20 at least for TCP, 8 for UDP.
    if (header < 8 + (12 & isTcp) || transport + header > captured) break;
    const ports = view.getUint32(begin + transport) | 0;
    if (transport === Ipv4.payload) {
      queue.setIpv4(
        waiting,
        view.getUint32(begin + Ipv4.source),
        view.getUint32(begin + Ipv4.destination),
        ports,
        protocol,
      );
    } else {
      for (let k = 0, at = begin + Ipv6.source; k < 8; k++, at += 4) addresses[8 * waiting + k] = view.getUint32(at);
      if (isMapped(addresses, 8 * waiting)) break;
      queue.setIpv6(waiting, ports, protocol);
    }
    const original = originalLength[i];
    const at = waiting * Key.words;
    words[at + Key.icmp] = 0;
    words[at + Key.row] = row;
    words[at + Key.length] = original;
    words[at + Key.seconds] = seconds[i];
    words[at + Key.nanoseconds] = nanoseconds[i];
    const payload = transport + header;
    offset[row] = position + recordStart[i];
    payloadOffset[row] = Math.min(payload, limit);
    payloadLength[row] = Math.max(limit - payload, 0);
    encapsulation[row] = wrapping;
    rowFlags[row] = captured < original ? RowFlag.truncated : 0;
    protocols[row] = protocol;
    tcpFlags[row] = word & 0xff & isTcp;
    waiting++;
    if (waiting === QUEUE) {
      queue.count = waiting;
      flows.flush(segment);
      waiting = 0;
    }
  }
  queue.count = waiting;
  return i;
}

/** Both addresses at a[at] are IPv4 ones in IPv6's clothes. */
function isMapped(a: Uint32Array, at: number): boolean {
  return (a[at] | a[at + 1] | a[at + 4] | a[at + 5]) === 0 && a[at + 2] === 0xffff && a[at + 6] === 0xffff;
}

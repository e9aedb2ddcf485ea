import { hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { field, named } from '../dissector.js';
import type { Field } from '../layer.js';
import { DNS_OPCODES, DNS_RCODES } from './dns-numbers.js';
import { Dns, DnsFlag, skipDnsName } from './dns-recognize.js';

export function opcodeOf(flags: number): number {
  return (flags & DnsFlag.opcode) >>> 11;
}

export interface DnsQuestion {
  /** As it stands, pointers included. */
  name: Uint8Array;
  type: number;
  class: number;
}

export interface DnsRecord extends DnsQuestion {
  /** Seconds. */
  ttl: number;
  data: Uint8Array;
}

export interface DnsView {
  id: number;
  flags: number;
  /** As stored; the lists hold those that are there whole. */
  qdcount: number;
  ancount: number;
  nscount: number;
  arcount: number;
  questions: DnsQuestion[];
  answers: DnsRecord[];
  authorities: DnsRecord[];
  additionals: DnsRecord[];
  /** What follows the last whole question or record. */
  rest: Uint8Array;
}

/** The message at `at`, or null when the header's 12 bytes do not end by `end`. Its byte arrays are views, no copies. */
export function viewDns(bytes: Uint8Array, at: number, end: number): DnsView | null {
  if (end - at < Dns.length) return null;
  const view: DnsView = {
    id: u16(bytes, at),
    flags: u16(bytes, at + Dns.flags),
    qdcount: u16(bytes, at + Dns.qdcount),
    ancount: u16(bytes, at + Dns.ancount),
    nscount: u16(bytes, at + Dns.nscount),
    arcount: u16(bytes, at + Dns.arcount),
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    rest: bytes.subarray(end, end),
  };
  let place = at + Dns.length;
  let whole = true;
  for (let left = view.qdcount; left > 0 && whole; left--) {
    const after = skipDnsName(bytes, place, end);
    whole = after >= 0 && after + 4 <= end;
    if (!whole) break;
    view.questions.push({ name: bytes.subarray(place, after), type: u16(bytes, after), class: u16(bytes, after + 2) });
    place = after + 4;
  }
  const sections: [DnsRecord[], number][] = [
    [view.answers, view.ancount],
    [view.authorities, view.nscount],
    [view.additionals, view.arcount],
  ];
  for (const [records, count] of sections) {
    for (let left = count; left > 0 && whole; left--) {
      const after = skipDnsName(bytes, place, end);
      const data = after + 10;
      whole = after >= 0 && data <= end && data + u16(bytes, after + 8) <= end;
      if (!whole) break;
      const next = data + u16(bytes, after + 8);
      records.push({
        name: bytes.subarray(place, after),
        type: u16(bytes, after),
        class: u16(bytes, after + 2),
        ttl: u32(bytes, after + 4),
        data: bytes.subarray(data, next),
      });
      place = next;
    }
  }
  view.rest = bytes.subarray(place, end);
  return view;
}

/** The message's bytes; with `counts` the four counts are those of the lists. */
export function emitDns(view: DnsView, compute: { counts?: boolean } = {}): Uint8Array {
  const header = new Uint8Array(Dns.length);
  const { questions, answers, authorities, additionals } = view;
  setU16(header, Dns.id, view.id);
  setU16(header, Dns.flags, view.flags);
  setU16(header, Dns.qdcount, compute.counts ? questions.length : view.qdcount);
  setU16(header, Dns.ancount, compute.counts ? answers.length : view.ancount);
  setU16(header, Dns.nscount, compute.counts ? authorities.length : view.nscount);
  setU16(header, Dns.arcount, compute.counts ? additionals.length : view.arcount);
  const parts: Uint8Array[] = [header];
  for (const question of questions) parts.push(question.name, fixedPart(question, 4));
  for (const record of [...answers, ...authorities, ...additionals]) {
    const fixed = fixedPart(record, 10);
    setU32(fixed, 4, record.ttl);
    setU16(fixed, 8, record.data.length);
    parts.push(record.name, fixed, record.data);
  }
  parts.push(view.rest);
  return concatenate(parts);
}

/** A message behind its length, as TCP carries it: RFC 1035 section 4.2.2. */
export interface DnsStreamView {
  length: number;
  message: DnsView;
}

/** The length at `at` and the message behind it, as far as both are there; null when the message's header is not. */
export function viewDnsStream(bytes: Uint8Array, at: number, end: number): DnsStreamView | null {
  const message = viewDns(bytes, at + 2, end);
  return message === null ? null : { length: u16(bytes, at), message };
}

/** The bytes of both; with `length` computed, the counts too. */
export function emitDnsStream(view: DnsStreamView, compute: { length?: boolean } = {}): Uint8Array {
  const message = emitDns(view.message, { counts: compute.length });
  const head = new Uint8Array(2);
  setU16(head, 0, compute.length ? message.length : view.length);
  return concatenate([head, message]);
}

function fixedPart(question: DnsQuestion, length: number): Uint8Array {
  const fixed = new Uint8Array(length);
  setU16(fixed, 0, question.type);
  setU16(fixed, 2, question.class);
  return fixed;
}

type FlagTable = readonly (readonly [bit: number, name: string, word: string])[];

/** Names by RFC 1035, words for those that are set. */
export const DNS_FLAGS: FlagTable = [
  [DnsFlag.authoritative, 'AA', 'Authoritative Answer'],
  [DnsFlag.truncated, 'TC', 'TrunCation'],
  [DnsFlag.recursionDesired, 'RD', 'Recursion Desired'],
  [DnsFlag.recursionAvailable, 'RA', 'Recursion Available'],
  [DnsFlag.reserved, 'Z', 'Reserved'],
  [DnsFlag.authentic, 'AD', 'Authentic Data'],
  [DnsFlag.checkingDisabled, 'CD', 'Checking Disabled'],
];

/** RFC 4795 section 2.1.1 gives two bits another meaning and reserves four. */
export const LLMNR_FLAGS: FlagTable = [
  [DnsFlag.authoritative, 'C', 'Conflict'],
  [DnsFlag.truncated, 'TC', 'TrunCation'],
  [DnsFlag.recursionDesired, 'T', 'Tentative'],
];

/** "AA RD": the flags that are set, by letters. */
export function flagLetters(table: FlagTable, flags: number): string {
  return table
    .filter(([bit]) => flags & bit)
    .map(([, letters]) => letters)
    .join(' ');
}

/** The header's 12 bytes at `at`. */
export function headerFields(view: DnsView, at: number, table: FlagTable): Field[] {
  const { flags } = view;
  const place = at + Dns.flags;
  const response = (flags & DnsFlag.response) !== 0;
  const opcode = opcodeOf(flags);
  const rcode = flags & DnsFlag.rcode;
  const words = [
    hexNumber(flags, 4),
    response ? 'response' : 'query',
    named(DNS_OPCODES, opcode),
    ...table.filter(([bit]) => flags & bit).map(([, , word]) => word),
    ...(response ? [named(DNS_RCODES, rcode)] : []),
  ];
  const bits: Field[] = [
    field('QR', place, 2, response, response ? 'response' : 'query'),
    field('Opcode', place, 2, opcode, named(DNS_OPCODES, opcode)),
    ...table.map(([bit, name, word]) => field(name, place, 2, (flags & bit) !== 0, flags & bit ? word : `not ${word}`)),
    ...(table === LLMNR_FLAGS ? [field('Z', place, 2, (flags >>> 4) & 15)] : []),
    field('RCODE', place, 2, rcode, named(DNS_RCODES, rcode)),
  ];
  return [
    field('ID', at, 2, view.id, hexNumber(view.id, 4)),
    field('Flags', place, 2, flags, words.join(', '), bits),
    field('QDCOUNT', at + Dns.qdcount, 2, view.qdcount),
    field('ANCOUNT', at + Dns.ancount, 2, view.ancount),
    field('NSCOUNT', at + Dns.nscount, 2, view.nscount),
    field('ARCOUNT', at + Dns.arcount, 2, view.arcount),
  ];
}

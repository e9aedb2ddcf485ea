import { hexDigits, hexNumber, u16, u32 } from '../../bytes/big-endian.js';
import { byteCount, bytesField, field, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { ednsOptions } from './dns-edns.js';
import { readDnsName } from './dns-names.js';
import { DNS_RCODES, dnsClassName, dnsTypeName } from './dns-numbers.js';
import { type Rdata, readParts, rest } from './dns-rdata.js';
import { DnsType } from './dns-recognize.js';
import { RDATA } from './dns-types.js';

/** Questions and resource records: RFC 1035 sections 4.1.2 and 4.1.3; OPT: RFC 6891 section 6.1. */

const TOP_BIT = 0x8000;
/** Types whose RDATA is defined for class IN (by number), as RFC 1035 section 3.4 and its successors have it. */
const INTERNET_ONLY = new Set([1, 11, 28, 33]);
const INTERNET = 1;
const UNSPECIFIC = 254;

/** Where sections are read: what went wrong first, and the place that was reached. */
export interface Walk {
  bytes: Uint8Array;
  message: number;
  end: number;
  at: number;
  /** The top bit of a class is a bit of its own (RFC 6762 sections 10.2 and 5.4). */
  multicast: boolean;
  /** RCODE of the header, and from the OPT record on the one that it extends. */
  rcode: number;
  problem: string | null;
  /** The place in the message is lost. */
  lost: boolean;
}

/** What the line about the packet takes from a question or a record. */
export interface Told {
  name: string;
  type: string;
  data: string;
}

export interface Entry {
  field: Field;
  told: Told;
}

function lose(walk: Walk, problem: string): null {
  walk.problem ??= problem;
  walk.lost = true;
  return null;
}

/** The name at the walk's place and `fixed` bytes behind it; null when they are not there. */
function readOwner(walk: Walk, what: string, fixed: number): { name: string; after: number } | null {
  const { bytes, message, at, end } = walk;
  const name = readDnsName(bytes, message, at, end);
  if (!name.placed) return lose(walk, name.problem!);
  walk.problem ??= name.problem;
  if (name.end + fixed > end) return lose(walk, shortfall(what, fixed, end - name.end, name.end));
  return { name: name.text, after: name.end };
}

/** The class, and in multicast DNS the bit above it. */
function classFields(walk: Walk, place: number, name: string, bit: string): { fields: Field[]; text: string } {
  const value = u16(walk.bytes, place);
  const low = walk.multicast ? value & ~TOP_BIT : value;
  const text = dnsClassName(low);
  const fields = [field(name, place, 2, low, `${text} (${low})`)];
  if (!walk.multicast) return { fields, text };
  const set = value >= TOP_BIT;
  fields.push(field(bit, place, 2, set, set ? 'set' : 'not set'));
  return { fields, text: set ? `${text} ${bit.toLowerCase()}` : text };
}

/** One question; the walk goes on behind it. */
export function readQuestion(walk: Walk): Entry | null {
  const { bytes, at } = walk;
  const owner = readOwner(walk, 'DNS question', 4);
  if (owner === null) return null;
  const { name, after } = owner;
  const type = u16(bytes, after);
  const typeName = dnsTypeName(type);
  const kind = classFields(walk, after + 2, 'QCLASS', 'Unicast Response');
  const fields = [
    field('QNAME', at, after - at, name),
    field('QTYPE', after, 2, type, `${typeName} (${type})`),
    ...kind.fields,
  ];
  walk.at = after + 4;
  return {
    field: field('Question', at, walk.at - at, name, `${name} ${kind.text} ${typeName}`, fields),
    told: { name, type: typeName, data: '' },
  };
}

function rdataOf(walk: Walk, at: number, end: number, type: number, rawClass: number): Rdata {
  const { bytes, message } = walk;
  const rdata: Rdata = { bytes, message, messageEnd: walk.end, at, end, fields: [], words: [], problem: null };
  if (at === end) return rdata;
  const known = rawClass === INTERNET || rawClass === UNSPECIFIC || !INTERNET_ONLY.has(type);
  const parts = type === DnsType.opt ? [ednsOptions] : known ? RDATA[type] : undefined;
  readParts(rdata, parts ?? [rest('Data')]);
  if (rdata.at < end) {
    rdata.problem ??= `DNS RDATA: ${byteCount(end - rdata.at)} left over, at byte ${rdata.at}`;
    rdata.fields.push(bytesField('Left Over', bytes, rdata.at, end));
  }
  return rdata;
}

/** RFC 6891 section 6.1.3: what class and TTL hold in OPT. */
function optionFields(walk: Walk, after: number): Field[] {
  const { bytes } = walk;
  walk.rcode = bytes[after + 4] * 16 + (walk.rcode & 15);
  const flags = u16(bytes, after + 6);
  const ok = flags >= TOP_BIT;
  return [
    field("Requestor's UDP Payload Size", after + 2, 2, u16(bytes, after + 2)),
    field(
      'EXTENDED-RCODE',
      after + 4,
      1,
      bytes[after + 4],
      `${bytes[after + 4]} (${DNS_RCODES[walk.rcode] ?? `RCODE ${walk.rcode}`})`,
    ),
    field('VERSION', after + 5, 1, bytes[after + 5]),
    field('EDNS Flags', after + 6, 2, flags, hexNumber(flags, 4) + (ok ? ' DNSSEC OK' : ''), [
      field('DO', after + 6, 2, ok, ok ? 'DNSSEC answer OK' : 'not DNSSEC answer OK'),
      field('Z', after + 6, 2, flags & ~TOP_BIT),
    ]),
  ];
}

/** One resource record; the walk goes on behind it, also when its data are damaged. */
export function readRecord(walk: Walk): Entry | null {
  const { bytes, at, end } = walk;
  const owner = readOwner(walk, 'DNS resource record', 10);
  if (owner === null) return null;
  const { name, after } = owner;
  const type = u16(bytes, after);
  const typeName = dnsTypeName(type);
  const length = u16(bytes, after + 8);
  const data = after + 10;
  const dataEnd = Math.min(data + length, end);
  const kind = classFields(walk, after + 2, 'CLASS', 'Cache-Flush');
  const ttl = u32(bytes, after + 4);
  const rdata = rdataOf(walk, data, dataEnd, type, Number(kind.fields[0].value));
  const words = rdata.words.join(' ');
  const fields = [
    field('NAME', at, after - at, name),
    field('TYPE', after, 2, type, `${typeName} (${type})`),
    ...(type === DnsType.opt
      ? optionFields(walk, after)
      : [...kind.fields, field('TTL', after + 4, 4, ttl, `${ttl} s`)]),
    field('RDLENGTH', after + 8, 2, length),
  ];
  if (dataEnd > data)
    fields.push(field('RDATA', data, dataEnd - data, hexDigits(bytes, data, dataEnd), words, rdata.fields));
  const text =
    type === DnsType.opt
      ? `OPT ${u16(bytes, after + 2)} bytes${words === '' ? '' : ` ${words}`}`
      : `${name} ${ttl} ${kind.text} ${typeName} ${words}`.trimEnd();
  walk.at = dataEnd;
  if (data + length > end) lose(walk, shortfall('DNS RDATA', length, end - data, data));
  walk.problem ??= rdata.problem;
  return {
    field: field('Resource Record', at, dataEnd - at, name, text, fields),
    told: { name, type: typeName, data: words },
  };
}

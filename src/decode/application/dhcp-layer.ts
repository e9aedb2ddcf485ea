import { formatIpv4, formatMac } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, setU32, u16, u32 } from '../../bytes/big-endian.js';
import { escapeBytes } from '../../bytes/escape.js';
import {
  byteCount,
  bytesField,
  field,
  firstProblem,
  header,
  type Input,
  named,
  type Step,
  shortfall,
} from '../dissector.js';
import type { Field } from '../layer.js';
import { COOKIE, Dhcp, ETHERNET } from './dhcp.js';
import { DHCP_MESSAGES, DHCP_OPTIONS, DhcpOption } from './dhcp-options.js';
import { dhcpValue } from './dhcp-values.js';

/** Messages of DHCP field by field; specification and offsets stand in dhcp.ts. */

const BROADCAST = 0x8000;

export interface DhcpView {
  op: number;
  htype: number;
  hlen: number;
  hops: number;
  xid: number;
  secs: number;
  flags: number;
  /** 32-bit numbers. */
  ciaddr: number;
  yiaddr: number;
  siaddr: number;
  giaddr: number;
  /** 16, 64 and 128 bytes; views, no copies. */
  chaddr: Uint8Array;
  sname: Uint8Array;
  file: Uint8Array;
  /** All that follows, the magic cookie included. */
  options: Uint8Array;
}

/** The message at `at`, or null when its 236 fixed bytes do not end by `end`. */
export function viewDhcp(bytes: Uint8Array, at: number, end: number): DhcpView | null {
  if (end - at < Dhcp.length) return null;
  return {
    op: bytes[at],
    htype: bytes[at + Dhcp.htype],
    hlen: bytes[at + Dhcp.hlen],
    hops: bytes[at + Dhcp.hops],
    xid: u32(bytes, at + Dhcp.xid),
    secs: u16(bytes, at + Dhcp.secs),
    flags: u16(bytes, at + Dhcp.flags),
    ciaddr: u32(bytes, at + Dhcp.ciaddr),
    yiaddr: u32(bytes, at + Dhcp.yiaddr),
    siaddr: u32(bytes, at + Dhcp.siaddr),
    giaddr: u32(bytes, at + Dhcp.giaddr),
    chaddr: bytes.subarray(at + Dhcp.chaddr, at + Dhcp.sname),
    sname: bytes.subarray(at + Dhcp.sname, at + Dhcp.file),
    file: bytes.subarray(at + Dhcp.file, at + Dhcp.options),
    options: bytes.subarray(at + Dhcp.options, end),
  };
}

/** The message's bytes. */
export function emitDhcp(view: DhcpView): Uint8Array {
  const bytes = new Uint8Array(Dhcp.length + view.options.length);
  bytes.set([view.op, view.htype, view.hlen, view.hops]);
  setU32(bytes, Dhcp.xid, view.xid);
  setU16(bytes, Dhcp.secs, view.secs);
  setU16(bytes, Dhcp.flags, view.flags);
  setU32(bytes, Dhcp.ciaddr, view.ciaddr);
  setU32(bytes, Dhcp.yiaddr, view.yiaddr);
  setU32(bytes, Dhcp.siaddr, view.siaddr);
  setU32(bytes, Dhcp.giaddr, view.giaddr);
  bytes.set(view.chaddr, Dhcp.chaddr);
  bytes.set(view.sname, Dhcp.sname);
  bytes.set(view.file, Dhcp.file);
  bytes.set(view.options, Dhcp.options);
  return bytes;
}

/** What the options say of the whole message. */
interface Told {
  messageType: number;
  overload: number;
  requested: string;
  problem: string | null;
}

/** Options between `at` and `end`, one field each, up to End; padding is one field. */
function optionFields(bytes: Uint8Array, at: number, end: number, told: Told): Field[] {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const code = bytes[place];
    if (code === DhcpOption.pad || code === DhcpOption.end) {
      const start = place;
      place++;
      while (code === DhcpOption.pad && place < end && bytes[place] === DhcpOption.pad) place++;
      fields.push(field(code === DhcpOption.end ? 'End' : 'Pad', start, place - start, code, byteCount(place - start)));
      if (code === DhcpOption.end) {
        fields[fields.length - 1].text = 'end of options';
        break;
      }
      continue;
    }
    const name = DHCP_OPTIONS[code]?.[0] ?? `Option ${code}`;
    const next = place + 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (next > end) {
      told.problem ??= shortfall(`DHCP option ${name}`, next - place, end - place, place);
      fields.push(bytesField('Malformed Option', bytes, place, end));
      break;
    }
    fields.push(optionField(bytes, place, next, name, told));
    place = next;
  }
  if (place < end && bytes[place - 1] === DhcpOption.end) fields.push(bytesField('Padding', bytes, place, end));
  return fields;
}

function optionField(bytes: Uint8Array, at: number, next: number, name: string, told: Told): Field {
  const code = bytes[at];
  const data = at + 2;
  const value = dhcpValue(code, bytes, data, next);
  if (value === null)
    told.problem ??= `DHCP option ${name}: ${byteCount(next - data)} make no such value, at byte ${at}`;
  else if (code === DhcpOption.messageType) told.messageType = bytes[data];
  else if (code === DhcpOption.overload) told.overload = bytes[data];
  else if (code === DhcpOption.requestedAddress) told.requested = value.text;
  const shown = value ?? bytesField('', bytes, data, next);
  const parts = [
    field('Code', at, 1, code, `${name} (${code})`),
    field('Len', at + 1, 1, next - data),
    ...(next > data ? [field('Value', data, next - data, shown.value, shown.text, value?.fields)] : []),
  ];
  return field(name, at, next - at, hexDigits(bytes, at, next), shown.text, parts);
}

/** sname and file: text up to its first zero, or options when the option Overload says so. */
function textField(name: string, bytes: Uint8Array, at: number, end: number, overloaded: boolean, told: Told): Field {
  if (overloaded) {
    return field(name, at, end - at, hexDigits(bytes, at, end), 'options', optionFields(bytes, at, end, told));
  }
  const zero = bytes.indexOf(0, at);
  const text = escapeBytes(bytes, at, zero < 0 ? end : Math.min(zero, end));
  return field(name, at, end - at, text, text === '' ? 'none' : text);
}

function addressField(name: string, bytes: Uint8Array, at: number): Field {
  return field(name, at, 4, formatIpv4(bytes, at));
}

function hardwareAddress(bytes: Uint8Array, at: number, { htype, hlen }: DhcpView): string {
  if (hlen === 0 || hlen > 16) return hexDigits(bytes, at, at + 16);
  return htype === ETHERNET || hlen === 6 ? formatMac(bytes, at, hlen) : hexDigits(bytes, at, at + hlen);
}

const OPERATIONS = { 1: 'BOOTREQUEST', 2: 'BOOTREPLY' };
const HARDWARE = { 1: 'Ethernet', 6: 'IEEE 802', 32: 'InfiniBand' };

/** "discover 02:00:00:00:00:01", with the address that it is about. */
function line(view: DhcpView, hardware: string, bytes: Uint8Array, at: number, told: Told): string {
  if (told.messageType === 0) return `${view.op === 1 ? 'request' : 'reply'} ${hardware}`;
  const message = DHCP_MESSAGES[told.messageType]?.slice(4).toLowerCase() ?? `message ${told.messageType}`;
  const address =
    view.yiaddr !== 0
      ? formatIpv4(bytes, at + Dhcp.yiaddr)
      : told.requested !== ''
        ? told.requested
        : view.ciaddr !== 0
          ? formatIpv4(bytes, at + Dhcp.ciaddr)
          : '';
  return `${message} ${hardware} ${address}`.trimEnd();
}

export const layerDhcp = header('DHCP header', Dhcp.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewDhcp(bytes, at, end)!;
  const told: Told = { messageType: 0, overload: 0, requested: '', problem: null };
  const start = at + Dhcp.options;
  const hasCookie = start + 4 <= end && u32(bytes, start) === COOKIE;
  const tail: Field[] = [];
  if (hasCookie) {
    tail.push(field('Magic Cookie', start, 4, COOKIE, 'DHCP'));
    if (end > start + 4) {
      const fields = optionFields(bytes, start + 4, end, told);
      const names = fields.map(({ name }) => name).join(', ');
      tail.push(field('options', start + 4, end - start - 4, hexDigits(bytes, start + 4, end), names, fields));
    }
  } else if (end > start) tail.push(bytesField('vend', bytes, start, end));
  const { overload } = told;
  const file = textField('file', bytes, at + Dhcp.file, start, (overload & 1) !== 0, told);
  const sname = textField('sname', bytes, at + Dhcp.sname, at + Dhcp.file, (overload & 2) !== 0, told);
  const hardware = hardwareAddress(bytes, at + Dhcp.chaddr, view);
  const broadcast = (view.flags & BROADCAST) !== 0;
  const info = line(view, hardware, bytes, at, told);
  return {
    layer: {
      name: 'dhcp',
      title: 'DHCP',
      summary: `${info}  xid ${hexNumber(view.xid, 8)}`,
      start: at,
      end,
      fields: [
        field('op', at, 1, view.op, named(OPERATIONS, view.op)),
        field('htype', at + Dhcp.htype, 1, view.htype, named(HARDWARE, view.htype)),
        field('hlen', at + Dhcp.hlen, 1, view.hlen),
        field('hops', at + Dhcp.hops, 1, view.hops),
        field('xid', at + Dhcp.xid, 4, view.xid, hexNumber(view.xid, 8)),
        field('secs', at + Dhcp.secs, 2, view.secs, `${view.secs} s`),
        field('flags', at + Dhcp.flags, 2, view.flags, hexNumber(view.flags, 4) + (broadcast ? ' BROADCAST' : ''), [
          field('BROADCAST', at + Dhcp.flags, 2, broadcast, broadcast ? 'set' : 'not set'),
          field('MBZ', at + Dhcp.flags, 2, view.flags & ~BROADCAST),
        ]),
        addressField('ciaddr', bytes, at + Dhcp.ciaddr),
        addressField('yiaddr', bytes, at + Dhcp.yiaddr),
        addressField('siaddr', bytes, at + Dhcp.siaddr),
        addressField('giaddr', bytes, at + Dhcp.giaddr),
        bytesFieldAs('chaddr', bytes, at + Dhcp.chaddr, at + Dhcp.sname, hardware),
        sname,
        file,
        ...tail,
      ],
      problem: firstProblem(
        view.op !== 1 && view.op !== 2 && `DHCP op: ${view.op}, 1 or 2 required, at byte ${at}`,
        view.hlen > 16 && `DHCP hlen: ${view.hlen}, at most 16 possible, at byte ${at + Dhcp.hlen}`,
        told.problem,
      ),
    },
    next: null,
    column: { info: `${told.messageType === 0 ? 'BOOTP' : 'DHCP'} ${info}` },
  };
});

function bytesFieldAs(name: string, bytes: Uint8Array, start: number, end: number, text: string): Field {
  return { ...bytesField(name, bytes, start, end), text };
}

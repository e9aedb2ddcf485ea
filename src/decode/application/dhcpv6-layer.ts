import { formatIpv6 } from '../../bytes/address.js';
import { hexDigits, hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { concatenate } from '../../bytes/concatenate.js';
import { byteCount, bytesField, field, header, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { Dhcpv6, Dhcpv6Relay, isRelay, OPTION_HEADER } from './dhcpv6.js';
import { DHCPV6_MESSAGES, DHCPV6_OPTIONS, Dhcpv6Option } from './dhcpv6-options.js';
import { dhcpv6Value } from './dhcpv6-values.js';

/** Messages of DHCPv6 field by field; specification and offsets stand in dhcpv6.ts. */

/** Options in options, messages in relay messages: those of HOP_COUNT_LIMIT relays (RFC 8415 section 7.6), and what they hold. */
const DEEPEST = 24;

export interface Dhcpv6OptionView {
  code: number;
  length: number;
  data: Uint8Array;
}

export interface Dhcpv6View {
  msgType: number;
  /** The bytes from behind msg-type to the options: transaction-id, or what a relay message has there. */
  head: Uint8Array;
  options: Dhcpv6OptionView[];
  /** What follows the last whole option. */
  rest: Uint8Array;
}

/** The message at `at`, or null when its fixed part does not end by `end`. */
export function viewDhcpv6(bytes: Uint8Array, at: number, end: number): Dhcpv6View | null {
  if (end <= at) return null;
  let place = at + (isRelay(bytes[at]) ? Dhcpv6Relay.length : Dhcpv6.length);
  if (place > end) return null;
  const head = bytes.subarray(at + 1, place);
  const options: Dhcpv6OptionView[] = [];
  while (place + OPTION_HEADER <= end) {
    const length = u16(bytes, place + 2);
    const next = place + OPTION_HEADER + length;
    if (next > end) break;
    options.push({ code: u16(bytes, place), length, data: bytes.subarray(place + OPTION_HEADER, next) });
    place = next;
  }
  return { msgType: bytes[at], head, options, rest: bytes.subarray(place, end) };
}

/** The message's bytes; with `lengths` each option's is that of its data. */
export function emitDhcpv6(view: Dhcpv6View, compute: { lengths?: boolean } = {}): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(view.msgType), view.head];
  for (const { code, length, data } of view.options) {
    const head = new Uint8Array(OPTION_HEADER);
    setU16(head, 0, code);
    setU16(head, 2, compute.lengths ? data.length : length);
    parts.push(head, data);
  }
  return concatenate([...parts, view.rest]);
}

interface Told {
  /** Of the innermost message. */
  msgType: number;
  transaction: string;
  client: string;
  address: string;
  problem: string | null;
}

function messageFields(bytes: Uint8Array, at: number, end: number, depth: number, told: Told): Field[] {
  const type = bytes[at];
  const relay = isRelay(type);
  const length = relay ? Dhcpv6Relay.length : Dhcpv6.length;
  const typeField = field('msg-type', at, 1, type, named(DHCPV6_MESSAGES, type));
  if (at + length > end) {
    told.problem ??= shortfall('DHCPv6 header', length, end - at, at);
    return end > at + 1 ? [typeField, bytesField('Unread', bytes, at + 1, end)] : [typeField];
  }
  told.msgType = type;
  const fields = [typeField];
  if (relay) {
    fields.push(
      field('hop-count', at + Dhcpv6Relay.hopCount, 1, bytes[at + Dhcpv6Relay.hopCount]),
      field('link-address', at + Dhcpv6Relay.linkAddress, 16, formatIpv6(bytes, at + Dhcpv6Relay.linkAddress)),
      field('peer-address', at + Dhcpv6Relay.peerAddress, 16, formatIpv6(bytes, at + Dhcpv6Relay.peerAddress)),
    );
  } else {
    const id = (bytes[at + 1] << 16) | u16(bytes, at + 2);
    told.transaction = hexNumber(id, 6);
    fields.push(field('transaction-id', at + Dhcpv6.transactionId, 3, id, told.transaction));
  }
  fields.push(...optionFields(bytes, at + length, end, depth, told));
  return fields;
}

function optionFields(bytes: Uint8Array, at: number, end: number, depth: number, told: Told): Field[] {
  const fields: Field[] = [];
  for (let place = at; place < end; ) {
    const length = end - place < OPTION_HEADER ? 0 : u16(bytes, place + 2);
    const next = place + OPTION_HEADER + length;
    if (next > end) {
      told.problem ??= shortfall('DHCPv6 option', next - place, end - place, place);
      fields.push(bytesField('Malformed Option', bytes, place, end));
      break;
    }
    fields.push(optionField(bytes, place, next, depth, told));
    place = next;
  }
  return fields;
}

function optionField(bytes: Uint8Array, at: number, next: number, depth: number, told: Told): Field {
  const code = u16(bytes, at);
  const data = at + OPTION_HEADER;
  const name = DHCPV6_OPTIONS[code]?.[0] ?? `Option ${code}`;
  const parts = [field('option-code', at, 2, code, `${name} (${code})`), field('option-len', at + 2, 2, next - data)];
  let text = '';
  if (code === Dhcpv6Option.relayMessage && next > data && depth < DEEPEST) {
    parts.push(...messageFields(bytes, data, next, depth + 1, told));
    text = parts[2].text;
  } else {
    const value = code === Dhcpv6Option.relayMessage ? null : dhcpv6Value(code, bytes, data, next);
    if (value === null) {
      const deep = depth >= DEEPEST ? `nested deeper than ${DEEPEST}` : `${byteCount(next - data)} make no such value`;
      told.problem ??= `DHCPv6 option ${name}: ${deep}, at byte ${at}`;
      if (next > data) parts.push(bytesField('Data', bytes, data, next));
      text = parts.at(2)?.text ?? '';
    } else {
      parts.push(...value.fields);
      text = value.text;
      if (value.nested !== undefined && value.nested < next) {
        const inner = depth < DEEPEST ? optionFields(bytes, value.nested, next, depth + 1, told) : [];
        if (depth >= DEEPEST) told.problem ??= `DHCPv6 options: nested deeper than ${DEEPEST}, at byte ${value.nested}`;
        parts.push(...inner);
        text = [text, ...inner.map((one) => one.text)].filter((word) => word !== '').join(', ');
        if (text.length > 200) text = `${text.slice(0, 200)}…`;
      }
      if (code === Dhcpv6Option.clientId && told.client === '') told.client = value.text;
      if ((code === 5 || code === 26) && told.address === '') told.address = value.text;
    }
  }
  return field(name, at, next - at, hexDigits(bytes, at, next), text, parts);
}

export const layerDhcpv6 = header('DHCPv6 header', Dhcpv6.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const told: Told = { msgType: bytes[at], transaction: '', client: '', address: '', problem: null };
  const fields = messageFields(bytes, at, end, 0, told);
  const type = (value: number): string => (DHCPV6_MESSAGES[value] ?? `message ${value}`).toLowerCase();
  const relayed = isRelay(bytes[at]) ? [type(bytes[at])] : [];
  const inner = relayed.length > 0 && told.msgType === bytes[at] ? [] : [type(told.msgType)];
  const info = [...relayed, ...inner, told.client, told.address].filter((word) => word !== '').join(' ');
  return {
    layer: {
      name: 'dhcpv6',
      title: 'DHCPv6',
      summary: told.transaction === '' ? info : `${info}  transaction ${told.transaction}`,
      start: at,
      end,
      fields,
      problem: told.problem,
    },
    next: null,
    column: { info },
  };
});

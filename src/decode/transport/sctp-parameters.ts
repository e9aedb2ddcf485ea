import { u16 } from '../../bytes/big-endian.js';
import { byteCount, bytesField, field, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import {
  amount,
  enumeration,
  type Form,
  hex,
  ipv4Address,
  ipv6Address,
  lay,
  type Part,
  raw,
  words,
} from '../layout.js';

/**
 * Parameters and error causes of SCTP chunks: RFC 9260 sections 3.2.1, 3.3.2.1 and 3.3.10; authentication RFC 4895, address reconfiguration RFC 5061,
 * stream reconfiguration RFC 6525, forward TSN RFC 3758, zero checksum RFC 9653. Both are a type, a length that counts both, and a value, padded to 4 bytes.
 */
export const SctpParameter = { type: 0, parameterLength: 2, value: 4, length: 4 } as const;

interface ValueKind {
  name: string;
  /** Parts of fixed length before the rest. */
  parts?: readonly Part[];
  /** What fills the rest: bytes of a name, numbers of one length, or parameters again. */
  rest?: Part | 'parameters';
}

const NUMBERS = 2;
const BYTES = 0;

const PARAMETERS: Readonly<Record<number, ValueKind>> = {
  1: { name: 'Heartbeat Info', rest: ['Heartbeat Information', BYTES, raw] },
  5: { name: 'IPv4 Address', parts: [['IPv4 Address', 4, ipv4Address]] },
  6: { name: 'IPv6 Address', parts: [['IPv6 Address', 16, ipv6Address]] },
  7: { name: 'State Cookie', rest: ['State Cookie', BYTES, raw] },
  8: { name: 'Unrecognized Parameter', rest: ['Unrecognized Parameter', BYTES, raw] },
  9: { name: 'Cookie Preservative', parts: [['Suggested Cookie Life-Span Increment', 4, amount('ms')]] },
  11: { name: 'Host Name Address', rest: ['Host Name', BYTES, words] },
  12: {
    name: 'Supported Address Types',
    rest: ['Address Type', NUMBERS, enumeration({ 5: 'IPv4', 6: 'IPv6', 11: 'host name' })],
  },
  13: {
    name: 'Outgoing SSN Reset Request',
    parts: [
      ['Re-configuration Request Sequence Number', 4],
      ['Re-configuration Response Sequence Number', 4],
      ["Sender's Last Assigned TSN", 4],
    ],
    rest: ['Stream Number', NUMBERS],
  },
  14: {
    name: 'Incoming SSN Reset Request',
    parts: [['Re-configuration Request Sequence Number', 4]],
    rest: ['Stream Number', NUMBERS],
  },
  15: { name: 'SSN/TSN Reset Request', parts: [['Re-configuration Request Sequence Number', 4]] },
  16: {
    name: 'Re-configuration Response',
    parts: [
      ['Re-configuration Response Sequence Number', 4],
      ['Result', 4],
    ],
    rest: ['Next TSN', 4],
  },
  17: {
    name: 'Add Outgoing Streams Request',
    parts: [
      ['Re-configuration Request Sequence Number', 4],
      ['Number of New Streams', 2],
      ['Reserved', 2],
    ],
  },
  18: {
    name: 'Add Incoming Streams Request',
    parts: [
      ['Re-configuration Request Sequence Number', 4],
      ['Number of New Streams', 2],
      ['Reserved', 2],
    ],
  },
  32768: { name: 'ECN Capable' },
  32769: { name: 'Zero Checksum Acceptable', parts: [['Error Detection Method Identifier', 4]] },
  32770: { name: 'Random', rest: ['Random Number', BYTES, raw] },
  32771: { name: 'Chunk List', rest: ['Chunk Type', 1] },
  32772: {
    name: 'Requested HMAC Algorithm',
    rest: ['HMAC Identifier', NUMBERS, enumeration({ 1: 'SHA-1', 3: 'SHA-256' })],
  },
  32773: { name: 'Padding', rest: ['Padding Data', BYTES, raw] },
  32776: { name: 'Supported Extensions', rest: ['Chunk Type', 1] },
  49152: { name: 'Forward-TSN-Supported' },
  49153: { name: 'Add IP Address', parts: [['ASCONF-Request Correlation ID', 4, hex]], rest: 'parameters' },
  49154: { name: 'Delete IP Address', parts: [['ASCONF-Request Correlation ID', 4, hex]], rest: 'parameters' },
  49155: {
    name: 'Error Cause Indication',
    parts: [['ASCONF-Response Correlation ID', 4, hex]],
    rest: ['Error Cause(s)', BYTES, raw],
  },
  49156: { name: 'Set Primary Address', parts: [['ASCONF-Request Correlation ID', 4, hex]], rest: 'parameters' },
  49157: { name: 'Success Indication', parts: [['ASCONF-Response Correlation ID', 4, hex]] },
  49158: { name: 'Adaptation Layer Indication', parts: [['Adaptation Code Point', 4, hex]] },
};

const CAUSES: Readonly<Record<number, ValueKind>> = {
  1: {
    name: 'Invalid Stream Identifier',
    parts: [
      ['Stream Identifier', 2],
      ['Reserved', 2],
    ],
  },
  2: {
    name: 'Missing Mandatory Parameter',
    parts: [['Number of Missing Params', 4]],
    rest: ['Missing Param Type', NUMBERS],
  },
  3: { name: 'Stale Cookie', parts: [['Measure of Staleness', 4, amount('µs')]] },
  4: { name: 'Out of Resource' },
  5: { name: 'Unresolvable Address', rest: 'parameters' },
  6: { name: 'Unrecognized Chunk Type', rest: ['Unrecognized Chunk', BYTES, raw] },
  7: { name: 'Invalid Mandatory Parameter' },
  8: { name: 'Unrecognized Parameters', rest: 'parameters' },
  9: { name: 'No User Data', parts: [['TSN', 4]] },
  10: { name: 'Cookie Received While Shutting Down' },
  11: { name: 'Restart of an Association with New Addresses', rest: 'parameters' },
  12: { name: 'User-Initiated Abort', rest: ['Upper Layer Abort Reason', BYTES, words] },
  13: { name: 'Protocol Violation', rest: ['Additional Information', BYTES, words] },
  160: { name: 'Request to Delete Last Remaining IP Address', rest: 'parameters' },
  161: { name: 'Operation Refused Due to Resource Shortage', rest: 'parameters' },
  162: { name: 'Request to Delete Source IP Address', rest: 'parameters' },
  163: { name: 'Association Aborted due to illegal ASCONF-ACK' },
  164: { name: 'Request refused - no authorization', rest: 'parameters' },
  261: { name: 'Unsupported HMAC Identifier', parts: [['HMAC Identifier', 2]] },
};

/** "Parameter Type", "Cause Code": what the two kinds of list call their fields. */
export interface ListKind {
  what: string;
  typeName: string;
  lengthName: string;
  kinds: Readonly<Record<number, ValueKind>>;
}

export const SCTP_PARAMETERS: ListKind = {
  what: 'Parameter',
  typeName: 'Parameter Type',
  lengthName: 'Parameter Length',
  kinds: PARAMETERS,
};
export const SCTP_CAUSES: ListKind = {
  what: 'Error Cause',
  typeName: 'Cause Code',
  lengthName: 'Cause Length',
  kinds: CAUSES,
};

/** Parameters within parameters within causes; deeper ones are bytes. */
const MAX_DEPTH = 3;

export interface ParameterList {
  fields: Field[];
  problem: string | null;
}

function restFields(rest: ValueKind['rest'], bytes: Uint8Array, at: number, end: number, depth: number): ParameterList {
  if (at >= end) return { fields: [], problem: null };
  if (rest === 'parameters') return readList(SCTP_PARAMETERS, bytes, at, end, depth + 1);
  const [name, length, form]: Part = rest ?? ['Value', BYTES, raw];
  if (length === BYTES) return lay('', bytes, at, end, [[name, end - at, form as Form]]);
  const count = Math.floor((end - at) / length);
  const list: readonly Part[] = Array.from({ length: count }, () => [name, length, form] as const);
  const { fields, at: stop } = lay('', bytes, at, end, list);
  if (stop < end) fields.push(bytesField('Value', bytes, stop, end));
  return { fields, problem: null };
}

function valueFields(
  what: string,
  kind: ValueKind | undefined,
  bytes: Uint8Array,
  at: number,
  end: number,
  depth: number,
): ParameterList {
  if (kind?.parts === undefined) return restFields(kind?.rest, bytes, at, end, depth);
  const fixed = lay(what, bytes, at, end, kind.parts);
  const rest = restFields(kind.rest, bytes, fixed.at, end, depth);
  return { fields: [...fixed.fields, ...rest.fields], problem: fixed.problem ?? rest.problem };
}

function textOf(fields: Field[]): string {
  return fields.map(({ name, text }) => (text === '' ? name : text)).join(', ');
}

/** The parameters or causes of bytes[at, end); one that does not fit, or whose length is below 4, ends the list. */
export function readList(list: ListKind, bytes: Uint8Array, at: number, end: number, depth = 1): ParameterList {
  const { what, typeName, lengthName, kinds } = list;
  const found: ParameterList = { fields: [], problem: null };
  if (depth > MAX_DEPTH) {
    return {
      fields: [bytesField('Value', bytes, at, end)],
      problem: `SCTP ${what.toLowerCase()}s: nested deeper than ${MAX_DEPTH}, at byte ${at}`,
    };
  }
  let place = at;
  while (place < end) {
    const length = end - place < SctpParameter.length ? 0 : u16(bytes, place + SctpParameter.parameterLength);
    if (length < SctpParameter.length || place + length > end) {
      found.fields.push(bytesField(`Malformed ${what}`, bytes, place, end));
      found.problem ??=
        end - place >= SctpParameter.length && length < SctpParameter.length
          ? `SCTP ${what.toLowerCase()} length: ${length} bytes, at least ${SctpParameter.length} required, at byte ${place + 2}`
          : shortfall(`SCTP ${what.toLowerCase()}`, Math.max(length, SctpParameter.length), end - place, place);
      break;
    }
    const stop = place + length;
    const type = u16(bytes, place);
    const kind = kinds[type];
    const name = kind?.name ?? `${what} ${type}`;
    const value = valueFields(`SCTP ${name}`, kind, bytes, place + SctpParameter.value, stop, depth);
    found.problem ??= value.problem;
    found.fields.push({
      ...bytesField(name, bytes, place, stop),
      text: textOf(value.fields) || byteCount(length),
      fields: [
        field(typeName, place, 2, type, named({ [type]: name }, type)),
        field(lengthName, place + SctpParameter.parameterLength, 2, length),
        ...value.fields,
      ],
    });
    place = stop;
    const padded = Math.min(end, place + ((4 - (length & 3)) & 3));
    if (place < padded) found.fields.push(bytesField(`${what} Padding`, bytes, place, padded));
    place = padded;
  }
  return found;
}

import { checksumField, judgeChecksum, pseudoHeaderSum, unverified, type Verdict } from '../checksum.js';
import { bytesField, field, type Input, named, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { bits, enumeration, ipv6Address, lay, type Part, raw } from '../layout.js';
import { IpProtocol } from '../numbers.js';

/** The mobility header: RFC 6275 section 6.1, its options section 6.2. Offsets in bytes. */
export const Ipv6Mobility = { type: 2, reserved: 3, checksum: 4, data: 6 } as const;

export const MOBILITY_TYPES: Readonly<Record<number, string>> = {
  0: 'Binding Refresh Request',
  1: 'Home Test Init',
  2: 'Care-of Test Init',
  3: 'Home Test',
  4: 'Care-of Test',
  5: 'Binding Update',
  6: 'Binding Acknowledgement',
  7: 'Binding Error',
  8: 'Fast Binding Update',
  9: 'Fast Binding Acknowledgment',
  13: 'Heartbeat',
  16: 'Binding Revocation',
};

const STATUSES = enumeration({
  0: 'binding update accepted',
  1: 'accepted but prefix discovery necessary',
  128: 'reason unspecified',
  129: 'administratively prohibited',
  130: 'insufficient resources',
  131: 'home registration not supported',
  132: 'not home subnet',
  133: 'not home agent for this mobile node',
  134: 'duplicate address detection failed',
  135: 'sequence number out of window',
});

/** Message data by type. */
const DATA: Readonly<Record<number, readonly Part[]>> = {
  0: [['Reserved', 2]],
  1: [
    ['Reserved', 2],
    ['Home Init Cookie', 8, raw],
  ],
  2: [
    ['Reserved', 2],
    ['Care-of Init Cookie', 8, raw],
  ],
  3: [
    ['Home Nonce Index', 2],
    ['Home Init Cookie', 8, raw],
    ['Home Keygen Token', 8, raw],
  ],
  4: [
    ['Care-of Nonce Index', 2],
    ['Care-of Init Cookie', 8, raw],
    ['Care-of Keygen Token', 8, raw],
  ],
  5: [
    ['Sequence #', 2],
    [
      'Flags',
      2,
      bits([
        [0x8000, 'A'],
        [0x4000, 'H'],
        [0x2000, 'L'],
        [0x1000, 'K'],
      ]),
    ],
    ['Lifetime', 2],
  ],
  6: [
    ['Status', 1, STATUSES],
    ['Flags', 1, bits([[0x80, 'K']])],
    ['Sequence #', 2],
    ['Lifetime', 2],
  ],
  7: [
    ['Status', 1, enumeration({ 1: 'unknown binding for home address', 2: 'unrecognized MH type' })],
    ['Reserved', 1],
    ['Home Address', 16, ipv6Address],
  ],
};

const OPTIONS: Readonly<Record<number, string>> = {
  0: 'Pad1',
  1: 'PadN',
  2: 'Binding Refresh Advice',
  3: 'Alternate Care-of Address',
  4: 'Nonce Indices',
  5: 'Binding Authorization Data',
};

export interface MobilityContent {
  fields: Field[];
  problem: string | null;
}

function readOptions(bytes: Uint8Array, at: number, end: number): MobilityContent {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const type = bytes[place];
    const name = OPTIONS[type] ?? `Mobility Option ${type}`;
    const required = type === 0 ? 1 : 2 + (place + 1 < end ? bytes[place + 1] : 0);
    if (place + required > end) {
      fields.push(bytesField('Malformed Option', bytes, place, end));
      return { fields, problem: shortfall(`IPv6 mobility ${name} option`, required, end - place, place) };
    }
    const inner = [field('Option Type', place, 1, type, named(OPTIONS, type))];
    if (required > 1) inner.push(field('Option Length', place + 1, 1, required - 2));
    if (required > 2) inner.push(bytesField('Option Data', bytes, place + 2, place + required));
    fields.push({ ...bytesField(name, bytes, place, place + required), fields: inner });
    place += required;
  }
  return { fields, problem: null };
}

/** The checksum covers this header alone, whatever follows it (section 6.1.1). */
function judge(input: Input, end: number): Verdict {
  const { bytes, at, scope, cut } = input;
  const place = at + Ipv6Mobility.checksum;
  if (cut || end - at < 8 * (bytes[at + 1] + 1)) return unverified(bytes, place, 'packet cut');
  if (scope.fragment) return unverified(bytes, place, 'fragment');
  if (scope.network === null) return unverified(bytes, place, 'no IP header');
  return judgeChecksum(bytes, at, end, place, pseudoHeaderSum(bytes, scope.network, IpProtocol.mobility, end - at));
}

/** Fields behind next header and length; the header ends at `end`. */
export function readMobility(input: Input, end: number): MobilityContent {
  const { bytes, at } = input;
  const type = bytes[at + Ipv6Mobility.type];
  const laid = lay('IPv6 mobility message', bytes, at + Ipv6Mobility.data, end, DATA[type] ?? []);
  const known = DATA[type] !== undefined && laid.problem === null;
  const options = known
    ? readOptions(bytes, laid.at, end)
    : { fields: laid.at < end ? [bytesField('Message Data', bytes, laid.at, end)] : [], problem: null };
  return {
    fields: [
      field('MH Type', at + Ipv6Mobility.type, 1, type, named(MOBILITY_TYPES, type)),
      field('Reserved', at + Ipv6Mobility.reserved, 1, bytes[at + Ipv6Mobility.reserved]),
      checksumField('Checksum', at + Ipv6Mobility.checksum, judge(input, end)),
      ...laid.fields,
      ...options.fields,
    ],
    problem: laid.problem ?? options.problem,
  };
}

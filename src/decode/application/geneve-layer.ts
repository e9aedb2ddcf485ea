import { hexNumber, setU16, u16 } from '../../bytes/big-endian.js';
import { bytesField, field, firstProblem, header, type Input, named, type Step, shortfall } from '../dissector.js';
import type { Field } from '../layer.js';
import { bits } from '../layout.js';
import { ETHERTYPE_NAMES } from '../numbers.js';
import { Geneve, GeneveOption } from './geneve.js';

/** The header of GENEVE and its options field by field; specification and offsets stand in geneve.ts. */

export const GeneveFlag = { control: 0x80, critical: 0x40 } as const;

export interface GeneveView {
  version: number;
  /** As stored: units of 4 bytes. */
  optionLength: number;
  /** In bytes: `8 + 4 * optionLength`. */
  headerLength: number;
  /** Eight bits: O, C and six reserved ones. */
  flags: number;
  protocolType: number;
  vni: number;
  reserved: number;
  /** The option bytes that are there; a view, not a copy. */
  options: Uint8Array;
}

/** The header at `at`, or null when its 8 fixed bytes do not end by `end`. */
export function viewGeneve(bytes: Uint8Array, at: number, end: number): GeneveView | null {
  if (end - at < Geneve.length) return null;
  const optionLength = bytes[at] & 63;
  const headerLength = Geneve.length + 4 * optionLength;
  return {
    version: bytes[at] >>> 6,
    optionLength,
    headerLength,
    flags: bytes[at + Geneve.flags],
    protocolType: u16(bytes, at + Geneve.protocolType),
    vni: (u16(bytes, at + Geneve.vni) << 8) | bytes[at + Geneve.vni + 2],
    reserved: bytes[at + Geneve.reserved],
    options: bytes.subarray(at + Geneve.options, Math.min(end, at + headerLength)),
  };
}

/** The header's bytes; with `length` the option length is computed from the options, which must be a multiple of 4 bytes. */
export function emitGeneve(view: GeneveView, compute: { length?: boolean } = {}): Uint8Array {
  const bytes = new Uint8Array(Geneve.length + view.options.length);
  bytes[0] = (view.version << 6) | (compute.length ? view.options.length / 4 : view.optionLength);
  bytes[Geneve.flags] = view.flags;
  setU16(bytes, Geneve.protocolType, view.protocolType);
  setU16(bytes, Geneve.vni, view.vni >>> 8);
  bytes[Geneve.vni + 2] = view.vni;
  bytes[Geneve.reserved] = view.reserved;
  bytes.set(view.options, Geneve.options);
  return bytes;
}

const FLAGS = bits([
  [GeneveFlag.control, 'O'],
  [GeneveFlag.critical, 'C'],
  [0x3f, 'Rsvd'],
]);

/** IANA registry "Geneve Option Class", its ranges apart. */
const CLASSES: Readonly<Record<number, string>> = {
  256: 'Linux',
  257: 'Open vSwitch',
  258: 'Open Virtual Networking',
  259: 'In-band Network Telemetry',
  260: 'VMware',
  264: 'Amazon',
  272: 'Cisco',
  306: 'Google',
};

function optionField(bytes: Uint8Array, at: number, end: number): Field {
  const optionClass = u16(bytes, at);
  const type = bytes[at + GeneveOption.type];
  const length = bytes[at + GeneveOption.length];
  const words = named(CLASSES, optionClass, hexNumber(optionClass, 4));
  const fields = [
    field('Option Class', at, 2, optionClass, words),
    field('Type', at + GeneveOption.type, 1, type, hexNumber(type, 2), [
      field('C', at + GeneveOption.type, 1, type >>> 7 === 1, type >>> 7 ? 'critical' : 'not critical'),
    ]),
    field('R', at + GeneveOption.length, 1, length >>> 5),
    field('Length', at + GeneveOption.length, 1, length & 31, `${length & 31} (${4 * (length & 31)} bytes)`),
  ];
  if (at + GeneveOption.data < end)
    fields.push(bytesField('Variable-Length Option Data', bytes, at + GeneveOption.data, end));
  return { ...bytesField('Option', bytes, at, end), text: `class ${words}, type ${hexNumber(type, 2)}`, fields };
}

interface OptionList {
  fields: Field[];
  problem: string | null;
}

function optionFields(bytes: Uint8Array, at: number, end: number): OptionList {
  const fields: Field[] = [];
  let place = at;
  while (place < end) {
    const required = place + 4 <= end ? 4 + 4 * (bytes[place + GeneveOption.length] & 31) : 4;
    if (place + required > end) {
      fields.push({ ...bytesField('Malformed Option', bytes, place, end) });
      return { fields, problem: shortfall('GENEVE option', required, end - place, place) };
    }
    fields.push(optionField(bytes, place, place + required));
    place += required;
  }
  return { fields, problem: null };
}

export const layerGeneve = header('GENEVE header', Geneve.length, (input: Input): Step => {
  const { bytes, at, end } = input;
  const view = viewGeneve(bytes, at, end)!;
  const start = at + Geneve.options;
  const content = Math.min(end, at + view.headerLength);
  const whole = at + view.headerLength <= end;
  const options = optionFields(bytes, start, content);
  const type = named(ETHERTYPE_NAMES, view.protocolType, hexNumber(view.protocolType, 4));
  const flags = FLAGS(bytes, at + Geneve.flags, 1);
  const count = options.fields.length;
  return {
    layer: {
      name: 'geneve',
      title: 'GENEVE',
      summary: `vni ${view.vni}  ${type}${count === 0 ? '' : `  ${count} options`}`,
      start: at,
      end: content,
      fields: [
        field('Ver', at, 1, view.version),
        field('Opt Len', at, 1, view.optionLength, `${view.optionLength} (${4 * view.optionLength} bytes)`),
        field('Flags', at + Geneve.flags, 1, flags.value, flags.text, flags.fields),
        field('Protocol Type', at + Geneve.protocolType, 2, view.protocolType, type),
        field('Virtual Network Identifier (VNI)', at + Geneve.vni, 3, view.vni),
        field('Reserved', at + Geneve.reserved, 1, view.reserved),
        ...(start < content
          ? [{ ...bytesField('Variable-Length Options', bytes, start, content), fields: options.fields }]
          : []),
      ],
      problem: firstProblem(
        view.version !== 0 && `GENEVE version: ${view.version}, 0 required, at byte ${at}`,
        !whole && shortfall('GENEVE header', view.headerLength, end - at, at),
        options.problem,
      ),
    },
    next:
      whole && view.version === 0
        ? { table: 'etherType', key: view.protocolType, at: content, wireEnd: Math.max(content, input.wireEnd) }
        : null,
    column: { info: `vni ${view.vni}, ${type}` },
  };
});

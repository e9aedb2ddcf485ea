import type { Dissection } from '../../../src/decode/dissect.js';
import type { Field } from '../../../src/decode/layer.js';
import type { TsharkField, TsharkPacket } from '../../support/tshark-json.js';
import { type FieldRow, PARTS, POOLED, type RowOptions } from './row.js';

/** What is not alike in one packet. */
export interface Difference {
  /** "tcpdump/arp.pcap#3" */
  packet: string;
  what: 'layers' | 'value' | 'range' | 'missing' | 'extra';
  layer: string;
  /** tshark's field; '' where layers differ. */
  field: string;
  ours: string;
  theirs: string;
  /** Both sides' layers, and whether tshark gave up on one. */
  ourNames: string[];
  theirNames: string[];
  malformed: boolean;
  /** tshark takes the segment for one that it has read before. */
  repeated: boolean;
  /** The problems that our layers of that name tell of, '' for none; where layers or padding differ, of all. */
  problem: string;
}

/** The fields at a path, in the order of the layer. */
function fieldsAt(fields: Field[], steps: string[]): Field[] {
  const [step, ...rest] = steps;
  if (step === '**') {
    const deeper = fields.flatMap((one) => fieldsAt(one.fields ?? [], steps));
    return [...fieldsAt(fields, rest), ...deeper];
  }
  const found = fields.filter(({ name }) => step === '*' || name === step);
  return rest.length === 0 ? found : found.flatMap((one) => fieldsAt(one.fields ?? [], rest));
}

/**
 * Whether the field stands where tshark has it. Of a bit field tshark gives the whole word and a mask; then the bytes that hold its bits will do, by either
 * byte order, which tshark does not tell.
 */
function isPlacedAs(field: Field, { start, length, mask }: TsharkField): boolean {
  if (field.start === start && field.end === start + length) return true;
  if (mask === 0) return false;
  const bits = mask.toString(2);
  const [high, low] = [Math.ceil(bits.length / 8), Math.floor((bits.length - 1 - bits.lastIndexOf('1')) / 8)];
  if (high > length) return false;
  const big = field.start === start + length - high && field.end === start + length - low;
  return big || (field.start === start + low && field.end === start + high);
}

/** "aa:bb" as aabb, 0x10 as 16, True as 1. */
function plain(value: string): string {
  if (/^0x[0-9a-f]+$/i.test(value) || /^-?[0-9]+$/.test(value)) return String(BigInt(value));
  if (/^[0-9a-f]{2}([:.-][0-9a-f]{2})+$/i.test(value)) return value.replace(/[:.-]/g, '').toLowerCase();
  return value;
}

function isSame(ours: Field, theirs: TsharkField, options: RowOptions): boolean {
  if (options.values !== undefined) return true;
  const own = options.ours === undefined ? plainOurs(ours.value) : options.ours(ours);
  const other = options.theirs === undefined ? theirs.value : options.theirs(theirs);
  if (own === null || other === null) return true;
  if (own === other || plain(own) === plain(other)) return true;
  return typeof ours.value === 'string' && options.ours === undefined && own !== '' && own === theirs.hex;
}

function plainOurs(value: Field['value']): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

function count(names: string[], name: string): number {
  return names.filter((one) => one === name).length;
}

/** Layers whose padding lies behind what others say of their lengths. */
const LINKS: ReadonlySet<string> = new Set(['eth', 'vlan', 'sll']);

/** Compares the fields of the rows, and the order of layers as far as both sides know them. */
export function comparePacket(
  name: string,
  packet: Dissection,
  tshark: TsharkPacket,
  rows: ReadonlyMap<string, readonly FieldRow[]>,
): Difference[] {
  const ourNames = packet.layers.map((layer) => layer.name);
  const theirNames = tshark.layers.map((layer) => layer.name);
  const differences: Difference[] = [];
  function add(what: Difference['what'], layer: string, field: string, ours: string, theirs: string): void {
    const found = packet.layers.filter(({ name }) => what === 'layers' || LINKS.has(layer) || name === layer);
    const problem = found.map((one) => one.problem ?? '').filter((text) => text !== '');
    differences.push({
      packet: name,
      what,
      layer,
      field,
      ours,
      theirs,
      ourNames: packet.protocols,
      theirNames: tshark.protocols,
      malformed: tshark.malformed,
      repeated: tshark.repeated,
      problem: problem.join(' | '),
    });
  }
  compareNames(packet.protocols, tshark.protocols, rows, add);
  for (const layer of new Set(ourNames)) {
    const list = rows.get(layer);
    if (list === undefined || !theirNames.includes(layer)) continue;
    if (!POOLED.has(layer) && count(ourNames, layer) !== count(theirNames, layer)) continue;
    const trees = packet.layers.filter((one) => one.name === layer);
    for (const [, path, tsharkNames, options = {}] of list) {
      const steps = path.split(' > ');
      const ours = trees.flatMap(({ fields }) => fieldsAt(fields, steps)).sort((a, b) => a.start - b.start);
      const names = typeof tsharkNames === 'string' ? [tsharkNames] : tsharkNames;
      const places = [layer, PARTS[layer] ?? ''].map((one) => tshark.fields.get(one));
      const found = names
        .flatMap((one) => places.flatMap((place) => place?.get(one) ?? []))
        .sort((a, b) => a.start - b.start);
      const theirs = options.joined ? joined(found) : found;
      compareLists(layer, names[0], ours, theirs, options, add);
    }
  }
  return differences;
}

/** Neighbouring fields as one. */
function joined(fields: TsharkField[]): TsharkField[] {
  const made: TsharkField[] = [];
  for (const field of fields) {
    const last = made[made.length - 1];
    if (last !== undefined && last.start + last.length === field.start) {
      const hex = last.hex + field.hex;
      made[made.length - 1] = { ...last, value: hex, hex, length: last.length + field.length };
    } else made.push({ ...field, value: field.hex });
  }
  return made;
}

type Add = (what: Difference['what'], layer: string, field: string, ours: string, theirs: string) => void;

function compareLists(
  layer: string,
  name: string,
  ours: Field[],
  theirs: TsharkField[],
  options: RowOptions,
  add: Add,
): void {
  if (ours.length !== theirs.length) {
    const isMissing = ours.length < theirs.length;
    if ((isMissing ? options.missing : options.extra) !== undefined) return;
    const shown = theirs.map(({ value, start }) => `${value}@${start}`).join(' ');
    const own = ours.map(({ value, start }) => `${value}@${start}`).join(' ');
    add(isMissing ? 'missing' : 'extra', layer, name, own, shown);
    return;
  }
  ours.forEach((field, index) => {
    const other = theirs[index];
    if (!isSame(field, other, options)) {
      add('value', layer, name, String(options.ours?.(field) ?? field.value), options.theirs?.(other) ?? other.value);
    }
    // tshark gives nothing a place of its own.
    if (options.ranges !== undefined || (other.start === 0 && other.length === 0)) return;
    if (isPlacedAs(field, other)) return;
    const mask = other.mask === 0 ? '' : ` mask ${other.mask.toString(16)}`;
    add(
      'range',
      layer,
      name,
      `${field.start} to ${field.end}`,
      `${other.start} to ${other.start + other.length}${mask}`,
    );
  });
}

/** Names that say how layers are found, or what an option of a layer is. */
const CONNECTIVES = new Set(['ethertype', 'mptcp', '']);

/** The first place where one side's layer is not the other's, if the tables know either. */
function compareNames(ours: string[], theirs: string[], rows: ReadonlyMap<string, unknown>, add: Add): void {
  const own = ours.filter((name) => !CONNECTIVES.has(name));
  const other = theirs.filter((name) => !CONNECTIVES.has(name));
  for (let index = 0; index < Math.max(own.length, other.length); index++) {
    // tshark counts each message of a layer, and what reads a part of one.
    while (index > 0 && other[index] === other[index - 1] && own[index] !== other[index]) other.splice(index, 1);
    const [mine, name] = [own[index] ?? 'data', other[index] ?? 'data'];
    if (mine === name) continue;
    if (rows.has(mine) || rows.has(name)) add('layers', mine, '', own.join(':'), other.join(':'));
    return;
  }
}

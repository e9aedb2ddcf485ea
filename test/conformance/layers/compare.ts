import type { Dissection } from '../../../src/decode/dissect.js';
import type { Field } from '../../../src/decode/layer.js';
import type { TsharkField, TsharkPacket } from '../../support/tshark-json.js';
import { type FieldRow, POOLED, type RowOptions } from './row.js';

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
  /** The problem that our layer of that name tells of, '' for none. */
  problem: string;
}

/** The fields at a path, in the order of the layer. */
function fieldsAt(fields: Field[], steps: string[]): Field[] {
  const [step, ...rest] = steps;
  const found = fields.filter(({ name }) => step === '*' || name === step);
  return rest.length === 0 ? found : found.flatMap((one) => fieldsAt(one.fields ?? [], rest));
}

/** tshark gives a bit field's whole word and a mask; these are the bytes that hold its bits. */
function bytesOf({ start, length, mask }: TsharkField): [number, number] {
  if (mask === 0) return [start, start + length];
  // Masks may have 64 bits, past what a number holds exactly, but only their outermost bits are asked for.
  const bits = BigInt(Math.round(mask)).toString(2);
  const low = bits.length - 1 - bits.lastIndexOf('1');
  return [start + length - Math.ceil(bits.length / 8), start + length - Math.floor(low / 8)];
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

/** Compares the fields of the rows, and the order of layers as far as both sides know them. */
export function comparePacket(
  name: string,
  packet: Dissection,
  tshark: TsharkPacket,
  rows: ReadonlyMap<string, readonly FieldRow[]>,
): Difference[] {
  const ourNames = packet.layers.map((layer) => layer.name);
  const theirNames = tshark.layers.map((layer) => layer.name);
  const found: Difference[] = [];
  function add(what: Difference['what'], layer: string, field: string, ours: string, theirs: string): void {
    const problem = packet.layers.find((one) => one.name === layer)?.problem ?? '';
    found.push({
      packet: name,
      what,
      layer,
      field,
      ours,
      theirs,
      ourNames: packet.protocols,
      theirNames: tshark.protocols,
      malformed: tshark.malformed,
      problem,
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
      const theirs = names.flatMap((one) => tshark.fields.get(layer)?.get(one) ?? []).sort((a, b) => a.start - b.start);
      compareLists(layer, names[0], ours, theirs, options, add);
    }
  }
  return found;
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
    if (options.ranges !== undefined) return;
    const [start, end] = bytesOf(other);
    const isWhole = field.start === other.start && field.end === other.start + other.length;
    if (isWhole || (field.start === start && field.end === end)) return;
    const mask = other.mask === 0 ? '' : ` of ${other.start} to ${other.start + other.length}`;
    add('range', layer, name, `${field.start} to ${field.end}`, `${start} to ${end}${mask}`);
  });
}

/** Names that say how layers are found, not what they are. */
const CONNECTIVES = new Set(['ethertype', '']);

/** The first place where one side's layer is not the other's, if the tables know either. */
function compareNames(ours: string[], theirs: string[], rows: ReadonlyMap<string, unknown>, add: Add): void {
  const own = ours.filter((name) => !CONNECTIVES.has(name));
  const other = theirs.filter((name) => !CONNECTIVES.has(name));
  for (let index = 0; index < Math.max(own.length, other.length); index++) {
    const [mine, name] = [own[index] ?? 'data', other[index] ?? 'data'];
    if (mine === name) continue;
    if (rows.has(mine) || rows.has(name)) add('layers', mine, '', own.join(':'), other.join(':'));
    return;
  }
}

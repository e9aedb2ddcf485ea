import { packetPlace } from '../../commands/packet-number.js';
import { shownLayers } from '../../commands/packet-view.js';
import type { Result, ShownPacket } from '../../commands/result.js';
import { escapeSentence, escapeText } from '../../src/bytes/escape.js';
import { counted, formatCount } from '../../src/bytes/size.js';
import { hexLines } from '../../src/decode/hex.js';
import type { Field, Layer } from '../../src/decode/layer.js';
import { formatTimestamp } from '../../src/time.js';
import type { Paint } from './paint.js';
import { INDENT, type View } from './view.js';
import { cut, padEnd, padStart, widthOf } from './width.js';
import { folded, wrapped } from './wrap.js';

/** Packets field by field: in a gutter the bytes that each field takes, then the tree, then the bytes themselves. */

type Answer = Result & { kind: 'packet' };

export function packetLines(result: Answer, view: View): string[] {
  const lines = result.packets.flatMap((shown, i) => [...(i === 0 ? [] : ['']), ...onePacket(shown, result, view)]);
  if (result.more > 0) {
    const words = `… and ${formatCount(result.more)} more: --limit N shows more at a time, --json all`;
    lines.push('', `${INDENT}${view.paint.dim(words)}`);
  }
  return lines;
}

function onePacket(shown: ShownPacket, result: Answer, view: View): string[] {
  const { packet } = shown;
  const { paint } = view;
  const layers = shownLayers(packet.layers, result.layers);
  const lines = headLines(shown, result, view);
  const gutter = Math.max(0, ...layers.flatMap((layer) => [layer, ...layer.fields].map(gutterWidth)));
  const titles = Math.max(0, ...layers.map((layer) => widthOf(layer.title)));
  const place = packetPlace(packet, result.several);
  for (const layer of layers) lines.push(...layerLines(layer, { gutter, titles, place, view }));
  if (layers.length === 0) lines.push(`${INDENT}${paint.dim('none of these layers is in it')}`);
  for (const comment of packet.comments) lines.push(`${INDENT}${paint.dim('comment')}  ${escapeText(comment)}`);
  for (const { start, end } of result.layers === null ? [{ start: 0, end: packet.data.length }] : spans(layers)) {
    lines.push('', ...bytesLines(packet.data, start, end, view));
  }
  return lines;
}

/** Number, time, size, flow, and what the addresses are called. */
function headLines({ packet, flowId, sourceName, destinationName }: ShownPacket, result: Answer, view: View): string[] {
  const { paint } = view;
  const time = packet.timestamp === null ? 'no time' : formatTimestamp(packet.timestamp, view.zone);
  const size =
    packet.capturedLength === packet.originalLength
      ? counted(packet.originalLength, 'byte')
      : `${formatCount(packet.capturedLength)} of ${counted(packet.originalLength, 'byte')}`;
  // What its own bytes tell is in the tree.
  const { application } = packet;
  const remembered =
    packet.dissection.application === null && application !== null ? [`${application} by its flow`] : [];
  const names = [sourceName, destinationName].flatMap((name, i) =>
    name === null ? [] : [`${i === 0 ? packet.source : packet.destination} is ${escapeText(name)}`],
  );
  const facts = [time, size, ...(flowId === null ? [] : [`flow ${flowId}`]), ...remembered, ...names];
  const number = paint.strong(`#${packetPlace(packet, result.several)}`);
  const words = facts.flatMap((fact) => `${paint.dim('·')} ${fact}`.split(' '));
  return wrapped([number, ...words], INDENT, INDENT, view);
}

/** The bytes of some layers, those that touch each other as one. */
function spans(layers: readonly Layer[]): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...layers].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (start >= end) continue;
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Columns that a line of 16 bytes takes. */
const HEX_ROOM = 78;

function bytesLines(data: Uint8Array, start: number, end: number, view: View): string[] {
  const wide = view.width >= HEX_ROOM;
  const gap = wide ? [INDENT, '   '] : [' ', ' '];
  return hexLines(data, start, Math.min(end, data.length), wide ? 16 : 8).map(
    ({ address, hex, text }) => `${INDENT}${view.paint.dim(address)}${gap[0]}${hex}${gap[1]}${text}`,
  );
}

/** "34-35", "22"; nothing for what takes no byte of its own. */
function bytesText({ start, end }: { start: number; end: number }): string {
  if (end <= start) return '';
  return end - start === 1 ? String(start) : `${start}-${end - 1}`;
}

function gutterWidth(one: Layer | Field): number {
  return Math.max(bytesText(one).length, ...(one.fields ?? []).map(gutterWidth));
}

interface Tree {
  gutter: number;
  titles: number;
  /** The packet's number, for what is wrong with it. */
  place: string;
  view: View;
}

function layerLines(layer: Layer, tree: Tree): string[] {
  const { gutter, titles, place, view } = tree;
  const { paint, width } = view;
  const lead = `${INDENT}${paint.dim(padStart(bytesText(layer), gutter))}  `;
  const title = cut(layer.title, width - widthOf(lead));
  const room = width - widthOf(lead) - titles - 2;
  const [first = '', ...more] = room < LEAST_VALUE ? [] : pieces(escapeSentence(layer.summary), room, linesOf(view));
  const heading = paint.accent(first === '' ? title : padEnd(title, titles));
  const below = ' '.repeat(widthOf(lead) + titles + 2);
  const lines = [
    `${lead}${heading}  ${paintVerdict(first, paint)}`.trimEnd(),
    ...more.map((each) => below + paintVerdict(each, paint)),
  ];
  if (layer.problem !== null) {
    const indent = ' '.repeat(widthOf(lead) + INDENT.length);
    const words = `✗ ${escapeSentence(layer.problem)} (packet ${place})`.split(' ');
    lines.push(...wrapped(words, indent, `${indent}${INDENT}`, view).map((line) => paint.bad(line)));
  }
  addFields(lines, layer.fields, 1, tree);
  return lines;
}

/** A summary over as many lines as it needs; its pieces are parted by two spaces. */
function pieces(summary: string, room: number, most: number): string[] {
  const lines: string[] = [];
  for (const piece of summary.split('  ')) {
    const longer = `${lines.at(-1) ?? ''}  ${piece}`;
    if (lines.length > 0 && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(...folded(piece, room, most));
  }
  return lines;
}

const FIELD_NAME = 26;
/** Columns that are kept for a value, and the part of the line. */
const LEAST_VALUE = 10;
const VALUE_SHARE = 0.4;
/** Lines that a value may take; the whole of a longer one is in --json. */
const MOST_LINES = 8;
const linesOf = ({ whole }: View): number => (whole === true ? Number.POSITIVE_INFINITY : MOST_LINES);
const IS_CHECKSUM = /checksum|check sequence|crc/i;

function addFields(lines: string[], fields: readonly Field[], depth: number, tree: Tree): void {
  const { gutter, view } = tree;
  const { paint, width } = view;
  // However deep, a third of the line stays for names and values.
  const indent = ' '.repeat(Math.min(INDENT.length * depth, Math.floor(width / 3)));
  for (const field of fields) {
    const lead = `${INDENT}${padStart(bytesText(field), gutter)}  ${indent}`;
    const most = Math.max(4, width - lead.length - Math.max(LEAST_VALUE, Math.floor(width * VALUE_SHARE)) - 2);
    const named = cut(field.name, most);
    const name = padEnd(named, Math.min(most, FIELD_NAME - indent.length));
    const before = lead.length + widthOf(name) + 2;
    const [text, ...more] = folded(escapeSentence(field.text), Math.max(4, width - before), linesOf(view));
    const value = more.length === 0 && IS_CHECKSUM.test(field.name) ? paintVerdict(text, paint) : text;
    lines.push(`${paint.dim(lead + name)}  ${value}`.trimEnd(), ...more.map((each) => ' '.repeat(before) + each));
    if (field.fields !== undefined) addFields(lines, field.fields, depth + 1, tree);
  }
}

/** A checksum that is right in green, a wrong one in red; one that the sender left to its network card is no fault. */
function paintVerdict(text: string, paint: Paint): string {
  return text
    .replace(/(?<=^0x[0-9a-f]+ |checksum )ok$/, (word) => paint.good(word))
    .replace(/(?<=^0x[0-9a-f]+ |checksum )wrong(?! \(offload).*$/, (words) => paint.bad(words));
}

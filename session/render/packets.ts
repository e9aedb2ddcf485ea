import type { PacketRow, Result } from '../../commands/result.js';
import { escapeText } from '../../src/bytes/escape.js';
import { counted, formatCount } from '../../src/bytes/size.js';
import { hexLines } from '../../src/decode/hex.js';
import type { Field, Layer } from '../../src/decode/layer.js';
import { formatClock, formatDate, formatTimestamp } from '../../src/time.js';
import { cut, padEnd } from './paint.js';
import { endpoint } from './stats.js';
import { type Column, tableLines } from './table.js';
import { INDENT, type View } from './view.js';

function place(address: string | null, port: number | null): string {
  return address === null ? '' : escapeText(endpoint(address, port ?? 0));
}

/** Dates stand in the rows only when the rows are of several days. */
function clock(row: PacketRow, withDate: boolean, zone: string): string {
  if (row.timestamp === null) return '-';
  const time = formatClock(row.timestamp, zone);
  return withDate ? `${formatDate(row.timestamp, zone) ?? ''} ${time}`.trim() : time;
}

/** The first packets of a handle, and how many there are. */
export function previewLines(result: Result & { kind: 'preview' }, view: View): string[] {
  const { rows, packets, several } = result;
  const dates = new Set(rows.flatMap((row) => (row.timestamp === null ? [] : [formatDate(row.timestamp, view.zone)])));
  const lines: string[] = [];
  const day = dates.size === 1 ? ([...dates][0] ?? '') : '';
  const zone = rows.some((row) => row.timestamp !== null) ? view.zone : '';
  const head = [
    packets === null ? '' : view.paint.good('✓ ') + totals(result),
    view.paint.dim([day, zone].filter(Boolean).join(' ')),
  ];
  const headLine = head.filter((each) => each !== '').join(view.paint.dim(' · '));
  if (headLine !== '') lines.push(INDENT + headLine);
  if (rows.length === 0) return packets === null ? [`${INDENT}no packets`] : lines;
  // Where there is little room the words about a packet are worth more than its length, and its protocol stands behind them.
  const wide = view.width >= 100;
  const columns: Column[] = [
    { title: '#', right: true },
    { title: 'time' },
    { title: 'source', gives: true, least: 15 },
    { title: 'destination', gives: true, least: 15 },
    ...(wide ? [{ title: 'proto' }, { title: 'bytes', right: true as const }] : []),
    { title: 'info', gives: true, least: 9 },
  ];
  const cells = rows.map((row) => [
    several ? `${row.file}:${row.number}` : String(row.number),
    clock(row, dates.size > 1, view.zone),
    place(row.source, row.sourcePort),
    place(row.destination, row.destinationPort),
    ...(wide ? [escapeText(row.protocol), formatCount(row.length)] : []),
    wide ? escapeText(row.info) : `${escapeText(row.info)}  ${escapeText(row.protocol)}`,
  ]);
  lines.push(...tableLines(columns, cells, view));
  const more = packets === null ? 0 : packets - rows.length;
  if (more > 0) lines.push(view.paint.dim(`${INDENT}… and ${formatCount(more)} more`));
  return lines;
}

function totals({ packets, of }: Result & { kind: 'preview' }): string {
  const text = counted(packets!, 'packet');
  return of === null || of === 0 || of === packets ? text : `${text} (${((100 * packets!) / of).toFixed(1)} %)`;
}

/** One packet: its layers, then its bytes. */
export function packetLines(result: Result & { kind: 'packet' }, view: View): string[] {
  const { packet, several } = result;
  const { paint } = view;
  const number = several ? `${packet.file}:${packet.number}` : `#${packet.number}`;
  const time = packet.timestamp === null ? 'no time' : formatTimestamp(packet.timestamp, view.zone);
  const size =
    packet.capturedLength === packet.originalLength
      ? counted(packet.originalLength, 'byte')
      : `${formatCount(packet.capturedLength)} of ${counted(packet.originalLength, 'byte')}`;
  const facts = [time, size, ...(result.flowId === null ? [] : [`flow ${result.flowId}`])];
  const lines = [`${INDENT}${paint.strong(number)} ${facts.map((fact) => `${paint.dim('·')} ${fact}`).join(' ')}`];
  const titles = Math.max(...packet.layers.map((layer) => layer.title.length), 0);
  for (const layer of packet.layers) lines.push(...layerLines(layer, titles, view));
  for (const comment of packet.comments) lines.push(`${INDENT}${paint.dim('comment')}  ${escapeText(comment)}`);
  lines.push('');
  for (const line of hexLines(packet.data))
    lines.push(`${INDENT}${paint.dim(line.address)}  ${line.hex}   ${line.text}`);
  return lines;
}

function layerLines(layer: Layer, titleWidth: number, view: View): string[] {
  const { paint } = view;
  const room = view.width - INDENT.length - titleWidth - 3;
  const lines = [`${INDENT}${paint.accent(padEnd(layer.title, titleWidth))}   ${cut(escapeText(layer.summary), room)}`];
  if (layer.problem !== null) lines.push(`${INDENT}  ${paint.bad(`✗ ${escapeText(layer.problem)}`)}`);
  addFields(lines, layer.fields, 1, view);
  return lines;
}

const FIELD_NAME = 26;

function addFields(lines: string[], fields: readonly Field[], depth: number, view: View): void {
  const indent = INDENT.repeat(depth + 1);
  for (const field of fields) {
    const name = `${padEnd(field.name, Math.max(FIELD_NAME - 2 * depth, field.name.length))}  `;
    lines.push(
      `${indent}${view.paint.dim(name)}${cut(escapeText(field.text), Math.max(8, view.width - indent.length - name.length))}`,
    );
    if (field.fields !== undefined) addFields(lines, field.fields, depth + 1, view);
  }
}

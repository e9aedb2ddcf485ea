import { packetPlace } from '../../commands/packet-number.js';
import { COLUMN_TITLES, type ColumnName } from '../../commands/packet-view.js';
import type { PacketRow, Result } from '../../commands/result.js';
import { escapeText } from '../../src/bytes/escape.js';
import { counted, formatCount } from '../../src/bytes/size.js';
import { formatClock, formatDate, formatDelta, type Nanos } from '../../src/time.js';
import { endpoint } from './stats.js';
import { type Column, tableLines } from './table.js';
import { INDENT, NARROW, type View } from './view.js';

type Preview = Result & { kind: 'preview' };

/** What a line has in Wireshark, in its order. */
const USUAL: readonly ColumnName[] = ['number', 'time', 'source', 'destination', 'protocol', 'length', 'info'];

/** What goes first from a terminal that is too narrow, unless the columns were chosen: the words about a packet are worth more. */
const DROPS: Partial<Record<ColumnName, number>> = { time: 1, protocol: 2, length: 3 };
const RIGHT: readonly ColumnName[] = ['number', 'file', 'delta', 'relative', 'length', 'captured'];

/** An address or its name, with the port. */
function place(address: string | null, name: string | null, port: number | null): string {
  if (address === null) return '';
  if (name === null) return escapeText(endpoint(address, port ?? 0));
  return escapeText(name) + (port === null || port === 0 ? '' : `:${port}`);
}

/** Seconds to the microsecond; nothing is said of a packet without a time. */
function seconds(time: Nanos | null, since: Nanos | null): string {
  if (time === null || since === null) return '-';
  return formatDelta(time - since).replace(/^\+/, '');
}

interface Line {
  row: PacketRow;
  /** Time of the packet shown before, null for the first. */
  before: Nanos | null;
  preview: Preview;
  /** Dates stand in the rows only when the rows are of several days. */
  withDate: boolean;
  zone: string;
}

function clock({ row: { timestamp }, withDate, zone }: Line): string {
  if (timestamp === null) return '-';
  const time = formatClock(timestamp, zone);
  return withDate ? `${formatDate(timestamp, zone) ?? ''} ${time}`.trim() : time;
}

const delta = ({ row, before }: Line): string => seconds(row.timestamp, before ?? row.timestamp);
const relative = ({ row, preview }: Line): string => seconds(row.timestamp, preview.start);

const CELLS: Readonly<Record<ColumnName, (line: Line) => string>> = {
  number: ({ row, preview }) => packetPlace(row, preview.several),
  file: ({ row }) => String(row.file),
  time: (line) => ({ absolute: clock, relative, delta })[line.preview.time](line),
  delta,
  relative,
  source: ({ row }) => place(row.source, row.sourceName, row.sourcePort),
  destination: ({ row }) => place(row.destination, row.destinationName, row.destinationPort),
  protocol: ({ row }) => escapeText(row.protocol),
  application: ({ row }) => row.application ?? '',
  length: ({ row }) => String(row.length),
  captured: ({ row }) => String(row.captured),
  info: ({ row }) => escapeText(row.info),
  flow: ({ row }) => row.flowId ?? '',
  interface: ({ row }) => escapeText(row.interface),
  direction: ({ row }) => row.direction ?? '',
  protocols: ({ row }) => row.protocols.join(':'),
  comment: ({ row }) => escapeText(row.comments.join(' · ')),
};

function columnOf(name: ColumnName, preview: Preview, view: View): Column {
  const narrow = view.width < NARROW;
  const column: Column = { title: COLUMN_TITLES[name] };
  if (RIGHT.includes(name) || (name === 'time' && preview.time !== 'absolute')) column.right = true;
  if (preview.columns === null && DROPS[name] !== undefined) column.drops = DROPS[name];
  if (name === 'source' || name === 'destination') Object.assign(column, { gives: true, least: narrow ? 9 : 15 });
  if (name === 'info') Object.assign(column, { gives: true, least: narrow ? 9 : 10 });
  if (name === 'protocols' || name === 'comment') Object.assign(column, { gives: true, least: 9 });
  return column;
}

/** The first packets of a handle, and how many there are. */
export function previewLines(result: Preview, view: View): string[] {
  const { rows, packets } = result;
  const lines: string[] = [];
  const names = result.columns ?? USUAL;
  const dates = new Set(rows.flatMap((row) => (row.timestamp === null ? [] : [formatDate(row.timestamp, view.zone)])));
  const head = [
    packets === null ? '' : view.paint.good('✓ ') + totals(result),
    view.paint.dim(names.includes('time') ? timeWords(result, dates, view) : ''),
  ];
  const headLine = head.filter((each) => each !== '').join(view.paint.dim(' · '));
  if (headLine !== '') lines.push(INDENT + headLine);
  if (rows.length === 0) return packets === null ? [`${INDENT}no packets`] : lines;
  let before: Nanos | null = null;
  const cells = rows.map((row) => {
    const line: Line = { row, before, preview: result, withDate: dates.size > 1, zone: view.zone };
    before = row.timestamp ?? before;
    return names.map((name) => CELLS[name](line));
  });
  lines.push(
    ...tableLines(
      names.map((name) => columnOf(name, result, view)),
      cells,
      view,
    ),
  );
  const more = packets === null ? 0 : packets - rows.length;
  if (more > 0) lines.push(view.paint.dim(`${INDENT}… and ${formatCount(more)} more`));
  return lines;
}

/** What the times in the rows are: of which day and zone, or since when. */
function timeWords({ rows, time }: Preview, dates: ReadonlySet<string | null>, { zone }: View): string {
  if (rows.every((row) => row.timestamp === null)) return '';
  if (time === 'relative') return 'seconds since the first packet';
  if (time === 'delta') return 'seconds since the packet shown before';
  const day = dates.size === 1 ? ([...dates][0] ?? '') : '';
  return [day, zone].filter(Boolean).join(' ');
}

function totals({ packets, of }: Preview): string {
  const text = counted(packets!, 'packet');
  return of === null || of === 0 || of === packets ? text : `${text} (${((100 * packets!) / of).toFixed(1)} %)`;
}

import { packetPlace } from '../../commands/packet-number.js';
import { COLUMN_TITLES, type ColumnName } from '../../commands/packet-view.js';
import type { PacketRow, Result } from '../../commands/result.js';
import { escapeSentence, escapeText } from '../../src/bytes/escape.js';
import { counted, formatCount } from '../../src/bytes/size.js';
import { formatClock, formatDate, formatDelta, type Nanos } from '../../src/time.js';
import { endpoint } from './stats.js';
import { type Column, hasRoom, tableLines } from './table.js';
import { INDENT, NARROW, roomOf, type View } from './view.js';

type Preview = Result & { kind: 'preview' };

/** What a line has in Wireshark, in its order. */
const USUAL: readonly ColumnName[] = ['number', 'time', 'source', 'destination', 'protocol', 'length', 'info'];

/** Columns that the words about a packet have, on a terminal of fewer than `WIDE`, before others make room for them. */
const INFO_KEEPS = 28;
const WIDE = 100;
/** What goes then, unless the columns were chosen: first the length, then the protocol, which stands before the words instead. */
const NARROWER: readonly (readonly ColumnName[])[] = [
  USUAL,
  USUAL.filter((name) => name !== 'length'),
  USUAL.filter((name) => name !== 'length' && name !== 'protocol'),
];
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
  info: ({ row }) => escapeSentence(row.info),
  flow: ({ row }) => row.flowId ?? '',
  interface: ({ row }) => escapeText(row.interface),
  direction: ({ row }) => row.direction ?? '',
  protocols: ({ row }) => row.protocols.join(':'),
  comment: ({ row }) => escapeText(row.comments.join(' · ')),
  matched: ({ row }) => escapeText((row.matched ?? []).join(' · ')),
};

function columnOf(name: ColumnName, preview: Preview, view: View): Column {
  const narrow = view.width < NARROW;
  const column: Column = { title: COLUMN_TITLES[name] };
  if (RIGHT.includes(name) || (name === 'time' && preview.time !== 'absolute')) column.right = true;
  if (preview.columns === null && name === 'time') column.drops = 1;
  if (name === 'source' || name === 'destination') Object.assign(column, { gives: true, least: narrow ? 9 : 15 });
  if (name === 'info') Object.assign(column, { gives: true, least: narrow ? 9 : 10, keeps: INFO_KEEPS });
  if (name === 'protocols' || name === 'comment' || name === 'matched')
    Object.assign(column, { gives: true, least: 9 });
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
  const all = rows.map((row) => {
    const line: Line = { row, before, preview: result, withDate: dates.size > 1, zone: view.zone };
    before = row.timestamp ?? before;
    return line;
  });
  lines.push(...matchLines(result, view), ...packetTable(all, result, view));
  const more = packets === null ? 0 : packets - rows.length;
  if (more > 0) lines.push(view.paint.dim(`${INDENT}… and ${formatCount(more)} more`));
  return lines;
}

function packetTable(rows: readonly Line[], preview: Preview, view: View): string[] {
  const usual = roomOf(view) < WIDE ? NARROWER : [USUAL];
  const ways = preview.columns !== null ? [preview.columns] : usual.map((names) => withMatched(names, preview));
  const tables = ways.map((names) => ({
    info: names.indexOf('info'),
    columns: names.map((name) => columnOf(name, preview, view)),
    cells: rows.map((line) => names.map((name) => CELLS[name](line))),
  }));
  const last = tables[tables.length - 1];
  const found = tables.slice(0, -1).find(({ info, columns, cells }) => hasRoom(info, columns, cells, view)) ?? last;
  if (tables.length > 1 && found === last) {
    last.cells.forEach((cells, i) => {
      cells[last.info] = withProtocol(rows[i], cells[last.info]);
    });
  }
  return tableLines(found.columns, found.cells, view);
}

/** Where several indicators are looked for, which of them a packet bears stands before the words about it. */
function withMatched(names: readonly ColumnName[], { lookedFor = 0 }: Preview): readonly ColumnName[] {
  return lookedFor > 1 ? names.flatMap((name) => (name === 'info' ? ['matched', name] : [name])) : names;
}

/** The words about a packet, told of which protocol they are. */
function withProtocol(line: Line, info: string): string {
  const protocol = CELLS.protocol(line);
  return info.startsWith(protocol) ? info : `${protocol} ${info}`.trim();
}

/** Indicators shown, the most frequent first. */
const MOST_INDICATORS = 20;

/** How many packets bear each indicator, where there are several to look for. */
function matchLines({ matches }: Preview, view: View): string[] {
  if (matches === undefined || matches.of < 2) return [];
  const { indicators, of } = matches;
  const shown = indicators.slice(0, MOST_INDICATORS);
  const found = `${INDENT}${formatCount(indicators.length)} of ${counted(of, 'indicator')} found`;
  const table = tableLines(
    [{ title: 'indicator', gives: true, least: 12 }, { title: 'type' }, { title: 'packets', right: true }],
    shown.map(({ text, type, packets }) => [escapeText(text), type, formatCount(packets)]),
    view,
  );
  const more = indicators.length - shown.length;
  return [found, ...table, ...(more > 0 ? [view.paint.dim(`${INDENT}… and ${formatCount(more)} more`)] : []), ''];
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

import type { Result } from '../../commands/result.js';
import type { FlowRow } from '../../src/analyze/flows.js';
import type { Summary } from '../../src/analyze/summary.js';
import { escapeText } from '../../src/bytes/escape.js';
import { counted, formatBitRate, formatBytes, formatCount, formatRate } from '../../src/bytes/size.js';
import { formatClock, formatDate, formatDuration } from '../../src/time.js';
import { bar, sparkline } from './table.js';
import { INDENT, roomOf, type View } from './view.js';
import { padEnd, padStart, widthOf } from './width.js';

const LABEL = 14;
const TOP = 5;

function labelled(label: string, text: string, view: View): string {
  return `${INDENT}${view.paint.dim(padEnd(label, LABEL - 1))}${text}`;
}

/** Pieces joined by three spaces, over as many lines as the width needs; later lines begin below the first piece. */
function flowing(label: string, pieces: readonly string[], view: View, gap = '   '): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    const longer = line === '' ? piece : line + gap + piece;
    if (line !== '' && INDENT.length + LABEL - 1 + widthOf(longer) > view.width) {
      lines.push(line);
      line = piece;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each, i) => labelled(i === 0 ? label : '', each, view));
}

/** "22:13:20.000051 → 22:16:38.946058 (3 min 18.9 s)", with the date of each end that is not told by the first. */
export function timeRange(summary: Summary, view: View): string {
  const { firstTimestamp: first, lastTimestamp: last } = summary;
  if (first === null || last === null) return 'no packet has a time';
  const from = `${formatDate(first, view.zone) ?? ''} ${formatClock(first, view.zone)}`.trim();
  const sameDay = formatDate(first, view.zone) === formatDate(last, view.zone);
  const to = `${sameDay ? '' : (formatDate(last, view.zone) ?? '')} ${formatClock(last, view.zone)}`.trim();
  return `${from} → ${to}  ${view.paint.dim(`(${formatDuration(last - first)})`)}`;
}

function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  return `${share >= 10 || share === 0 ? share.toFixed(1).replace(/\.0$/, '') : share.toPrecision(2)} %`;
}

function interfaceText(summary: Summary): string[] {
  return summary.interfaces.map(({ name, linkTypeTitle }) =>
    name === null ? linkTypeTitle : `${escapeText(name)} (${linkTypeTitle})`,
  );
}

function damageLines(summary: Summary, view: View): string[] {
  const { damage } = summary;
  if (damage.length === 0) return [labelled('damage', view.paint.dim('none'), view)];
  const several = new Set(summary.interfaces.map((each) => each.source)).size > 1;
  const shown = damage.slice(0, TOP).map((place) => {
    const packet = several ? `${place.source}:${place.packet}` : String(place.packet);
    return `${view.paint.bad('✗')} packet ${packet} at byte ${formatCount(place.offset)}: ${escapeText(place.reason)}`;
  });
  if (damage.length > TOP) shown.push(view.paint.dim(`and ${counted(damage.length - TOP, 'more place')}`));
  shown.push('figures may be too low');
  return shown.map((text, i) => labelled(i === 0 ? 'damage' : '', text, view));
}

/** "10.0.3.7:50122", "[2001:db8::1]:443". */
export function endpoint(address: string, port: number): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function topFlows(label: string, flows: readonly FlowRow[], measure: (flow: FlowRow) => number, view: View): string[] {
  const most = Math.max(1, ...flows.map(measure));
  const rows = flows
    .slice(0, TOP)
    .map((flow) => [
      `${endpoint(flow.source, flow.sourcePort)} ⇄ ${endpoint(flow.destination, flow.destinationPort)}`,
      flow.protocol,
      counted(flow.packets, 'packet'),
      formatBytes(flow.bytes),
      bar(measure(flow) / most, 8),
    ]);
  return aligned(label, rows, view, [2, 3]);
}

/** Rows of cells under one label, as wide as each column needs; the last column goes first when there is no room. */
function aligned(label: string, rows: string[][], view: View, right: readonly number[]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => widthOf(row[i])))) ?? [];
  const room = roomOf(view) - INDENT.length - LABEL + 1;
  const all = widths.reduce((sum, width) => sum + width + 2, -2);
  const columns = all > room ? widths.length - 1 : widths.length;
  return rows.map((row, i) => {
    const cells = row
      .slice(0, columns)
      .map((cell, column) => (right.includes(column) ? padStart : padEnd)(cell, widths[column]));
    return labelled(i === 0 ? label : '', cells.join('  ').trimEnd(), view);
  });
}

/** `stats`: everything, in one pass. */
export function statsLines(result: Result & { kind: 'stats' }, view: View): string[] {
  const { summary } = result;
  const { paint } = view;
  const rates = [
    summary.packetsPerSecond === null ? [] : formatRate(summary.packetsPerSecond),
    summary.bitsPerSecond === null ? [] : formatBitRate(summary.bitsPerSecond),
  ].flat();
  const lines = headLines(summary, view, rates);
  if (summary.sizes !== null) {
    const { min, max, mean, median, p95, p99, buckets } = summary.sizes;
    const figures = [
      `mean ${formatCount(Math.round(mean))}`,
      `median ${formatCount(median)}`,
      `p95 ${formatCount(p95)}`,
      `p99 ${formatCount(p99)}`,
    ];
    lines.push(
      ...flowing(
        'sizes',
        [
          `${formatCount(min)} … ${formatCount(max)} bytes`,
          ...figures,
          paint.accent(sparkline(buckets.map((bucket) => bucket.packets))),
        ],
        view,
      ),
    );
  }
  lines.push(
    ...flowing(
      'addresses',
      [
        `${counted(summary.uniqueSourceAddresses, 'source')} · ${counted(summary.uniqueDestinationAddresses, 'destination')}`,
        `${paint.dim('flows')} ${formatCount(summary.flows)}`,
        `${paint.dim(summary.interfaces.length === 1 ? 'interface' : 'interfaces')} ${interfaceText(summary).join(', ') || 'none'}`,
      ],
      view,
    ),
  );
  const protocols = protocolShares(summary, view);
  if (protocols.length > 0) lines.push(...flowing('protocols', protocols, view));
  const talkers = summary.topTalkers
    .slice(0, TOP)
    .map((host) => [host.address, counted(host.packets, 'packet'), formatBytes(host.bytes)]);
  lines.push(...topFlows('top flows', summary.topFlowsByBytes, (flow) => flow.bytes, view));
  lines.push(...topFlows('by packets', summary.topFlowsByPackets, (flow) => flow.packets, view));
  lines.push(...aligned('top talkers', talkers, view, [1, 2]));
  return [...lines, ...damageLines(summary, view)];
}

/** On a screen; --json has all. */
const MOST_SHARES = 12;

/** Headers by the share of packets that have them, then what the transports carry. */
function protocolShares(summary: Summary, { paint }: View): string[] {
  const { protocols, applications, packets } = summary;
  const share = ([name, count]: [string, number]): string => `${escapeText(name)} ${percent(count, packets)}`;
  const most = (entries: [string, number][]): string[] => {
    const more = entries.length - MOST_SHARES;
    return [...entries.slice(0, MOST_SHARES).map(share), ...(more > 0 ? [paint.dim(`${more} more`)] : [])];
  };
  const headers = Object.entries(protocols).filter(([name]) => applications[name] === undefined);
  const carried = most(Object.entries(applications));
  if (carried.length > 0) carried[0] = `${paint.dim('·')} ${carried[0]}`;
  return [...most(headers), ...carried];
}

function headLines(summary: Summary, view: View, rates: string[]): string[] {
  const wire =
    summary.capturedBytes === summary.originalBytes ? [] : [`${formatBytes(summary.originalBytes)} on the wire`];
  const count = counted(summary.packets, 'packet', view.paint.strong(formatCount(summary.packets)));
  const pieces = [count, `${formatBytes(summary.capturedBytes)} captured`, ...wire, ...rates];
  return [INDENT + pieces.join('   '), labelled('time', timeRange(summary, view), view)];
}

/** On a screen; a hostile capture declares tens of thousands. */
const MOST_INTERFACES = 50;

/** `info`: the file itself. */
export function infoLines(result: Result & { kind: 'info' }, view: View): string[] {
  const { summary, sources } = result;
  const lines = sources.flatMap(({ path, description }) => {
    const pieces: string[] = [description.format];
    if (description.compression !== null) pieces.push(description.compression);
    if (description.pcap !== null) {
      pieces.push(
        `version ${description.pcap.versionMajor}.${description.pcap.versionMinor}`,
        `snap length ${formatCount(description.pcap.snapLength)}`,
      );
    }
    if (description.sections.length > 1) pieces.push(`${description.sections.length} sections`);
    const [section] = description.sections;
    if (section !== undefined) pieces.push(`${section.byteOrder}-endian`);
    return [labelled('file', view.paint.strong(escapeText(path)), view), ...flowing('format', pieces, view, ' · ')];
  });
  lines.push(...headLines(summary, view, []));
  const interfaces = interfaceText(summary).slice(0, MOST_INTERFACES);
  interfaces.forEach((text, i) => {
    lines.push(
      labelled(i === 0 ? 'interfaces' : '', `${view.paint.dim(String(summary.interfaces[i].id))}  ${text}`, view),
    );
  });
  const more = summary.interfaces.length - interfaces.length;
  if (more > 0) lines.push(labelled('', view.paint.dim(`and ${formatCount(more)} more: --json lists all`), view));
  return [...lines, ...damageLines(summary, view)];
}

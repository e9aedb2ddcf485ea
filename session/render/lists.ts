import type { HelpText, Result } from '../../commands/result.js';
import { escapeSentence, escapeText } from '../../src/bytes/escape.js';
import { counted, formatBytes, formatCount } from '../../src/bytes/size.js';
import type { KnownProtocol } from '../../src/decode/known-protocols.js';
import { linkTypeTitle } from '../../src/decode/link/link-types.js';
import { formatDuration } from '../../src/time.js';
import { endpoint } from './stats.js';
import { tableLines } from './table.js';
import { INDENT, NARROW, roomOf, type View } from './view.js';
import { cut, padEnd, widthOf } from './width.js';
import { wrapped } from './wrap.js';

/** Conversations, the largest first. */
export function flowLines(result: Result & { kind: 'flows' }, view: View): string[] {
  const { report } = result;
  const { rows } = report;
  const lines = [`${INDENT}${view.paint.strong(formatCount(report.total))} ${report.total === 1 ? 'flow' : 'flows'}`];
  if (rows.length === 0) return lines;
  const least = view.width < NARROW ? 9 : 13;
  const named = rows.some((flow) => flow.application !== null);
  lines.push(
    ...tableLines(
      [
        { title: 'flow', drops: 3 },
        { title: 'proto' },
        ...(named ? [{ title: 'app', drops: 2 }] : []),
        { title: 'source', gives: true, least },
        { title: 'destination', gives: true, least },
        { title: 'packets', right: true },
        { title: 'bytes', right: true, drops: 1 },
        { title: 'lasts', right: true, drops: 4 },
      ],
      rows.map((flow) => [
        roomOf(view) >= 100 ? flow.flowId : `${flow.flowId.slice(0, 4)}…`,
        flow.protocol,
        ...(named ? [flow.application ?? ''] : []),
        endpoint(flow.source, flow.sourcePort),
        endpoint(flow.destination, flow.destinationPort),
        formatCount(flow.packets),
        formatBytes(flow.bytes),
        flow.first === null || flow.last === null ? '-' : formatDuration(flow.last - flow.first),
      ]),
      view,
    ),
  );
  const more = report.total - rows.length;
  if (more > 0)
    lines.push(
      view.paint.dim(
        `${INDENT}… and ${formatCount(more)} more: flows --top ${formatCount(rows.length + more).replaceAll(',', '')}`,
      ),
    );
  return lines;
}

/** What was written. */
export function writtenLines(result: Result & { kind: 'written' }, view: View): string[] {
  const { report, milliseconds } = result;
  const { paint } = view;
  const lines = report.files.map((file) => {
    const proof =
      file.sha256 === null
        ? paint.dim('not verified')
        : `${paint.good('verified')}  ${paint.dim(`sha256 ${file.sha256.slice(0, 4)}…${file.sha256.slice(-4)}`)}`;
    const size = `${formatCount(file.bytes)} bytes`;
    return `${INDENT}${paint.strong(escapeText(file.path))}  ${counted(file.packets, 'packet')}  ${size}  ${(milliseconds / 1000).toFixed(2)} s  ${proof}`;
  });
  for (const loss of report.losses) lines.push(`${INDENT}${paint.dim('lost')}  ${escapeSentence(loss)}`);
  if (report.skipped > 0) lines.push(`${INDENT}${paint.bad(`skipped ${counted(report.skipped, 'damaged place')}`)}`);
  return lines;
}

/** A handle that was made: its name, and what it is. */
export function handleLines(result: Result & { kind: 'handle' }, view: View): string[] {
  const { paint } = view;
  const lines = result.note === null ? [] : [`${INDENT}${paint.dim(escapeText(result.note))}`];
  const about = result.meaning ?? describeFiles(result);
  lines.unshift(`${INDENT}${paint.accent(result.name)}   ${paint.dim(escapeText(about))}`);
  return lines;
}

/** "pcapng · Ethernet · eth0", or the files' names while nothing is known of them. */
function describeFiles({ files, descriptions }: Result & { kind: 'handle' }): string {
  const formats = new Set(
    descriptions.map((each) => (each.compression === null ? each.format : `${each.format}, ${each.compression}`)),
  );
  const interfaces = descriptions.flatMap((each) => each.interfaces);
  const links = new Set(interfaces.map((each) => linkTypeTitle(each.linkType)));
  const names = new Set(interfaces.flatMap((each) => (each.name === null ? [] : [each.name])));
  const pieces = [[...formats], [...links], [...names]].map((each) => each.slice(0, 4).join(', ')).filter(Boolean);
  const several = files.length > 1 ? [`${formatCount(files.length)} files`] : [];
  return [...(pieces.length === 0 ? [files.join(' ')] : several), ...pieces].join(' · ');
}

export function handleTable(result: Result & { kind: 'handles' }, view: View): string[] {
  if (result.rows.length === 0) return [`${INDENT}${view.paint.dim('no handles yet: load FILE makes one')}`];
  return tableLines(
    [{ title: '' }, { title: 'name' }, { title: 'packets', right: true }, { title: 'meaning', gives: true, least: 10 }],
    result.rows.map((row) => [
      row.current ? '›' : '',
      row.name,
      row.packets === null ? '?' : formatCount(row.packets) + (row.complete ? '' : '+'),
      escapeText(row.meaning),
    ]),
    view,
  );
}

export function historyTable(result: Result & { kind: 'history' }, view: View): string[] {
  const marks = { done: '', failed: '✗', note: '', undone: '↶' };
  return result.rows.map((row) => {
    const number = row.state === 'note' ? '#' : String(row.cell);
    const text = `${INDENT}${number.padStart(4)} ${marks[row.state].padEnd(1)} ${escapeText(row.source).replaceAll('\\x0a', ' ')}`;
    return row.state === 'done' ? text : view.paint.dim(text);
  });
}

export function settingsTable(result: Result & { kind: 'settings' }, view: View): string[] {
  return tableLines(
    [{ title: 'name' }, { title: 'value' }, { title: '', gives: true, least: 10 }],
    result.rows.map((row) => [row.name, escapeText(row.value), row.summary]),
    view,
  );
}

export function helpLines(text: HelpText, view: View): string[] {
  const { paint } = view;
  if (text.about === 'protocols') return protocolLines(text.protocols, view);
  if (text.about === 'everything') {
    const width = Math.max(...text.groups.flatMap((group) => group.commands.map((command) => command.name.length)));
    const lines = text.groups.flatMap((group) => [
      `${INDENT}${paint.dim(group.group)}`,
      ...group.commands.flatMap((command) => listed(command.name, command.summary, width, view)),
    ]);
    return [
      ...lines,
      '',
      `${INDENT}${paint.dim('help COMMAND explains one · COMMAND ? is the same · a line that begins with # is a note')}`,
    ];
  }
  const names = Math.max(0, ...text.args.map((each) => each.name.length));
  const [name, ...words] = text.usage.split(/ (?=\[|[A-Z-])/);
  const lines = [
    ...wrapped([paint.strong(name), ...words], INDENT, `${INDENT}${' '.repeat(text.name.length + 1)}`, view),
  ];
  lines.push(...wrapped(text.summary.split(' '), INDENT, INDENT, view));
  if (text.args.length > 0)
    lines.push('', ...text.args.flatMap((each) => listed(each.name, each.summary, Math.min(names, 24), view)));
  lines.push(
    '',
    ...text.examples.flatMap((each) => [
      `${INDENT}${INDENT}${paint.dim(`# ${each.summary}`)}`,
      `${INDENT}${INDENT}${each.line}`,
    ]),
  );
  return lines;
}

/** A name and its words, which go on below themselves. */
function listed(name: string, words: string, width: number, view: View): string[] {
  const indent = ' '.repeat(INDENT.length * 2 + width + 2);
  return wrapped(words.split(' '), `${INDENT}${INDENT}${view.paint.accent(padEnd(name, width))}  `, indent, view);
}

/** Each protocol with its title and specification, below it what leads there. */
function protocolLines(protocols: readonly KnownProtocol[], view: View): string[] {
  const { paint } = view;
  const names = Math.max(...protocols.map(({ name }) => widthOf(name)));
  const indent = `${INDENT}${' '.repeat(names + 2)}`;
  const wordsOf = (text: string): string[] => text.split(' ').map((word) => cut(word, view.width - indent.length));
  const lines = protocols.flatMap(({ name, title, specification, leads, decoded }) => {
    const about = wordsOf(`· ${specification}${decoded ? '' : ' · by name only'}`).map(paint.dim);
    const first = `${INDENT}${paint.accent(padEnd(name, names))}  `;
    const below = leads.length === 0 ? [] : wrapped(wordsOf(leads.join(' · ')), indent, indent, view);
    return [...wrapped([...wordsOf(title), ...about], first, indent, view), ...below.map(paint.dim)];
  });
  return [`${INDENT}${paint.strong(String(protocols.length))} protocols`, ...lines];
}

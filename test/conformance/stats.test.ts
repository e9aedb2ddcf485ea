import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Summary } from '../../src/index.js';
import { RowFlag } from '../../src/table/columns.js';
import { splitNanos } from '../../src/time/nanos.js';
import { formatTimestamp, type Nanos } from '../../src/time.js';
import { pcapsh } from '../session/fixture.js';
import { describeWithCorpora } from '../support/available.js';
import { allFlags, indexFile } from '../support/indexed.js';
import { isReadable, type ManifestRow, readManifest } from '../support/manifest.js';
import { CONVERSATION_DIFFERENCES, TIME_DIFFERENCES } from './stats-differences.js';

/** What tshark 4.0.17 counted in a file: packets by protocol, conversations. */
interface Counted {
  file: string;
  protocols: Record<string, number>;
  tcp_conversations: number;
  udp_conversations: number;
}

interface Answered {
  row: ManifestRow;
  file: string;
  summary: Summary;
}

const MOST_DIFFERENCES = 20;

function readCounted(folder: string): Map<string, Counted> {
  const lines = readFileSync(join(folder, 'dev/stats_oracle.jsonl'), 'utf8').trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as Counted).map((counted) => [counted.file, counted]));
}

/** Seconds since 1970 cut to the digits of `like`. */
function secondsLike(time: Nanos | null, like: string): string | null {
  if (time === null) return null;
  const { seconds, nanoseconds } = splitNanos(time);
  const digits = like.includes('.') ? like.length - like.indexOf('.') - 1 : 0;
  return digits === 0 ? `${seconds}` : `${seconds}.${String(nanoseconds).padStart(9, '0').slice(0, digits)}`;
}

/** capinfos prints a fraction of a second or more with a sign or with digits too many. */
function isValidTime(text: string): boolean {
  return /^\d+(?:\.(?:\d{3}|\d{6}|\d{9}))?$/.test(text);
}

describeWithCorpora('the summary of every readable capture', (folder) => {
  const answered: Answered[] = [];

  beforeAll(async () => {
    for (const row of readManifest(folder).filter(isReadable)) {
      const file = join(folder, 'dev', row.path);
      answered.push({ row, file, summary: await (await open(file)).summary() });
    }
  });

  /** Those that answer otherwise than `expected`; null where nothing was recorded. */
  function differing(answer: (one: Answered) => unknown, expected: (one: Answered) => unknown): string[] {
    return answered
      .filter((one) => expected(one) !== null && answer(one) !== expected(one))
      .map((one) => `${one.row.path}: ${answer(one)}, not ${expected(one)}`);
  }

  it('is made of a thousand files, each of a format that its magic number tells', () => {
    expect(answered.length).toBeGreaterThanOrEqual(1000);
    const format = ({ row }: Answered): string | null =>
      row.container === 'gzip' ? null : row.container.startsWith('pcapng') ? 'pcapng' : 'pcap';
    expect(differing(({ summary }) => summary.format, format)).toEqual([]);
  });

  it('counts the packets that capinfos counts', () => {
    expect(
      differing(
        ({ summary }) => summary.packets,
        ({ row }) => Number(row.packets),
      ),
    ).toEqual([]);
  });

  it('names the link type that tcpdump names', () => {
    const wrong = answered
      .filter(({ row }) => row.tcpdumpLinkType !== '')
      .filter(
        ({ row, summary }) => !summary.interfaces.some(({ linkTypeName }) => linkTypeName === row.tcpdumpLinkType),
      )
      .map(({ row, summary }) => `${row.path}: ${summary.interfaces.map(({ linkTypeName }) => linkTypeName)}`);
    expect(wrong).toEqual([]);
  });

  it('spans the times that capinfos prints, to its digits', () => {
    const recorded = (text: string): string | null => (isValidTime(text) ? text : null);
    const wrong = answered
      .filter(({ row, summary }) => {
        const [first, last] = [recorded(row.firstTime), recorded(row.lastTime)];
        return (
          (first !== null && secondsLike(summary.firstTimestamp, first) !== first) ||
          (last !== null && secondsLike(summary.lastTimestamp, last) !== last)
        );
      })
      .map(({ row }) => row.path);
    expect(wrong.sort()).toEqual(Object.keys(TIME_DIFFERENCES).sort());
    expect(wrong.length).toBeLessThanOrEqual(MOST_DIFFERENCES);
  });

  it('counts as many flows of TCP and UDP as tshark counts conversations, where both mean the outermost IP header', async () => {
    const counted = readCounted(folder);
    const wrong: string[] = [];
    let compared = 0;
    for (const { row, file, summary } of answered) {
      const theirs = counted.get(row.path);
      if (theirs === undefined) continue;
      // Seen in other packets: tshark looked into a tunnel, or put fragments together.
      const alike = (['tcp', 'udp'] as const).filter(
        (protocol) => (summary.protocols[protocol] ?? 0) === (theirs.protocols[protocol] ?? 0),
      );
      compared += alike.length;
      const differs = alike.some(
        (protocol) => (summary.flowsByProtocol[protocol] ?? 0) !== theirs[`${protocol}_conversations`],
      );
      // A later fragment has no ports: here it is a flow without them (design, section 3), for tshark none.
      if (differs && (allFlags(await indexFile(file)) & RowFlag.laterFragment) === 0) wrong.push(row.path);
    }
    expect(compared).toBeGreaterThan(1900);
    expect(wrong.sort()).toEqual(Object.keys(CONVERSATION_DIFFERENCES).sort());
    expect(wrong.length).toBeLessThanOrEqual(MOST_DIFFERENCES);
  });

  it('is what `stats --json` prints', async () => {
    const wrong: string[] = [];
    for (const { row, file, summary } of answered) {
      const ran = await pcapsh(['stats', file, '--json', '--index', 'none']);
      const [{ ok, result }] = ran.json() as { ok: boolean; result: Record<string, unknown> }[];
      const time = (at: Nanos | null): string | null => (at === null ? null : formatTimestamp(at));
      const expected = {
        format: summary.format,
        packets: summary.packets,
        capturedBytes: summary.capturedBytes,
        originalBytes: summary.originalBytes,
        firstTimestamp: time(summary.firstTimestamp),
        lastTimestamp: time(summary.lastTimestamp),
        interfaces: summary.interfaces.map(({ id, linkType, name }) => ({ id, linkType, name })),
        uniqueSourceAddresses: summary.uniqueSourceAddresses,
        uniqueDestinationAddresses: summary.uniqueDestinationAddresses,
        flows: summary.flows,
        flowsByProtocol: summary.flowsByProtocol,
        protocols: summary.protocols,
        partial: summary.partial,
        damage: summary.damage.map(({ packet, offset, reason }) => ({ packet, offset, reason })),
      };
      const printed = Object.fromEntries(Object.keys(expected).map((name) => [name, result?.[name]]));
      if (!ok || ran.status !== (summary.partial ? 3 : 0) || JSON.stringify(printed) !== JSON.stringify(expected))
        wrong.push(`${row.path}: status ${ran.status}, ${ran.out}`);
    }
    expect(wrong).toEqual([]);
  });
});
